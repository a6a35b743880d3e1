"""What is installed with the program: its licences are listed, and the versions that were tried are named."""

import re
from pathlib import Path

import pytest
from packaging.version import Version

from tests.supply.licences import EXTRAS, libraries, licence, listed, own_requirements, plain


def test_every_library_that_is_asked_for_is_listed():
    assert set() == {plain(one.name) for one in own_requirements()} - set(listed())


def test_every_library_that_is_installed_with_the_program_is_listed():
    once_needed = {"greenlet", "six", "urllib3"}  # by older versions than the list is made with

    assert [] == [f"{name}: make licences" for name in libraries() if name not in {*listed(), *once_needed}]


@pytest.mark.parametrize("name", sorted(libraries()))
def test_a_licence_lets_the_program_be_given_on(name):
    words = licence(name)

    assert any(known in words for known in ("MIT", "BSD", "Apache", "PSF", "MPL", "LGPL", "Zope", "Zlib", "ISC"))
    assert "AGPL" not in words


def pinned(name):
    """The versions of a file of constraints, by library."""
    text = (Path(__file__).parent / name).read_text(encoding="utf-8")
    return {
        plain(library): Version(version) for library, version in re.findall(r"^([\w.-]+)==(\S+)$", text, re.MULTILINE)
    }


def test_the_oldest_versions_that_are_tested_are_those_that_setup_cfg_allows():
    allowed = {plain(one.name): str(one.specifier) for one in own_requirements(*EXTRAS, "test")}

    assert allowed == {name: f">={version}" for name, version in pinned("oldest.txt").items()}


def test_the_newest_versions_that_were_tried_are_named_for_every_library():
    newest = pinned("newest.txt")

    assert {plain(one.name) for one in own_requirements()} == set(newest)
    assert [] == [name for name, version in pinned("oldest.txt").items() if version > newest.get(name, version)]
