"""What is said, decided once in ``content``, and the places where it is laid out."""
