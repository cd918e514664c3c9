"""The shape of what staff type about products and shelves."""

from __future__ import annotations

from typing import Any

from flask_wtf.file import FileField, MultipleFileField
from wtforms import ColorField, HiddenField, IntegerField, SelectField
from wtforms.validators import NumberRange

from portal.brand.fields import day_field
from portal.catalog.models import ProductColor, ProductVersion
from portal.catalog.rules import LONGEST_ADDRESS, fingerprint
from portal.catalog.shelves import Shelves
from portal.core.forms import Form, VersionedForm, line, paragraphs
from portal.core.i18n import _
from portal.core.i18n import lazy as _l
from portal.core.media.models import LONGEST_ALT
from portal.core.slugs import LONGEST_SLUG

LONGEST_STORY = 6000
LONGEST_NOTE = 2000


class _NamedForm(Form):
    """Something with a name in two languages, of which one is enough."""

    name_zh = line(_l("Name in Chinese"), most=60, required=False, lang="zh-CN")
    name_en = line(_l("Name in English"), most=60, required=False, lang="en")

    def validate(self, extra_validators: Any = None) -> bool:
        fits = super().validate(extra_validators)
        if not self.name_zh.data and not self.name_en.data:
            self.refuse("name_zh", _("Please give it a name in at least one language."))
            return False
        return fits


class ProductForm(_NamedForm, VersionedForm):
    """``version`` is the one the colleague saw, so that two do not undo each other's words."""

    category_id = SelectField(_l("Shelf"))
    story_zh = paragraphs(_l("Story in Chinese"), most=LONGEST_STORY, required=False, lang="zh-CN")
    story_en = paragraphs(_l("Story in English"), most=LONGEST_STORY, required=False, lang="en")
    shop_url = line(
        _l("Address in the shop"), most=LONGEST_ADDRESS, required=False, inputmode="url", spellcheck="false"
    )

    def offer(self, shelves: Shelves) -> ProductForm:
        """Fill the list of shelves; those of the second level stand under their own."""
        self.category_id.choices = shelves.choices()
        return self

    def words(self) -> dict[str, Any]:
        """What the services take."""
        fields = ("name_zh", "name_en", "category_id", "story_zh", "story_en", "shop_url")
        return {name: self[name].data or "" for name in fields}


class NewProductForm(ProductForm):
    slug = line(_l("Address"), most=LONGEST_SLUG, required=False, spellcheck="false", autocapitalize="none")


class PictureForm(Form):
    picture = FileField(_l("Choose a picture"), render_kw={"accept": "image/*"})


class _SeenForm(Form):
    """``seen`` is the fingerprint of what stood there when the form was shown; empty for something new."""

    seen = HiddenField()

    def remember(self, part: ProductColor | ProductVersion) -> None:
        """From now on the form replaces what stands there now."""
        self.seen.raw_data = None
        self.seen.data = fingerprint(part)


class ColorForm(_NamedForm, _SeenForm):
    """A colour; the browser's own field for colours, which sends #rrggbb."""

    swatch = ColorField(_l("Colour"), default="#b5462f")

    def words(self) -> dict[str, Any]:
        """What the services take."""
        return {name: self[name].data or "" for name in ("name_zh", "name_en", "swatch")}


class VersionForm(_SeenForm):
    """A revision; the note is wanted in one language at least, which the services say."""

    label = line(_l("Name of the version"), most=60, autocapitalize="none")
    released_on = day_field(_l("In the shop since"))
    note_zh = paragraphs(
        _l("What became different, in Chinese"), most=LONGEST_NOTE, required=False, lang="zh-CN"
    )
    note_en = paragraphs(
        _l("What became different, in English"), most=LONGEST_NOTE, required=False, lang="en"
    )

    def words(self) -> dict[str, Any]:
        """What the services take."""
        return {
            "label": self.label.data or "",
            "released_on": self.released_on.data,
            "note_zh": self.note_zh.data or "",
            "note_en": self.note_en.data or "",
        }


class PicturesForm(Form):
    """``pictures`` are read from the request, several at once."""

    pictures = MultipleFileField(_l("Choose pictures"), render_kw={"accept": "image/*"})


class AltForm(Form):
    alt = line(_l("What does it show?"), most=LONGEST_ALT, required=False, autocomplete="off")


class CategoryForm(_NamedForm):
    """A shelf; several of these forms stand on one page, so each gets a prefix."""

    parent_id = SelectField(_l("Stands under"))
    position = IntegerField(
        _l("Place"),
        default=0,
        validators=[NumberRange(0, 999, message=_l("Please give a number from 0 to 999."))],
        render_kw={"inputmode": "numeric"},
    )

    def offer(self, shelves: Shelves, *, besides: str | None = None) -> CategoryForm:
        """Only shelves of the first level can carry others; none carries itself."""
        tops = [branch.category for branch in shelves if branch.category.id != besides]
        self.parent_id.choices = [
            ("", _("Nothing: it is a top shelf")),
            *((top.id, top.name) for top in tops),
        ]
        return self

    def words(self) -> dict[str, Any]:
        return {
            "name_zh": self.name_zh.data or "",
            "name_en": self.name_en.data or "",
            "parent_id": self.parent_id.data or None,
            "position": self.position.data or 0,
        }
