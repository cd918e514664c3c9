"""Verbs on the brand: its settings, its logo, the texts of the house. They flush and never commit."""

from portal.brand.services.legal import publish_text
from portal.brand.services.logo import discard_old_logos, receive_logo, remove_logo, use_logo
from portal.brand.services.settings import change_settings

__all__ = ["change_settings", "discard_old_logos", "publish_text", "receive_logo", "remove_logo", "use_logo"]
