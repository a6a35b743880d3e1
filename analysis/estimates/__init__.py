"""Numbers in, numbers out: one method a module."""
