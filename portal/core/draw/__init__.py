"""Draws that anybody can check: the list freezes and its hash is published before the value that orders it can be known.

One thing for all draws of the portal. The order is that of sha256(value|entry id); a page shows the proof, and a script of
some twenty lines computes it again from the downloaded file.
"""
