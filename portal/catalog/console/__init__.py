"""Staff pages of the catalogue: products with all that belongs to them, and the shelves they stand on."""

from portal.catalog.console import colors, credits, pictures, products, versions
from portal.catalog.console.blueprint import bp
from portal.catalog.console.shelves import bp as shelves_bp

# importing them is what gives the blueprint its pages
assert colors
assert credits
assert pictures
assert products
assert versions

__all__ = ["bp", "shelves_bp"]
