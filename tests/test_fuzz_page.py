"""A hundred requests that no browser would send; ``make fuzz-page`` sends a hundred thousand."""

import pytest
from argon2 import PasswordHasher

from diary import passwords
from tests.fuzz.page import run


@pytest.fixture(autouse=True)
def _cheap_hashes(monkeypatch):
    """Argon2id with parameters that do not slow the tests down."""
    monkeypatch.setattr(passwords, "HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    passwords._nobody.cache_clear()


@pytest.mark.parametrize("number", [1, 4], ids=["clinic", "home"])
def test_odd_requests_end_in_no_fault_no_leak_and_no_harm(number):
    (tally,) = run(range(number, number + 1), seed=1, requests=60)

    assert (60, []) == (tally.codes.total(), tally.failures)
