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
#: has a draft that cannot be read
BROKEN = "broken@demo.example"

#: how often links that work once may be used
VISITS = 16
