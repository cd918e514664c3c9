"""Verbs of drops."""
