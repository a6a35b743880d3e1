"""The people of a clinic: users, where they are logged in, attempts to log in, and who read and wrote whose diary.

Frozen: a later change of the tables is a migration of its own.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "users",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("patient", sa.Text()),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("must_change", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("disabled_at", sa.DateTime()),
        sa.PrimaryKeyConstraint("name", name="pk_users"),
    )
    op.create_table(
        "web_sessions",
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("user_name", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("seen_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["user_name"], ["users.name"], name="fk_web_sessions_user_name"),
        sa.PrimaryKeyConstraint("token_hash", name="pk_web_sessions"),
    )
    op.create_index("ix_web_sessions_user_name", "web_sessions", ["user_name"])
    op.create_table(
        "login_attempts",
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("failures", sa.Double(), nullable=False),
        sa.Column("failed_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("subject", name="pk_login_attempts"),
    )
    op.create_table(
        "access_log",
        sa.Column("access_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("user_name", sa.Text()),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("patient", sa.Text()),
        sa.Column("what", sa.Text()),
        sa.PrimaryKeyConstraint("access_id", name="pk_access_log"),
        sqlite_autoincrement=True,
    )
    for column in ("at", "user_name", "patient"):
        op.create_index(f"ix_access_log_{column}", "access_log", [column])


def downgrade() -> None:
    for table in ("access_log", "login_attempts", "web_sessions", "users"):
        op.drop_table(table)
