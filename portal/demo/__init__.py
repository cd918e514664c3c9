"""What the demo is made of: drawn pictures (art) and written words (texts).

Leaves: they know nothing of the portal; each feature's demo.py takes from them what it needs.
"""
