"""Mail that loses nothing: a letter is a row first (in the transaction that caused it), then the worker sends it.

due → sent, or due again after growing waits, or failed for good (the server said the address is wrong, or a day of
trying was in vain), or dropped (the member no longer wanted it when its moment came).

At least once: when the connection breaks after a letter's last byte and before the server's answer, or this process
dies there, nobody knows whether the server took it. Then it is sent again, with the same Message-ID, by which mailboxes
recognise a double. The other choice would sometimes lose a sign-in code.
"""
