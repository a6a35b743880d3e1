"""Every file of ours is for its owner alone (0600, in folders of 0700), also where the system would let others read."""

import os
import stat
import subprocess
import sys

import pytest

from diary.encryption import is_encrypted

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")

SCRIPT = """
import io
import os
import sys
from pathlib import Path

os.umask(0)
home = Path(sys.argv[1])
os.chdir(home)

from werkzeug.datastructures import FileStorage

from analysis.cli import migraine
from diary.relocking import relock
from diary.store import Store
from diary.web.secret import kept_secret
from diary.web.uploads import Uploads

with Store.open("new/folders/diary.sqlite") as store:
    store.patients()
    for file in Path("new/folders").iterdir():
        print(file.name)
kept_secret(home / "secret" / "place")
relock(Path("new/folders/diary.sqlite"), None, "four words in a row")
os.environ["MIGRAINE_DIARY"] = "plain/diary.sqlite"
for line in (
    "log 2026-03-01 --severity 2",
    "backup",
    "export --format json --out all.json",
    "export --format csv --out tables",
    "template empty.xlsx",
    "import again.csv",
):
    Path("again.csv").write_text("date,headache\\n2026-02-01,yes\\n") if "again" in line else None
    migraine.main(line.split(), prog_name="migraine", standalone_mode=False)
uploads = Uploads(lambda: 0.0)
print(oct(uploads.keep(FileStorage(io.BytesIO(b"x"), "sheet.csv"), ("me",)).path.stat().st_mode))
print(oct(uploads.folder().stat().st_mode))
(home / "written later by a report").write_text("x")
"""


def test_whatever_is_written_is_for_its_owner_alone_also_with_an_open_umask(tmp_path):
    home = tmp_path / "home"
    home.mkdir(0o700)
    environment = os.environ | {"HOME": str(home), "XDG_DATA_HOME": str(home / "data"), "MIGRAINE_BACKUPS": ""}

    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(home)], env=environment, capture_output=True, text=True, check=False
    )

    assert 0 == done.returncode, done.stderr
    modes = {path.relative_to(home): stat.S_IMODE(path.lstat().st_mode) for path in home.rglob("*")}
    assert {path: 0o700 if (home / path).is_dir() else 0o600 for path in modes} == modes
    assert {"diary.sqlite", "diary.sqlite-wal", "diary.sqlite-shm"} <= set(done.stdout.split())
    assert ["0o100600", "0o40700"] == done.stdout.split()[-2:]
    assert is_encrypted(home / "new" / "folders" / "diary.sqlite")
    assert 1 == len(list((home / "plain" / "backups").glob("*.sqlite")))
