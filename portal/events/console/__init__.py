"""Where staff make events, see who comes, and stand at the door."""

from portal.events.console import (
    asking,
    days,
    door,
    draw,
    hands,
    letters,
    no_shows,
    people,
    sessions,
    studio,
    texts,
    tickets,
    withdrawing,
)
from portal.events.console.blueprint import bp

# importing them is what gives the blueprint its pages
assert asking
assert days
assert door
assert draw
assert hands
assert letters
assert no_shows
assert people
assert sessions
assert studio
assert texts
assert tickets
assert withdrawing

__all__ = ["bp"]
