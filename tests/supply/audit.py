"""Known faults of the libraries that are installed, as a service on the network knows them.

``make audit`` lets pip-audit ask PyPI, and OSV where PyPI does not answer for every library. Who has a copy of OSV
names it in ``PIP_AUDIT_OSV_URL``. What nobody answered for was not audited: that is said, and is never "no fault".
Ends with 0 where no fault is known, with 1 where some are, and with 2 where nothing could be audited.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

SERVICES = ("pypi", "osv")
INSTALLED = Path("build/installed.txt")
COMMAND = (sys.executable, "-m", "pip_audit", "--strict", "--no-deps", "--disable-pip", "--progress-spinner", "off")


def main() -> int:
    """Ask one service after the other, and print what the first one that answers says."""
    silent = []
    for service in SERVICES:
        asked = ask(service)
        if asked.stdout:
            return told(json.loads(asked.stdout))
        silent.append(f"{service}: {reason(asked.stderr)}")
    print("Nothing was audited: no service answered for every library.", *silent, sep="\n- ")
    print("Try again where pypi.org or api.osv.dev can be reached, after: pip install '.[audit]'")
    return 2


def ask(service: str) -> subprocess.CompletedProcess[str]:
    """What pip-audit prints when it asks the service; nothing but errors where it got no full answer."""
    arguments = ("-s", service, "-f", "json", "-r", str(INSTALLED))
    return subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, check=False)


def told(answer: dict[str, Any]) -> int:
    """Print the answer; 1 where there is a fault.

    >>> told({"dependencies": [{"name": "flask", "version": "3.1.3", "vulns": []}]})
    Libraries audited: 1. Known faults: 0.
    0
    """
    libraries = answer["dependencies"]
    known = list(faults(libraries))
    print(*known, f"Libraries audited: {len(libraries)}. Known faults: {len(known)}.", sep="\n")
    return int(bool(known))


def faults(libraries: list[dict[str, Any]]) -> Iterator[str]:
    """A line for each known fault, and the versions that are without it.

    >>> fault = {"id": "PYSEC-2018-66", "fix_versions": ["0.12.3"]}
    >>> list(faults([{"name": "flask", "version": "0.5", "vulns": [fault]}]))
    ['flask 0.5: PYSEC-2018-66, mended in 0.12.3']
    """
    for library in libraries:
        for fault in library["vulns"]:
            mended = ", ".join(fault["fix_versions"]) or "no version yet"
            yield f"{library['name']} {library['version']}: {fault['id']}, mended in {mended}"


def reason(errors: str) -> str:
    """Why pip-audit got no answer: the last line of what it says.

    >>> reason("Traceback (most recent call last):\\n  ...\\nConnectionError: Failed to resolve 'api.osv.dev'\\n")
    "ConnectionError: Failed to resolve 'api.osv.dev'"
    """
    return (errors.strip().splitlines() or ["it said nothing"])[-1]


if __name__ == "__main__":
    sys.exit(main())
