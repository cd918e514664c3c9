"""Templates: they compile, carry nothing inline, and every form and htmx link works without JavaScript."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
MAIL = "mail.html"  # mail programs know no style sheets

pytestmark = pytest.mark.one_database

_FORBIDDEN = {
    "an inline style": re.compile(r"\sstyle\s*="),
    "a <style> element": re.compile(r"<style\b"),
    "an inline handler": re.compile(r"\son[a-z]+\s*="),
    "an inline script": re.compile(r"<script(?![^>]*\bsrc=)"),
    "an address elsewhere": re.compile(r"""(?:src|href)=["']https?://"""),
}
#: what the template language says is not markup: macros may have a parameter named style
_SPOKEN = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.S)
_TAG = re.compile(r"<(\w+)\b((?:[^<>{}]|\{\{.*?\}\}|\{%.*?%\})*)>", re.S)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_inline(path: Path) -> None:
    if path.name == MAIL:
        return
    text = _SPOKEN.sub("", path.read_text(encoding="utf-8"))
    found = [what for what, pattern in _FORBIDDEN.items() if pattern.search(text)]
    assert not found, f"{path.name} has {found}"


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_htmx_stands_on_something_plain(path: Path) -> None:
    """hx-post only on forms and their buttons, hx-get only where an href or a GET form says the same."""
    for tag, attributes in _TAG.findall(path.read_text(encoding="utf-8")):
        saves_by_itself = 'hx-trigger="input' in attributes  # an autosave beside a plain button
        if "hx-post" in attributes and not saves_by_itself:
            assert tag in ("form", "button", "input", "textarea", "select"), (
                f"{path.name}: hx-post on <{tag}>"
            )
        if "hx-get" in attributes and tag == "a":
            assert "href" in attributes, f"{path.name}: hx-get without href"
        for verb in ("hx-put", "hx-patch", "hx-delete"):
            assert verb not in attributes, f"{path.name}: {verb}; writes are POST"


def test_all_templates_compile(app: Flask) -> None:
    for name in app.jinja_env.list_templates():
        app.jinja_env.get_template(name)
