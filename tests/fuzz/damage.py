"""Damage to samples: bytes, tables, JSON, markup, archives. What is done follows from the random numbers alone."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable
from copy import deepcopy
from random import Random
from typing import Any

Rows = list[list[Any]]

NUMBERS = (
    "-1",
    "0",
    "1e999",
    "NaN",
    "inf",
    "9" * 30,
    "9" * 5_000,
    "-0.0001",
    "1e-400",
    "2²",
    "½",
    "٣",
    "1,5,5",
    "1e308 h",
)
TIMES = (
    "31.02.2026",
    "29/02/2025",
    "2026-02-29T09:00",
    "24:61",
    "23:59:60",
    "0000-00-00",
    "0001-01-01",
    "9999-12-31",
    "9999-12-31T23:59:59+14:00",
    "1900-01-00",
    "2026-03-29 02:30",
    "12/2026",
    "253402300800000",
    "-62135596800000",
    "P400Y",
    "99 h 99 min",
    "GMT+99:00",
    "Sun, 1 Mar 2026",
)
TEXTS = (
    "",
    " ",
    "\0",
    "\ufeff",
    "\u2028",
    "\u202emild",
    "a\u0301" * 50,
    "\U0001f915",
    "\ud7ff",
    '"',
    "'",
    "\n",
    "a\r\nb",
    "=1+1",
    '=HYPERLINK("http://x")',
    "';DROP TABLE days;--",
    "<script>alert(1)</script>",
    "../../etc/passwd",
    "None",
    "TRUE",
    "Total",
    "Date",
    "x" * 3_000,
)
ODD = NUMBERS + TIMES + TEXTS
LONG = ("9", " ", ";", "a", "(", "é", "1 h ", "12:", "a, ", "2 x ", "aspirin+")
"""What a cell can be full of, to the last character that one may have."""

VALUES = (None, True, False, -1, 0, 1.5, 10**30, 1e308, [], {}, [[]], "\ud800", float("nan"), *ODD)
"""What stands in JSON where something else was expected."""

ENCODINGS = ("utf-16", "utf-16-le", "utf-16-be", "cp1252", "utf-8-sig", "utf-32", "cp037")

# Bytes


def damage_bytes(content: bytes, rng: Random) -> bytes:
    """Damaged in one to three ways, whatever it is."""
    for _ in range(rng.choice((1, 1, 2, 3))):
        content = rng.choice(BYTE_DAMAGES)(content or b"\n", rng)
    return content


def flip(content: bytes, rng: Random) -> bytes:
    """A few bytes changed."""
    changed = bytearray(content)
    for _ in range(rng.choice((1, 3, 30))):
        changed[rng.randrange(len(changed))] = rng.randrange(256)
    return bytes(changed)


def cut(content: bytes, rng: Random) -> bytes:
    """Cut short."""
    return content[: rng.randrange(len(content))]


def drop(content: bytes, rng: Random) -> bytes:
    """A piece left out of the middle."""
    start = rng.randrange(len(content))
    return content[:start] + content[start + rng.randrange(1, 200) :]


def insert(content: bytes, rng: Random) -> bytes:
    """Something in the middle that no app writes."""
    start = rng.randrange(len(content))
    return content[:start] + rng.choice(ODD).encode() + content[start:]


def recode(content: bytes, rng: Random) -> bytes:
    """Saved in another encoding."""
    return content.decode("utf-8", errors="replace").encode(rng.choice(ENCODINGS), errors="replace")


BYTE_DAMAGES: tuple[Callable[[bytes, Random], bytes], ...] = (flip, cut, drop, insert, recode)

# Tables


def damage_rows(rows: Rows, rng: Random, odd: tuple[Any, ...] = ODD) -> Rows:
    """A few of the rows, mostly with their headers, damaged in up to four ways. *odd* is what a cell may become."""
    rows = few(rows, rng)
    for _ in range(rng.choice((0, 1, 1, 2, 4))):
        rng.choice(ROW_DAMAGES)(rows, rng, odd)
    return rows


def few(rows: Rows, rng: Random) -> Rows:
    """Copies of the first row and, mostly, of a few others."""
    kept = rows if rng.random() < 0.2 else [rows[0], *rng.choices(rows, k=rng.randrange(6))]
    return [list(row) for row in kept]


def lose_row(rows: Rows, rng: Random, _odd: tuple[Any, ...]) -> None:
    """A row left out; of the last one nothing remains."""
    rows.pop(rng.randrange(len(rows)))
    if not rows:
        rows.append([])


def shuffle_rows(rows: Rows, rng: Random, _odd: tuple[Any, ...]) -> None:
    """The rows in another order, and the headers perhaps in the middle."""
    rng.shuffle(rows)


def swap_cells(rows: Rows, rng: Random, _odd: tuple[Any, ...]) -> None:
    """Two cells of one or two rows that change places."""
    one, other = rng.choice(rows), rng.choice(rows)
    if one and other:
        here, there = rng.randrange(len(one)), rng.randrange(len(other))
        one[here], other[there] = other[there], one[here]


def change_cell(rows: Rows, rng: Random, odd: tuple[Any, ...]) -> None:
    """A cell with something in it that no app writes."""
    row = rng.choice(rows)
    if row:
        row[rng.randrange(len(row))] = rng.choice(odd)


def fill_cell(rows: Rows, rng: Random, _odd: tuple[Any, ...]) -> None:
    """A cell that is as long as one can be; rarely, because it takes a while."""
    row = rng.choice(rows)
    if row and rng.random() < 0.01:
        row[rng.randrange(len(row))] = rng.choice(LONG) * rng.choice((1_000, 10_000))


def change_column(rows: Rows, rng: Random, odd: tuple[Any, ...]) -> None:
    """The same odd thing in a column, headers apart."""
    column, value = rng.randrange(len(rows[0]) or 1), rng.choice(odd)
    for row in rows[1:]:
        if column < len(row):
            row[column] = value


def lose_column(rows: Rows, rng: Random, _odd: tuple[Any, ...]) -> None:
    """A column left out, of all rows or of some."""
    column, share = rng.randrange(len(rows[0]) or 1), rng.choice((1.0, 0.5))
    for row in rows:
        if column < len(row) and rng.random() < share:
            row.pop(column)


def double_column(rows: Rows, rng: Random, _odd: tuple[Any, ...]) -> None:
    """A column that comes twice."""
    column = rng.randrange(len(rows[0]) or 1)
    for row in rows:
        row.append(row[column] if column < len(row) else "")


def add_preamble(rows: Rows, rng: Random, odd: tuple[Any, ...]) -> None:
    """Lines above the headers."""
    rows[:0] = [[rng.choice(odd)] * rng.randrange(3) for _ in range(rng.randrange(1, 4))]


ROW_DAMAGES: tuple[Callable[[Rows, Random, tuple[Any, ...]], None], ...] = (
    lose_row,
    shuffle_rows,
    swap_cells,
    change_cell,
    change_cell,
    fill_cell,
    change_column,
    lose_column,
    double_column,
    add_preamble,
)


def delimited(rows: Rows, rng: Random) -> bytes:
    """The rows as text: mostly with commas and in UTF-8."""
    file = io.StringIO()
    ending = rng.choice(("\r\n", "\n", "\n", "\r"))
    writer = csv.writer(file, delimiter=rng.choice(",,,;\t|"), lineterminator=ending, quoting=rng.choice((0, 0, 1)))
    writer.writerows(rows)
    encoding = rng.choice(ENCODINGS) if rng.random() < 0.1 else "utf-8"
    return file.getvalue().encode(encoding, errors="replace")


# JSON


def damage_json(text: str, rng: Random) -> bytes:
    """The value with some of its parts left out, doubled or replaced."""
    value = json.loads(text)
    for _ in range(rng.choice((1, 1, 2, 5))):
        holder = descend(value, rng)
        if holder:
            damage_part(holder, rng)
    return json.dumps(value).encode()


def descend(value: Any, rng: Random) -> Any:
    """A list or an object somewhere in the value; the deeper the rarer."""
    while True:
        inner = list(value.values()) if isinstance(value, dict) else value
        deeper = [part for part in inner if isinstance(part, (dict, list)) and part]
        if not deeper or rng.random() < 0.15:
            return value
        value = rng.choice(deeper)


def damage_part(holder: Any, rng: Random) -> None:
    """One part of a list or object left out, doubled, swapped with another, or replaced."""
    keys = list(holder) if isinstance(holder, dict) else range(len(holder))
    here, there = rng.choice(keys), rng.choice(keys)
    match rng.randrange(5):
        case 0:
            del holder[here]
        case 1:
            holder[here], holder[there] = holder[there], holder[here]
        case 2 if isinstance(holder, list):
            holder.insert(here, deepcopy(holder[there]))
        case _:
            holder[here] = deepcopy(rng.choice(VALUES))


# Markup and archives

PIECES = re.compile(r"(<[^>]*>)")


def damage_markup(text: str, rng: Random) -> bytes:
    """Tags, attributes and texts left out, doubled, swapped or replaced."""
    pieces = PIECES.split(text)
    for _ in range(rng.choice((1, 1, 2, 5))):
        here, there = rng.randrange(len(pieces)), rng.randrange(len(pieces))
        match rng.randrange(5):
            case 0:
                pieces[here] = ""
            case 1:
                pieces[here], pieces[there] = pieces[there], pieces[here]
            case 2:
                pieces[here] += pieces[there]
            case 3:
                pieces[here] = re.sub(r'"[^"]*"', lambda _: f'"{rng.choice(ODD)}"', pieces[here], count=1)
            case _:
                pieces[here] = rng.choice(ODD)
    return "".join(pieces).encode()


def damage_archive(members: dict[str, bytes], rng: Random) -> bytes:
    """The members packed again, one of them damaged, lost or called something else."""
    members = dict(members)
    chosen = rng.choice(sorted(members))
    content = members.pop(chosen)
    match rng.randrange(8):
        case 0:
            pass
        case 1:
            members[rng.choice(("../x", "/etc/passwd", "", chosen.upper(), "x" * 300))] = content
        case _:
            damaged = damage_markup(content.decode(errors="replace"), rng) if rng.random() < 0.7 else b""
            members[chosen] = damaged or damage_bytes(content, rng)
    packed = pack(members)
    return damage_bytes(packed, rng) if rng.random() < 0.1 else packed


def pack(members: dict[str, bytes]) -> bytes:
    """A zip archive; not compressed, because that takes longer than to read it."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return file.getvalue()
