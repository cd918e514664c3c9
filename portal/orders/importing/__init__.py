"""Files of orders on their way in: read row by row, compared with what is there, confirmed, applied bit by bit.

A mapping (``generic`` so far) says what a row of a file means; everything else is the same for all of them.
"""

#: by name; the first is the usual one
MAPPINGS = ("generic",)
