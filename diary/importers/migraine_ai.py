"""Migraine AI: the CSV of attacks that the app writes in French.

After the app's own source: intensity from 1 to 10. Its column of durations is not read, as the app fills it in from
the intensity when a person does not.
"""

from __future__ import annotations

from diary.importers.app_table import AppTable, Column, attack_layout
from diary.importers.columns import read_numbers
from diary.importers.file import File
from diary.importers.forms import is_attack
from diary.importers.layout import Layout
from diary.importers.options import Options
from diary.importers.symptoms import listed
from diary.importers.table import Table, date_header, dated_rows, drop_repeats
from diary.model import FEATURES, Batch, Score

HIT6 = (36, 78)
"""The lowest and highest total of the Headache Impact Test."""

TABLE = AppTable(
    "Migraine AI",
    columns=(
        Column("Date", "date"),
        Column("Date", "headache", is_attack),
        Column("Heure début", "time"),
        Column("Heure fin", "end_time"),
        Column("Intensité", "pain"),
        *(Column("Symptômes", feature, listed(feature, ";")) for feature in FEATURES),
        Column("Traitements", "medicine"),
        Column("Score HIT-6", "hit6"),
        Column("Notes", "note"),
    ),
    needs=("Date", "Heure début", "Heure fin", "Intensité", "Statut"),
    date_order="ymd",
    scale="0-10",
)
ATTACKS = attack_layout(TABLE, takes="", leaves="", blanks="")


def read(file: File, patient: str, options: Options) -> Batch:
    """The attacks, and the scores that stand in their rows."""
    batch = ATTACKS.read(file, patient, options)
    return sum((_scores(table, patient) for table in TABLE.tables(file, options)), batch)


def _scores(table: Table, patient: str) -> Batch:
    """One score for each date; of several that of the last row. What else is odd about the rows is known already."""
    header = date_header(table.headers)
    if header is None:
        return Batch()
    dated = dated_rows(drop_repeats(table), header, patient)
    known = len(table.problems)
    totals = dated.table.read("hit6", lambda cells: read_numbers(cells, *HIT6))
    told = {key: total for key, total in zip(dated.keys, totals, strict=True) if total is not None}
    scores = (Score(*key, "hit6", total, source=TABLE.name) for key, total in told.items())
    return Batch(scores=tuple(scores), problems=tuple(table.problems[known:]))


LAYOUT = Layout(
    TABLE.name,
    TABLE.claims,
    read,
    takes="Attacks with start, end, intensity 1-10, symptoms, treatments and notes; HIT-6 totals.",
    leaves="The duration, which the app fills in from the intensity when a person does not; triggers, place, status.",
    blanks="An attack without an end has an unknown one. A symptom that is not in the list is left open. A blank "
    "treatment means that none was taken, once another attack has one.",
)
