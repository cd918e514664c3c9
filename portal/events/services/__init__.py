"""Verbs of events. They flush and never commit."""
