"""THIRD-PARTY.md, the list of what is installed with the program, is current."""

import pytest

from tests.supply.licences import libraries, licence, listed, own_requirements, plain


def test_every_library_that_is_asked_for_is_listed():
    assert set() == {plain(one.name) for one in own_requirements()} - set(listed())


def test_every_library_that_is_installed_with_the_program_is_listed():
    assert [] == [f"{name}: make licences" for name in libraries() if name not in listed()]


@pytest.mark.parametrize("name", sorted(libraries()))
def test_a_licence_lets_the_program_be_given_on(name):
    words = licence(name)

    assert any(known in words for known in ("MIT", "BSD", "Apache", "PSF", "MPL", "LGPL", "Zope", "Zlib", "ISC"))
    assert "AGPL" not in words
