"""Mutation testing of the numbers: small faults are put into a module, and the tests have to notice each.

``make mutants``, or ``python -m tests.mutants analysis/windows.py --most 100``, changes one comparison, operator,
number or condition at a time, in memory, and runs the tests of that module in a process forked for it. A mutant
that no test notices is printed with its line. Which of those matter is judged by hand: see tests/mutants.md.
"""

from __future__ import annotations

import argparse
import ast
import os
import sys
from collections.abc import Iterator
from importlib.machinery import SourceFileLoader
from io import StringIO
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import hypothesis  # noqa: F401  # what is imported here is imported once, and not in every process
import pandas  # noqa: F401
import pytest
import scipy.stats  # noqa: F401

ROOT = Path(__file__).parents[1]
SECONDS = 60
TESTS = {
    "analysis/windows.py": ("tests/test_windows.py", "tests/test_outcome.py"),
    "analysis/rates.py": ("tests/test_rates.py",),
    "analysis/estimates/serial.py": ("tests/test_serial.py", "tests/published/test_newcombe_1998.py"),
    "analysis/rules/__init__.py": ("tests/test_rule_sets.py", "tests/test_rules.py"),
    "analysis/rules/base.py": ("tests/published/test_sacco_2025.py", "tests/test_rule_sets.py", "tests/test_rules.py"),
    "analysis/rules/nice.py": ("tests/test_rules.py", "tests/test_rule_sets.py"),
    "analysis/rules/ihs.py": ("tests/published/test_sacco_2025.py", "tests/test_rule_sets.py"),
    **dict.fromkeys(
        (f"analysis/rules/{name}.py" for name in ("ahs", "dmkg", "ehf", "hull")), ("tests/test_rule_sets.py",)
    ),
}
"""The modules whose numbers everything rests on, and the tests that are theirs."""

SWAPPED: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Div,
    ast.And: ast.Or,
    ast.Or: ast.And,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
ANNOTATIONS = ("annotation", "returns")


class Mutant(NamedTuple):
    """One change: the number of its place in the module, its line, and the line before and after."""

    number: int
    line: int
    before: str
    after: str
    source: str


class Change(ast.NodeTransformer):
    """Changes the place of that number; with -1 it only counts the places."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.places = 0
        self.line = 0

    def generic_visit(self, node: ast.AST) -> ast.AST:
        """Look at what may be changed, but not at types and texts."""
        for name, inner in ast.iter_fields(node):
            if name in ANNOTATIONS:
                continue
            if isinstance(inner, list):
                inner[:] = [self.visit(one) if isinstance(one, ast.AST) else one for one in inner]
            elif isinstance(inner, ast.AST):
                setattr(node, name, self.visit(inner))
        return self.changed(node)

    def changed(self, node: ast.AST) -> ast.AST:
        """The node, or another one where its turn has come."""
        match node:
            case ast.Compare(ops=[op]) if type(op) in SWAPPED and self.turn(node):
                node.ops = [SWAPPED[type(op)]()]  # type: ignore[list-item]
            case ast.BinOp(op=op) | ast.BoolOp(op=op) if type(op) in SWAPPED and self.turn(node):
                node.op = SWAPPED[type(op)]()  # type: ignore[assignment]
            case ast.UnaryOp(op=ast.Not() | ast.Invert() | ast.USub()) if self.turn(node):
                return node.operand
            case ast.Constant(value=bool(value)) if self.turn(node):
                node.value = not value
            case ast.Constant(value=value) if type(value) in (int, float) and self.turn(node):
                node.value = value + 1  # type: ignore[operator]
            case ast.IfExp() | ast.If() if self.turn(node.test):
                node.test = ast.UnaryOp(ast.Not(), node.test)
        return node

    def turn(self, node: Any) -> bool:
        """Whether this is the place; it is counted."""
        self.places += 1
        if self.places - 1 != self.number:
            return False
        self.line = node.lineno
        return True


def mutants(path: Path) -> Iterator[Mutant]:
    """Every change of a module."""
    text = path.read_text(encoding="utf-8")
    counting = Change(-1)
    counting.visit(ast.parse(text))
    lines = ast.unparse(ast.parse(text)).split("\n")
    for number in range(counting.places):
        change = Change(number)
        source = ast.unparse(ast.fix_missing_locations(change.visit(ast.parse(text))))
        pairs = zip(lines, source.split("\n"), strict=False)
        before, after = next(((a, b) for a, b in pairs if a != b), ("", ""))
        if before:
            yield Mutant(number, change.line, before.strip(), after.strip(), source)


def survives(mutant: Mutant | None, path: Path, tests: tuple[str, ...]) -> bool:
    """Whether the tests pass with the mutant, or without one, in a process of their own."""
    child = os.fork()
    if child == 0:
        os._exit(_run(mutant, path, tests))
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def _run(mutant: Mutant | None, path: Path, tests: tuple[str, ...]) -> int:
    import signal

    signal.alarm(SECONDS * 20)  # on the clock, for where other programs work; ends what goes round for ever
    if mutant:
        _load_instead(path, mutant.source)
    sys.stdout = sys.stderr = StringIO()
    quiet = [
        "-x",
        "-q",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:faulthandler",
        "--capture=no",
        "--assert=plain",
        "--hypothesis-seed=1",
    ]
    return int(pytest.main([*quiet, *tests]))


def _load_instead(path: Path, source: str) -> None:
    """Let the module be made of this source when it is imported."""
    original = SourceFileLoader.get_code

    def get_code(loader: SourceFileLoader, name: str) -> Any:
        if Path(loader.path) == path:
            return compile(source, str(path), "exec")
        return original(loader, name)

    SourceFileLoader.get_code = get_code  # type: ignore[method-assign]


def main() -> int:
    """Print each survivor, and how many mutants of each module were noticed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("modules", nargs="*", default=list(TESTS))
    parser.add_argument("--most", type=int, default=10_000, help="no more than so many of each module, drawn at random")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    for module in arguments.modules:
        path, tests = ROOT / module, TESTS[module]
        every = list(mutants(path))
        drawn = Random(arguments.seed).sample(every, min(arguments.most, len(every)))
        if not survives(None, path, tests):
            print(f"{module}: its tests fail without any mutant", flush=True)
            return 1
        left = 0
        for mutant in drawn:
            if survives(mutant, path, tests):
                left += 1
                print(f"{module}:{mutant.line} #{mutant.number}: {mutant.before}  ->  {mutant.after}", flush=True)
        print(f"{module}: {len(drawn) - left} of {len(drawn)} noticed, of {len(every)} there are", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
