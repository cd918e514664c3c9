"""The owner's pages: settings of the brand, its logo, the texts of the house."""

from portal.brand.console import legal, logo, settings
from portal.brand.console.blueprint import bp

# importing them is what gives the blueprint its pages
assert legal
assert logo
assert settings

__all__ = ["bp"]
