"""What alembic runs to reach the database: the connection and transaction that it was handed."""

from alembic import context

from diary.schema import METADATA


def migrate() -> None:
    """Run the migrations that were asked for."""
    context.configure(
        connection=context.config.attributes["connection"],
        target_metadata=METADATA,
        render_as_batch=True,  # SQLite changes a table by making it anew
    )
    with context.begin_transaction():
        context.run_migrations()


if __name__ == "env_py":  # the name under which alembic runs this file; anyone else only reads it
    migrate()
