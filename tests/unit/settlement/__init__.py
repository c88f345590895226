"""Rules of the settlement room."""
