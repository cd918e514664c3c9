"""Staff pages of the catalogue: products, and the shelves they stand on."""
