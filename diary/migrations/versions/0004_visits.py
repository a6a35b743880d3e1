"""What a clinic writes down at a visit: the vial, the injector, consent, what was done about side effects, and answers.

Frozen: a later change of the tables is a migration of its own.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ADDED = {
    "treatments": (
        ("lot", sa.Text),
        ("expiry", sa.Date),
        ("dilution", sa.Double),
        ("injector", sa.Text),
        ("consent", sa.Boolean),
        ("reason", sa.Text),
    ),
    "events": (("action", sa.Text), ("serious", sa.Boolean)),
}


def upgrade() -> None:
    for table, columns in ADDED.items():
        for name, kind in columns:
            op.add_column(table, sa.Column(name, kind()))
    op.create_table(
        "consultations",
        sa.Column("patient", sa.Text(), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("note", sa.Text()),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("import_id", sa.Integer()),
        sa.ForeignKeyConstraint(["import_id"], ["imports.import_id"], name="fk_consultations_import_id"),
        sa.ForeignKeyConstraint(
            ["patient", "source"], ["sources.patient", "sources.source"], name="fk_consultations_patient_source"
        ),
        sa.PrimaryKeyConstraint("patient", "date", "topic", name="pk_consultations"),
    )


def downgrade() -> None:
    op.drop_table("consultations")
    for table, columns in ADDED.items():
        for name, _ in columns:
            op.drop_column(table, name)
