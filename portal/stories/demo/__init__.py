"""The demo's story wall: about two hundred stories of the last months, answered, liked and talked about."""

from portal.stories.demo.wall import load

__all__ = ["load"]
