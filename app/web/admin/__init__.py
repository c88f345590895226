"""The staff pages: what runs, who is here, and who did what."""
