"""Tables drawn from a grammar: headers that the program knows, in any language, over cells that mostly fit them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from functools import cache
from random import Random
from typing import Any

from diary.importers.words import synonyms, vocabulary
from diary.medicines import known_medicines
from tests.fuzz.damage import ODD, Rows

FIRST = date(2023, 12, 28)
DATE_FORMS = (
    "%Y-%m-%d",
    "%d.%m.%Y",
    "%m/%d/%Y",
    "%d/%m/%y",
    "%d %B %Y",
    "%a, %d %b %Y",
    "%Y%m%d",
    "%m/%d/%Y %I:%M %p",
    "%Y-%m-%dT%H:%M:%S+02:00",
)
TIME_FORMS = ("%H:%M", "%I:%M %p", "%H:%M:%S", "%Hh%M", "%H.%M")
DURATIONS = ("{} h", "{}", "{}:30", "{} min", "{},5 Std.", "{}h 20m", "{} days", "-{}", "PT{}H")
UNITS = ("mg", "tablets", "ml", "µg", "Stück", "")
BRACKETS = (" (0-10)", " [h]", " (min)", " 0-3", " /100", " 2", "?", ":")
EXTREMES: tuple[Any, ...] = (
    datetime.min,
    datetime.max,
    date.min,
    date.max,
    datetime(1899, 12, 31),
    time.max,
    timedelta.max,
    timedelta(-1),
    -1e308,
    2958466.0,
    2**63,
    float("inf"),
    "#REF!",
)
"""What a cell of a workbook can be, and a date of a diary cannot."""

COUNTED = ("{}", "{} 50 mg", "{} (mg)", "No. of {}", "{} (tablets)", "{} 2")
"""How a column of counts is called after a medicine."""

Draw = Callable[[Random], Any]


@cache
def headers() -> dict[str, list[str]]:
    """Every field with the headers that name it."""
    found: dict[str, list[str]] = {"taken": [form.format(name) for name in names() for form in COUNTED]}
    for text, field in synonyms().items():
        found.setdefault(field, []).append(text)
    return found


@cache
def words(*meanings: str) -> tuple[str, ...]:
    """The words that people write for these meanings."""
    return tuple(vocabulary(*meanings))


@cache
def names() -> tuple[str, ...]:
    """Names of medicines, as they are classed and as they are not."""
    return (*(medicine.name for medicine in known_medicines()), "Wundermittel", "none")


def moments(rng: Random) -> Draw:
    """Dates of one column: all in one form, as text or as a workbook holds them."""
    form = rng.choice((*DATE_FORMS, None, None))
    span = rng.choice((10, 60, 900))

    def draw(rng: Random) -> Any:
        moment = datetime.combine(FIRST, time.min) + timedelta(days=rng.randrange(span), minutes=rng.randrange(1440))
        return moment.strftime(form) if form else rng.choice((moment, moment.date()))

    return draw


def clocks(rng: Random) -> Draw:
    """Times of day of one column."""
    form = rng.choice((*TIME_FORMS, None))

    def draw(rng: Random) -> Any:
        moment = time(rng.randrange(24), rng.randrange(60))
        return moment.strftime(form) if form else moment

    return draw


def pains(rng: Random) -> Draw:
    """How bad it was, in one column: numbers of a scale, or words."""
    if rng.random() < 0.4:
        return lambda rng: rng.choice(words("none", "mild", "moderate", "severe"))
    top = rng.choice((3, 4, 10, 100))
    return lambda rng: rng.choice((rng.randrange(top + 1), rng.randrange(top + 1) + 0.5, str(rng.randrange(top + 1))))


def durations(rng: Random) -> Draw:
    """How long it lasted, in one column."""
    form = rng.choice((*DURATIONS, None))
    if form is None:
        return lambda rng: rng.choice((rng.randrange(100), timedelta(minutes=rng.randrange(6000)), rng.random() * 72))
    return lambda rng: form.format(rng.choice((rng.randrange(12), rng.randrange(3000))))


def answers(_rng: Random) -> Draw:
    """Yes and no, in any language and as marks."""
    return lambda rng: rng.choice((*words("yes", "no"), "x", "X", "-", "1", "0", True, False, "✓"))


def one_of(*choices: Any) -> Callable[[Random], Draw]:
    """A column of these words."""
    return lambda _rng: lambda rng: rng.choice(choices)


def medicines(_rng: Random) -> Draw:
    """Medicines by name, some with amounts and several in a cell."""
    return lambda rng: rng.choice(("{}", "{} 50 mg", "2x {}", "{} + Ibuprofen 400", "{}; {}")).replace(
        "{}", rng.choice(names())
    )


CELLS: dict[str, Callable[[Random], Draw]] = {
    **dict.fromkeys(("date", "start", "end", "end_date", "botox_date"), moments),
    **dict.fromkeys(("time", "end_time"), clocks),
    "day": one_of(*range(32)),
    "pain": pains,
    "duration": durations,
    "medicine": medicines,
    "taken": one_of(0, 1, 2, 0.5, "x", "½", "1/2", "50 mg", "x2", "2 (late)", "half", "?", "-", 400, True, "1,000", -1),
    "dose": one_of(0, 1, 2, 0.5, "50", "400 mg", "-1"),
    "unit": one_of(*UNITS),
    "units": one_of(155, "155 U", 195.0, "0"),
    "relief": one_of(0, 1, 2, 3, "helped", "no"),
    "disability": one_of(0, 1, 2, 3, "in bed"),
    "kind": one_of("Migraine", "tension", "Cluster", "?"),
    "patient": one_of("P1", "P1", "P2", "=cmd", ""),
    "note": one_of("rain", "Wetter, Stress", 'said "no"', ""),
}
"""How the cells of a column are drawn, by its field; those of every other field are yes and no."""

WITHIN = ("date", "start", "botox_date")
"""One of these says of when a row is."""


def draw_table(rng: Random) -> Rows:
    """A table of a few columns and rows, of which the headers are mostly known and the cells mostly fit."""
    fields = [
        rng.choice(WITHIN),
        *rng.choices([*headers(), "pain", "headache", "medicine", "end"], k=rng.randrange(1, 6)),
    ]
    if rng.random() < 0.1:
        rng.shuffle(fields)
    columns = [CELLS.get(field, answers)(rng) for field in fields]
    rows: Rows = [[draw_cell(draw, rng) for draw in columns] for _ in range(rng.randrange(7))]
    return [[draw_header(field, rng) for field in fields], *rows]


def draw_header(field: str, rng: Random) -> str:
    """A header that names the field, as somebody may have written it."""
    text = rng.choice(headers()[field])
    text = rng.choice((text, text.title(), text.upper(), f" {text} "))
    return text + rng.choice(BRACKETS) if rng.random() < 0.2 else text


def draw_cell(draw: Draw, rng: Random) -> Any:
    """A cell of a column, now and then empty or something odd."""
    chance = rng.random()
    if chance < 0.08:
        return None
    return rng.choice(ODD) if chance < 0.1 else draw(rng)


def draw_sheet(rows: Rows, rng: Random) -> dict[str, Any]:
    """The rows, made of one width, as a sheet of a workbook with the marks that one can have."""
    width = max(map(len, rows))
    rows = [row + [None] * (width - len(row)) for row in rows]
    here = (rng.randrange(len(rows)), rng.randrange(4))
    there = (here[0] + rng.randrange(3), here[1] + rng.randrange(3))
    return {
        "name": rng.choice(("Diary", "März 2026", "2025-03", "Sheet1", "", "x" * 31)),
        "rows": rows,
        "merged": rng.choice(([], [], [(here, there)], [((0, 0), (10**6, 10**4))])),
        "unvalued": rng.choice(([], [], [here])),
        "failed": rng.choice(([], [], [here, (10**6, 5)])),
        "hidden": rng.choice((0, 0, 3)),
        "epoch1904": rng.random() < 0.2,
    }
