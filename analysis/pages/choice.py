"""Which rules and definitions a page is asked to use, by the same names as on the command line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from flask import request

DEFAULT_RULES = "nice-ta260"


class Choice(NamedTuple):
    """The rule set, and at most one definition of each kind; none is the default of its kind."""

    rules: str = DEFAULT_RULES
    definition: tuple[str, ...] = ()

    @property
    def query(self) -> dict[str, Any]:
        """The choice as it stands in an address; nothing where it is the default."""
        rules = {} if self.rules == DEFAULT_RULES else {"rules": self.rules}
        return {**rules, **({"definition": list(self.definition)} if self.definition else {})}


class Select(NamedTuple):
    """A field to choose from: what it decides, its name, each option with its meaning, and the one that is chosen."""

    about: str
    name: str
    options: Mapping[str, str]
    chosen: str


def chosen(values: Any = None) -> Choice:
    """The choice of this request, or of the *values* of a form.

    Raises DiaryError: a definition has no such name, or two are of one kind.
    """
    from analysis.definitions import DEFAULT, day_rules

    asked = request.args if values is None else values
    names = tuple(name for name in asked.getlist("definition") if name)
    day_rules(*names)
    return Choice(asked.get("rules") or DEFAULT_RULES, tuple(name for name in names if name not in DEFAULT.names))


def selects(choice: Choice) -> list[Select]:
    """The fields of the form: the rule set, then one for each kind of definition."""
    from analysis.definitions import KINDS_OF_RULES, day_rules
    from analysis.rules import RULE_SOURCES

    used = day_rules(*choice.definition).names
    fields = [Select("rules", "rules", RULE_SOURCES, choice.rules)]
    for what, kinds in KINDS_OF_RULES.items():
        meanings = {name: rule.meaning for name, rule in kinds.items()}
        fields.append(Select(what, "definition", meanings, next(name for name in used if name in kinds)))
    return fields
