"""Benchmarks: each module prints a table a person can read and, as its last line, its figures as one JSON object."""
