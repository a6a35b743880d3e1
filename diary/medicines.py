"""Names of medicines, and what a person writes about taking them.

The names are data: ``medicines.csv`` beside this file, one name a row, read once and only when asked for.
The class decides which limit of overuse applies (ICHD-3, Cephalalgia 2018;38(1):1-211,
doi:10.1177/0333102417738202). It follows the substances, never the ATC code: lasmiditan has a code
among the triptans and is none. ATC codes are those of the WHO Collaborating Centre (https://whocc.no).
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from math import isfinite
from pathlib import Path
from typing import NamedTuple

from diary.model import ACUTE_CLASSES, ADJUNCT, Dose, Problem, identity

DOSE_CLASSES = (*ACUTE_CLASSES, ADJUNCT)
"""Every class that an intake can be filed under."""

CLASSES = (*DOSE_CLASSES, "preventive", "botulinum", "not_a_medicine")
"""Every class a name can have. An ``adjunct`` (an antiemetic, oxygen) helps in an attack and counts in no class."""

LONGEST = 1_000
"""Characters: longer texts name no medicines. What is looked for in them would take minutes."""

SHOWN = 60
"""Characters of such a text that are shown for its name."""

ADJUVANTS = frozenset({"caffeine", "codeine", "butalbital"})
"""What makes an analgesic a combination-analgesic (ICHD-3 8.2.5)."""


class Medicine(NamedTuple):
    """A known name. *generic* lists the substances, joined by " + "; *atc* is None where it is not certain."""

    name: str
    generic: str
    medicine_class: str
    atc: str | None

    @property
    def substances(self) -> frozenset[str]:
        """What is in it.

        >>> sorted(find_medicine("Treximet").substances)
        ['naproxen', 'sumatriptan']
        """
        return frozenset(self.generic.split(" + "))


@dataclass(frozen=True, slots=True)
class Intake:
    """One medicine out of a free text. *medicine* is None where the name is not known.

    *count* is how many were taken. *amount* is in *unit*: the strength times the count where both are
    written, otherwise whichever is written; without a *unit* it is so many of whatever form it has.
    """

    text: str
    medicine: Medicine | None
    amount: float | None
    unit: str | None
    count: float | None


class _Word(NamedTuple):
    folded: str
    start: int
    end: int


class _Found(NamedTuple):
    medicine: Medicine
    start: int
    end: int


@cache
def known_medicines() -> tuple[Medicine, ...]:
    """Every name of ``medicines.csv``, in the order of the file."""
    with Path(__file__).with_name("medicines.csv").open(encoding="utf-8", newline="") as stream:
        return tuple(
            Medicine(row["name"], row["generic"], row["class"], row["atc"] or None) for row in csv.DictReader(stream)
        )


@cache
def _by_name() -> dict[str, Medicine]:
    return {_key(_words(medicine.name)): medicine for medicine in known_medicines()}


@cache
def _by_substances() -> dict[frozenset[str], Medicine]:
    products = [medicine for medicine in known_medicines() if len(medicine.substances) > 1]
    return {medicine.substances: medicine for medicine in reversed(products)}  # the first row of each wins


@cache
def _longest_name() -> int:
    return max(name.count(" ") + 1 for name in _by_name())


def _fold(word: str) -> str:
    decomposed = unicodedata.normalize("NFKD", word.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def _words(text: str) -> list[_Word]:
    return [_Word(_fold(m[0]), m.start(), m.end()) for m in re.finditer(r"[^\W\d_]+|\d+", text)]


def _key(words: list[_Word]) -> str:
    return " ".join(word.folded for word in words)


def _spans(text: str) -> Iterator[_Found]:
    words = _words(text)
    for first in range(len(words)):
        for last in range(first + 1, min(first + _longest_name(), len(words)) + 1):
            medicine = _by_name().get(_key(words[first:last]))
            if medicine:
                yield _Found(medicine, words[first].start, words[last - 1].end)


def _names_in(text: str) -> list[_Found]:
    """The known names in the text that do not overlap: medicines before ice and coffee, long before short."""
    chosen: list[_Found] = []
    ordered = sorted(_spans(text), key=lambda f: (f.medicine.medicine_class == "not_a_medicine", f.start - f.end))
    for found in ordered:
        if all(found.end <= other.start or other.end <= found.start for other in chosen):
            chosen.append(found)
    return chosen


def _medicines_in(text: str) -> list[Medicine]:
    """The medicines that the text names; a brand beside its substances is one, and so are the parts of one product."""
    named = [found.medicine for found in _names_in(text)]
    substances = frozenset[str]().union(*(medicine.substances for medicine in named))
    for medicine in named:
        if medicine.substances == substances:
            return [medicine]
    product = _by_substances().get(substances)
    return [product] if product else list({m.substances: m for m in reversed(named)}.values())[::-1]


def find_medicine(text: str) -> Medicine | None:
    """The medicine whose name stands in the text, or None. Case, accents and punctuation do not matter.

    The longest known name wins; several names that are the substances of one known product mean that product.
    A name is never guessed: see :func:`suggest_medicine`.

    >>> find_medicine("Sumatriptan (IMIGRAN) nasal spray").medicine_class
    'triptan'
    >>> find_medicine("codeine/acetaminophen").medicine_class
    'combination'
    >>> find_medicine("sumatripan") is None
    True
    """
    medicines = _medicines_in(unicodedata.normalize("NFC", text)) if len(text) <= LONGEST else []
    return medicines[0] if medicines else None


def names_only(text: str) -> Medicine | None:
    """The acute medicine that a text names if it says nothing else but its strength, form and route.

    >>> [found and found.name for found in map(names_only, ("Sumatriptan 50 mg", "Ibu 400 (tablets)", "Triptans"))]
    ['Sumatriptan', 'Ibu', 'Triptans']
    >>> [names_only(text) for text in ("Sumatriptan helped", "Coffee", "Topamax", "Ibuprofen & paracetamol", "Pain")]
    [None, None, None, None, None]
    """
    found = _medicines_in(text) if len(text) <= SHOWN else []
    if len(found) != 1 or found[0].medicine_class not in ACUTE_CLASSES or len(read_intakes(text)) != 1:
        return None
    rest = _without_names(_AMOUNT.sub(" ", text))
    words = re.findall(r"[^\W\d_]+", rest.casefold())
    return found[0] if all(word in _UNITS or word in _FORMS or word in _ROUTES for word in words) else None


def bare_name(text: str) -> str:
    """The name of a medicine without its strength and form, unless a number is part of it.

    >>> [bare_name(text) for text in ("Sumatriptan 50 mg", "Ibu 400", "Tylenol 3", "Novalgin drops", "my pills")]
    ['Sumatriptan', 'Ibu', 'Tylenol 3', 'Novalgin', 'my pills']
    """
    found = (
        [one for one in _names_in(text) if one.medicine.medicine_class in DOSE_CLASSES] if len(text) <= LONGEST else []
    )
    return text[found[0].start : found[0].end] if len(found) == 1 else _without_amounts(text)


def much_of(name: str, text: str) -> str | None:
    """The name of a medicine with how much of it was taken, as one text; None where *text* says anything else.

    A strength in the text goes before one in the name.

    >>> [much_of("Ibu 400", text) for text in ("2 tablets", "1/2", "600 mg")]
    ['Ibu 400 2 tablets', 'Ibu 400 1/2', 'Ibu 600 mg']
    >>> [much_of("Ibuprofen", text) for text in ("08:30", "helped", "3.2.2026")]
    [None, None, None]
    """
    if len(text) > SHOWN or not _HOW_MUCH.fullmatch(text.replace("½", "1/2")):
        return None
    grouped = re.fullmatch(r"\s*[1-9]\d{0,2}[.,]\d{3}\s*", text)
    return None if grouped else f"{bare_name(name) if _STRENGTH.search(text) else name} {text}"


def unit_of(word: str) -> str | None:
    """The unit or the form that a word stands for; None where it is neither.

    >>> unit_of("MG"), unit_of("Tabletten"), unit_of("headache") is None
    ('mg', 'tablets', True)
    """
    return _UNITS.get(word.casefold()) or _FORMS.get(word.casefold())


def suggest_medicine(text: str) -> str | None:
    """A known name that looks like the text, to be asked about in a message and never to be used unasked.

    >>> suggest_medicine("sumatripan")
    'Sumatriptan'
    >>> suggest_medicine("ibuprofne 400")
    'Ibuprofen'
    >>> suggest_medicine("grandmother's syrup") is None
    True
    """
    from rapidfuzz import fuzz, process

    if len(text) > LONGEST:
        return None
    name = _LAST_NUMBER.sub("", _without_amounts(text))
    best = process.extractOne(_key(_words(name)), list(_by_name()), scorer=fuzz.ratio, score_cutoff=80)
    return _by_name()[best[0]].name if best else None


# How a person writes it: "Helpful - 2 x Imigran 50 mg; 1/2 tablet paracetamol/codeine 500/30 mg and ice".

_NOTHING = frozenset(
    ("", "none", "no", "nothing", "nil", "na", "n a", "0", "no medication", "no medicine", "no meds", "not taken")
    + ("keine", "keins", "nichts", "aucun", "rien", "nada", "ninguno", "nessuno")
)
_OUTSIDE_BRACKETS = r"(?![^()]*\))"
_LIST = re.compile(rf"(?:[;|\n]|,(?!\d)|(?<!\d),){_OUTSIDE_BRACKETS}")
_JOINED = re.compile(rf"(?:\s*[+&]\s*|\s+(?:and|then|und|dann|et|y)\s+){_OUTSIDE_BRACKETS}", re.IGNORECASE)
_SLASH = re.compile(rf"\s*/\s*(?=[^\W\d_]){_OUTSIDE_BRACKETS}")
_HEADING = re.compile(r"^\s*(?:somewhat helpful|helpful|unhelpful|unsure)\s*[-:]\s*", re.IGNORECASE)

_UNITS = {"mg": "mg", "g": "g", "mcg": "µg", "ug": "µg", "µg": "µg", "μg": "µg", "ml": "ml", "iu": "IU", "u": "U"}
_FORMS = {
    form: unit
    for unit, forms in {
        "tablets": "tablet tablets tab tabs tabl tbl pill pills caplet caplets wafer wafers tablette tabletten "
        "filmtablette filmtabletten schmelztablette schmelztabletten "
        "comprimé comprimés comprimido comprimidos compressa compresse",
        "capsules": "capsule capsules cap caps kapsel kapseln gélule gélules",
        "sprays": "spray sprays puff puffs hub hübe nasenspray nasensprays",
        "drops": "drop drops tropfen gouttes gotas gocce",
        "suppositories": "suppository suppositories zäpfchen suppositoire suppositoires",
        "injections": "injection injections inj shot shots pen pens spritze spritzen",
        "sachets": "sachet sachets beutel",
        "doses": "dose doses stück stk",
    }.items()
    for form in forms.split()
}
_ROUTES = frozenset(
    (
        "oral",
        "orally",
        "nasal",
        "nasally",
        "sc",
        "im",
        "iv",
        "po",
        "rectal",
        "soluble",
        "effervescent",
        "odt",
        "fdt",
        "lyo",
    )
)

MEASURES = frozenset((*_UNITS.values(), "drops"))
"""Units of how much it was, not of how many."""

_NUMBER = r"\d+(?:[.,]\d+)?"
_UNIT = "|".join(_UNITS)
_FORM = "|".join(_FORMS)
_STRENGTH = re.compile(rf"(?<![\d/.,])(?<!/ )({_NUMBER})\s*({_UNIT})\b(?!\s*/)", re.IGNORECASE)
_FORM_COUNT = re.compile(rf"(?<![\d/.,])({_NUMBER})\s*({_FORM})\b", re.IGNORECASE)
_COUNT = re.compile(
    rf"(?<![\d/.,])({_NUMBER})\s*[x×](?!\s*{_NUMBER}(?!\s*(?:{_UNIT})|[\d.,]))(?![^\W\d_])"  # 2 x
    rf"|(?<![^\W_])[x×]\s*({_NUMBER})(?!\s*(?:{_UNIT})\b|[\d.,])"  # x 2
    rf"|^\s*({_NUMBER})\s+(?!(?:{_UNIT})\b)(?=@|\w)",  # 2 Panadol
    re.IGNORECASE,
)
_HOW_MUCH = re.compile(
    rf"\s*(?:{_NUMBER}|1/2)\s*(?:[x×]|{_UNIT}|{_FORM})?(?:\s*(?:[x×]\s*)?{_NUMBER}\s*(?:{_UNIT}|{_FORM}))?\s*",
    re.IGNORECASE,
)
_LAST_NUMBER = re.compile(rf"\s+{_NUMBER}\s*$")
_ONLY_NUMBER = re.compile(rf"^\s*@\s*({_NUMBER})\s*$")
_AMOUNT = re.compile(
    rf"^\s*{_NUMBER}\s*(?:[x×]\s*|\s+(?=[^\W\d_]))|(?<!\d)(?:{_NUMBER}\s*/\s*)?{_NUMBER}\s*(?:{_UNIT}|{_FORM})\b"
    rf"|\b[x×]\s*{_NUMBER}\b|\b{_NUMBER}\s*[x×]\s*$",
    re.IGNORECASE,
)


def read_intakes(text: str) -> list[Intake]:
    """The medicines in a free text, one by one, with how much of each; none for "none", "-" or nothing.

    Parts joined by a slash that are one known product are one intake. Parts joined by "+" or "and" are
    several, unless one of them is codeine, caffeine or butalbital, which make the analgesic a combination.
    A text that is longer than :data:`LONGEST` is one intake without a known name.

    >>> [(i.medicine.name, i.amount, i.unit) for i in read_intakes("Sumatriptan 2 x 50 mg + oxygen")]
    [('Sumatriptan', 100.0, 'mg'), ('Oxygen', None, None)]
    >>> [i.medicine.name for i in read_intakes("paracetamol/codeine 500/30 mg")]
    ['Paracetamol + codeine']
    >>> read_intakes("no medication")
    []
    """
    if len(text) > LONGEST:
        return [Intake(f"{text[:SHOWN].strip()}…", None, None, None, None)]
    composed = unicodedata.normalize("NFC", text)
    written = re.sub(r"(?<!\d)1/2(?!\d)", "0.5", composed.replace("½", "0.5"))
    items = _reunited([_HEADING.sub("", item).strip() for item in _LIST.split(written)])
    return [intake for item in items for product in _products(item) for intake in _intakes(product)]


def _reunited(items: list[str]) -> list[str]:
    """The items, with "sumatriptan 50 mg, 2 tablets" put together again and "none" left out."""
    whole: list[str] = []
    for item in items:
        if whole and _only_amount(item):
            whole[-1] += f" {item}"
        elif _key(_words(item)) not in _NOTHING:
            whole.append(item)
    return whole


def _only_amount(item: str) -> bool:
    words = re.findall(r"[^\W\d_]+", item.casefold())
    return bool(item) and all(word == "x" or word in _UNITS or word in _FORMS or word in _ROUTES for word in words)


def _products(item: str) -> list[str]:
    parts = _JOINED.split(item)
    if _one_product(parts) and ADJUVANTS & _substances(parts):
        return [item]
    return [product for part in _reunited(parts) for product in _at_slashes(part)]


def _at_slashes(item: str) -> list[str]:
    parts = _SLASH.split(item)
    return [item] if _one_product(parts) or not all(find_medicine(part) for part in parts) else parts


def _one_product(parts: list[str]) -> bool:
    single = all(len(_substances([part])) == 1 for part in parts)
    return single and _substances(parts) in _by_substances()


def _substances(parts: list[str]) -> frozenset[str]:
    medicines = [medicine for part in parts for medicine in _medicines_in(part)]
    return frozenset[str]().union(*(medicine.substances for medicine in medicines))


def _intakes(text: str) -> list[Intake]:
    """One intake; several without amounts where the text names several medicines and it is open whose amount it is."""
    medicines = _medicines_in(text)
    if len(medicines) > 1:
        return [Intake(text, medicine, None, None, None) for medicine in medicines]
    return [Intake(text, medicines[0] if medicines else None, *_amount(_without_names(text)))]


def _without_names(text: str) -> str:
    """The text with an @ for each known name, so that "Tylenol 3" leaves no 3 behind."""
    for found in sorted(_names_in(text), key=lambda found: -found.start):
        text = f"{text[: found.start]}@{text[found.end :]}"
    return text


def _amount(text: str) -> tuple[float | None, str | None, float | None]:
    """Amount, unit and count. Two strengths leave the amount open."""
    form = _FORM_COUNT.search(text)
    count = _number(form[1]) if form else _count(text)
    strengths = _STRENGTH.findall(text)
    if len(strengths) == 1:
        (strength, unit) = strengths[0]
        return _times(_number(strength), count), _UNITS[unit.casefold()], count
    if strengths:
        return None, None, count
    only = _ONLY_NUMBER.match(text)
    return (_number(only[1]) if only else count), (_FORMS[form[2].casefold()] if form else None), count


def _times(strength: float | None, count: float | None) -> float | None:
    return strength if strength is None or count is None else _finite(strength * count)


def _count(text: str) -> float | None:
    match = _COUNT.search(text)
    return _number(match[match.lastindex or 0]) if match else None


def _number(text: str) -> float | None:
    """The number, or None for "1,000", which is a thousand to some and one to others."""
    return None if re.fullmatch(r"[1-9]\d{0,2}[.,]\d{3}", text) else _finite(float(text.replace(",", ".")))


def _finite(number: float) -> float | None:
    return number if isfinite(number) else None


def _without_amounts(text: str) -> str:
    """The text without its amounts, as it was written."""
    return " ".join(_AMOUNT.sub(" ", text).split()) or text.strip()


def doses(
    patient: str, taken: datetime, text: str, *, timed: bool, source: str, attack_id: str | None = None
) -> tuple[list[Dose], list[Problem]]:
    """The acute medicines of a free text as doses; preventives and botulinum toxin in it as problems.

    Unknown names, antiemetics and oxygen are doses without a class. Ice, coffee and rest are no doses.

    >>> facts, problems = doses("P1", datetime(2026, 3, 1), "Maxalt 10 mg, Topamax", timed=False, source="log")
    >>> facts[0].medicine, facts[0].medicine_class, facts[0].amount
    ('Maxalt', 'triptan', 10.0)
    >>> print(problems[0])
    P1, 2026-03-01: Topamax is a preventive, so it was not recorded as taken against an attack.
    Record it with "migraine preventive start" if it is new.
    """
    intakes = read_intakes(text)
    problems = [_elsewhere(patient, taken, i.medicine) for i in intakes if i.medicine and _is_elsewhere(i.medicine)]
    facts = [_dose(patient, taken, intake, timed, source, attack_id) for intake in intakes if _is_dose(intake)]
    return _told_apart(facts), problems


def _is_elsewhere(medicine: Medicine) -> bool:
    return medicine.medicine_class in ("preventive", "botulinum")


def _is_dose(intake: Intake) -> bool:
    known = intake.medicine
    return known is None or not (_is_elsewhere(known) or known.medicine_class == "not_a_medicine")


def _dose(patient: str, taken: datetime, intake: Intake, timed: bool, source: str, attack_id: str | None) -> Dose:
    known = intake.medicine
    return Dose(
        patient,
        taken,
        known.name if known else _without_amounts(intake.text),
        timed=timed,
        medicine_class=known.medicine_class if known and known.medicine_class in DOSE_CLASSES else None,
        amount=intake.amount,
        unit=intake.unit,
        attack_id=attack_id,
        source=source,
    )


def _told_apart(facts: list[Dose]) -> list[Dose]:
    """The same doses; of two that are alike in every respect the second gets a name of its own."""
    seen: Counter[str] = Counter()
    apart = []
    for dose in facts:
        again = seen[dose.dose_id]
        seen[dose.dose_id] += 1
        apart.append(replace(dose, dose_id=identity(dose.dose_id, again)) if again else dose)
    return apart


def _elsewhere(patient: str, taken: datetime, medicine: Medicine) -> Problem:
    where = f"{patient}, {taken:%Y-%m-%d}"
    if medicine.medicine_class == "botulinum":
        return Problem(
            where,
            f"{medicine.name} stands among the acute medicines, so it was not recorded as an intake.",
            f'If it was a treatment session, record it with "migraine botox add {taken:%Y-%m-%d}".',
        )
    return Problem(
        where,
        f"{medicine.name} is a preventive, so it was not recorded as taken against an attack.",
        'Record it with "migraine preventive start" if it is new.',
    )
