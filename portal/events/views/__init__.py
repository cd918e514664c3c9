"""What members see of events."""

from portal.events.views.blueprint import bp

__all__ = ["bp"]
