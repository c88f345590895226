"""Files: uploaded bytes, kept in the database under their hash."""
