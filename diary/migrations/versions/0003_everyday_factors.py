"""Everyday factors, and which of them were chosen to be watched.

Frozen: a later change of the tables is a migration of its own.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "factors",
        sa.Column("patient", sa.Text(), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("import_id", sa.Integer()),
        sa.ForeignKeyConstraint(["import_id"], ["imports.import_id"], name="fk_factors_import_id"),
        sa.ForeignKeyConstraint(
            ["patient", "source"], ["sources.patient", "sources.source"], name="fk_factors_patient_source"
        ),
        sa.PrimaryKeyConstraint("patient", "date", "name", name="pk_factors"),
    )
    op.create_table(
        "choices",
        sa.Column("patient", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("chosen", sa.Date(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("import_id", sa.Integer()),
        sa.ForeignKeyConstraint(["import_id"], ["imports.import_id"], name="fk_choices_import_id"),
        sa.ForeignKeyConstraint(
            ["patient", "source"], ["sources.patient", "sources.source"], name="fk_choices_patient_source"
        ),
        sa.PrimaryKeyConstraint("patient", "name", name="pk_choices"),
    )


def downgrade() -> None:
    op.drop_table("choices")
    op.drop_table("factors")
