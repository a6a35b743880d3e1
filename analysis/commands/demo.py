"""``migraine demo``: an invented diary and its report, by the same way as a real one."""

from __future__ import annotations

from pathlib import Path

import click

from diary.cli.options import example


@click.command(epilog=example("migraine demo --out try-it"))
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default="migraine-demo",
    show_default=True,
    help="The folder to write into.",
)
def demo(out: Path) -> None:
    """Write an invented diary with five botulinum toxin sessions, and report on it.

    Nothing is stored in your own diary.
    """
    from analysis.commands.gather import answer
    from analysis.commands.progress import steps
    from analysis.reports.bundle import write_report
    from analysis.reports.terminal import print_content, print_files, wide_console
    from diary.demo import demo_batch
    from diary.template import write_workbook

    with steps() as step:
        step("Inventing a diary")
        out.mkdir(parents=True, exist_ok=True)
        diary = write_workbook(demo_batch(), out / "diary.xlsx")
        step("Reading it back")
        found = answer((diary,))
        written = write_report(found.findings, found.content, out, found.inputs, step)
    console = wide_console()
    print_content(found.content, console)
    print_files([diary, *written], console)
