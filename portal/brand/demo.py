"""The demo's brand: 朝禾 Zhaohe, bags; and the texts of its house."""

from __future__ import annotations

from datetime import timedelta

from portal.brand.models import LegalKind
from portal.brand.services import change_settings, publish_text
from portal.brand.starters import draft
from portal.core import clock

NAMES = ("朝禾", "Zhaohe")
COMPANY = ("朝禾（演示品牌，并不存在）", "Zhaohe (a demo: there is no such company)")
CONTACT = "hello@zhaohe.example"
LAST_WORD = {
    LegalKind.TERMS: (
        "第一版。演示用，正式使用前请律师过目。",
        "The first version. For the demo; a lawyer must read it before real use.",
    ),
    LegalKind.PRIVACY: (
        "第一版。演示用，正式使用前请律师过目。",
        "The first version. For the demo; a lawyer must read it before real use.",
    ),
    LegalKind.RULES: ("加了一句：拍到别人，先问一声。", "One line more: ask people before you show them."),
}


def load() -> None:
    change_settings(
        by=None,
        name_zh=NAMES[0],
        name_en=NAMES[1],
        belief_zh="每一只包都见过一段日子。把你的那段，缝进这面墙。",
        belief_en="Every bag has seen a stretch of someone’s life. Stitch yours into the wall.",
        headline_zh="{people} 个人，带着它走过的路",
        headline_en="{people} people and the roads their bags took",
        fan_title_zh="禾友",
        fan_title_en="members",
        ambassador_title_zh="米女郎",
        ambassador_title_en="ambassador",
        filing_number="",
    )
    for kind in LegalKind:
        _publish(kind)


def _publish(kind: LegalKind) -> None:
    """The rules have an older version, to look at; the newest of all texts is some weeks old."""
    zh, en = draft(kind, names=NAMES, age=14, company=COMPANY, contact=CONTACT)
    versions = [(zh, en, *LAST_WORD[kind])]
    if kind is LegalKind.RULES:
        shorter = (
            zh.replace("- 拍到别人，先问一声。\n", ""),
            en.replace("- Ask people before you show them.\n", ""),
        )
        versions.insert(0, (*shorter, "第一版。", "The first version."))
    for place, (body_zh, body_en, change_zh, change_en) in enumerate(versions):
        with clock.travel(clock.now() - timedelta(days=200 - 150 * place)):
            publish_text(
                kind,
                by=None,
                after=place,
                body_zh=body_zh,
                body_en=body_en,
                change_zh=change_zh,
                change_en=change_en,
            )
