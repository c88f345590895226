"""Drills: many clients at once against the shipped server, on a real database, with the books checked afterwards.

Run them with ``python -m bench.drills R1 R2 R3 R4 R5 R6 [--short] [--database sqlite|postgresql]``. Each
prints one line with its figures; the last line is JSON: what ran, and what failed.
"""
