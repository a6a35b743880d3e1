"""The ``migraine`` commands that answer."""
