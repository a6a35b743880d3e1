"""The ``migraine`` commands that record."""
