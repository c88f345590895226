"""Who did what: records in a hash chain that nobody can change unseen."""
