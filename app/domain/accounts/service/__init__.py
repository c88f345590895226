"""Verbs of the accounts room, one module per part of an account's life."""
