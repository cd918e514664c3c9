"""Member pages of the story wall, by noun."""

from portal.stories.views.blueprint import bp

from portal.stories.views import campaigns, comments, photo_desk, photo_rights, photos, story, wall, writing  # isort: skip

pages = (campaigns, comments, photo_desk, photo_rights, photos, story, wall, writing)
assert all(pages), "importing them is what registers their routes"

__all__ = ["bp"]
