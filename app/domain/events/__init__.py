"""Every business fact, and who still has to hear of it."""
