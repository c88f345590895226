"""Rules of the payments room, without a database."""
