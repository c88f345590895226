"""Work that the clock starts: each job in its own file, run under a lease by one process at a time."""
