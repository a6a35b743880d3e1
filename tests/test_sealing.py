"""Bytes that are locked with a passphrase, and what is said where they do not open."""

import re
import sys

import pytest

from diary.model import DiaryError
from diary.passphrases import PassphraseError, good
from diary.sealing import SealError, is_sealed, seal, unseal

WORDS = "vier Wörter am Stück"
DATA = b"2026-03-01 severe" * 100


@pytest.fixture(scope="module")
def sealed():
    return seal(DATA, WORDS)


def test_what_was_locked_comes_out_as_it_was_also_when_the_letters_are_typed_on_another_system(sealed):
    decomposed = "vier Wo\N{COMBINING DIAERESIS}rter am Stu\N{COMBINING DIAERESIS}ck"

    assert is_sealed(sealed)
    assert DATA == unseal(sealed, decomposed)


def test_nothing_of_it_can_be_read_while_it_is_locked(sealed):
    assert b"severe" not in sealed


def test_another_passphrase_does_not_open_it(sealed):
    with pytest.raises(PassphraseError, match=r"does not open this\. Type the one"):
        unseal(sealed, "vier Worter am Stuck")


@pytest.mark.parametrize("harm", [lambda data: data[:-9] + bytes([data[-9] ^ 1]) + data[-8:], lambda data: data[:60]])
def test_what_is_damaged_or_cut_short_is_said(sealed, harm):
    with pytest.raises(SealError, match=r"damaged or cut short\. Take another"):
        unseal(harm(sealed), WORDS)


def test_what_would_take_too_long_to_open_here_is_not_called_damaged(sealed):
    with pytest.raises(SealError, match="locked on a faster computer, or this one is busy"):
        unseal(re.sub(rb"(scrypt \S+) \d+", rb"\1 40", sealed, count=1), WORDS)


@pytest.mark.parametrize("data", [b"", b"SQLite format 3\0", b"age-encryption.org/v2\n"])
def test_what_is_not_locked_is_said(data):
    with pytest.raises(SealError, match="not locked with a passphrase"):
        unseal(data, WORDS)


@pytest.mark.parametrize(
    ("passphrase", "sentence"),
    [("", "empty"), (" " * 20, "empty"), ("short", "shorter"), ("ababababababab", "repeats")],
)
def test_a_passphrase_that_protects_nothing_is_refused_before_anything_is_done(passphrase, sentence):
    with pytest.raises(PassphraseError, match=f"{sentence}.*nothing was changed.*words"):
        good(passphrase)
    with pytest.raises(PassphraseError):
        seal(DATA, passphrase)


def test_without_the_library_it_is_said_how_to_install_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "pyrage", None)

    with pytest.raises(DiaryError, match=r"pip install 'migraine-diary\[encrypted\]'"):
        seal(DATA, WORDS)
