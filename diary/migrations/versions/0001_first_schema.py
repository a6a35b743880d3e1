"""The first schema: facts, where they came from, and what they were before.

Frozen: a later change of the tables is a migration of its own.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "imports",
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("patient", sa.Text()),
        sa.Column("file_name", sa.Text()),
        sa.Column("file_hash", sa.Text()),
        sa.Column("layout", sa.Text(), nullable=False),
        sa.Column("assumptions", sa.JSON(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("imported_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("import_id", name="pk_imports"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "history",
        sa.Column("history_id", sa.Integer(), nullable=False),
        sa.Column("table_name", sa.Text(), nullable=False),
        sa.Column("patient", sa.Text(), nullable=False),
        sa.Column("key", sa.JSON(), nullable=False),
        sa.Column("row", sa.JSON(), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.Column("import_id", sa.Integer()),
        sa.Column("action", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["import_id"], ["imports.import_id"], name="fk_history_import_id"),
        sa.PrimaryKeyConstraint("history_id", name="pk_history"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_history_patient", "history", ["patient"])

    op.create_table(
        "patients",
        sa.Column("patient", sa.Text(), nullable=False),
        sa.Column("born", sa.SmallInteger()),
        sa.Column("sex", sa.Text()),
        sa.Column("note", sa.Text()),
        sa.Column("import_id", sa.Integer()),
        sa.ForeignKeyConstraint(["import_id"], ["imports.import_id"], name="fk_patients_import_id"),
        sa.PrimaryKeyConstraint("patient", name="pk_patients"),
    )
    op.create_table(
        "sources",
        sa.Column("patient", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("events_only", sa.Boolean(), nullable=False),
        sa.Column("medication", sa.Boolean(), nullable=False),
        sa.Column("import_id", sa.Integer()),
        sa.ForeignKeyConstraint(["import_id"], ["imports.import_id"], name="fk_sources_import_id"),
        sa.ForeignKeyConstraint(["patient"], ["patients.patient"], name="fk_sources_patient"),
        sa.PrimaryKeyConstraint("patient", "source", name="pk_sources"),
    )
    op.create_table(
        "attacks",
        sa.Column("attack_id", sa.Text(), nullable=False),
        sa.Column("patient", sa.Text(), nullable=False),
        sa.Column("start", sa.DateTime(), nullable=False),
        sa.Column("utc_offset", sa.SmallInteger()),
        sa.Column("end", sa.DateTime()),
        sa.Column("ongoing", sa.Boolean(), nullable=False),
        sa.Column("kind", sa.Text()),
        sa.Column("severity", sa.SmallInteger()),
        sa.Column("intensity", sa.Double()),
        sa.Column("unilateral", sa.Boolean()),
        sa.Column("pulsating", sa.Boolean()),
        sa.Column("worse_moving", sa.Boolean()),
        sa.Column("nausea", sa.Boolean()),
        sa.Column("vomiting", sa.Boolean()),
        sa.Column("light", sa.Boolean()),
        sa.Column("sound", sa.Boolean()),
        sa.Column("aura", sa.Boolean()),
        sa.Column("note", sa.Text()),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("entered", sa.DateTime()),
        sa.Column("import_id", sa.Integer()),
        sa.ForeignKeyConstraint(["import_id"], ["imports.import_id"], name="fk_attacks_import_id"),
        sa.ForeignKeyConstraint(
            ["patient", "source"], ["sources.patient", "sources.source"], name="fk_attacks_patient_source"
        ),
        sa.PrimaryKeyConstraint("attack_id", name="pk_attacks"),
    )
    op.create_index("ix_attacks_patient_start", "attacks", ["patient", "start"])

    op.create_table(
        "day_logs",
        sa.Column("patient", sa.Text(), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("headache", sa.Boolean()),
        sa.Column("severity", sa.SmallInteger()),
        sa.Column("intensity", sa.Double()),
        sa.Column("minutes", sa.SmallInteger()),
        sa.Column("starts", sa.SmallInteger()),
        sa.Column("unilateral", sa.Boolean()),
        sa.Column("pulsating", sa.Boolean()),
        sa.Column("worse_moving", sa.Boolean()),
        sa.Column("nausea", sa.Boolean()),
        sa.Column("vomiting", sa.Boolean()),
        sa.Column("light", sa.Boolean()),
        sa.Column("sound", sa.Boolean()),
        sa.Column("aura", sa.Boolean()),
        sa.Column("acute", sa.Boolean()),
        sa.Column("disability", sa.SmallInteger()),
        sa.Column("menses", sa.Boolean()),
        sa.Column("kind", sa.Text()),
        sa.Column("note", sa.Text()),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("entered", sa.DateTime()),
        sa.Column("import_id", sa.Integer()),
        sa.ForeignKeyConstraint(["import_id"], ["imports.import_id"], name="fk_day_logs_import_id"),
        sa.ForeignKeyConstraint(
            ["patient", "source"], ["sources.patient", "sources.source"], name="fk_day_logs_patient_source"
        ),
        sa.PrimaryKeyConstraint("patient", "date", name="pk_day_logs"),
    )
    op.create_table(
        "doses",
        sa.Column("dose_id", sa.Text(), nullable=False),
        sa.Column("patient", sa.Text(), nullable=False),
        sa.Column("attack_id", sa.Text()),
        sa.Column("taken", sa.DateTime(), nullable=False),
        sa.Column("timed", sa.Boolean(), nullable=False),
        sa.Column("medicine", sa.Text(), nullable=False),
        sa.Column("medicine_class", sa.Text()),
        sa.Column("amount", sa.Double()),
        sa.Column("unit", sa.Text()),
        sa.Column("relief", sa.SmallInteger()),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("import_id", sa.Integer()),
        sa.ForeignKeyConstraint(["import_id"], ["imports.import_id"], name="fk_doses_import_id"),
        sa.ForeignKeyConstraint(
            ["patient", "source"], ["sources.patient", "sources.source"], name="fk_doses_patient_source"
        ),
        sa.PrimaryKeyConstraint("dose_id", name="pk_doses"),
    )
    op.create_index("ix_doses_patient_taken", "doses", ["patient", "taken"])

    op.create_table(
        "events",
        sa.Column("patient", sa.Text(), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("severity", sa.Text()),
        sa.Column("resolved", sa.Date()),
        sa.Column("treatment_id", sa.Text()),
        sa.Column("note", sa.Text()),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("import_id", sa.Integer()),
        sa.ForeignKeyConstraint(["import_id"], ["imports.import_id"], name="fk_events_import_id"),
        sa.ForeignKeyConstraint(
            ["patient", "source"], ["sources.patient", "sources.source"], name="fk_events_patient_source"
        ),
        sa.PrimaryKeyConstraint("patient", "date", "event", name="pk_events"),
    )
    op.create_table(
        "scores",
        sa.Column("patient", sa.Text(), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("instrument", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("import_id", sa.Integer()),
        sa.ForeignKeyConstraint(["import_id"], ["imports.import_id"], name="fk_scores_import_id"),
        sa.ForeignKeyConstraint(
            ["patient", "source"], ["sources.patient", "sources.source"], name="fk_scores_patient_source"
        ),
        sa.PrimaryKeyConstraint("patient", "date", "instrument", "item", name="pk_scores"),
    )
    op.create_table(
        "treatments",
        sa.Column("treatment_id", sa.Text(), nullable=False),
        sa.Column("patient", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("product", sa.Text(), nullable=False),
        sa.Column("start", sa.Date(), nullable=False),
        sa.Column("end", sa.Date()),
        sa.Column("amount", sa.Double()),
        sa.Column("unit", sa.Text()),
        sa.Column("sites", sa.SmallInteger()),
        sa.Column("protocol", sa.Text()),
        sa.Column("note", sa.Text()),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("import_id", sa.Integer()),
        sa.ForeignKeyConstraint(["import_id"], ["imports.import_id"], name="fk_treatments_import_id"),
        sa.ForeignKeyConstraint(
            ["patient", "source"], ["sources.patient", "sources.source"], name="fk_treatments_patient_source"
        ),
        sa.PrimaryKeyConstraint("treatment_id", name="pk_treatments"),
    )
    op.create_index("ix_treatments_patient_start", "treatments", ["patient", "start"])

    op.create_table(
        "injections",
        sa.Column("treatment_id", sa.Text(), nullable=False),
        sa.Column("muscle", sa.Text(), nullable=False),
        sa.Column("side", sa.Text(), nullable=False),
        sa.Column("sites", sa.SmallInteger(), nullable=False),
        sa.Column("units", sa.Double(), nullable=False),
        sa.Column("import_id", sa.Integer()),
        sa.ForeignKeyConstraint(["import_id"], ["imports.import_id"], name="fk_injections_import_id"),
        sa.ForeignKeyConstraint(["treatment_id"], ["treatments.treatment_id"], name="fk_injections_treatment_id"),
        sa.PrimaryKeyConstraint("treatment_id", "muscle", "side", name="pk_injections"),
    )


def downgrade() -> None:
    for table in (
        "injections",
        "treatments",
        "scores",
        "events",
        "doses",
        "day_logs",
        "attacks",
        "sources",
        "patients",
        "history",
        "imports",
    ):
        op.drop_table(table)
