"""What every page must be, whoever opens it: valid, one heading, unique ids, nothing inline."""

from __future__ import annotations

import re
from collections import Counter

import html5lib
from bs4 import BeautifulSoup

_HANDLER = re.compile(r"^on[a-z]+$")


def check_page(text: str) -> None:
    """A whole page. Raises AssertionError with what is wrong."""
    _parse(text, fragment=False)
    soup = BeautifulSoup(text, "html.parser")
    headings = soup.find_all("h1")
    assert len(headings) == 1, f"a page has exactly one h1, this one has {len(headings)}"
    title = soup.title.get_text(" ", strip=True) if soup.title else ""
    heading = headings[0].get_text("", strip=True)
    assert _plain(heading) in _plain(title), f"title {title!r} does not say what the heading {heading!r} says"
    assert soup.html is not None and soup.html.get("lang") in ("en", "zh-CN"), (
        "the page does not name its language"
    )
    _check_pieces(soup)


def check_fragment(text: str) -> None:
    """A block that htmx puts into a page."""
    if "<html" in text:
        raise AssertionError("a whole page was sent where a fragment was asked for")
    _parse(text, fragment=True)
    _check_pieces(BeautifulSoup(text, "html.parser"))


def _parse(text: str, *, fragment: bool) -> None:
    parser = html5lib.HTMLParser(strict=False)
    parser.parseFragment(text) if fragment else parser.parse(text)
    problems = [f"{position}: {code} {values}" for position, code, values in parser.errors]
    assert not problems, "invalid HTML: " + "; ".join(problems[:5])


def _check_pieces(soup: BeautifulSoup) -> None:
    ids = Counter(str(tag["id"]) for tag in soup.find_all(id=True))
    doubled = [name for name, times in ids.items() if times > 1]
    assert not doubled, f"ids used twice: {doubled}"
    for tag in soup.find_all(True):
        inline = [name for name in tag.attrs if name == "style" or _HANDLER.match(name)]
        assert not inline, f"<{tag.name}> carries {inline}: the policy forbids it"
    assert not soup.find_all("style"), "a <style> element: the policy forbids it"
    assert all(script.get("src") for script in soup.find_all("script")), (
        "an inline script: the policy forbids it"
    )
    for image in soup.find_all("img"):
        assert image.has_attr("alt"), f"an image without alt: {image}"
    for form in soup.find_all("form"):
        assert str(form.get("method", "get")).lower() in ("get", "post")


def _plain(text: str) -> str:
    return re.sub(r"\s+", "", text)
