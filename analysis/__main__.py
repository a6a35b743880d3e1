"""``python -m analysis`` is ``migraine``."""

from analysis.cli import main

if __name__ == "__main__":  # a worker process imports this module too
    main()
