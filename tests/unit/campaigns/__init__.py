"""Rows and words of the campaign pages."""
