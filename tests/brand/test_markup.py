"""What people may write in the texts of the house, and what never becomes markup."""

from __future__ import annotations

from bs4 import BeautifulSoup
from flask import Flask, render_template
from hypothesis import given
from hypothesis import strategies as st

from portal.brand.markup import Piece, blocks
from portal.brand.models import LegalKind
from portal.brand.starters import draft


def kinds(text: str) -> list[tuple[str, int]]:
    return [(block.kind, len(block.lines)) for block in blocks(text)]


def test_paragraphs_headings_and_lists() -> None:
    text = (
        "Hello\nthere.\n\n# Big\n## Also big\n### Small\n- one\n* two\n\n1. first\n2) second\n3、第三\n\nEnd"
    )
    assert kinds(text) == [
        ("paragraph", 2),
        ("heading", 1),
        ("heading", 1),
        ("subheading", 1),
        ("list", 2),
        ("numbers", 3),
        ("paragraph", 1),
    ]


def test_a_list_ends_at_an_empty_line_or_a_paragraph() -> None:
    assert kinds("- one\n\n- two") == [("list", 1), ("list", 1)]
    assert kinds("- one\nwords") == [("list", 1), ("paragraph", 1)]
    assert kinds("") == kinds("  \r\n\r\n ") == []


def test_what_only_looks_like_markup() -> None:
    for text in ("#no blank", "-no blank", "a # b", "2026年", "1234. too long", "--- ---"):
        assert kinds(text) == [("paragraph", 1)], text


def test_addresses_become_links_without_what_follows() -> None:
    (block,) = blocks("See https://a.example/x?y=1, or （https://b.example）。")
    assert [piece.url for piece in block.lines[0] if piece.url] == [
        "https://a.example/x?y=1",
        "https://b.example",
    ]
    assert "".join(piece.text for piece in block.lines[0]).startswith("See https://a.example/x?y=1, or")
    assert blocks("javascript:alert(1) data:x ftp://x")[0].lines == [
        [Piece("javascript:alert(1) data:x ftp://x")]
    ]


@given(st.text(alphabet="<>&\"'`/#-*1. \nahrefscript:=()[]", max_size=80))
def test_nothing_typed_is_ever_markup(app: Flask, text: str) -> None:
    with app.test_request_context():
        page = render_template("brand/_blocks.html", blocks=blocks(text), heads=2)
    allowed = {"h2", "h3", "p", "br", "ul", "ol", "li", "a"}
    for tag in BeautifulSoup(page, "html.parser").find_all(True):
        assert tag.name in allowed
        assert set(tag.attrs) <= {"href", "rel"}
        assert str(tag.get("href", "https://")).startswith(("http://", "https://"))


def test_the_drafts_hold_no_open_end_but_the_named() -> None:
    for kind in LegalKind:
        zh, en = draft(kind, names=("朝禾", "Zhaohe"), age=16)
        assert "<" not in zh + en
        assert ("朝禾" in zh and "Zhaohe" in en) or kind is LegalKind.PRIVACY
        assert len(kinds(zh)) == len(kinds(en)) > 8
        assert [kind for kind, _lines in kinds(zh)] == [kind for kind, _lines in kinds(en)]
