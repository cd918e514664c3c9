"""The catalogue is complete: every text of code and templates has its Chinese, with the same placeholders.

``python -m tests.translations`` checks; ``--update`` first brings new texts into the catalogue (to be translated).
"""

from __future__ import annotations

import re
import sys
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
PO = ROOT / "portal" / "translations" / "zh_Hans_CN" / "LC_MESSAGES" / "messages.po"
METHODS = [("portal/**.py", "python"), ("templates/**.html", "jinja2"), ("templates/**.txt", "jinja2")]
KEYWORDS = {"_": None, "_l": None, "lazy": None, "gettext": None, "ngettext": (1, 2), "lazy_gettext": None}
_PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|\{(\w+)\}")


def extracted() -> Catalog:
    """All texts as the code and the templates use them now."""
    catalog = _empty()
    jinja = {"trimmed": "true", "extensions": "jinja2.ext.do", "silent": "false"}
    options = {"templates/**.html": jinja, "templates/**.txt": jinja}
    found = extract_from_dir(ROOT, METHODS, options, KEYWORDS, directory_filter=_ours)
    for path, _line, message, _comments, context in found:
        catalog.add(message, locations=[(path, 0)], context=context)
    return catalog


def kept() -> Catalog:
    if not PO.exists():
        return _empty()
    with PO.open("rb") as file:
        return read_po(file, locale="zh_CN")


def update() -> None:
    """Bring new texts in, drop those nobody uses; translations that exist stay."""
    old, new = kept(), extracted()
    for message in new:
        if message.id and (before := old.get(message.id, message.context)):
            message.string = before.string
    PO.parent.mkdir(parents=True, exist_ok=True)
    with PO.open("wb") as file:
        write_po(file, new, sort_output=True, omit_header=False, include_lineno=False, width=110)


def problems() -> list[str]:
    """What is wrong with the catalogue, one sentence each; empty when it is complete."""
    old, found = kept(), []
    for message in extracted():
        if not message.id:
            continue
        before = old.get(message.id, message.context)
        if before is None:
            found.append(f"not in the catalogue: {message.id!r} ({message.locations[0][0]})")
        elif not all(_strings(before)) or before.fuzzy:
            found.append(f"not translated: {message.id!r}")
        elif wrong := next(iter(before.check()), None):
            found.append(f"cannot be compiled ({wrong}): {message.id!r}")
        elif wrong := _wrong_placeholders(before):
            found.append(f"placeholders differ ({wrong}): {message.id!r}")
    return found


def _empty() -> Catalog:
    """A catalogue that counts as finished (a fuzzy one would not be compiled) and carries no changing dates."""
    made = datetime(2026, 11, 21, tzinfo=UTC)
    return Catalog(
        locale="zh_CN",
        domain="messages",
        header_comment="# The portal in Chinese.",
        project="portal",
        version="1",
        charset="utf-8",
        creation_date=made,
        revision_date=made,
        last_translator="the portal's makers",
        language_team="zh_CN",
        msgid_bugs_address="",
        copyright_holder="",
        fuzzy=False,
    )


def _ours(path: str) -> bool:
    folder = Path(path).relative_to(ROOT) if Path(path).is_absolute() else Path(path)
    return not folder.parts or folder.parts[0] in ("portal", "templates")


def _strings(message: Message) -> list[str]:
    string = message.string
    return list(string) if isinstance(string, tuple | list) else [string or ""]


def _wrong_placeholders(message: Message) -> str:
    ids = list(message.id) if isinstance(message.id, tuple | list) else [message.id]
    allowed = {"".join(pair) for text in ids for pair in _PLACEHOLDER.findall(text)}
    needed = {"".join(pair) for pair in _PLACEHOLDER.findall(ids[-1])}
    for text in _strings(message):
        used = {"".join(pair) for pair in _PLACEHOLDER.findall(text)}
        if used - allowed or needed - used:
            return ", ".join(sorted(used ^ needed))
    return ""


def main() -> int:
    if "--update" in sys.argv:
        update()
    found = problems()
    for problem in found:
        print(problem)
    print(f"{len(found)} problems in the Chinese catalogue" if found else "the Chinese catalogue is complete")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
