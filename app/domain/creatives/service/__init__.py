"""Verbs of the creatives room: submitting, answering, paying back, house ads, and looking at landing pages."""
