"""``python -m analysis`` is ``migraine``."""

from analysis.cli import main

main()
