"""The entry point: the commands that record, and those that answer."""

from __future__ import annotations

from diary.cli import migraine

migraine.declare("report", "analysis.commands.report:report", "Before and after each session: PDF, workbook, charts.")
migraine.declare("outcome", "analysis.commands.outcome:outcome", "The outcome table, in the terminal only.")
migraine.declare("demo", "analysis.commands.demo:demo", "An invented diary and its report, to see what this does.")


def main() -> None:
    """Run ``migraine``."""
    migraine(prog_name="migraine")
