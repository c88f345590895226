"""Whose money is where: accounts, balanced entries that nobody can change, and the proof that they hold."""
