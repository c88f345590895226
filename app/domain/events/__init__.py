"""Every business event: what happened, to whom and by whom, as it was at that moment, and who has still to read it."""
