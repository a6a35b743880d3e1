"""NALI Migraine Log, now Headway: the CSV files of its app for iOS and of the two places to export from on macOS.

After the app's own source (github.com/VSDeorchis/NALI-Migraine-Log). On iOS each symptom, trigger and medicine is a
column of Yes and No; the app has left some medicines out and added others. On macOS they are lists, and date and time
are written as the computer writes them.
"""

from __future__ import annotations

from diary.importers.app_table import AppTable, Column, attack_layout
from diary.importers.file import File
from diary.importers.forms import graded, is_attack, taken
from diary.importers.layout import Layout
from diary.importers.options import Options
from diary.importers.symptoms import listed
from diary.model import FEATURES, Batch

NAME = "Headway"
MEDICINES = (
    *("Ibuprofen", "Excedrin", "Tylenol", "Sumatriptan", "Rizatriptan", "Naproxen", "Frovatriptan", "Naratriptan"),
    *("Eletriptan", "Nurtec", "Symbravo", "Ubrelvy", "Reyvow", "Trudhesa", "Elyxyb", "Other Med"),
)


IOS = AppTable(
    NAME,
    columns=(
        Column("Date", "start"),
        Column("Date", "headache", is_attack),
        Column("End Time", "end"),
        Column("Pain Level", "pain", graded),
        Column("Aura", "aura"),
        Column("Light Sensitivity", "light"),
        Column("Sound Sensitivity", "sound"),
        Column("Nausea", "nausea"),
        Column("Vomiting", "vomiting"),
        *(Column(name, "medicine", taken(name)) for name in MEDICINES),
        Column("Notes", "note"),
    ),
    needs=("Date", "End Time", "Pain Level", "Duration (hours)", "Wake-up Headache"),
    date_order="ymd",
    scale="0-10",
)

LISTS = (
    Column("Date", "date"),
    Column("Date", "headache", is_attack),
    Column("Time", "time"),
    Column("Pain Level", "pain", graded),
    *(Column("Symptoms", feature, listed(feature, ";")) for feature in FEATURES),
    Column("Medications", "medicine"),
    Column("Notes", "note"),
)
MACOS_SETTINGS = AppTable(
    NAME,
    columns=(*LISTS, Column("Duration (min)", "duration")),
    needs=("Date", "Time", "End Time", "Pain Level", "Duration (min)", "Medications", "Symptoms"),
    scale="0-10",
    duration_unit="minutes",
)
MACOS_LIST = AppTable(
    NAME,
    columns=(*LISTS, Column("Duration", "duration")),
    needs=("Date", "Time", "Pain Level", "Location", "Duration", "Triggers", "Medications", "Symptoms", "Notes"),
    scale="0-10",
)
VERSIONS = tuple(attack_layout(table, takes="", leaves="", blanks="") for table in (IOS, MACOS_SETTINGS, MACOS_LIST))


def claims(file: File) -> bool:
    """Any of the three sets of headers."""
    return any(version.claims(file) for version in VERSIONS)


def read(file: File, patient: str, options: Options) -> Batch:
    """The attacks, by the headers that the file has."""
    version = next(version for version in VERSIONS if version.claims(file))
    return version.read(file, patient, options)


LAYOUT = Layout(
    NAME,
    claims,
    read,
    takes="Attacks with start, end or duration, pain 0-10, aura, nausea, vomiting, bothered by light and sound, "
    "medicines and notes; of the iOS app and of both exports of the macOS app.",
    leaves="Place of the pain, triggers, missed work, school and events, weather. The iOS app does not export "
    "eletriptan. Of the macOS settings export the duration is read and not the end, which has no date.",
    blanks="A pain level of 0 is the control left alone. An attack without an end has an unknown one. A symptom "
    "that is not in a list was not picked, and is left open; a No is a no.",
)
