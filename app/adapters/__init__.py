"""The outside world, each part with a real and a local form."""
