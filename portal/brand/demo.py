"""The demo's brand: 朝禾 Zhaohe, bags."""

from __future__ import annotations

from portal.brand.services import change_settings


def load() -> None:
    change_settings(
        by=None,
        name_zh="朝禾",
        name_en="Zhaohe",
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
