"""Draws that anybody can check: the list freezes and its hash is published before the value that orders it can be known.

One thing for all draws of the portal. ``services`` open, freeze and draw; ``proof`` is the arithmetic, the same as in
``check``, a short script that readers download and run on the list (it imports nothing of ours, on purpose);
``queries`` give pages what may be shown. A secret leaves this room only once it has been drawn with.
"""
