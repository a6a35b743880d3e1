"""Sentences in another language are recognised by their form; what is not recognised is known to be so."""

import pytest

from diary.forms import Forms, Piece, without_options
from diary.sentences import messages

GERMAN = {
    "Correct it.": "Bitte ändern.",
    "Row {0} says {1}, which is no day.": "Zeile {0} nennt {1}, das ist kein Tag.",
    "{0} is {1}.": "{0} ist {1}.",
    '"{0}" is not {1}.': "„{0}“ ist nicht {1}.",
    "a date": "ein Datum",
    "May": "Mai",
    "or": "oder",
    "{0} {1} {2}": "{0}. {1} {2}",
    "in row {0}": "in Zeile {0}",
    "There is no file {0}. Choose one.": "Es gibt keine Datei {0}. Bitte eine wählen.",
    "{0} The entry was left out.": "{0} Der Eintrag fehlt.",
    "is damaged. Restore it from a backup.": "ist beschädigt. Bitte aus einer Sicherung holen.",
}


@pytest.fixture
def forms():
    return Forms(GERMAN)


@pytest.mark.parametrize(
    ("text", "german"),
    [
        ("Correct it.", "Bitte ändern."),
        ("Row 7 says 31 Foo, which is no day.", "Zeile 7 nennt 31 Foo, das ist kein Tag."),
        ("Row 7 says 31 Foo, which is no day. Correct it.", "Zeile 7 nennt 31 Foo, das ist kein Tag. Bitte ändern."),
        (
            "There is no file a.csv. Choose one. Correct it.",
            "Es gibt keine Datei a.csv. Bitte eine wählen. Bitte ändern.",
        ),
        ("There is no file a. B. Choose one.", "Es gibt keine Datei a. B. Bitte eine wählen."),
        ("x.db is damaged. Restore it from a backup.", "x.db ist beschädigt. Bitte aus einer Sicherung holen."),
        ("Correct it. The entry was left out.", "Bitte ändern. Der Eintrag fehlt."),
        ("There is no file a.", "Es gibt keine Datei a."),
        ("Choose one. X is 3.", "Bitte eine wählen. X ist 3."),
    ],
)
def test_a_text_is_translated_as_a_whole_by_its_form_or_sentence_by_sentence(forms, text, german):
    assert [True] * len(forms.pieces(text)) == [piece.known for piece in forms.pieces(text)]
    assert german == forms.translated(text)


def test_the_form_with_the_most_literal_letters_is_taken(forms):
    assert "Row {0} says {1}, which is no day." == forms.form_of("Row 7 says it is 3, which is no day.").message


def test_our_own_words_in_a_hole_are_translated_and_what_was_written_is_not(forms):
    assert "„a date“ ist nicht ein Datum." == forms.translated('"a date" is not a date.')
    assert "X ist in Zeile 3." == forms.translated("X is in row 3.")
    assert "Ibuprofen ist 3." == forms.translated("Ibuprofen is 3.")


@pytest.mark.parametrize(
    ("text", "german"),
    [
        ("1 May 2026 or a date", "1. Mai 2026 oder ein Datum"),
        ("1 Maj 2026", "1 Maj 2026"),
        ("in row 3, a date", "in Zeile 3, ein Datum"),
        ("a date 3mg", "ein Datum 3mg"),
        ("a date 3, so", "a date 3, so"),
    ],
)
def test_a_list_or_row_of_our_own_words_is_translated_and_no_other(forms, text, german):
    assert german == forms.phrase(text)


def test_what_is_not_recognised_stays_and_is_known_not_to_be(forms):
    expected = [Piece("Bitte ändern.", True), Piece("Who knows? Nobody does.", False), Piece("Bitte ändern.", True)]

    assert expected == forms.pieces("Correct it. Who knows? Nobody does. Correct it.")
    assert "" == forms.translated("")


def test_of_two_catalogues_the_first_is_asked_first():
    assert "eins" == Forms({"one": "eins"}, {"one": "ein"}).translated("one")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a;b is unclear; --scale 0-10 says which.", "a;b is unclear."),
        ("Choose one (--scale).", "Choose one."),
        ("Write it, or say it with --year 2026.", "Write it."),
        ("Use --year.", "Use --year."),
    ],
)
def test_options_of_the_command_line_are_not_said_on_a_page(text, said):
    assert said == without_options(text)


def test_sentences_are_read_from_the_source_with_their_holes():
    source = '''
"""The docstring. It is not said."""

PATTERN = r"\\d+ [a-z]. "
HEADERS = "date formatted", "time of day"

def check(day):
    """Neither is this one."""
    if day > 3:
        return Problem(f"row {day}", f"Day {day:%d} is "
            f"no {day!r} day. Say which with --day.", "Correct it.", note="Not this.")
    return "before it starts" "."
'''
    found = [text for _, text in messages(source, {"row {0}"}, {"note"})]

    assert ["Correct it.", "Day {0} is no {1} day.", "before it starts.", "row {0}"] == sorted(found)
