"""The card as a picture, whatever its owner is called."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from flask import Flask
from PIL import Image, ImageChops

from portal.core import lettering
from portal.membership import picture
from portal.membership.queries.cards import CardFace, card_for
from tests.make import Make

pytestmark = pytest.mark.one_database

NAME_LINES = (84, 120, 1116, 236)


def drawn(card: CardFace, name: str) -> Image.Image:
    font = lettering.find(None)
    assert font is not None
    with Image.open(io.BytesIO(picture.drawn(replace(card, name=name), "http://house/card", font))) as image:
        return image.convert("RGB")


def test_every_name_is_there_and_stays_on_its_line(app: Flask, make: Make) -> None:
    card = card_for(make.member().id)
    empty = drawn(replace(card, number=""), "🧵🧵")
    for name in (
        "禾小满",
        "Zoë 小兔 🐰",
        "Wolfeschlegelsteinhausenbergerdorff" * 2,
        "上官欧阳司马诸葛" * 5,
        "🧵🧵",
    ):
        image = drawn(card, name)
        assert ImageChops.difference(image.crop(NAME_LINES), empty.crop(NAME_LINES)).getbbox(), name
        beyond = (1120, 120, 1160, 236)
        assert not ImageChops.difference(image.crop(beyond), empty.crop(beyond)).getbbox(), name


def test_emoji_alone_are_no_empty_card(app: Flask, make: Make) -> None:
    card = card_for(make.member().id)
    assert drawn(card, "🧵🧵").tobytes() == drawn(card, card.number).tobytes()
