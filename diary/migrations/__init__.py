"""Alembic migrations of the diary database, run by the program itself when it opens an older diary."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from diary.model import DiaryError


class MigrationError(DiaryError):
    """A diary cannot be brought to another schema."""


def configuration(connection: sa.Connection) -> Config:
    """Alembic's settings for this package; the migrations run inside the connection's transaction."""
    config = Config()
    config.set_main_option("script_location", "diary:migrations")
    config.attributes["connection"] = connection
    return config


def upgrade(connection: sa.Connection) -> None:
    """Bring the database to the newest schema."""
    command.upgrade(configuration(connection), "head")


def downgrade(connection: sa.Connection, revision: str) -> None:
    """Bring the database back to an older schema, for an older version of the program, where nothing is lost by it.

    Raises MigrationError: the older schema has no place for something; the transaction has to be rolled back then.
    """
    filled = filled_columns(connection)
    command.downgrade(configuration(connection), revision)
    lost = sorted(filled - _columns(connection))
    if lost:
        names = ", ".join(dict.fromkeys(f"{table}.{column}" for table, column in lost))
        raise MigrationError(
            f"Schema {revision} has no place for what stands in {names}, so nothing was changed. "
            f"Stay with this version of the program, or export the diary with it first: migraine export"
        )


def filled_columns(connection: sa.Connection) -> set[tuple[str, str]]:
    """The columns in which anything stands, each with its table before it."""
    tables = sa.MetaData()
    tables.reflect(connection)
    return {(table.name, name) for table in tables.tables.values() for name in _filled(connection, table)}


def _filled(connection: sa.Connection, table: sa.Table) -> list[str]:
    counted = sa.select(*(sa.func.count(column).label(column.name) for column in table.columns))
    return [name for name, number in connection.execute(counted).one()._mapping.items() if number]


def _columns(connection: sa.Connection) -> set[tuple[str, str]]:
    inspector = sa.inspect(connection)
    names = inspector.get_table_names()
    return {(table, column["name"]) for table in names for column in inspector.get_columns(table)}
