"""``migraine due``: whose next session is due, and when."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from analysis.commands.options import LastDay
from analysis.reports.reminders import SUMMARY
from diary.cli.opening import opened
from diary.cli.options import DIARY, example
from diary.cli.say import counted, say, table
from diary.cli.template import FORCE
from diary.model import DiaryError

if TYPE_CHECKING:
    import pandas as pd

_, STORE = DIARY


@click.command(
    epilog=example("migraine due", "migraine due --within 14", "migraine due --ics sessions.ics --as-of 2026-03-01")
)
@click.option(
    "--within",
    type=click.IntRange(0),
    metavar="DAYS",
    help="Only sessions and reviews due so soon, and what is overdue.",
)
@click.option("--as-of", type=LastDay(), help="The day to look from; today if not given.")
@click.option(
    "--ics",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write the days to come into a calendar file, with an alarm a week before each.",
)
@click.option(
    "--summary",
    default=SUMMARY,
    show_default=True,
    metavar="TEXT",
    help="What the calendar shows, also on a locked screen.",
)
@click.option("--codes", is_flag=True, help="Show the patient's code in the calendar too.")
@FORCE
@click.option("--patient", metavar="CODE", help="Only this patient.")
@STORE
def due(
    within: int | None,
    as_of: date | None,
    ics: Path | None,
    summary: str,
    codes: bool,
    force: bool,
    patient: str | None,
    store: str | None,
) -> None:
    """When the next session is due: 84 days after the last one, unless a stop or a pause was noted.

    Everybody in the diary is listed, the earliest first. Nothing is sent anywhere.
    """
    day = as_of or date.today()
    found = look(store, patient, day)
    shown = found if within is None else found.loc[soon(found, day, within)]
    if len(found) == 1 and within is None:
        say(alone(found.iloc[0], day))
    elif shown.empty:
        say(f"No session or review is due within {counted(within or 0, 'day')} of {day}. See all with: migraine due")
    else:
        table(f"Sessions due, as of {day}", HEADER, [_row(one) for _, one in shown.iterrows()], numbers=(2,))
    if ics is not None:
        write_calendar(shown, day, ics, summary, codes=codes, force=force)


HEADER = ("Patient", "Last session", "Units", "Due", "Status", "Next review")


def look(place: str | None, patient: str | None, as_of: date) -> pd.DataFrame:
    """Where each patient of the diary stands, or the one named; see :func:`analysis.followup.due_table`.

    Raises DiaryError: the diary is empty, or the named patient is not in it.
    """
    from analysis.followup import follow_up

    with opened(place) as diary:
        patients = diary.patients() if patient is None else _named(diary.patients(), patient)
        if not patients:
            raise DiaryError("The diary is empty. Record a session with: migraine botox add DATE --units 155")
        facts = diary.frames(patient, ("treatments", "consultations"))
    return follow_up(facts["treatments"], facts["consultations"], as_of, patients).due


def _named(known: list[str], patient: str) -> list[str]:
    if patient not in known:
        raise DiaryError(f"There is no patient {patient!r} in the diary. See who is there with: migraine due")
    return [patient]


def soon(found: pd.DataFrame, as_of: date, within: int) -> pd.Series[bool]:
    """Who has a session that is overdue or due within so many days, or a review in them."""
    import pandas as pd

    until_review = (found["review"] - pd.Timestamp(as_of)).dt.days
    return (found["days"] <= within).fillna(False).astype(bool) | until_review.between(0, within)


def alone(one: pd.Series[Any], as_of: date) -> str:
    """The only patient's next session, as a sentence."""
    import pandas as pd

    if one["sessions"] == 0:
        return "No session is recorded, so none is due. Record one with: migraine botox add DATE --units 155"
    review = f" Next review: {one['review_text']}." if pd.notna(one["review_text"]) else ""
    last = f"last session {one['session'].date()}"
    if pd.isna(one["due"]):
        return f"No session is due: {one['status']} on {one['since'].date()}, {last}.{review}"
    return f"Next session: {one['due'].date()}, {one['status']} as of {as_of} ({last}).{review}"


def _row(one: pd.Series[Any]) -> tuple[str, ...]:
    import pandas as pd

    session, due_day, since = (_date(one[name]) for name in ("session", "due", "since"))
    status = one["status"] if due_day or not since else f"{one['status']} {since}"
    units = "" if pd.isna(one["units"]) else f"{one['units']:g}"
    review = "" if pd.isna(one["review_text"]) else one["review_text"]
    return one["patient"], session, units, due_day, status, review


def _date(value: Any) -> str:
    import pandas as pd

    return "" if pd.isna(value) else str(value.date())


def write_calendar(shown: pd.DataFrame, as_of: date, path: Path, summary: str, *, codes: bool, force: bool) -> None:
    """Write the days to come, and say what is in the file.

    Raises DiaryError: there is no day to come, or the file exists already and *force* is not set.
    """
    from analysis.reports.reminders import calendar, reminders
    from diary.cli.files import claim

    found = reminders(shown, as_of)
    if not found:
        raise DiaryError(
            f"No day to come is in this list, so {path} was not written. Days that have passed are left out; record "
            "the session when it has been given, and the next one has a day: migraine botox add."
        )
    claim(path, force=force).write_bytes(calendar(found, as_of, summary, codes=codes))
    say(f"Written: {path}, with {counted(len(found), 'day')} to come. Days that have passed are left out.")
