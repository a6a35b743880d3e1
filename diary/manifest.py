"""What lies beside a backup: when it was made and why, of which schema, how many rows, and the SHA-256 of the file.

A manifest has one spelling only and ends with a SHA-256 of itself, so that no bit of it can change unnoticed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from diary.model import DiaryError

CHUNK = 2**20


class BackupError(DiaryError):
    """A backup cannot be made, read or restored."""


class Manifest(NamedTuple):
    """One backup, made at *made_at* (UTC) by version *program*, because of *why*.

    *kind* is ``sqlite`` or ``postgresql``; *sealed*, that its file can be read with a passphrase only. *size* is the
    file's, in bytes. *tables* are the rows of every table; not told of a sealed one. *rewritten_at* is when a patient
    was taken out of it who wanted to be forgotten.
    """

    made_at: datetime
    why: str
    kind: str
    schema: str
    program: str
    size: int
    sha256: str
    tables: Mapping[str, int]
    sealed: bool = False
    rewritten_at: datetime | None = None


def manifest_text(manifest: Manifest) -> str:
    """The manifest as JSON, with the SHA-256 of all that it says.

    >>> moment = datetime(2026, 3, 1, 8)
    >>> text = manifest_text(Manifest(moment, "asked", "sqlite", "0005", "1.0", 9, "ab" * 32, {"days": 3}))
    >>> read_manifest_text(text).tables
    {'days': 3}
    >>> read_manifest_text(text.replace("asked", "Asked")) is None
    True
    """
    said = {name: _plain(value) for name, value in manifest._asdict().items()}
    digest = sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()
    return json.dumps(said | {"manifest_sha256": digest}, indent=1) + "\n"


def read_manifest_text(text: str) -> Manifest | None:
    """The manifest; None where a single sign is not as it was written."""
    try:
        said = json.loads(text)
        del said["manifest_sha256"]
        manifest = Manifest(**{name: _read(name, value) for name, value in said.items()})
        return manifest if manifest_text(manifest) == text else None
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def read_manifest(path: Path) -> Manifest | None:
    """The manifest in a file; None where there is none, or it is damaged."""
    try:
        return read_manifest_text(path.read_bytes().decode())
    except (OSError, ValueError):
        return None


def digest_of(path: Path) -> tuple[int, str]:
    """The size and the SHA-256 of a file. Raises OSError: it cannot be read."""
    size, digest = 0, sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            size += len(chunk)
            digest.update(chunk)
    return size, digest.hexdigest()


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value


def _read(name: str, value: Any) -> Any:
    if name in ("made_at", "rewritten_at") and isinstance(value, str):
        return datetime.fromisoformat(value)
    return value
