"""The report for the doctor that Migraine Buddy makes: a web page with totals above, and a table of the attacks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from diary.importers.dates import read_moments
from diary.importers.file import File
from diary.importers.html_tables import HtmlCell, HtmlTable, read_html_tables
from diary.importers.options import DateOrder, UnreadableFile
from diary.importers.sheets import TEXT_BYTES, Row, Sheet
from diary.importers.table import day_of
from diary.model import Attack, Problem, last_date

TITLES = {"Number of Attacks": "attacks", "Attack Days": "attack days", "Attack-Free Days": "attack-free days"}
STARTED = "Started"
NOTES = "Notes:"


class ReportSheet(Sheet):
    """The attacks of a report. A person finds one by its number."""

    def place(self, row: int) -> str:
        """How the report calls a row: ``attack 14``."""
        return f"attack {self.rows[row][0]}"


class Report(NamedTuple):
    """The attacks as a sheet with its headers in the first row, the totals as printed, and the ends of the period."""

    sheet: Sheet
    totals: dict[str, int]
    period: list[str]

    def differences(self, attacks: Sequence[Attack], order: DateOrder | None) -> list[Problem]:
        """One problem for each total that the attacks do not add up to."""
        ours = self._count(attacks, order)
        return [
            Problem(
                "report",
                f"The report counts {stated} {title}, and its rows come to {ours[title]}.",
                "Compare it with the app; what was imported are the rows.",
            )
            for title, stated in self.totals.items()
            if ours.get(title, stated) != stated
        ]

    def _count(self, attacks: Sequence[Attack], order: DateOrder | None) -> dict[str, int]:
        """The same totals from the rows; days without attack only where the period is known."""
        days = {day for attack in attacks for day in _dates(attack)}
        counts = {"attacks": len(attacks), "attack days": len(days)}
        moments = [day_of(m) for m in read_moments(self.period, "Time Period", order).parsed.values if m]
        if len(moments) == 2:
            first, last = moments
            days = {day for day in days if first <= day <= last}
            counts |= {"attack days": len(days), "attack-free days": (last - first).days + 1 - len(days)}
        return counts


def _dates(attack: Attack) -> Iterator[date]:
    """The dates that an attack touches."""
    first = attack.start.date()
    return (first + timedelta(days=n) for n in range((last_date(attack) - first).days + 1))


def is_report(file: File) -> bool:
    """A web page with the headers of the totals and of the attacks."""
    if not (file.is_markup and b"html" in file.start and file.size <= TEXT_BYTES):
        return False
    return all(title in file.text for title in (*TITLES, "Pain Level", "Lasted"))


def read_report(file: File) -> Report:
    """The tables of the report.

    Raises UnreadableFile: the table of attacks is not there.
    """
    tables = read_html_tables(file.text)
    attacks = next((sheet for table in tables if (sheet := _sheet(table))), None)
    if attacks is None:
        raise UnreadableFile(f"{file.name} holds no table of attacks. Make the report in the app again.")
    totals = next((found for table in tables if (found := _totals(table))), {})
    period = next((row[1].text for table in tables for row in table if _is_period(row)), "")
    return Report(attacks, totals, [part.strip() for part in period.split(" - ")] if period else [])


def _is_period(row: Sequence[HtmlCell]) -> bool:
    return len(row) == 2 and row[0].text.rstrip(":").endswith("Period")


def _totals(table: HtmlTable) -> dict[str, int]:
    """The totals that are whole numbers."""
    titles = next(iter(table), [])
    return {
        TITLES[title.text]: int(cell.text)
        for row in table[1:2]
        for title, cell in zip(titles, row, strict=False)
        if title.text in TITLES and cell.text.isdecimal() and len(cell.text) < 7
    }


def _sheet(table: HtmlTable) -> Sheet | None:
    """The table of attacks: one row each, with the note that stands in a row of its own below."""
    titles = next((row for row in table if any(cell.text == STARTED for cell in row)), None)
    if titles is None:
        return None
    rows: list[Row] = []
    for row in table[table.index(titles) + 1 :]:
        if len(row) == 1 and rows:
            rows[-1][-1] = row[0].text.removeprefix(NOTES).strip() or None
        elif len(row) > len(titles) / 2:
            rows.append([*_under(titles, row), None])
    header = [title.text.split("\n")[0] for title in titles]
    return ReportSheet("report", [[*header, "Notes"], *rows])


def _under(titles: Sequence[HtmlCell], row: Sequence[HtmlCell]) -> Row:
    """The cells under each title, joined where it spans several."""
    texts = [cell.text for cell in row]
    cells: Row = []
    for title in titles:
        told = [text for text in texts[: title.columns] if text]
        cells.append(", ".join(told) or None)
        texts = texts[title.columns :]
    return cells
