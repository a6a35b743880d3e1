"""AidingMigraine: the CSV that its settings export.

After the app's own description of the format (github.com/AidedMarketing/AidingMigraine): later versions added
columns for symptoms, triggers and what came before and after. The duration tells more than the end, which has no date.
"""

from __future__ import annotations

from diary.importers.app_table import AppTable, Column, attack_layout
from diary.importers.forms import graded, is_attack
from diary.importers.sheets import Cell
from diary.importers.symptoms import listed
from diary.importers.words import fold
from diary.model import FEATURES


def still_active(cell: Cell) -> Cell:
    """An attack that is active has no duration yet."""
    return "ongoing" if fold(str(cell)) == "active" else None


TABLE = AppTable(
    "AidingMigraine",
    columns=(
        Column("Date", "date"),
        Column("Date", "headache", is_attack),
        Column("Start Time", "time"),
        Column("Duration (hours)", "duration"),
        Column("Status", "duration", still_active),
        Column("Pain Level", "pain", graded),
        *(Column("Symptoms", feature, listed(feature, ";")) for feature in FEATURES),
        Column("Medication", "medicine"),
        Column("Notes", "note"),
    ),
    needs=("Date", "Start Time", "End Time", "Duration (hours)", "Pain Level", "Resolution", "Status"),
    date_order="ymd",
    scale="0-10",
    duration_unit="hours",
)

LAYOUT = attack_layout(
    TABLE,
    takes="Attacks with start, duration, pain 0-10, symptoms, medicines and notes.",
    leaves="Triggers, warning signs, after-effects, resolution and air pressure. Before version 4.1 the app wrote "
    "the date of Greenwich, so that an attack near midnight may stand a day off.",
    blanks="A pain level of 0 is left open. An active attack had not ended; another one without a duration has an "
    "unknown end. A symptom that is not in the list is left open.",
)
