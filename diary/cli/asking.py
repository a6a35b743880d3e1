"""How a passphrase is asked for: typed, and not shown; or in the next line of standard input."""

from __future__ import annotations

import click

from diary.passphrases import from_input, nobody_to_ask


def typed_passphrase(place: str, new: bool) -> str:
    """The passphrase of the diary as a person types it, a new one twice.

    Raises PassphraseError: there is no terminal on which it could be typed without being shown.
    """
    import warnings
    from getpass import GetPassWarning

    question = "New passphrase, four or five words" if new else f"Passphrase of {place}"
    again = "The same once more" if new else False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", GetPassWarning)  # what is typed would be seen
            typed: str = click.prompt(question, hide_input=True, confirmation_prompt=again, err=True)
    except GetPassWarning:
        return nobody_to_ask(place, new)
    return typed


def passphrase_on_input(_place: str, _new: bool) -> str:
    """The passphrase in the next line of standard input."""
    return from_input()
