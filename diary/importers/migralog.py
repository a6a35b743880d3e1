"""MigraLog: the JSON that the app exports.

After the app's own source and its description of the format (github.com/vfilby/migralog): times are milliseconds since
1970; the answer "Clear" to "How was yesterday?" is a green day, "Not clear" a yellow one; a day with an episode is red.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from shlex import quote
from typing import Any

from diary.importers.app_records import Found, Intakes, end_after, told_apart
from diary.importers.day_rows import SILENCE, joined_rows
from diary.importers.file import File
from diary.importers.instants import Zone, zone_of
from diary.importers.layout import Layout
from diary.importers.merging import Placed, merge_days
from diary.importers.options import Options
from diary.importers.preventives import Intake, proposals
from diary.importers.records import Record, record_of
from diary.importers.symptoms import features_of
from diary.medicines import find_medicine
from diary.model import Attack, Batch, DayLog, Problem, Source, last_date

NAME = "MigraLog"
MS = 1000
MOST_EPISODES, MOST_DOSES = 50, 100
"""Some versions of the app export the latest so many, and leave the others out."""

STATUSES = {"green": False, "yellow": None, "red": True}
"""Whether a day of each colour has a headache; a yellow one is "not clear", and leaves it open."""

GREEN = "Green days of MigraLog (Clear) are read as headache-free, yellow ones (Not clear) leave it open."


def claims(file: File) -> bool:
    """Metadata that count episodes, and episodes."""
    content = file.json
    if not isinstance(content, dict) or not {"metadata", "episodes"} <= content.keys():
        return False
    return isinstance(content["metadata"], dict) and "episodeCount" in content["metadata"]


def read(file: File, patient: str, options: Options) -> Batch:
    """The episodes with their peaks and notes, the days, and the medicines."""
    top = record_of(file.json)
    zone = zone_of(options, _zone_named(top))
    found = told_apart(_attacks(top, patient, zone))
    intakes = _intakes(top, {one.record.text("id") or "": one.attack.attack_id for one in found}, patient, zone)
    logs, joined = merge_days(_logs(top, patient, found, intakes.acute_days()))
    checked = any(log.headache is False for log in logs)
    return Batch(
        sources=(Source(patient, NAME, events_only=not checked, medication=True),),
        days=tuple(logs),
        attacks=tuple(one.attack for one in found),
        doses=intakes.facts(),
        assumptions=(zone.why, GREEN if checked else SILENCE),
        problems=(
            *top.problems,
            *_totals(top, len(found)),
            *map(joined_rows, joined),
            *intakes.proposals(),
            *_overlays(top),
        ),
    )


def _zone_named(top: Record) -> str | None:
    """The time zone of the medication schedules, where they all have one."""
    zones = {schedule.text("timezone") for schedule in top.records("medicationSchedules", "schedule")}
    return zones.pop() if len(zones) == 1 else None


def _attacks(top: Record, patient: str, zone: Zone) -> Iterator[Found]:
    peaks, notes = _peaks(top), _notes(top)
    for record in top.records("episodes", "episode"):
        start, end = record.instant("startTime", zone, MS, needed=True), record.instant("endTime", zone, MS)
        if start is None:
            continue
        placed = replace(record, place=f"{record.place} ({start.local:%Y-%m-%d %H:%M})")
        episode = record.text("id") or ""
        attack = Attack(
            patient,
            start.local,
            end_after(placed, start, end),
            start.utc_offset,
            ongoing=record.values.get("endTime") is None,
            intensity=peaks.get(episode),
            note="; ".join(filter(None, (record.text("notes"), *notes[episode]))) or None,
            source=NAME,
            **_features(record),
        )
        yield Found(placed, attack)


def _peaks(top: Record) -> dict[str, float]:
    """The highest intensity reading of each episode."""
    peaks: dict[str, float] = {}
    for reading in top.records("intensityReadings", "intensity reading"):
        episode, intensity = reading.text("episodeId") or "", reading.number("intensity", 0, 10)
        if intensity is not None:
            peaks[episode] = max(intensity, peaks.get(episode, 0.0))
    return peaks


def _notes(top: Record) -> dict[str, list[str]]:
    """What was written during each episode, in the order of the file."""
    notes: dict[str, list[str]] = defaultdict(list)
    for record in top.records("episodeNotes", "episode note"):
        if text := record.text("note"):
            notes[record.text("episodeId") or ""].append(text)
    return notes


def _features(record: Record) -> dict[str, Any]:
    features = features_of(record.texts("symptoms") + record.texts("qualities"))
    places = [place.partition("_")[0] for place in record.texts("locations")]
    if {"left", "right"} <= set(places):
        features["unilateral"] = False
    elif places and set(places) in ({"left"}, {"right"}):
        features["unilateral"] = True
    return features


def _logs(top: Record, patient: str, found: Iterable[Found], acute: Collection[date]) -> Iterator[Placed]:
    touched = {day for one in found for day in _dates(one.attack)}
    for record in top.records("dailyStatusLogs", "day"):
        day, status = record.day("date"), record.text("status")
        if day is None:
            continue
        if status not in STATUSES:
            record.note(f'The status of {day} is "{status}", not green, yellow or red.')
            continue
        headache = STATUSES[status]
        if headache is False and day in touched:
            record.note(f"{day} is green, and has an episode: the episode counts.", "Correct one of them in the app.")
            headache = None
        yield Placed(
            DayLog(patient, day, headache, acute=day in acute, note=_note(record, status), source=NAME), record.place
        )


def _dates(attack: Attack) -> Iterator[date]:
    first = attack.start.date()
    return (first + timedelta(days=n) for n in range((last_date(attack) - first).days + 1))


def _note(record: Record, status: str) -> str | None:
    """The notes of a day, after what a yellow day was put down to."""
    yellow = f"yellow day ({record.text('statusType') or 'not clear'})" if status == "yellow" else None
    return "; ".join(filter(None, (yellow, record.text("notes")))) or None


def _intakes(top: Record, attack_ids: Mapping[str, str], patient: str, zone: Zone) -> Intakes:
    """The doses that were taken, each with the attack of its episode, and the preventives without any."""
    intakes = Intakes(patient, NAME)
    kept = {record.text("id"): record for record in top.records("medications", "medication")}
    unused = dict(kept)
    for dose in top.records("medicationDoses", "dose"):
        medicine, taken = kept.get(dose.text("medicationId")), dose.instant("timestamp", zone, MS, needed=True)
        name = medicine.text("name") if medicine else None
        if medicine is None or name is None:
            dose.note("The medicine of this dose is not in the file, so it was not read.")
        elif taken and dose.text("status") != "skipped":
            unused.pop(dose.text("medicationId"), None)
            attack_id = attack_ids.get(dose.text("episodeId") or "")
            amount = _amount(dose, medicine)
            intakes.add(dose, name, taken.local, amount, preventive=_kept_as_preventive(medicine), attack_id=attack_id)
    intakes.problems += [_undated(record) for record in unused.values() if _kept_as_preventive(record)]
    return intakes


def _kept_as_preventive(medicine: Record) -> bool:
    return medicine.text("type") == "preventative"


def _amount(dose: Record, medicine: Record) -> str:
    """So many units of so much; the strength at the time of the dose, or else today's."""
    dated = dose if dose.values.get("dosageAmount") is not None else medicine
    quantity, strength = dose.number("quantity", 0, 1000), dated.number("dosageAmount", 0, 1e6)
    if quantity is None or strength is None:
        return ""
    return f"{quantity * strength:g} {dated.text('dosageUnit') or ''}".strip()


def _undated(medicine: Record) -> Problem:
    name = medicine.text("name") or "?"
    what = f"{name} is kept as a preventive, and no intake says since when."
    return Problem(medicine.place, what, f"Record it with: migraine preventive start {quote(name)} --date DATE")


def _totals(top: Record, attacks: int) -> Iterator[Problem]:
    """Where the file's own count of episodes is not ours, or where the app may have left the oldest out."""
    metadata = top.values.get("metadata")
    count = metadata.get("episodeCount") if isinstance(metadata, Mapping) else None
    if count != attacks:
        what = f"The file counts {count} episodes, and {attacks} were read."
        yield Problem("metadata", what, "Look at the problems with episodes, or export the file again.")
    for name, most in (("episodes", MOST_EPISODES), ("medicationDoses", MOST_DOSES)):
        entries = top.values.get(name)
        if isinstance(entries, list) and len(entries) == most:
            what = f"There are exactly {most} of them: some versions of the app leave out all older ones."
            yield Problem(name, what, "Compare the earliest with the app, and update the app if they are cut off.")


def _overlays(top: Record) -> Iterator[Problem]:
    """Spans in the app's calendar that name a treatment."""
    for record in top.records("calendarOverlays", "calendar overlay"):
        text = " ".join(filter(None, (record.text("label"), record.text("notes"))))
        medicine = find_medicine(text)
        day = record.day("startDate") if medicine else None
        if medicine and day and medicine.medicine_class == "botulinum":
            what = f'"{text}" in the calendar names {medicine.name}; it was not recorded.'
            yield Problem(record.place, what, f"If it is a session, record it with: migraine botox add {day}")
        elif medicine and day and medicine.medicine_class == "preventive":
            yield from proposals([Intake(medicine.name, day)])


LAYOUT = Layout(
    NAME,
    claims,
    read,
    takes="Episodes with start, end, highest intensity 0-10, symptoms, side and notes; the colour of each day; acute "
    "doses with time, amount and episode.",
    leaves="Triggers, places, effectiveness, schedules, skipped doses. Preventives, and Botox in the calendar, are "
    "proposed, not filed.",
    blanks="A green day is headache-free and a red one a headache day; a yellow day and a day without a colour leave "
    "it open. Without any green day, short silences between episodes count as headache-free. An episode without an "
    "end had not ended.",
)
