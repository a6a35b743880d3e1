"""Names of medicines, and what people write about taking them."""

import re
import subprocess
import sys
from datetime import datetime

import pytest

from diary.medicines import (
    ADJUVANTS,
    CLASSES,
    Intake,
    doses,
    find_medicine,
    known_medicines,
    read_intakes,
    suggest_medicine,
)

NOON = datetime(2026, 3, 1, 12)
EVERY_NAME = [medicine.name for medicine in known_medicines()]


def class_of(text: str) -> str | None:
    medicine = find_medicine(text)
    return medicine.medicine_class if medicine else None


def read(text: str) -> list[tuple[str | None, float | None, str | None]]:
    return [(i.medicine.name if i.medicine else None, i.amount, i.unit) for i in read_intakes(text)]


# The table of names


def test_there_are_at_least_160_names_and_none_twice():
    assert len(EVERY_NAME) >= 160
    assert len(EVERY_NAME) == len({re.sub(r"\W+", " ", name.casefold()).strip() for name in EVERY_NAME})


def test_every_class_is_one_of_the_declared_ones():
    assert {medicine.medicine_class for medicine in known_medicines()} <= set(CLASSES)


@pytest.mark.parametrize("name", EVERY_NAME)
def test_every_name_is_found_by_itself(name):
    assert name == find_medicine(name.upper()).name


@pytest.mark.parametrize("name", EVERY_NAME)
def test_reading_a_name_loses_no_substance(name):
    read_substances = [intake.medicine.substances for intake in read_intakes(name)]

    assert find_medicine(name).substances == frozenset().union(*read_substances)


def test_atc_codes_have_the_shape_of_atc_codes():
    codes = [medicine.atc for medicine in known_medicines() if medicine.atc is not None]

    assert [] == [code for code in codes if not re.fullmatch(r"[A-Z]\d\d[A-Z]{2}\d\d", code)]


def test_names_of_the_same_substances_have_the_same_class_and_code():
    kinds = {}
    for medicine in known_medicines():
        kinds.setdefault(medicine.substances, set()).add((medicine.medicine_class, medicine.atc))

    assert {} == {substances: found for substances, found in kinds.items() if len(found) > 1}


def test_an_analgesic_with_an_adjuvant_is_a_combination():
    """ICHD-3 8.2.5; ergotamine is no analgesic and keeps its own class."""
    mixed = [m for m in known_medicines() if len(m.substances) > 1 and m.substances & ADJUVANTS]

    assert {"combination"} == {m.medicine_class for m in mixed if m.medicine_class != "ergotamine"}


# Classes


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        ("triptan", "Imigran"),
        ("triptan", "Amerge"),
        ("ditan", "Reyvow"),
        ("gepant", "Nurtec ODT"),
        ("gepant", "ubrelvy"),
        ("preventive", "Qulipta"),
        ("preventive", "Emgality"),
        ("ergotamine", "Cafergot"),
        ("ergotamine", "Migranal"),
        ("non_opioid", "Tylenol"),
        ("non_opioid", "ASS"),
        ("non_opioid", "Novalgin"),
        ("combination", "Excedrin"),
        ("combination", "Thomapyrin"),
        ("combination", "Co-codamol 30/500"),
        ("combination", "Fioricet"),
        ("combination", "Treximet"),
        ("combination", "Zaldiar"),
        ("opioid", "Tramadol"),
        ("botulinum", "Dysport"),
        ("adjunct", "Metoclopramide"),
        ("adjunct", "oxygen"),
        ("not_a_medicine", "ice pack"),
        (None, "grandmother's syrup"),
    ],
)
def test_a_medicine_has_the_class_that_its_overuse_counts_in(expected, text):
    assert expected == class_of(text)


def test_lasmiditan_is_no_triptan_although_its_code_says_so():
    assert ("ditan", "N02CC08") == find_medicine("lasmiditan")[2:]


def test_codes_that_begin_alike_hold_antibodies_and_gepants():
    assert ("preventive", "N02CD01") == find_medicine("erenumab")[2:]
    assert ("gepant", "N02CD06") == find_medicine("rimegepant")[2:]


def test_aspirin_with_paracetamol_is_a_combination_only_with_caffeine():
    assert "non_opioid" == class_of("aspirin/paracetamol")
    assert "combination" == class_of("aspirin/paracetamol/caffeine")


# Finding


def test_a_substance_and_its_brand_are_one_medicine():
    assert "Sumatriptan" == find_medicine("Sumatriptan (Imigran) nasal spray").name


def test_case_accents_and_punctuation_do_not_matter():
    assert "Acetylsalicylsäure" == find_medicine("ACETYLSALICYLSAURE").name
    assert "Acetylsalicylsäure" == find_medicine("Acetylsalicylsa\u0308ure").name
    assert "Ben-u-ron" == find_medicine("ben u ron").name


def test_the_longer_name_wins():
    assert "Nurofen Plus" == find_medicine("Nurofen Plus").name
    assert "combination" == class_of("Panadol Extra tablets")


def test_a_brand_beside_its_substances_is_that_product():
    assert "combination" == class_of("Treximet (sumatriptan + naproxen)")


def test_a_medicine_comes_before_what_is_none():
    assert "Zomig" == find_medicine("Zomig with a hot water bottle").name


def test_a_misspelt_name_is_not_found_but_suggested():
    assert find_medicine("sumatripan") is None
    assert "Sumatriptan" == suggest_medicine("2 x Sumatripan 50 mg")


def test_nothing_is_suggested_for_what_looks_like_nothing():
    assert suggest_medicine("grandmother's syrup") is None


def test_reading_this_module_loads_neither_the_names_nor_rapidfuzz():
    code = "import sys, diary.medicines as m; print('rapidfuzz' in sys.modules, m.known_medicines.cache_info().misses)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert "False 0" == done.stdout.strip()


# Free text


@pytest.mark.parametrize("text", ["", " ", "-", "none", "None", "No medication", "n/a", "nothing", "0", "keine", "–"])
def test_nothing_taken_is_no_intake(text):
    assert [] == read_intakes(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Sumatriptan + Oxygen", [("Sumatriptan", None, None), ("Oxygen", None, None)]),
        ("rizatriptan and ibuprofen ", [("Rizatriptan", None, None), ("Ibuprofen", None, None)]),
        ("1x Naproxen sodium 550mg Oral", [("Naproxen sodium", 550, "mg")]),
        ("sumatriptan 50 mg, ibuprofen 400mg", [("Sumatriptan", 50, "mg"), ("Ibuprofen", 400, "mg")]),
        ("Helpful - 1x Sumatriptan, 1x Advil", [("Sumatriptan", 1, None), ("Advil", 1, None)]),
        ("Imigran 50 mg / Nurofen 400 mg", [("Imigran", 50, "mg"), ("Nurofen", 400, "mg")]),
        ("Maxalt; Aleve\nZomig | Axert", [(name, None, None) for name in ("Maxalt", "Aleve", "Zomig", "Axert")]),
        ("Excedrin and Tylenol", [("Excedrin", None, None), ("Tylenol", None, None)]),
        ("sumatriptan + naproxen", [("Sumatriptan", None, None), ("Naproxen", None, None)]),
        ("acetaminophen, caffeine", [("Acetaminophen", None, None), ("Caffeine", None, None)]),
        ("aspirin + paracetamol", [("Aspirin", None, None), ("Paracetamol", None, None)]),
        ("Zomig because Nurofen failed 400 mg", [("Zomig", None, None), ("Nurofen", None, None)]),
    ],
)
def test_a_list_is_taken_apart(text, expected):
    assert sorted(expected) == sorted(read(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("paracetamol/codeine 500/30 mg", ("Paracetamol + codeine", None, None)),
        ("paracetamol + codeine", ("Paracetamol + codeine", None, None)),
        ("sumatriptan/naproxen", ("Sumatriptan + naproxen", None, None)),
        ("Treximet (sumatriptan + naproxen)", ("Sumatriptan + naproxen", None, None)),
        ("Panadol Extra (paracetamol, caffeine)", ("Paracetamol + caffeine", None, None)),
        ("sumatriptan 50 mg, 2 tablets", ("Sumatriptan", 100, "mg")),
    ],
)
def test_one_product_stays_in_one_piece(text, expected):
    assert [expected] == read(text)


@pytest.mark.parametrize(
    ("text", "amount", "unit", "count"),
    [
        ("2 x 50 mg sumatriptan", 100, "mg", 2),
        ("sumatriptan 50mg x2", 100, "mg", 2),
        ("2 tablets of paracetamol 500 mg", 1000, "mg", 2),
        ("2 tablets paracetamol", 2, "tablets", 2),
        ("½ tablet Maxalt 10 mg", 5, "mg", 0.5),
        ("1/2 tablet Maxalt 10 mg", 5, "mg", 0.5),
        ("zolmitriptan 2,5 mg", 2.5, "mg", None),
        ("2.5 mg zolmitriptan", 2.5, "mg", None),
        ("2 Panadol", 2, None, 2),
        ("sumatriptan 50", 50, None, None),
        ("Novalgin 20 Tropfen", 20, "drops", 20),
        ("Tylenol 3", None, None, None),
        ("2 Tylenol #3", 2, None, 2),
        ("paracetamol 1 g", 1, "g", None),
        ("Imigran", None, None, None),
    ],
)
def test_the_amount_is_the_strength_times_the_count(text, amount, unit, count):
    (intake,) = read_intakes(text)

    assert (amount, unit, count) == (intake.amount, intake.unit, intake.count)


@pytest.mark.parametrize("text", ["paracetamol 1,000 mg", "oramorph 10 mg/5 ml", "sumatriptan 50 mg then 100 mg"])
def test_an_amount_that_can_be_read_two_ways_is_left_open(text):
    assert read_intakes(text)[0].amount is None


@pytest.mark.parametrize("amount", ["9" * 400, f"{'9' * 200} x {'9' * 200}"])
def test_an_amount_beyond_all_counting_is_left_open(amount):
    [intake] = read_intakes(f"ibuprofen {amount} mg")

    assert intake.amount is None


def test_an_unknown_name_is_kept_as_it_was_written():
    assert [Intake("2 Foobarol 20 mg", None, 40.0, "mg", 2.0)] == read_intakes("2 Foobarol 20 mg")


# Doses


def test_doses_have_the_class_of_their_medicine():
    facts, problems = doses("P1", NOON, "Maxalt 10 mg and Nurofen", timed=True, source="log", attack_id="a1")

    assert [("Maxalt", "triptan", 10.0, "mg"), ("Nurofen", "non_opioid", None, None)] == [
        (dose.medicine, dose.medicine_class, dose.amount, dose.unit) for dose in facts
    ]
    assert [("P1", NOON, True, "log", "a1")] * 2 == [
        (dose.patient, dose.taken, dose.timed, dose.source, dose.attack_id) for dose in facts
    ]
    assert [] == problems


def test_an_antiemetic_is_an_adjunct_and_an_unknown_name_has_no_class():
    facts, _ = doses("P1", NOON, "Motilium, 2 Foobarol 20 mg", timed=True, source="log")

    assert [("Motilium", "adjunct"), ("Foobarol", None)] == [(dose.medicine, dose.medicine_class) for dose in facts]


def test_ice_and_coffee_are_no_doses():
    assert ([], []) == doses("P1", NOON, "ice, coffee", timed=True, source="log")


def test_a_preventive_among_acute_medicines_is_asked_about_and_not_filed():
    facts, (problem,) = doses("P1", NOON, "Topamax 50 mg, Zomig", timed=True, source="log")

    assert ["Zomig"] == [dose.medicine for dose in facts]
    assert "migraine preventive start" in problem.remedy


def test_botulinum_toxin_among_acute_medicines_is_asked_about_and_not_filed():
    facts, (problem,) = doses("P1", NOON, "155mg botox", timed=True, source="log")

    assert [] == facts
    assert "migraine botox add 2026-03-01" in problem.remedy


def test_the_same_medicine_twice_at_once_is_two_doses_with_two_names():
    facts, _ = doses("P1", NOON, "Zomig, Zomig", timed=True, source="log")
    again, _ = doses("P1", NOON, "Zomig, Zomig", timed=True, source="log")

    assert 2 == len({dose.dose_id for dose in facts})
    assert facts == again
