"""One file per story, in a browser."""
