"""What members see of events."""

from portal.events.views import (
    bell,
    calendars,
    changing,
    choosing,
    details,
    event,
    index,
    leaving,
    letters,
    no_shows,
    passing,
    passport,
    plan,
    pledges,
    proof,
    recap,
    scanned,
    tickets,
    waiting,
    wishes,
)
from portal.events.views.blueprint import bp

__all__ = ["bp"]

# importing them is what registers their routes
assert choosing
assert details
assert calendars
assert event
assert index
assert tickets
assert leaving
assert changing
assert passing
assert scanned
assert letters
assert passport
assert plan
assert pledges
assert recap
assert wishes
assert bell
assert proof
assert waiting
assert no_shows
