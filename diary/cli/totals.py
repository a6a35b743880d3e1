"""Totals in words and as a table."""

from __future__ import annotations

from diary.cli.say import counted, table
from diary.model import Batch
from diary.totals import Totals, shown_totals

NOUNS = {
    "logged": ("day logged", "days logged"),
    "headache": ("headache day", "headache days"),
    "intake_days": ("day with medicine", "days with medicine"),
    "attacks": ("attack", "attacks"),
    "doses": ("intake", "intakes"),
    "sessions": ("Botox session", "Botox sessions"),
    "preventives": ("preventive", "preventives"),
    "scores": ("score", "scores"),
    "events": ("side effect", "side effects"),
    "factors": ("everyday factor", "everyday factors"),
}
"""One and many of each total."""


def in_words(found: Totals) -> str:
    """The totals above zero.

    >>> in_words(Totals(84, 31, 20, 0, 25, 1, 0, 0, 0))
    '84 days logged, 31 headache days, 20 days with medicine, 25 intakes, 1 Botox session'
    """
    parts = [counted(number, *NOUNS[name]) for name, number in found._asdict().items() if number]
    return ", ".join(parts) or "no entries"


def print_totals(title: str, batch: Batch) -> None:
    """Print a table of the batch's totals and span, to be compared with where it came from."""
    rows = [(_capital(NOUNS[name][1]), str(number)) for name, number in shown_totals(batch).items()]
    patients = {source.patient for source in batch.sources}
    if len(patients) > 1:
        rows.insert(0, ("Patients", str(len(patients))))
    table(title, ("Read", "How many"), rows + [("Span", span_in_words(batch))], numbers=[1])


def span_in_words(batch: Batch) -> str:
    """First and last day that anything is said about.

    >>> span_in_words(Batch())
    'no days'
    """
    if batch.span is None:
        return "no days"
    first, last = batch.span
    return f"{first} to {last} ({counted((last - first).days + 1, 'day')})"


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]
