"""How old a reader must be: Flesch-Kincaid grade of English text (Kincaid and others 1975, Navy report 8-75).

Grade = 0.39 words per sentence + 11.8 syllables per word − 15.59; a reader of grade 7 is 12 years old.
Syllables are counted by groups of vowels, a number as it is spoken digit by digit.
"""

from __future__ import annotations

import re

AGE_12 = 7.0
"""The grade that a reader of 12 years is in."""

SILENT = re.compile(r"(?<=[^aeiouy])(e|es|ed)$")
"""An ending that is not spoken, unless it is all there is, or stands after t or d (wanted), s or l (uses, little)."""


def grade(text: str) -> float:
    """The Flesch-Kincaid grade of a text of at least one sentence."""
    sentences = [found for found in re.split(r"[.!?:;](?:\s|$)", text) if found.strip()]
    words = re.findall(r"[A-Za-z][A-Za-z'’]*|\d+(?:[.,]\d+)?", text)
    syllables = sum(map(count_syllables, words))
    return 0.39 * len(words) / len(sentences) + 11.8 * syllables / len(words) - 15.59


def count_syllables(word: str) -> int:
    """The syllables of a word or a number; at least one."""
    if word[0].isdigit():
        return len(re.findall(r"\d", word))
    spoken = word.casefold()
    if not re.search(r"([td]ed|[sczxl]es|[^aeiouy]le|shes|ches)$", spoken):
        spoken = SILENT.sub("", spoken)
    return max(len(re.findall(r"[aeiouy]+", spoken)), 1)
