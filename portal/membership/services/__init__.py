"""Verbs of membership."""
