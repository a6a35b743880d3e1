"""What migraine-diary is made of besides itself: every library that is installed with it, and under which licence.

``make licences`` writes THIRD-PARTY.md from what the installed libraries say of themselves.
"""

from __future__ import annotations

import configparser
import re
import sys
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement

PROJECT = "migraine-diary"
EXTRAS = ("postgres", "encrypted", "scale")
"""What a user may install beside; the other extras are for those who build it."""

SETUP = Path(__file__).parents[2] / "setup.cfg"
FILE = Path(__file__).parents[2] / "THIRD-PARTY.md"
HEAD = """# Libraries that are installed with migraine-diary

Written by `make licences`, from what each library says of itself. The licence of migraine-diary is in `LICENSE`. In the
pages of `migraine serve` there is also htmx (0BSD).

| library | licence | needed by |
| --- | --- | --- |
"""
COMMON = {
    "bsd license": "BSD",
    "mit license": "MIT",
    "apache software license": "Apache-2.0",
    "python software foundation license": "PSF-2.0",
    "mozilla public license 2.0 (mpl 2.0)": "MPL-2.0",
    "gnu library or lesser general public license (lgpl)": "LGPL",
    "gnu lesser general public license v3 (lgplv3)": "LGPL-3.0",
    "gnu lesser general public license v3 or later (lgplv3+)": "LGPL-3.0-or-later",
}
"""Short names of licences that a classifier spells out."""


def plain(name: str) -> str:
    """The name as package indexes compare it.

    >>> plain("fhir.resources"), plain("Flask-Babel")
    ('fhir-resources', 'flask-babel')
    """
    return re.sub(r"[-_.]+", "-", name).lower()


def libraries() -> dict[str, list[str]]:
    """Every library that is installed with the project, and which others need it, by name."""
    needed: dict[str, list[str]] = {}
    waiting: list[tuple[str, tuple[str, ...]]] = [(PROJECT, ())]
    seen = set()
    while waiting:
        parent, extras = waiting.pop()
        for one in _requirements(parent, extras):
            name = plain(one.name)
            needed.setdefault(name, []).append(parent)
            if (name, frozenset(one.extras)) not in seen:
                seen.add((name, frozenset(one.extras)))
                waiting.append((name, ("", *one.extras)))
    return {name: sorted(set(parents)) for name, parents in sorted(needed.items()) if _found(name)}


def own_requirements(*beside: str) -> list[Requirement]:
    """What setup.cfg asks for, with those extras; without any, with all that a user may install."""
    wanted = configparser.ConfigParser()
    wanted.read(SETUP, encoding="utf-8")
    extras = wanted["options.extras_require"]
    texts = [wanted["options"]["install_requires"], *(extras[name] for name in beside or EXTRAS)]
    return [Requirement(line) for text in texts for line in text.split("\n") if line]


def _requirements(name: str, extras: tuple[str, ...]) -> list[Requirement]:
    if name == PROJECT:
        return own_requirements()
    found = _found(name)
    every = [Requirement(text) for text in (found.requires if found else None) or ()]
    return [one for one in every if one.marker is None or any(one.marker.evaluate({"extra": it}) for it in extras)]


def _found(name: str) -> Distribution | None:
    try:
        return distribution(name)
    except PackageNotFoundError:
        return None


TEXTS = {
    "Permission is hereby granted, free of charge, to any person obtaining a copy": "MIT",
    "The origin of this software must not be misrepresented": "Zlib",
    "Redistribution and use in source and binary forms": "BSD",
}
"""Sentences by which the text of a licence is known."""


def licence(name: str) -> str:
    """The licence of an installed library in a few words, as its metadata or its own text of it says."""
    about = distribution(name).metadata
    if expression := about.get("License-Expression"):
        return str(expression)
    classified = [text.split(" :: ")[-1] for text in about.get_all("Classifier", ()) if text.startswith("License ::")]
    if classified := [text for text in classified if text != "OSI Approved"]:
        return ", ".join(sorted(COMMON.get(text.lower(), text) for text in classified))
    lines = str(about.get("License") or "").strip().splitlines()
    return lines[0][:60] if lines else _by_its_text(name)


def _by_its_text(name: str) -> str:
    files = [file for file in distribution(name).files or () if file.name.upper().startswith("LICEN")]
    text = " ".join(" ".join(file.read_text().split()) for file in files)
    return next((words for sentence, words in TEXTS.items() if sentence in text), "not stated")


def table() -> str:
    """THIRD-PARTY.md, as it is now."""
    rows = (f"| {name} | {licence(name)} | {', '.join(parents)} |\n" for name, parents in libraries().items())
    return HEAD + "".join(rows)


def listed() -> dict[str, str]:
    """The libraries that THIRD-PARTY.md lists, with their licences."""
    rows = re.findall(r"^\| (\S+) \| (.+?) \|", FILE.read_text(encoding="utf-8"), re.MULTILINE)
    return {name: words for name, words in rows if name not in ("library", "---")}


if __name__ == "__main__":
    FILE.write_text(table(), encoding="utf-8")
    sys.exit(0)
