"""The sentences in the source of modules, for the catalogues of other languages.

Modules say what they have to say in plain English, as constants and f-strings, and know of no catalogue. What they
can say is therefore read from their source, by Babel (:func:`extract`), and what they did say is recognised by its form
(:mod:`diary.forms`).
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator, Mapping
from typing import IO

from diary.forms import HOLE, without_options

Found = tuple[int, None, str, list[str]]
"""What Babel takes: the line, the function that marks the text (none does), the text, and comments."""

ENDS_AS_SENTENCE = re.compile(r"[.?!]\s*$|[^\s.?!][.?!] [{A-Z]|: migraine ")
WORDS = re.compile(r"[a-z]{2,}")
MARKS = ("gettext", "ngettext", "lazy_gettext", "N_")
"""The functions that mark a text for another catalogue."""

PATTERN = re.compile(r"\\[dsbw]|\(\?")


def extract(file: IO[bytes], _keywords: object, _comments: object, options: Mapping[str, str]) -> Iterator[Found]:
    """Each message of the module, as an extraction method of Babel.

    The option ``phrases`` lists, a line each, what is no sentence of its own and is said within one, such as "before it
    starts" or "row {0}": by its look alone it cannot be told from the words that a file is searched for. The option
    ``unsaid`` names the arguments whose texts no page says, such as those that stand in the manual only.
    """
    phrases = {line.strip() for line in options.get("phrases", "").splitlines()} - {""}
    for line, text in messages(file.read().decode(), phrases, options.get("unsaid", "").split()):
        yield line, None, text, []


def messages(source: str, phrases: Collection[str] = (), unsaid: Collection[str] = ()) -> Iterator[tuple[int, str]]:
    """The line and text of every message: each sentence, and each of the *phrases*, as the page says it.

    A sentence ends as one, or holds the end of one; it has a word of small letters; and it is neither a docstring, nor
    a pattern to search with, nor marked for another catalogue, nor one of the *unsaid* arguments. What stands in an
    f-string between braces becomes a numbered hole. What only the command line says, its options, is left out.

    >>> list(messages('note(f"Row {row.number} says {cell!r}, which is no day.", "Correct it.", "date")'))
    [(1, 'Row {0} says {1}, which is no day.'), (1, 'Correct it.')]
    """
    tree = ast.parse(source)
    marked = set(_marked(tree))
    for node in _texts(tree, unsaid):
        text = form_of(node)
        if (is_sentence(text) and node not in marked) or text.strip() in phrases:
            yield node.lineno, without_options(text.strip())


def is_sentence(text: str) -> bool:
    """Whether the text looks like something that is said to a person.

    >>> [is_sentence(text) for text in ("Correct it.", "{0} is {1}.", "date formatted", "SELECT 1", "{0}.")]
    [True, True, False, False, False]
    """
    literal = HOLE.sub("", text)
    said = " " in literal.strip() or text != literal
    return bool(said and WORDS.search(literal) and ENDS_AS_SENTENCE.search(text) and not PATTERN.search(text))


def form_of(node: ast.Constant | ast.JoinedStr) -> str:
    """The text with its holes numbered in order.

    >>> form_of(ast.parse('f"{day:%d}. {month}"', mode="eval").body)
    '{0}. {1}'
    """
    if isinstance(node, ast.Constant):
        return str(node.value)
    parts, holes = [], 0
    for value in node.values:
        if isinstance(value, ast.Constant):
            parts.append(str(value.value))
        else:
            parts.append(f"{{{holes}}}")
            holes += 1
    return "".join(parts)


def _texts(tree: ast.Module, unsaid: Collection[str]) -> Iterator[ast.Constant | ast.JoinedStr]:
    """Every constant text and f-string that may be said."""
    skipped = {*_docstrings(tree), *_insides(tree), *_arguments(tree, unsaid)}
    for node in ast.walk(tree):
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
        if (is_text or isinstance(node, ast.JoinedStr)) and node not in skipped:
            yield node  # type: ignore[misc]  # it is one of the two


def _docstrings(tree: ast.Module) -> Iterator[ast.AST]:
    """Texts that stand alone as a statement: they say something of the program, not to its user."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield node.value


def _insides(tree: ast.Module) -> Iterator[ast.AST]:
    """The literal parts of f-strings, and how their values are written."""
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield from (value for value in node.values if isinstance(value, ast.Constant))
        elif isinstance(node, ast.FormattedValue) and node.format_spec:
            yield from ast.walk(node.format_spec)


def _marked(tree: ast.Module) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MARKS:
            yield from node.args


def _arguments(tree: ast.Module, names: Collection[str]) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg in names:
            yield node.value
