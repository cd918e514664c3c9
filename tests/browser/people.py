"""Who opens the screens: personas of the demo, and those whom ``stage`` adds."""

from __future__ import annotations

PASSWORD = "demo-portal"

MEMBER = "xiaoman@demo.example"
OWNER = "owner@demo.example"
ANALYST = "analyst@demo.example"

#: has stories in every state, and a very long name
NEWCOMER = "newcomer@demo.example"
#: has nothing at all yet
FRESH = "fresh@demo.example"
#: has not confirmed the address
UNCONFIRMED = "unconfirmed@demo.example"
#: mail came back from their address, and they stopped what could be stopped
BOUNCED = "bounced@demo.example"
#: asked for their account to be erased
LEAVING = "leaving@demo.example"
#: has not accepted the newest house rules
BEHIND = "coco@demo.example"
#: has a draft that cannot be read
BROKEN = "broken@demo.example"

#: how often links that work once may be used
VISITS = 16
