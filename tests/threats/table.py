"""The threats as SECURITY.md lists them: what is done about each, the tests, how often it was tried, what failed."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.threats.results import read_result

THREATS = Path(__file__).with_name("threats.toml")

HEADER = ("What could happen", "What is done about it", "How often it was tried", "Failed")

Cases = Mapping[str, int]
"""How many cases each test has, by ``tests/test_x.py::test_name``."""


@dataclass(frozen=True, slots=True)
class Threat:
    """One line: its *group*, what could happen (*name*), what is *done*, and the *tests* and long *runs* that try it.

    *counted* is what a test of the suite counts by itself, such as the bits that it flips.
    """

    group: str
    name: str
    done: str
    tests: tuple[str, ...] = ()
    runs: tuple[str, ...] = ()
    counted: str = ""


def read_threats() -> list[Threat]:
    """All lines, in their order."""
    lines = tomllib.loads(THREATS.read_text(encoding="utf-8"))["threat"]
    return [Threat(**{name: tuple(v) if isinstance(v, list) else v for name, v in line.items()}) for line in lines]


def table(threats: list[Threat], cases: Cases) -> Iterator[str]:
    """The lines of the tables in Markdown, one table for each group, and below each the names of its tests."""
    for group in dict.fromkeys(threat.group for threat in threats):
        own = [threat for threat in threats if threat.group == group]
        yield from (f"### {group}", "", _row(HEADER), _row(["---"] * len(HEADER)))
        yield from (_row(cells(threat, cases)) for threat in own)
        yield from ("", "<details><summary>The tests</summary>", "")
        yield from (line for threat in own for line in _tests(threat))
        yield from ("", "</details>", "")


def cells(threat: Threat, cases: Cases) -> list[str]:
    """One line's cells. A test of the normal suite that fails stops a release: of its cases none has failed."""
    number = sum(cases[test] for test in threat.tests)
    tried = [f"{number:,} {'case' if number == 1 else 'cases'} in every run of the tests"] * bool(number)
    failed = ["0"] * bool(number)
    for result in map(read_result, threat.runs):
        tried.append(f"{result.tried_in_words}, {result.date}" if result else "not run yet")
        failed.append(result.failed_in_words if result else "")
    return [threat.name, threat.done, "<br>".join([*tried, *_counted(threat)]), "<br>".join(failed)]


def _counted(threat: Threat) -> list[str]:
    return [f"({threat.counted})"] if threat.counted else []


def _tests(threat: Threat) -> Iterator[str]:
    """What the threat is tried with: the commands of the long runs, and the tests of the suite."""
    results = filter(None, map(read_result, threat.runs))
    commands = [f"`{command}`" for command in dict.fromkeys(result.command for result in results)]
    yield f"- {threat.name}{': ' if commands else ''}{', '.join(commands)}"
    yield from (f"  - `{test}`" for test in threat.tests)


def _row(cells: list[str] | tuple[str, ...]) -> str:
    return f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"
