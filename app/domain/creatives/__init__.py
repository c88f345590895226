"""Creatives: the material, its review, and which of it runs where."""
