"""The letter: what a clinic hands over about one patient, in fifteen points; one module for each that is its own.

Terminal, PDF, Word and workbook lay the same sections out, so they cannot disagree.
"""
