"""What can be found: one search row per socket, kept up to date from events, and the reads that span rooms."""
