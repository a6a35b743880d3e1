"""When an import was taken back, and how a person classed medicines that the program does not know.

Frozen: a later change of the tables is a migration of its own.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("imports", sa.Column("undone_at", sa.DateTime()))
    op.create_table(
        "medicines",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("medicine_class", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_medicines"),
    )


def downgrade() -> None:
    op.drop_table("medicines")
    op.drop_column("imports", "undone_at")
