"""Coarse rate limits per account (signed in) or address, and the address itself.

Fine limits that must survive a restart (guessing codes, passwords) are rows in ``accounts``.
"""

from __future__ import annotations

import logging
from ipaddress import IPv6Address, ip_address

from flask import request
from flask_limiter import Limiter
from limits import parse

from portal.core.access import viewer

log = logging.getLogger(__name__)


def client_address() -> str:
    """The visitor's address; IPv6 by its /64, because one household owns all of it."""
    raw = request.remote_addr or ""
    try:
        address = ip_address(raw)
    except ValueError:
        return "unknown"
    if not isinstance(address, IPv6Address):
        return str(address)
    if address.ipv4_mapped:  # a socket for both kinds; all these people would share one /64
        return str(address.ipv4_mapped)
    return f"{IPv6Address(int(address) >> 64 << 64)}/64"


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


def one_more(pace: str, what: str) -> bool:
    """Count one ``what`` of this visitor, for what is no route of its own. False when it is more than ``pace`` allows.

    Also False when nobody can count: this is for things that can be left out.
    """
    if not limiter.enabled:
        return True
    try:
        return bool(limiter.limiter.hit(parse(pace), what, limit_key()))
    except Exception:  # whatever the client of the store raises
        log.exception("could not count %s", what)
        return False
