"""Rules of events, pure: who may do what, and when."""
