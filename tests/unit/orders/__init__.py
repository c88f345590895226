"""Rules of the orders room, without a database."""
