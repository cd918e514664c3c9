"""The shape of what is typed for product trials."""
