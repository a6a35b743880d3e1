"""Alembic migrations of the diary database, run by the program itself when it opens an older diary."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import command
from alembic.config import Config


def configuration(connection: sa.Connection) -> Config:
    """Alembic's settings for this package; the migrations run inside the connection's transaction."""
    config = Config()
    config.set_main_option("script_location", "diary:migrations")
    config.attributes["connection"] = connection
    return config


def upgrade(connection: sa.Connection) -> None:
    """Bring the database to the newest schema."""
    command.upgrade(configuration(connection), "head")
