"""Sheets: what is cut out of a page fits back in, for everybody."""

from __future__ import annotations

import pytest

from portal.core.cutting import cut


def test_a_sheet_filled_with_its_own_pieces_is_the_page():
    page = "<p>a<b>1</b>ü<b>2</b></p>"
    sheet = cut(page, {"one": "<b>1</b>", "two": "<b>2</b>"})
    assert sheet.filled({"one": b"<b>1</b>", "two": b"<b>2</b>"}).decode() == page
    assert sheet.filled({"one": b"x", "two": b"y"}).decode() == "<p>axüy</p>"


def test_every_place_of_a_piece_is_a_hole():
    assert cut("token, token", {"token": "token"}).filled({"token": b"x"}) == b"x, x"


def test_no_hole_stays_open_and_no_piece_is_lost():
    with pytest.raises(KeyError):
        cut("<b>1</b>", {"one": "<b>1</b>"}).filled({})
    assert cut("<b>1</b>", {"one": "<b>1</b>", "two": "<b>2</b>"}) is None
    assert cut("<b><i></i></b>", {"outer": "<b><i></i></b>", "inner": "<i></i>"}) is None
    assert cut("<b></b>", {"nothing": ""}) is None
