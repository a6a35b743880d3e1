"""Tables of many patients as Parquet: what comes back is what went in, in its types."""

import json
import stat
from dataclasses import replace

import pandas as pd
import pytest

from analysis.registry import (
    Registry,
    RegistryError,
    is_registry,
    open_registry,
    part_path,
    parts,
    read_part,
    write_part,
    write_registry,
)
from diary.demo import demo_batch
from diary.model import DiaryError
from diary.store import Store
from diary.tables import CANONICAL, DAYS, FACTS, conform
from tests.registry_data import AS_OF, divided, invented_part

parquet = pytest.importorskip("pyarrow.parquet")

PATIENTS = 5


@pytest.fixture(scope="module")
def demo():
    """A diary that has something in every table."""
    batch = demo_batch()
    with Store.open("sqlite://") as store:
        store.record(*(fact for name in FACTS for fact in getattr(batch, name)))
        return store.tables()


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "registry"


def assert_same(expected, actual):
    """Equal, and with the very types that the canonical tables have."""
    for table in CANONICAL:
        before, after = getattr(expected, table.name), getattr(actual, table.name)
        pd.testing.assert_frame_equal(before, after, check_exact=True)
        assert [str(dtype) for dtype in after.dtypes] == [column.dtype for column in table.columns]


def test_a_part_comes_back_as_it_went_in(demo, folder):
    write_part(demo, folder, 0)

    assert_same(demo, read_part(folder, 0))


def test_a_part_without_any_row_keeps_its_types(demo, folder):
    empty = replace(demo, **{table.name: getattr(demo, table.name).head(0) for table in CANONICAL})
    write_part(empty, folder, 0)

    after = read_part(folder, 0)

    assert [str(dtype) for dtype in after.days.dtypes] == [column.dtype for column in DAYS.columns]
    assert 0 == sum(len(getattr(after, table.name)) for table in CANONICAL)


def test_categories_come_back_as_the_canonical_tables_have_them(demo, folder):
    """In order, as text, and only those that occur, whatever the table held in memory."""
    shuffled = demo.days["kind"].cat.set_categories(["tension", "never seen", "migraine"])
    write_part(replace(demo, days=demo.days.assign(kind=shuffled)), folder, 0)

    after = read_part(folder, 0).days["kind"]

    pd.testing.assert_series_equal(conform(demo.days.assign(kind=shuffled.astype("string")), DAYS)["kind"], after)


def test_a_column_that_an_older_registry_does_not_have_is_not_known(demo, folder):
    write_part(demo, folder, 0)
    path = part_path(folder, DAYS, 0)
    parquet.write_table(parquet.read_table(path).drop_columns(["menses"]), path)

    assert read_part(folder, 0).days["menses"].isna().all()


def test_a_registry_says_how_many_parts_and_patients_it_has_and_its_last_day(folder):
    written = write_registry(divided(invented_part(0, PATIENTS), 2), folder)

    assert Registry(parts=3, patients=PATIENTS, as_of=AS_OF) == written == open_registry(folder)
    assert is_registry(folder)


def test_each_patient_is_whole_in_one_part(folder):
    everybody = invented_part(0, PATIENTS)
    write_registry(divided(everybody, 2), folder)

    for expected, read in zip(divided(everybody, 2), parts(folder), strict=True):
        assert_same(expected, read())


def test_other_programs_read_the_columns_under_their_names(folder):
    everybody = invented_part(0, PATIENTS)
    write_registry([everybody], folder)

    schema = parquet.read_schema(part_path(folder, DAYS, 0))

    assert DAYS.names == schema.names
    assert ["string", "bool", "int8"] == [str(schema.field(name).type) for name in ("patient", "headache", "severity")]


def test_a_registry_is_for_nobody_but_its_owner(folder):
    write_registry([invented_part(0, PATIENTS)], folder)

    assert 0 == stat.S_IMODE(folder.stat().st_mode) & 0o077


# --- what cannot be read


def test_a_folder_that_holds_something_is_not_written_into(folder):
    folder.mkdir()
    (folder / "notes.txt").write_text("mine")

    with pytest.raises(RegistryError, match="is not empty"):
        write_registry([invented_part(0, PATIENTS)], folder)


def test_a_folder_without_a_registry_says_how_to_make_one(folder):
    with pytest.raises(RegistryError, match="migraine registry convert"):
        parts(folder)


def test_a_registry_whose_writing_was_interrupted_is_none(folder):
    def interrupted():
        yield invented_part(0, PATIENTS)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_registry(interrupted(), folder)

    assert not is_registry(folder)


def test_a_registry_of_a_newer_version_is_not_guessed_at(folder):
    folder.mkdir()
    (folder / "registry.json").write_text(json.dumps({"format": "migraine-registry/2"}))

    with pytest.raises(RegistryError, match="Update the program"):
        open_registry(folder)


@pytest.mark.parametrize("said", [{}, {"parts": None}, {"as_of": "yesterday"}, {"as_of": 20260101}])
def test_what_a_damaged_registry_says_of_itself_is_not_guessed_at(said, folder):
    about = {"parts": 1, "patients": 1, "as_of": None} | said if said else {}
    folder.mkdir()
    (folder / "registry.json").write_text(json.dumps({"format": "migraine-registry/1"} | about))

    with pytest.raises(RegistryError, match=r"registry\.json is damaged. Make the registry again"):
        open_registry(folder)


@pytest.mark.parametrize("harm", ["missing", "damaged"])
def test_a_part_that_is_missing_or_damaged_is_named(folder, harm):
    write_registry([invented_part(0, PATIENTS)], folder)
    path = part_path(folder, DAYS, 0)
    path.unlink() if harm == "missing" else path.write_bytes(path.read_bytes()[:1000])

    with pytest.raises(DiaryError, match="part-00000.parquet cannot be read"):
        read_part(folder, 0)
