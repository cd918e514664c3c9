"""Coarse rate limits per account (signed in) or address, and the address itself.

Fine limits that must survive a restart (guessing codes, passwords) are rows in ``accounts``.
"""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address

from flask import request
from flask_limiter import Limiter

from portal.core.access import viewer


def client_address() -> str:
    """The visitor's address; IPv6 by its /64, because one household owns all of it."""
    raw = request.remote_addr or ""
    try:
        address = ip_address(raw)
    except ValueError:
        return "unknown"
    if isinstance(address, IPv6Address):
        return f"{IPv6Address(int(address) >> 64 << 64)}/64"
    return str(address)


def limit_key() -> str:
    me = viewer()
    return f"member:{me.id}" if me else f"address:{client_address()}"


limiter = Limiter(key_func=limit_key, strategy="fixed-window", headers_enabled=False)


@limiter.request_filter
def reads() -> bool:
    """All limits below are on POST: nothing is looked up in them for a page that is only read."""
    return request.method != "POST"


#: anything that writes text for others to read
WRITING = limiter.limit("30/minute;300/hour", methods=["POST"])
#: quick taps: reactions, reads, drafts
TAPPING = limiter.limit("240/minute", methods=["POST"])
#: sign-in, sign-up, codes: mostly strangers, so by address
KNOCKING = limiter.limit("20/minute;120/hour", methods=["POST"], key_func=client_address)
#: photos going up
UPLOADING = limiter.limit("60/minute;400/hour", methods=["POST"])
