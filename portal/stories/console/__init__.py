"""The studio's pages of the story wall, by noun: replies, staff picks, news, weeks, themes with their prompts."""

from portal.stories.console.blueprint import bp

from portal.stories.console import campaigns, featuring, news, replies, themes, weeks  # isort: skip

pages = (campaigns, featuring, news, replies, themes, weeks)
assert all(pages), "importing them is what registers their routes"

__all__ = ["bp"]
