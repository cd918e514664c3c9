"""What holds for products and shelves."""

from __future__ import annotations

import re
from hashlib import sha256
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from portal.catalog.models import Category, Product, ProductColor, ProductVersion
from portal.core.access import Permission, Viewer

#: the owner kind of product pictures in core/media
OWNER = "product"
MOST_PICTURES = 9
MOST_COLORS = 24
LONGEST_ADDRESS = 500
_SWATCH = re.compile(r"#[0-9a-fA-F]{6}")


def may_see_product(viewer: Viewer | None, product: Product) -> bool:
    """Everyone sees what is shown; those who keep the shelves also see what is not yet."""
    return product.shown or (viewer is not None and viewer.can(Permission.MANAGE_PRODUCTS))


def may_see_pictures(viewer: Viewer, _product_id: str) -> bool:
    """Those who keep the shelves also see the pictures of what is hidden."""
    return viewer.can(Permission.MANAGE_PRODUCTS)


def choice_of(product_id: str, part_id: str | None = None) -> str:
    """The value of a product, or of a colour or version of it, in a list to choose from."""
    return f"{product_id}/{part_id}" if part_id else product_id


def chosen(choice: str) -> tuple[str, str | None]:
    """The product and the part that :func:`choice_of` was made of."""
    product_id, _slash, part_id = choice.partition("/")
    return product_id, part_id or None


def is_swatch(text: str) -> bool:
    """Whether ``text`` is a colour as #rrggbb."""
    return _SWATCH.fullmatch(text) is not None


def is_shop_url(text: str) -> bool:
    """Whether ``text`` is an address of a page that browsers open safely: https, a host with a dot, nobody's name or password."""
    if len(text) > LONGEST_ADDRESS or any(sign.isspace() or sign in '"<>\\^`{|}' for sign in text):
        return False
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    named = "." in host.strip(".") and not host.startswith(".")
    return parts.scheme == "https" and named and "@" not in parts.netloc and port != 0


def shop_page(url: str) -> str:
    """The same for all addresses that lead to one page of a shop: small letters in the host, no port, no slash at the end, nothing
    that only counts visits. Of an address that :func:`is_shop_url` took, or of nothing."""
    parts = urlsplit(url)
    asked = [(name, value) for name, value in parse_qsl(parts.query) if not name.startswith("utm_")]
    host = (parts.hostname or "").rstrip(".")
    port = f":{parts.port}" if parts.port not in (None, 443) else ""
    return f"{host}{port}{unquote(parts.path).rstrip('/')}?{urlencode(sorted(asked))}"


def fingerprint(part: ProductColor | ProductVersion) -> str:
    """What a form showed of a colour or version, so that two colleagues never undo each other unseen."""
    if isinstance(part, ProductColor):
        words: tuple[str, ...] = (part.name_zh, part.name_en, part.swatch)
    else:
        words = (part.label, part.note_zh, part.note_en, part.released_on.isoformat())
    return sha256("\0".join(words).encode()).hexdigest()[:16]


def may_stand_under(category: Category, parent: Category | None, *, has_children: bool) -> bool:
    """Shelves have two levels: a parent has no parent, and a shelf with shelves under it stays on top."""
    if parent is None:
        return True
    return parent.parent_id is None and parent.id != category.id and not has_children
