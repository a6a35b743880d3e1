"""A million files that no program would write, read as ``migraine import`` reads them.

``make fuzz``, or ``python -m tests.fuzz.readers --inputs 20000 --seed 1``, takes the samples of every layout, the
template, an export of the diary and tables drawn from a grammar, damages each in a way that the seed and the number of
the input decide, answers the questions that a file leaves open with whatever the dice say, and reads it. It must end
in facts that satisfy the model and problems that say where, what and what to do, or in a DiaryError with a sentence;
within two seconds of processor time, and 500 MB. ``--first N --inputs 1`` makes input N again.

Workbooks are parsed in a process of their own, which takes some thousand times as long as to read what it answers: a
few go that way, and for the others the answer is drawn.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import os
import sys
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import asdict, dataclass, field
from functools import cache, partial
from multiprocessing import get_context
from pathlib import Path
from random import Random
from shutil import copyfile
from tempfile import TemporaryDirectory
from traceback import format_exc
from typing import Any, NamedTuple, get_args

from diary.checks import check_batch
from diary.cli.arrivals import print_arrival
from diary.cli.importing import Reading, arrive
from diary.exports import write_json
from diary.importers import File, Options, read, sheets
from diary.importers.options import SCALES, DateOrder, DurationUnit
from diary.importers.profile import CHOICES, FIELDS, Profile, profile_text, read_profile
from diary.model import Batch, DiaryError
from diary.reading import read_file
from diary.store import Store
from diary.template import write_template
from tests.fuzz.bounds import HungError, Meter, bound_memory, bounded_time, peak
from tests.fuzz.damage import (
    ODD,
    Rows,
    damage_archive,
    damage_bytes,
    damage_json,
    damage_markup,
    damage_rows,
    delimited,
    pack,
)
from tests.fuzz.facts import faults, says
from tests.fuzz.grammar import EXTREMES, draw_sheet, draw_table
from tests.threats.results import write_result

ROOT = Path(__file__).parents[2]
EXPORTS = ROOT / "data" / "exports"
NOT_SAMPLES = (".expected.json", ".options.json", ".md")
OUR_EXPORT = "our export"
CHUNK = 1_000
FULLY = 500
"""One input in so many is imported into a diary, and what became of it is printed; one in ten is checked."""

WORKBOOK = pack({"xl/workbook.xml": b""})
"""Enough of a workbook for the look before opening."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample: its bytes, the same as rows where it is a table, and what its owner answers to what it leaves open."""

    name: str
    content: bytes
    rows: Rows
    members: dict[str, bytes]
    answers: Options


class Made(NamedTuple):
    """An input: what it was made from, the bytes of its file, and the sheets that its workbook is said to hold."""

    origin: str
    content: bytes
    sheets: list[dict[str, Any]] | None = None


@dataclass(slots=True)
class Tally:
    """What became of many inputs: how each ended, the costliest, the largest process, and each that failed."""

    ended: Counter[str] = field(default_factory=Counter)
    origins: Counter[str] = field(default_factory=Counter)
    processor: tuple[float, int] = (0.0, -1)
    clock: tuple[float, int] = (0.0, -1)
    peak: int = 0
    failures: list[str] = field(default_factory=list)

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.ended + other.ended,
            self.origins + other.origins,
            max(self.processor, other.processor),
            max(self.clock, other.clock),
            max(self.peak, other.peak),
            self.failures + other.failures,
        )


# The samples


def sample_paths() -> list[Path]:
    """Every sample of a layout, in the same order everywhere."""
    return sorted(path for path in EXPORTS.rglob("*") if path.is_file() and not path.name.endswith(NOT_SAMPLES))


@cache
def samples() -> tuple[Sample, ...]:
    """The samples of every layout, the template as it is handed out, and an export of the diary."""
    with TemporaryDirectory() as folder:
        template = write_template(Path(folder) / "template.xlsx")
        export = write_json(read(EXPORTS / "apple-health" / "export.xml"), Path(folder) / "export.json")
        found = [_sample(path, f"{path.parent.name}/{path.name}") for path in sample_paths()]
        return (*found, _sample(template, "our template"), _sample(export, OUR_EXPORT))


def _sample(path: Path, name: str) -> Sample:
    content, file = path.read_bytes(), File(path)
    is_text = file.sheets and not content.startswith(sheets.ZIP)
    rows = list(csv.reader(io.StringIO(file.text), delimiter=sheets._delimiter(file.text))) if is_text else []
    return Sample(name, content, rows, _members(content), _written_answers(path))


def _members(content: bytes) -> dict[str, bytes]:
    if not content.startswith(sheets.ZIP):
        return {}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _written_answers(path: Path) -> Options:
    """What the person answers whose file the sample is."""
    written = path.with_name(f"{path.name}.options.json")
    answers = json.loads(written.read_text()) if written.exists() else {}
    return Options(**{name: tuple(answer) if isinstance(answer, list) else answer for name, answer in answers.items()})


@cache
def texts() -> tuple[Sample, ...]:
    """The samples that are text of some kind, or an archive of text."""
    return tuple(sample for sample in samples() if not is_workbook(sample))


@cache
def workbooks() -> tuple[Sample, ...]:
    """The samples that are workbooks."""
    return tuple(filter(is_workbook, samples()))


def is_workbook(sample: Sample) -> bool:
    """Does a process of its own have to read it?"""
    return bool({"xl/workbook.xml", "content.xml"} & set(sample.members))


@cache
def sheets_of(number: int) -> tuple[dict[str, Any], ...]:
    """The sheets of a sample that is a workbook, as the process that reads it answers."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "workbook"
        path.write_bytes(workbooks()[number].content)
        return tuple(asdict(sheet) for sheet in sheets.read_sheets(path))


# Making an input


def from_sample(rng: Random) -> tuple[Made, Options]:
    """A sample, damaged by its structure or by its bytes."""
    sample = rng.choice(texts())
    return Made(sample.name, damaged(sample, rng)), sample.answers


def damaged(sample: Sample, rng: Random) -> bytes:
    """The bytes of a sample after the damage: to its structure, and of one in six also to its bytes."""
    content = sample.content
    if sample.rows:
        content = delimited(damage_rows(sample.rows, rng), rng)
    elif sample.members:
        content = damage_archive(sample.members, rng)
    elif sample.content.lstrip().startswith(b"<"):
        content = damage_markup(sample.content.decode(), rng)
    else:
        content = damage_json(sample.content.decode(), rng)
    return damage_bytes(content, rng) if rng.random() < 0.16 else content


def from_grammar(rng: Random) -> tuple[Made, Options]:
    """A table drawn from the grammar, as text."""
    rows = draw_table(rng)
    if rng.random() < 0.3:
        rows = damage_rows(rows, rng)
    content = delimited(rows, rng)
    return Made("grammar as text", damage_bytes(content, rng) if rng.random() < 0.05 else content), Options()


def from_sheets(rng: Random) -> tuple[Made, Options]:
    """A workbook whose cells are drawn, or those of a sample damaged."""
    if rng.random() < 0.7:
        drawn = [
            draw_sheet(damage_rows(draw_table(rng), rng, (*ODD, *EXTREMES)), rng) for _ in range(rng.choice((1, 1, 2)))
        ]
        return Made("grammar as workbook", WORKBOOK, drawn), Options()
    number = rng.randrange(len(workbooks()))
    drawn = [_damaged_sheet(sheet, rng) for sheet in sheets_of(number) if sheet["rows"]]
    return Made(f"{workbooks()[number].name} by its cells", WORKBOOK, drawn), workbooks()[number].answers


def _damaged_sheet(sheet: dict[str, Any], rng: Random) -> dict[str, Any]:
    kept = len(sheet["rows"]) if rng.random() < 0.1 else rng.randrange(1, 40)
    rows = [list(row) for row in sheet["rows"][:kept]]
    for _ in range(rng.randrange(6)):
        row = rng.choice(rows)
        if row:
            row[rng.randrange(len(row))] = rng.choice((*ODD, *EXTREMES, *rng.choice(rows)))
    return draw_sheet(rows, rng) | {"name": sheet["name"], "epoch1904": rng.random() < 0.2}


def from_workbook(rng: Random) -> tuple[Made, Options]:
    """The file of a workbook, damaged, for the process that reads workbooks."""
    sample = rng.choice(workbooks())
    return Made(f"{sample.name} as a file", damage_archive(sample.members, rng)), sample.answers


KINDS: tuple[tuple[float, Callable[[Random], tuple[Made, Options]]], ...] = (
    (0.004, from_workbook),
    (0.13, from_sheets),
    (0.55, from_grammar),
    (1.0, from_sample),
)
"""The kinds of input, each up to its share."""


def make(rng: Random) -> tuple[Made, Options]:
    """An input, and what its owner would answer."""
    chance = rng.random()
    return next(kind for share, kind in KINDS if chance < share)(rng)


def draw_answers(rng: Random) -> Options:
    """What somebody answers who presses any key."""
    return Options(
        date_order=rng.choice((None, *get_args(DateOrder))),
        scale=rng.choice((None, None, *SCALES)),
        duration_unit=rng.choice((None, *get_args(DurationUnit))),
        blank_medication=rng.choice((None, "none", "unknown")),
        time_zone=rng.choice((None, "Europe/Berlin", "America/St_Johns", "Mars/Olympus", "../../etc/passwd")),
        headache_words=rng.choice(((), ("headache",), ("Headache", "migraine"), ("",), ("(",))),
        blank_headache=rng.choice((None, "free", "unknown")),
        hold_days=rng.choice((14, 1, 365)),
        year=rng.choice((None, 2026, 1950, 2099)),
    )


def draw_profile(rng: Random) -> Profile:
    """What somebody may have said of the columns of a table, fitting or not."""
    texts = [str(cell) for cell in rng.choice((draw_table(rng)[0], [rng.choice(ODD), "column 1", "column 2"]))]
    columns = {text: rng.choice(("date", "start", "pain", *FIELDS)) for text in texts}
    asked = {name: rng.choice(choices) for name, choices in CHOICES.items() if rng.random() < 0.5}
    return Profile("mine", columns, asked)


# Reading it


def answer_with(drawn: list[dict[str, Any]]) -> None:
    """Let the next workbook hold these sheets, without starting the process that reads workbooks."""
    sheets._read_apart = lambda _path: {"sheets": drawn}


READ_APART = sheets._read_apart


class Attempt(NamedTuple):
    """One input on its way through the program: its number, its file, and a diary that is still empty."""

    number: int
    path: Path
    empty: Path

    def end(self, rng: Random, made: Made, answers: Options) -> str:
        """How the reading ended: "read", "refused", or what must not be, at length."""
        try:
            with bounded_time():
                return self._read(rng, made, answers)
        except DiaryError as error:
            return "refused" if says(str(error)) else "refused without a word"
        except (Exception, HungError):
            return format_exc(limit=-4)

    def _read(self, rng: Random, made: Made, answers: Options) -> str:
        self.path.write_bytes(made.content)
        sheets._read_apart = READ_APART
        if made.sheets is not None:
            answer_with(made.sheets)
        if rng.random() < 0.03:
            return self._with_profile(rng, answers)
        batch = read_file(self.path, patient="P1", options=answers)
        if self.number % FULLY == 0:
            self._import(answers)
        if self.number % 10 == 0:
            batch += Batch(problems=tuple(check_batch(batch)))
        return "\n".join(faults(batch, whole=made.origin != OUR_EXPORT)) or "read"

    def _with_profile(self, rng: Random, answers: Options) -> str:
        """Read with a profile, which was saved, and perhaps damaged, before."""
        saved = self.path.with_suffix(".toml")
        text = profile_text(draw_profile(rng)).encode()
        saved.write_bytes(damage_bytes(text, rng) if rng.random() < 0.1 else text)
        batch = read_file(self.path, patient="P1", options=answers, profile=read_profile(saved))
        return "\n".join(faults(batch)) or "read"

    def _import(self, answers: Options) -> None:
        """All that ``migraine import`` does: into a diary, and what became of it printed."""
        diary = self.path.with_suffix(".sqlite")
        copyfile(self.empty, diary)
        with Store.open(str(diary)) as store, redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
            print_arrival(arrive(self.path, "P1", Reading(asdict(answers)), store))
            store.batch()


def fuzz_chunk(numbers: range, seed: int) -> Tally:
    """What became of these inputs, in this process."""
    tally = Tally()
    with TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as folder:
        empty = Path(folder) / "empty.sqlite"
        Store.open(str(empty)).close()
        for number in numbers:
            _count(tally, Attempt(number, Path(folder) / "diary.csv", empty), Random(f"{seed}/{number}"))
    tally.peak = peak()
    return tally


def _count(tally: Tally, attempt: Attempt, rng: Random) -> None:
    made, answers = make(rng)
    answers = draw_answers(rng) if rng.random() < 0.5 else answers
    meter = Meter()
    end = attempt.end(rng, made, answers)
    cost = meter.cost()
    tally.processor = max(tally.processor, (cost.processor, attempt.number))
    tally.clock = max(tally.clock, (cost.clock, attempt.number))
    tally.origins[made.origin] += 1
    tally.ended[end if end in ("read", "refused") else "failed"] += 1
    if end not in ("read", "refused"):
        tally.failures.append(f"input {attempt.number}, {made.origin}, {answers}:\n{end}")


# Many of them


def prepare() -> None:
    """Make the samples while there is memory for the libraries that only making them needs, then bound it."""
    samples()
    for number in range(len(workbooks())):
        sheets_of(number)
    bound_memory()


def fuzz(inputs: int, seed: int = 1, first: int = 0, processes: int | None = None) -> Iterator[Tally]:
    """What became of the inputs from *first* on, a thousand at a time, in as many *processes*."""
    chunks = [range(start, min(start + CHUNK, first + inputs)) for start in range(first, first + inputs, CHUNK)]
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn"), initializer=prepare) as pool:
        try:
            yield from pool.map(partial(fuzz_chunk, seed=seed), chunks)
        except BrokenProcessPool:
            yield Tally(failures=["a process was ended, by its memory or by a fault in a library"])


def added_up(tallies: Iterable[Tally], *, recorded: bool = False) -> Tally:
    """All of them as one, each printed as it comes, and *recorded* so that a run that is ended has counted, too."""
    total = Tally()
    for tally in tallies:
        total += tally
        for failure in tally.failures:
            print(failure, flush=True)
        print(summary(total), flush=True)
        if recorded:
            record(total)
    return total


def summary(tally: Tally) -> str:
    """The counts in three lines."""
    ended, (seconds, costliest), (clock, slowest) = tally.ended, tally.processor, tally.clock
    return (
        f"{ended.total():,} inputs: {ended['read']:,} read, {ended['refused']:,} refused, "
        f"{len(tally.failures)} crashes\n"
        f"slowest: input {costliest}, {seconds:.2f} s of the processor; input {slowest}, {clock:.2f} s on the clock\n"
        f"largest process: {tally.peak / 1e6:.0f} MB"
    )


def main() -> int:
    """Print the counts and each failure, and keep the counts for SECURITY.md."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--inputs", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="the number of the first input")
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    parser.add_argument("--record", action="store_true", help="keep the counts in tests/threats/results")
    arguments = parser.parse_args()
    tallies = fuzz(arguments.inputs, arguments.seed, arguments.first, arguments.processes)
    total = added_up(tallies, recorded=arguments.record)
    return 1 if total.failures else 0


def record(total: Tally) -> None:
    """Keep the counts for SECURITY.md."""
    write_result(
        "fuzz-readers",
        unit="damaged or invented files",
        tried=total.ended.total(),
        failed=len(total.failures),
        failure="crashes, hangs or wrong facts",
        command="make fuzz",
        counts={
            "read": total.ended["read"],
            "refused in a sentence": total.ended["refused"],
            "ms of the processor at most": round(total.processor[0] * 1000),
            "MB at most": total.peak // 1_000_000,
        },
    )


if __name__ == "__main__":
    sys.exit(main())
