"""Whether the libraries that are installed are those that the program needs, and are installed once."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from importlib.metadata import PackageNotFoundError, distributions, requires, version
from typing import NamedTuple

from diary.cli.finding import Finding

NEEDED = re.compile(r"([\w.-]+)(?:\[[^]]*\])?>=([\d.]+)\s*(?:;.*(extra).*)?")
"""A line of a package's requirements: a name, and the oldest version that will do."""


class Need(NamedTuple):
    """A library, the oldest version of it that will do, and whether the program can do without."""

    name: str
    oldest: str
    optional: bool


def needs(lines: Iterable[str]) -> Iterator[Need]:
    """What lines of requirements ask for.

    >>> list(needs(['psycopg[binary]>=3.1; extra == "postgres"', "click>=8.4.0"]))[0]
    Need(name='psycopg', oldest='3.1', optional=True)
    """
    found = (NEEDED.fullmatch(line) for line in lines)
    return (Need(one[1], one[2], bool(one[3])) for one in found if one)


def is_older(installed: str, oldest: str) -> bool:
    """Whether a version comes before another.

    >>> is_older("8.10.1", "8.4"), is_older("3.0.0rc1", "3.0.1")
    (False, True)
    """
    one, other = ([int(number) for number in re.findall(r"\d+", text)[:3]] for text in (installed, oldest))
    return one < other


def library_findings(distribution: str) -> Iterator[Finding]:
    """Libraries that are too old, or installed twice; one line where all is well."""
    wanted = list(needs(requires(distribution) or ()))
    bad = [finding for need in wanted if (finding := old_finding(need))]
    bad += twice(one.name for one in distributions() if {one.name} & {need.name for need in wanted})
    yield from bad or [Finding("Libraries", f"all {sum(not need.optional for need in wanted)} are new enough")]


def old_finding(need: Need) -> Finding | None:
    """That a library is older than the program needs, or missing; None where it is not."""
    try:
        installed = version(need.name)
    except PackageNotFoundError:
        installed = ""
    if (not installed and need.optional) or (installed and not is_older(installed, need.oldest)):
        return None
    state = f"{installed}, older than {need.oldest}" if installed else "missing"
    return Finding(f"Library {need.name}", state, f"Renew it: pip install '{need.name}>={need.oldest}'", bad=True)


def twice(names: Iterable[str]) -> list[Finding]:
    """Libraries of which two versions are found.

    >>> twice(["click", "rich", "click"])[0].state
    'installed twice'
    """
    remedy = "Install the program by itself, as with pipx: nobody can tell which of the two is used."
    return [
        Finding(f"Library {name}", "installed twice", remedy) for name, number in Counter(names).items() if number > 1
    ]
