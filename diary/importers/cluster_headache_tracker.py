"""cluster-headache-tracker: the CSV of its attacks.

After the app's own source (github.com/crmne/cluster-headache-tracker): local times in full, intensity from 1 to 10,
medicines as one text; a column for the air pressure came later.
"""

from __future__ import annotations

from diary.importers.app_table import AppTable, Column, attack_layout
from diary.importers.forms import is_attack

TABLE = AppTable(
    "cluster-headache-tracker",
    columns=(
        Column("start_time", "start"),
        Column("start_time", "headache", is_attack),
        Column("start_time", "kind", lambda _: "cluster"),
        Column("end_time", "end"),
        Column("intensity", "pain"),
        Column("medication", "medicine"),
        Column("notes", "note"),
    ),
    needs=("start_time", "end_time", "intensity", "triggers"),
    date_order="ymd",
    scale="0-10",
)

LAYOUT = attack_layout(
    TABLE,
    takes="Attacks with start, end, intensity 1-10, medicines and notes; the kind is cluster, as the app calls them "
    "all.",
    leaves="Triggers and air pressure. Doses that were taken outside attacks stand in another file of the app.",
    blanks="An attack without an end has an unknown one. A blank medicine means that none was taken, once another "
    "attack has one.",
)
