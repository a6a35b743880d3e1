"""The records of an Apple Health export, read as a stream: a file of gigabytes in a few megabytes of memory.

An export is ``export.xml``, or a zip archive that holds it under a name of the phone's language, so that it is
known by its first element. Its document type is not needed and is left out before the parser sees it: entities
can then be neither declared nor expanded, and the malformed one that some versions of iOS write does no harm.
"""

from __future__ import annotations

import codecs
import re
import zipfile
import zlib
from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, NamedTuple
from xml.parsers import expat

from diary.importers.file import File
from diary.importers.options import UnreadableFile
from diary.importers.sheets import BROKEN_ZIP, ERRORS, decode, is_bomb

CHUNK = 1_000_000
BOUNDS = (4_000_000, 100, 10_000, 100_000)
"""The most of what a parser keeps in memory: bytes of a tag, open elements, names, records that were wanted.

Ten years of an entry an hour are fewer than 100,000.
"""

ROOT = re.compile(r"\ufeff?\s*(?:<\?xml[^>]*\?>\s*)?(?:<!--.*?-->\s*)*<(?:!DOCTYPE\s+)?HealthData\b", re.DOTALL)
DOCTYPE = re.compile(r"<!DOCTYPE\s+HealthData\s*\[.*?\]\s*>", re.DOTALL)
ZONE = "HKTimeZone"
PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
BROKEN = (*BROKEN_ZIP, expat.ExpatError, zlib.error, EOFError)


@dataclass(slots=True)
class Record:
    """One record as it is written, and the *line* it begins in; *zone* is the time zone that its app noted."""

    line: int
    kind: str
    start: str
    end: str
    created: str
    value: str
    app: str
    zone: str = ""


class Export(NamedTuple):
    """Where the XML of an export is, and its size in bytes."""

    open: Callable[[], AbstractContextManager[IO[bytes]]]
    size: int


@dataclass(slots=True)
class Found:
    """The records that were wanted; *broken* is the line beyond which the file cannot be read."""

    records: list[Record] = field(default_factory=list)
    broken: int | None = None


def find_export(file: File) -> Export | None:
    """The export in a file; None where it is something else.

    Raises UnreadableFile: it is in an archive that is locked, or packed as no export is.
    """
    if ROOT.match(decode(file.head)):
        return Export(lambda: file.path.open("rb"), file.size)
    if not any(name.lower().endswith(".xml") for name in file.members):
        return None
    with zipfile.ZipFile(file.path) as archive:
        members = [member for member in archive.infolist() if member.filename.lower().endswith(".xml")]
        return next((_member(file, member) for member in members if _is_export(file, archive, member)), None)


def _is_export(file: File, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bool:
    if member.flag_bits & 1:
        raise UnreadableFile(f"{file.name} {ERRORS['password']}")
    if member.compress_type not in PACKED:
        return False
    try:
        with archive.open(member) as stream:
            return ROOT.match(decode(stream.read(4_000))) is not None
    except BROKEN:
        return False


def _member(file: File, member: zipfile.ZipInfo) -> Export:
    if is_bomb(member):
        raise UnreadableFile(f"{file.name} would unpack to far more than a diary holds. Export it from Health again.")
    return Export(lambda: _unpacked(file.path, member), member.file_size)


@contextmanager
def _unpacked(path: Path, member: zipfile.ZipInfo) -> Iterator[IO[bytes]]:
    with zipfile.ZipFile(path) as archive, archive.open(member) as stream:
        yield stream


def read_records(file: File, export: Export, kinds: Collection[str]) -> Found:
    """The records of these kinds. What stands before a damaged place is read.

    Raises UnreadableFile: the file declares entities, or is built to fill the memory.
    """
    reader = _Reader(file.name, kinds)
    with export.open() as stream:
        try:
            for text, done in _texts(stream, file.name):
                reader.feed(text)
                if file.progress:
                    file.progress(min(done / max(export.size, 1), 1.0))
            reader.feed("", last=True)
        except BROKEN:
            reader.found.broken = reader.parser.CurrentLineNumber
    return reader.found


def _texts(stream: IO[bytes], name: str) -> Iterator[tuple[str, int]]:
    """The text in pieces, the first without its document type, and how many bytes have been read."""
    content = stream.read(CHUNK)
    utf16 = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    decoder = codecs.getincrementaldecoder("utf-16" if utf16 else "utf-8-sig")(errors="replace")
    yield _without_doctype(decoder.decode(content), name), (done := len(content))
    while content := stream.read(CHUNK):
        done += len(content)
        yield decoder.decode(content), done
    yield decoder.decode(b"", final=True), done


def _without_doctype(text: str, name: str) -> str:
    """The text with empty lines for its document type, so that the lines keep their numbers."""
    found = DOCTYPE.search(text)
    if found is None:
        return text
    if "<!ENTITY" in found[0]:
        _refuse_entities(name)
    return text[: found.start()] + "\n" * found[0].count("\n") + text[found.end() :]


def _refuse_entities(name: str) -> None:
    raise UnreadableFile(
        f"{name} declares entities or other files, which no export of Apple Health does. Export it from Health again."
    )


class _Reader:
    """Parses a stream piece by piece and keeps the records of some kinds, within bounds."""

    def __init__(self, name: str, kinds: Collection[str]) -> None:
        self.name = name
        self.kinds = kinds
        self.found = Found()
        self.record: Record | None = None  # whose metadata is being read
        self.depth = 0
        self.fed = 0
        self.parser = expat.ParserCreate("utf-8")
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.StartDoctypeDeclHandler = lambda *_: _refuse_entities(name)

    def feed(self, text: str, *, last: bool = False) -> None:
        """Parse a piece, and look whether the parser keeps more than an honest file makes it keep."""
        content = text.encode()
        self.fed += len(content)
        self.parser.Parse(content, last)
        token = self.fed - self.parser.CurrentByteIndex
        kept = (token, self.depth, len(self.parser.intern), len(self.found.records))
        if any(amount > most for amount, most in zip(kept, BOUNDS, strict=True)):
            raise UnreadableFile(f"{self.name} is built like no export of Apple Health. Export it from Health again.")

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if name == "Record":
            self.record = self.keep(attributes) if attributes.get("type") in self.kinds else None
        elif self.record and name == "MetadataEntry" and attributes.get("key") == ZONE:
            self.record.zone = attributes.get("value", "")

    def end(self, name: str) -> None:
        self.depth -= 1
        if name == "Record":
            self.record = None

    def keep(self, attributes: dict[str, str]) -> Record:
        names = ("type", "startDate", "endDate", "creationDate", "value", "sourceName")
        record = Record(self.parser.CurrentLineNumber, *(attributes.get(name, "") for name in names))
        self.found.records.append(record)
        return record
