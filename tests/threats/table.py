"""The threats as SECURITY.md lists them: what is done about each, the tests, how often it was tried, what failed."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.threats.results import Result, read_result

THREATS = Path(__file__).with_name("threats.toml")

HEADER = ("Threat", "What is done", "Tests", "Tried", "Failed")

Cases = Mapping[str, int]
"""How many cases each test has, by ``tests/test_x.py::test_name``."""


@dataclass(frozen=True, slots=True)
class Threat:
    """One line: its *group*, what could happen (*name*), what is *done*, and the *tests* and long *runs* that try it."""

    group: str
    name: str
    done: str
    tests: tuple[str, ...] = ()
    runs: tuple[str, ...] = ()


def read_threats() -> list[Threat]:
    """All lines, in their order."""
    lines = tomllib.loads(THREATS.read_text(encoding="utf-8"))["threat"]
    return [Threat(**{name: tuple(v) if isinstance(v, list) else v for name, v in line.items()}) for line in lines]


def table(threats: list[Threat], cases: Cases) -> Iterator[str]:
    """The lines of the tables in Markdown, one table for each group."""
    for group in dict.fromkeys(threat.group for threat in threats):
        yield from ("", f"### {group}", "", _row(HEADER), _row(["---"] * len(HEADER)))
        yield from (_row(cells(threat, cases)) for threat in threats if threat.group == group)
    yield ""


def cells(threat: Threat, cases: Cases) -> list[str]:
    """One line's cells. A test of the normal suite that fails stops a release, so that none of them has failed."""
    results = {name: read_result(name) for name in threat.runs}
    tried = [_in_words(result) for result in results.values()]
    if threat.tests:
        tried.insert(0, f"{sum(cases[test] for test in threat.tests):,} cases in every run of the suite")
    failed = [str(result.failed) if result else "" for result in results.values()]
    return [threat.name, threat.done, _tests(threat), "<br>".join(tried), "<br>".join(["0"] * bool(threat.tests) + failed)]


def _tests(threat: Threat) -> str:
    """The tests of each file: the file once, then their names."""
    names = [test.partition("::") for test in threat.tests]
    by_file = {file: [name for other, _, name in names if other == file] for file, _, _ in names}
    lines = [f"`{Path(file).name}`: {', '.join(f'`{name}`' for name in found)}" for file, found in by_file.items()]
    commands = [result.command for name in threat.runs if (result := read_result(name))]
    return "<br>".join([*lines, *(f"`{command}`" for command in dict.fromkeys(commands))])


def _in_words(result: Result | None) -> str:
    return f"{result.tried_in_words}, {result.date}" if result else "not run yet"


def _row(cells: list[str] | tuple[str, ...]) -> str:
    return f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"
