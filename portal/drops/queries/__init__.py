"""Reads of drops."""
