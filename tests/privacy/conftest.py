"""The front of the wall, as the tests of the wall put it up."""

from tests.stories.conftest import asked

__all__ = ["asked"]
