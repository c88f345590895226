"""What every room stands on: database, clock, errors, access. Knows nothing of ads."""
