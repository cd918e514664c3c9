"""Where staff make events, see who comes, and stand at the door."""

from portal.events.console.blueprint import bp

__all__ = ["bp"]
