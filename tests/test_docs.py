"""What is written about the program is true of it: README, CONTRIBUTING, .ci/run and data/ are held against the code.

``make golden`` writes what is generated anew: read the difference before it is committed.
"""

import ast
import json
import os
import re
import shlex
import shutil
import tomllib
from pathlib import Path
from zipfile import ZipFile

import matplotlib
import pytest
from matplotlib.image import imread
from pypdf import PdfReader

from tests.terminal import Terminal

ROOT = Path(__file__).parents[1]
README, CONTRIBUTING = ROOT / "README.md", ROOT / "CONTRIBUTING.md"
DEMO = ROOT / "data" / "demo"
DEMO_FILES = ("diary.xlsx", "report.pdf", "outcomes.json", "charts/blocks.png")
"""What ``data/demo`` keeps of what ``migraine demo`` writes."""

SAME_COLOUR = 0.01 if matplotlib.__version_info__ >= (3, 11) else 0.06
"""Mean difference, 0 to 1, that two pictures of the same may have: matplotlib 3.11 sets text a little elsewhere."""


def rewriting():
    return bool(os.environ.get("MIGRAINE_REWRITE_GOLDEN"))


def between(path, name):
    """What a document says between ``<!-- name -->`` and ``<!-- /name -->``."""
    return re.search(f"<!-- {name} -->\n(.*?)<!-- /{name} -->", path.read_text(encoding="utf-8"), re.DOTALL)[1]


def held(path, name, lines):
    """What the document says there, and what it should: *lines* in a fence; first put there, where it is rewritten."""
    written, due = between(path, name), "\n".join(["```text", *lines, "```", ""])
    if rewriting():
        marks = f"<!-- {name} -->\n", f"<!-- /{name} -->"
        path.write_text(path.read_text(encoding="utf-8").replace(written.join(marks), due.join(marks)), "utf-8")
    return written, due


def shell_blocks(path):
    """The commands of each block of shell in a document, without their comments."""
    blocks = re.findall(r"```sh\n(.*?)```", path.read_text(encoding="utf-8"), re.DOTALL)
    return [[re.sub(r"\s+#.*", "", line) for line in block.strip().splitlines()] for block in blocks]


# --- the demo


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """A terminal in which ``migraine demo`` has run."""
    terminal = Terminal(tmp_path_factory.mktemp("demo"))
    terminal("demo")
    return terminal


@pytest.fixture(scope="module")
def made(demo):
    """The folder that the demo wrote, kept in data/demo where that is rewritten."""
    folder = demo.folder / "migraine-demo"
    for name in DEMO_FILES if rewriting() else ():
        (DEMO / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(folder / name, DEMO / name)
    return folder


def excerpt(printed, rules):
    """The headline, the outcome table, and the first line of what each rule says."""
    lines = [line.rstrip() for line in printed.splitlines()]
    rule = next(number for number, line in enumerate(lines) if line.startswith("──"))
    table = lines[: lines.index("", rule)]
    return [*table, "", "[…]", "", *(f"{line} …" for line in lines if line.startswith(rules)), "", "[…]"]


def test_the_readme_shows_what_the_demo_prints(demo, made):
    verdicts = json.loads((made / "outcomes.json").read_text(encoding="utf-8"))["verdicts"]
    written, due = held(README, "demo", excerpt(demo.text, tuple(verdict["rule"] for verdict in verdicts)))

    assert due == written


def test_the_demo_diary_in_data_is_the_one_that_the_program_writes(made):
    assert members(made / "diary.xlsx") == members(DEMO / "diary.xlsx")


def members(path):
    with ZipFile(path) as file:
        return {name: file.read(name) for name in file.namelist()}


def test_the_demo_numbers_in_data_are_those_that_the_program_writes(made):
    assert numbers(made / "outcomes.json") == numbers(DEMO / "outcomes.json")


def numbers(path):
    """The document with six digits, and without the hash of the diary, which rests on how a zip is packed."""
    document = json.loads(path.read_text(encoding="utf-8"), parse_float=lambda text: round(float(text), 6))
    assert ["diary.xlsx"] == [file.pop("name") for file in document.pop("inputs")]
    return document


def test_the_demo_report_in_data_says_what_the_program_writes(made):
    assert words(made / "report.pdf") == words(DEMO / "report.pdf")


def words(path):
    """The letters and numbers of each page, without the hash."""
    pages = ("".join(page.extract_text().split()) for page in PdfReader(path).pages)
    return [re.sub(r"[0-9a-f]{12,}", "", page) for page in pages]


def test_the_demo_chart_in_data_looks_as_the_program_draws_it(made):
    ours, kept = imread(made / "charts/blocks.png"), imread(DEMO / "charts/blocks.png")

    assert ours.shape == kept.shape
    assert abs(ours - kept).mean() < SAME_COLOUR


def test_every_file_in_data_is_listed_with_its_source_and_licence():
    rows = [row.split("|")[1:-1] for row in (ROOT / "data/README.md").read_text(encoding="utf-8").splitlines()]
    listed = {name: row for row in rows if len(row) == 4 for name in re.findall("`([^`]+)`", row[0])}
    files = {path.relative_to(ROOT / "data").as_posix() for path in (ROOT / "data").rglob("*") if path.is_file()}

    assert [] == [name for name in files if not name.startswith(tuple(listed)) and Path(name).name != "README.md"]
    assert all(cell.strip() for row in listed.values() for cell in row)
    assert [] == [name for name in listed if not (ROOT / "data" / name).exists()]


# --- commands


def test_the_checks_run_the_first_two_commands_of_the_readme_word_for_word():
    [first], [second], *_ = shell_blocks(README)

    assert {first, second} <= set((ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines())


def test_the_commands_under_use_it_run_one_after_the_other(tmp_path):
    """An empty template holds nothing to import, so it is "filled in" with the demo diary."""
    migraine = Terminal(tmp_path)
    shutil.copyfile(DEMO / "diary.xlsx", tmp_path / "diary.xlsx")

    for line in shell_blocks(README)[2]:
        program, words = line.split(maxsplit=1)
        if words.startswith("import"):
            shutil.copyfile(DEMO / "diary.xlsx", tmp_path / shlex.split(words)[1])
        assert ("migraine", 0) == (program, migraine(words) and migraine.code), migraine.text


def test_every_word_of_make_that_is_named_is_in_the_makefile():
    targets = re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)

    assert set(re.findall(r"`make (\w+)`", CONTRIBUTING.read_text(encoding="utf-8"))) == set(targets)


# --- files


@pytest.mark.parametrize("path", [README, CONTRIBUTING, ROOT / "data" / "README.md"], ids=lambda path: path.name)
def test_every_file_that_is_named_exists(path):
    text = path.read_text(encoding="utf-8")
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", text) if "://" not in link]
    named = [name for name in re.findall(r"`([\w./-]+)`", text) if "/" in name or name.endswith((".py", ".cfg"))]

    assert [] == [name for name in links + named if not any((base / name).exists() for base in (path.parent, ROOT))]


def tree(package):
    """A line for each module of a package: its name, and the first line of its docstring."""
    for path in sorted((ROOT / package).rglob("*.py")):
        if "versions" in path.parts:
            continue
        inside = path.relative_to(ROOT)
        is_package = path.name == "__init__.py"
        name = f"{inside.parent.name}/" if is_package else path.name
        indent = "  " * (len(inside.parts) - (2 if is_package else 1))
        about = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))).splitlines()[0]
        yield f"{indent + name:<25} {re.sub(r'(:mod:)?`+', '', about)}"


def test_the_tree_in_contributing_has_the_first_line_of_every_module():
    written, due = held(CONTRIBUTING, "tree", [*tree("diary"), "", *tree("analysis")])

    assert due == written


def modules(package):
    """The names of a package's modules and packages."""
    inside = (ROOT / package).iterdir()
    return {path.stem for path in inside if path.suffix == ".py" or (path / "__init__.py").is_file()}


def test_the_contract_on_imports_names_every_module():
    """Whoever answers may know the words (also those of FHIR) and the table shapes, and nothing else of the record."""
    linted = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    [contract] = [c for c in linted["contracts"] if c["name"] == "the answer knows only the words and the table shapes"]
    answering = modules("analysis") - {"__init__", "__main__", "cli", "commands", "pages"}
    closed = modules("diary") - {"__init__", "model", "tables", "cells", "fhir"}

    assert {f"analysis.{name}" for name in answering} == set(contract["source_modules"])
    assert {f"diary.{name}" for name in closed} == set(contract["forbidden_modules"]) - {"sqlalchemy"}
