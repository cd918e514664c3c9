"""Member pages of the story wall, by noun."""

from portal.stories.views import comments, photos, story, wall, writing
from portal.stories.views.blueprint import bp

__all__ = ["bp", "comments", "photos", "story", "wall", "writing"]
