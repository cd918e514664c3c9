"""The demo's events: last year's festival with its stamps, this year's on sale, a full salon, a gathering, an evening online."""

from portal.events.demo.loading import load

__all__ = ["load"]
