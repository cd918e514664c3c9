"""Reads of contests, one file for each page."""
