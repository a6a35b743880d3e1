"""Files that people already keep, read into facts: ``identify`` says what a file is, ``read`` reads it.

A layout is recognised by content, never by name. What had to be decided is in ``Batch.assumptions``, in
sentences; what could not be read is in ``Batch.problems``, by row.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from diary.importers import (
    aiding_migraine,
    apple_health,
    bearable,
    canadian_grid,
    cluster_headache_tracker,
    daylio,
    dmkg_calendar,
    fhir,
    headache_companion,
    headi,
    headway,
    migraine_ai,
    migraine_buddy,
    migraine_navigator,
    migralog,
    redcap,
    severity_log,
    template,
)
from diary.importers.file import File, Progress
from diary.importers.general import general_layout
from diary.importers.headers import nearest, texts
from diary.importers.layout import Layout
from diary.importers.options import (
    AmbiguousBlank,
    AmbiguousDates,
    AmbiguousDuration,
    AmbiguousScale,
    Options,
    TwoLayouts,
    UnknownLayout,
    UnnamedHeadache,
    UnreadableFile,
)
from diary.importers.sheets import Sheet
from diary.model import Batch

__all__ = [
    "File",
    "AmbiguousBlank",
    "AmbiguousDates",
    "AmbiguousDuration",
    "AmbiguousScale",
    "Layout",
    "Options",
    "Progress",
    "TwoLayouts",
    "UnknownLayout",
    "UnnamedHeadache",
    "UnreadableFile",
    "identify",
    "read",
]

LAYOUTS: tuple[Layout, ...] = (
    template.LAYOUT,
    apple_health.LAYOUT,
    bearable.LAYOUT,
    daylio.LAYOUT,
    headache_companion.LAYOUT,
    migraine_buddy.LAYOUT,
    migralog.LAYOUT,
    severity_log.LAYOUT,
    headway.LAYOUT,
    aiding_migraine.LAYOUT,
    cluster_headache_tracker.LAYOUT,
    migraine_ai.LAYOUT,
    migraine_navigator.LAYOUT,
    headi.LAYOUT,
    redcap.LAYOUT,
    canadian_grid.LAYOUT,
    dmkg_calendar.LAYOUT,
    fhir.LAYOUT,
)
"""Layouts of one program each. Files that none of them claims are read as general tables."""


REPORTS = ({"Summary", "Outcomes", "Windows", "Criteria"}, {"Summary", "Standards", "Responders", "Persistence"})
"""Sheets of the workbooks that hold results: some look like tables of days."""


def identify(path: Path) -> Layout:
    """The layout of a file.

    Raises UnreadableFile: it is not what it should be. UnknownLayout: no layout knows it.
    TwoLayouts: more than one claims it.
    """
    return _identified(File(path), Options())


def read(path: Path, *, patient: str = "me", options: Options | None = None, progress: Progress | None = None) -> Batch:
    """The facts of a file, what was assumed, and what needs a look. *patient* holds where the file names none.

    *progress* is told, for a file of gigabytes, how much of it has been read: a number from 0 to 1.

    The same rows give the same facts however they are ordered or spread over files, as long as *options*
    or the headers decide what would otherwise be decided from a whole column.

    Raises what :func:`identify` raises, and a question (AmbiguousDates, AmbiguousScale, AmbiguousDuration,
    UnnamedHeadache, AmbiguousBlank) where the file can be read in two ways; each names the option that decides.
    """
    file = File(path, progress)
    options = options or Options()
    return _identified(file, options).read(file, patient, options)


def _identified(file: File, options: Options) -> Layout:
    if not file.head.strip():
        raise UnreadableFile(f"{file.name} is empty. Choose the file that holds the diary.")
    claimants = [layout for layout in LAYOUTS if layout.claims(file)]
    if len(claimants) > 1:
        both = " and ".join(layout.name for layout in claimants)
        raise TwoLayouts(f"{file.name} could be of two layouts: {both}. Please report this file's headers as a bug.")
    if claimants:
        return claimants[0]
    if not file.sheets:
        file.refuse()
    if any(report <= {sheet.name for sheet in file.sheets} for report in REPORTS):
        raise UnreadableFile(f"{file.name} is a report that this program made. Choose the file that holds the diary.")
    layout = general_layout(file.sheets, options)
    if layout is None:
        raise UnknownLayout(_unknown(file.sheets, file.name))
    return layout


def _unknown(sheets: Sequence[Sheet], name: str) -> str:
    seen = next((headers for sheet in sheets if (headers := texts(sheet))), [])
    if not seen:
        return f"{name} holds no table. Choose the file, or save the sheet, that holds the diary."
    meant = [f'"{text}" may be "{near}"' for text in seen if (near := nearest(text))]
    hint = f" ({'; '.join(meant)})" if meant else ""
    shown = ", ".join(f'"{text}"' for text in seen[:12])
    if seen[0][:1].isdigit():
        return (
            f"{name} is not recognised: it has no headers. Write them above its columns: Date and Headache or Severity "
            '(a row for each day) or Start and End (a row for each attack); or fill in "migraine template FILE.xlsx".'
        )
    return (
        f"{name} is not recognised: its headers are {shown}{hint}. Rename them to Date and Headache or Severity "
        '(a row for each day) or Start and End (a row for each attack), or fill in "migraine template FILE.xlsx". '
        'Or say what each column is, with "migraine import --map FILE".'
    )
