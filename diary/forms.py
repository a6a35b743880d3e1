"""What was said in English, in another language: sentences are recognised by their form.

A catalogue gives for each form that a module can say, such as ``Row {0} says {1}, which is no day.``, the form in the
other language. A text is looked up as a whole, then by the form that fits it, then sentence by sentence. What is not
recognised stays as it is, and is known to be so.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

HOLE = re.compile(r"\{(\d+)\}")
QUOTED = re.compile(r"""["']\{(\d+)\}["']""")
"""A hole for what stands so in the diary or in a file."""

WORD = re.compile(r"(?<![\w\0])[^\W\d_]+(?![\w\0])")
"""A whole word; NUL stands for a hole, which may go on where the word seems to end."""

LETTER = re.compile(r"[^\W\d_]")
NAME = "{999} "
"""What stands before a message that says something of a name: "is damaged. Restore it from a backup."."""

DATE = re.compile(r"(\d{1,2}) ([A-Z][a-z]+) (\d{4})")
DATE_MESSAGE = "{0} {1} {2}"
"""The message for a date such as "1 March 2026". It fits anything, so that it is used for dates only."""

LIST = re.compile(r"(; )")
"""What stands between the parts of a list that may hold commas."""

PARTS = (re.compile(r"(, | and | or )"), re.compile(r"(\s\d\S*)"))
"""What stands between the parts of other lists, and between words and numbers."""

BLANKS = re.compile(r"([\s,()]+)")
LONGEST = 3
"""Words of a message in a row of messages."""

ENDING = re.compile(r"[a-z].*\.$", re.DOTALL)

SENTENCE_ENDS = re.compile(r"(?<=[.?!])\s+")
MOST_LETTERS = 2000
"""Longer texts hold much that is not ours; they are not searched for forms."""

NESTED = 3
"""Our own words in the hole of a sentence may have a hole with our own words, and that one, too."""

MOST_SENTENCES = 6
"""As many sentences make one message at most."""

OPTIONS = (
    re.compile(r" \(--[^)]*\)"),
    re.compile(r"; [^;.]*--[^;.]*|, [^,;.]*--[^,;.]*(?=\.)"),
    re.compile(r"(?:(?<=[.?] )|^)[^.]*--[^.]*(?:\.|$)"),
)
"""What names an option of the command line: in brackets, in a part of a sentence, in a whole one."""


def without_options(text: str) -> str:
    """The text without what to type into a terminal, unless nothing else is in it.

    >>> without_options("The file is unclear. Say which with --date-order dmy.")
    'The file is unclear.'
    """
    said = text
    for option in OPTIONS:
        said = option.sub("", said)
    return " ".join((said.strip() or text).split())


class Piece(NamedTuple):
    """A part of a text in the other language, or, where it is not *known*, as it was."""

    text: str
    known: bool


@dataclass(frozen=True)
class Form:
    """A message with holes, and what it is in the other language."""

    message: str
    translation: str

    @cached_property
    def patterns(self) -> tuple[re.Pattern[str], re.Pattern[str]]:
        """What the filled form looks like, with as little as can be in the first holes, and with as much."""
        parts = re.split(r"(\{\d+\})", self.message)
        shortest, longest = ("".join(_group(part, hole) for part in parts) for hole in (".*?", ".*"))
        return re.compile(shortest, re.DOTALL), re.compile(longest, re.DOTALL)

    def readings(self, text: str) -> list[dict[str, str]]:
        """What stands in the holes, by number: none where the text is not of this form, two where it can be either."""
        found = [pattern.fullmatch(text) for pattern in self.patterns]
        holes = [{name[1:]: hole for name, hole in one.groupdict().items()} for one in found if one]
        return holes[:1] if holes[:1] == holes[1:] else holes

    @property
    def letters(self) -> int:
        """How much of it is literal."""
        return len(HOLE.sub("", self.message))

    @property
    def words(self) -> set[str]:
        """The whole words that every text of this form has."""
        return set(WORD.findall(HOLE.sub("\0", self.message)))

    @cached_property
    def quoted(self) -> frozenset[str]:
        """The holes whose text is repeated as it was written."""
        return frozenset(QUOTED.findall(self.message))

    def filled(self, holes: Mapping[str, str]) -> str:
        """The other language's form, with these texts in its holes."""
        return HOLE.sub(lambda hole: holes[hole[1]], self.translation)


def _group(part: str, inside: str) -> str:
    hole = HOLE.fullmatch(part)
    return f"(?P<h{hole[1]}>{inside})" if hole else re.escape(part)


class Index:
    """Forms by a word that every text of them has, the one that fewest have, so that few are looked at for a text."""

    def __init__(self, messages: Mapping[str, str]) -> None:
        """The forms among the messages: those with holes."""
        forms = [Form(text, said) for text, said in messages.items() if HOLE.search(text)]
        often = Counter(word for form in forms for word in form.words)
        self._by_word: dict[str, list[Form]] = defaultdict(list)
        for form in forms:
            self._by_word[min(form.words, key=lambda word: (often[word], word), default="")].append(form)

    def near(self, text: str) -> list[Form]:
        """The forms that the text may be of, the best first; none for a long text.

        The best is that with the most literal letters. Where the text ends as a sentence, one that does so comes first.
        """
        if len(text) > MOST_LETTERS:
            return []
        found = [form for word in {"", *WORD.findall(text)} for form in self._by_word.get(word, ())]
        ends = text.endswith(".")
        return sorted(found, key=lambda form: (form.message.endswith(".") != ends, -form.letters, form.message))


class Forms:
    """Every form of some catalogues; a form that stands in two is taken from the first.

    >>> forms = Forms({"Row {0} is no {1}.": "Zeile {0} ist kein {1}.", "day": "Tag", "Correct it.": "Bitte ändern."})
    >>> forms.translated("Row 7 is no day. Correct it.")
    'Zeile 7 ist kein Tag. Bitte ändern.'
    >>> forms.pieces("Correct it. So be it.")
    [Piece(text='Bitte ändern.', known=True), Piece(text='So be it.', known=False)]
    """

    def __init__(self, *catalogues: Mapping[str, str], nested: int = NESTED) -> None:
        """Each catalogue gives messages in the other language; so many can be *nested* in each other's holes."""
        self._within = Forms(*catalogues, nested=nested - 1) if nested else None
        self._messages = {text: said for catalogue in reversed(catalogues) for text, said in catalogue.items()}
        self._messages = _single_sentences(self._messages) | self._messages
        self._date = self._messages.pop(DATE_MESSAGE, DATE_MESSAGE)
        self._forms = Index(self._messages)
        self._endings = Index({NAME + text: NAME + said for text, said in self._messages.items() if ENDING.match(text)})

    def translated(self, text: str) -> str:
        """The text in the other language, as far as it is known."""
        return " ".join(piece.text for piece in self.pieces(text))

    def pieces(self, text: str) -> list[Piece]:
        """The text as one piece where it is known as a whole, else its sentences; neighbours not known are one."""
        whole = self.whole(text)
        if whole is not None:
            return [Piece(whole, True)]
        if len(text) > MOST_LETTERS:
            return [Piece(text, False)]
        pieces = list(self._sentences(SENTENCE_ENDS.split(text)))
        if all(piece.known for piece in pieces):
            return pieces
        loosely = self._filled(text, self._forms, strictly=False)
        return pieces if loosely is None else [Piece(loosely, True)]

    def whole(self, text: str) -> str | None:
        """The text in the other language where it is one message or fills one form; else None.

        A message that begins with a small letter and ends as a sentence says something of a name before it.
        """
        exact = self._messages.get(text) or self._dated(text)
        if exact is not None:
            return exact
        said = self._filled(text, self._forms)
        return self._filled(text, self._endings) if said is None else said

    def phrase(self, text: str) -> str:
        """What is said within a sentence, or of a place: our own words in the other language, anything else as it is.

        >>> Forms({"row {0}": "Zeile {0}", "left": "links"}).phrase("row 3, left"), Forms({}).phrase("row 3")
        ('Zeile 3, links', 'row 3')
        """
        bare = text.strip()
        said = self._words(bare) if 0 < len(bare) <= MOST_LETTERS else None
        return text if said is None else text.replace(bare, said)

    def form_of(self, text: str) -> Form | None:
        """The form that the text fills, with the most literal letters, and no other sentence in its holes."""
        return next((form for form, holes in self._fits(text, self._forms) if self._is_clean(holes)), None)

    def _dated(self, text: str) -> str | None:
        date = DATE.fullmatch(text)
        month = self._messages.get(date[2]) if date else None
        if date is None or month is None:
            return None
        return Form(DATE_MESSAGE, self._date).filled({"0": date[1], "1": month, "2": date[3]})

    def _filled(self, text: str, index: Index, *, strictly: bool = True) -> str | None:
        for form, holes in self._fits(text, index):
            if not strictly or self._is_clean(holes):
                own = {name: self._hole(hole) for name, hole in holes.items() if name not in form.quoted}
                return form.filled({**holes, **own})
        return None

    def _fits(self, text: str, index: Index) -> Iterator[tuple[Form, dict[str, str]]]:
        """The forms that fit the text, and what is in their holes."""
        for form in index.near(text):
            if readings := form.readings(text):
                yield form, readings[0] if len(readings) == 1 else max(readings, key=self._known)

    def _known(self, holes: Mapping[str, str]) -> int:
        """How many of the holes hold our own words; what is word for word a message counts twice."""
        texts = [hole.strip() for hole in holes.values()]
        return sum((text in self._messages) + (self._hole(text) != text) for text in texts)

    def _is_clean(self, holes: Mapping[str, str]) -> bool:
        return all(not SENTENCE_ENDS.search(hole.strip()) or self._is_known(hole.strip()) for hole in holes.values())

    def _is_known(self, hole: str) -> bool:
        return hole in self._messages or (self._within is not None and self._within.whole(hole) is not None)

    def _hole(self, text: str) -> str:
        return self._within.phrase(text) if self._within else self._messages.get(text, text)

    def _words(self, text: str) -> str | None:
        """A message, or a list or row of messages and numbers; None where any part is something else.

        A form can fit a list of such forms as if it were one: so that a list is looked at first.
        """
        said = self._messages.get(text) or self._parts(LIST.split(text)) or self.whole(text)
        for between in PARTS:
            said = said or self._parts(between.split(text))
        return said or self._row(BLANKS.split(text))

    def _row(self, parts: list[str]) -> str | None:
        """Messages one after the other, each as long as can be; every second part stands between two words."""
        said = ""
        while parts:
            for length in range(2 * LONGEST - 1, 0, -2):
                words = "".join(parts[:length])
                known = self._messages.get(words) if LETTER.search(words) else words
                if known is not None:
                    break
            else:
                return None
            said += known + "".join(parts[length : length + 1])
            parts = parts[length + 1 :]
        return said

    def _parts(self, parts: list[str]) -> str | None:
        """The parts put together again, where each that has letters is known; every second stands between two."""
        if len(parts) == 1:
            return None
        for number, part in enumerate(parts):
            bare = part.strip()
            is_own = number % 2 or not LETTER.search(bare)
            said = self._messages.get(bare, bare) if is_own else self._words(bare)
            if said is None:
                return None
            parts[number] = part.replace(bare, said)
        return "".join(parts)

    def _sentences(self, sentences: list[str]) -> Iterator[Piece]:
        """As many sentences at a time as make one message."""
        unknown: list[str] = []
        while sentences:
            length, said = self._longest(sentences)
            if said is None:
                unknown.append(sentences[0])
            else:
                yield from _unknown(unknown)
                yield Piece(said, True)
                unknown = []
            sentences = sentences[length:]
        yield from _unknown(unknown)

    def _longest(self, sentences: list[str]) -> tuple[int, str | None]:
        for length in range(min(len(sentences), MOST_SENTENCES), 0, -1):
            said = self.whole(" ".join(sentences[:length]))
            if said is not None:
                return length, said
        return 1, None


def _single_sentences(messages: Mapping[str, str]) -> dict[str, str]:
    """Each sentence of a message of several, where the other language says them one by one, too.

    >>> _single_sentences({"There is no {0}. Choose one.": "Es gibt kein {0}. Bitte wählen.", "One.": "Eins. Zwei."})
    {'There is no {0}.': 'Es gibt kein {0}.', 'Choose one.': 'Bitte wählen.'}
    """
    single: dict[str, str] = {}
    for text, said in messages.items():
        pair = SENTENCE_ENDS.split(text), SENTENCE_ENDS.split(said)
        if len(pair[0]) == len(pair[1]) > 1:
            single |= {
                one: other
                for one, other in zip(*pair, strict=True)
                if sorted(HOLE.findall(one)) == sorted(HOLE.findall(other)) and WORD.search(HOLE.sub("\0", one))
            }
    return single


def _unknown(sentences: Iterable[str]) -> Iterator[Piece]:
    text = " ".join(sentences)
    if text:
        yield Piece(text, False)
