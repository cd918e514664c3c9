"""The colours of thread on the card: names of the style sheet, as staff choose them."""

from __future__ import annotations

from portal.core.i18n import lazy as _l

THREADS = {
    "linen": _l("Linen"),
    "moss": _l("Moss"),
    "sky": _l("Sky"),
    "gold": _l("Gold"),
    "rose": _l("Rose"),
    "plum": _l("Plum"),
}
