"""Measurements, never tests: requests per second, waits, memory, each as a ratio taken in one run."""
