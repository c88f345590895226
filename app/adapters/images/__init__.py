"""Uploaded images come in here: checked, and rebuilt from their pixels in a process of their own."""
