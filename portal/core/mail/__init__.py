"""Mail that loses nothing: a letter is a row first (in the transaction that caused it), then the worker sends it.

due → sent, or due again after growing waits, or failed for good (the server said the address is wrong, or a day of
trying was in vain). A crash between sending and noting may send a letter twice with the same Message-ID.
"""
