"""The tables of the database, made from the declarations in :mod:`diary.tables`.

One table for each kind of fact, under the fact's natural key, and beside them ``imports`` (what came
in, and when), ``history`` (what was said before it was corrected or removed) and ``medicines`` (how a
person classed names that the program does not know). A clinic has its people in ``users``, with
``web_sessions`` and ``login_attempts``, and ``access_log`` says who read and wrote whose diary.
Migrations bring a database from any earlier schema to this one; a test compares the two.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from diary.facts import CLASSES, MEMBERS, Member
from diary.model import Fact, Score
from diary.tables import FACTS, Column, Table

REVISION = "0005"
"""The newest migration: what a database must be at for this version of the program."""

METADATA = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

TYPES: dict[str, type[sa.types.TypeEngine[Any]]] = {
    "string": sa.Text,
    "bool": sa.Boolean,
    "boolean": sa.Boolean,
    "Int8": sa.SmallInteger,
    "Int16": sa.SmallInteger,
    "Float32": sa.Double,
    "Float64": sa.Double,
}
"""The SQL type of each pandas type; intensities keep the precision that they came with."""

IMPORTS = sa.Table(
    "imports",
    METADATA,
    sa.Column("import_id", sa.Integer, primary_key=True),
    sa.Column("patient", sa.Text),
    sa.Column("file_name", sa.Text),
    sa.Column("file_hash", sa.Text),
    sa.Column("layout", sa.Text, nullable=False),
    sa.Column("assumptions", sa.JSON, nullable=False),
    sa.Column("counts", sa.JSON, nullable=False),
    sa.Column("imported_at", sa.DateTime, nullable=False),
    sa.Column("undone_at", sa.DateTime),
    sqlite_autoincrement=True,
)

HISTORY = sa.Table(
    "history",
    METADATA,
    sa.Column("history_id", sa.Integer, primary_key=True),
    sa.Column("table_name", sa.Text, nullable=False),
    sa.Column("patient", sa.Text, nullable=False, index=True),
    sa.Column("key", sa.JSON, nullable=False),
    sa.Column("row", sa.JSON, nullable=False),
    sa.Column("changed_at", sa.DateTime, nullable=False),
    sa.Column("import_id", sa.Integer, sa.ForeignKey("imports.import_id")),
    sa.Column("action", sa.Text, nullable=False),
    sqlite_autoincrement=True,
)

MEDICINES = sa.Table(
    "medicines",
    METADATA,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("medicine_class", sa.Text, nullable=False),
)

USERS = sa.Table(
    "users",
    METADATA,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("patient", sa.Text),
    sa.Column("password_hash", sa.Text, nullable=False),
    sa.Column("must_change", sa.Boolean, nullable=False),
    sa.Column("created_at", sa.DateTime, nullable=False),
    sa.Column("disabled_at", sa.DateTime),
)

WEB_SESSIONS = sa.Table(
    "web_sessions",
    METADATA,
    sa.Column("token_hash", sa.Text, primary_key=True),
    sa.Column("user_name", sa.Text, sa.ForeignKey("users.name"), nullable=False, index=True),
    sa.Column("created_at", sa.DateTime, nullable=False),
    sa.Column("seen_at", sa.DateTime, nullable=False),
    sa.Column("expires_at", sa.DateTime, nullable=False),
)

LOGIN_ATTEMPTS = sa.Table(
    "login_attempts",
    METADATA,
    sa.Column("subject", sa.Text, primary_key=True),
    sa.Column("failures", sa.Double, nullable=False),
    sa.Column("failed_at", sa.DateTime, nullable=False),
)

ACCESS_LOG = sa.Table(
    "access_log",
    METADATA,
    sa.Column("access_id", sa.Integer, primary_key=True),
    sa.Column("at", sa.DateTime, nullable=False, index=True),
    sa.Column("user_name", sa.Text, index=True),
    sa.Column("action", sa.Text, nullable=False),
    sa.Column("patient", sa.Text, index=True),
    sa.Column("what", sa.Text),
    sqlite_autoincrement=True,
)


def _column(column: Column, member: Member, table: Table) -> sa.Column[Any]:
    kind = TYPES.get(column.dtype) or (sa.DateTime if member.type == "datetime" else sa.Date)
    key = column.name in table.key
    return sa.Column(column.name, kind, primary_key=key, nullable=member.optional and not key)


def _links(table: Table) -> list[sa.ForeignKeyConstraint]:
    """What a row belongs to: injections to a session, a fact to a source, a source to a patient."""
    if table.name == "injections":
        return [sa.ForeignKeyConstraint(["treatment_id"], ["treatments.treatment_id"])]
    if table.name == "sources":
        return [sa.ForeignKeyConstraint(["patient"], ["patients.patient"])]
    if "source" in table.names:
        return [sa.ForeignKeyConstraint(["patient", "source"], ["sources.patient", "sources.source"])]
    return []


def _table(name: str) -> sa.Table:
    table = FACTS[name]
    types = {member.name: member for member in MEMBERS[CLASSES[name]]}
    columns = [_column(column, types[column.name], table) for column in table.columns]
    imported = sa.Column("import_id", sa.Integer, sa.ForeignKey("imports.import_id"))
    by_date = [sa.Index(None, "patient", when) for when in ("start", "taken") if when in table.names]
    return sa.Table(table.name, METADATA, *columns, imported, *_links(table), *by_date)


TABLES = {name: _table(name) for name in FACTS}
"""The table of each kind of fact, by the name of its field in :class:`diary.model.Batch`."""


def row_of(fact: Fact) -> dict[str, Any]:
    """The fact's row. A key column cannot be NULL: the item of a total score is stored as empty text."""
    row = {member.name: getattr(fact, member.name) for member in MEMBERS[type(fact)]}
    return row | {"item": row["item"] or ""} if isinstance(fact, Score) else row


def columns_of(name: str) -> list[sa.ColumnElement[Any]]:
    """The columns of the named table as the fact has them, the item of a total score being not known."""
    columns = (TABLES[name].columns[column] for column in FACTS[name].names)
    return [sa.func.nullif(column, "").label("item") if column.name == "item" else column for column in columns]
