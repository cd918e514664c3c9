"""Reads of events: programme, seats, registrations, and what stands around them."""
