"""What everybody may look at: the front page and public profiles."""
