"""Member pages of the story wall, by noun."""

from portal.stories.views.blueprint import bp

from portal.stories.views import comments, photos, story, wall, writing  # isort: skip

assert all((comments, photos, story, wall, writing)), "importing them is what registers their routes"

__all__ = ["bp"]
