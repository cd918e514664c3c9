"""Sensible values for a brand that has decided nothing yet: one for each field that pages read."""

from __future__ import annotations

from typing import Any

DEFAULTS: dict[str, Any] = {
    "name_zh": "我们",
    "name_en": "Our house",
    "logo": None,
    "hue": 14,
    "belief_zh": "卖出去，只是开始。",
    "belief_en": "A sale is the start, not the end.",
    "headline_zh": "{people} 个人，带着它走过的路",
    "headline_en": "{people} people and the roads they took",
    "fan_title_zh": "老友",
    "fan_title_en": "friends",
    "ambassador_title_zh": "品牌大使",
    "ambassador_title_en": "ambassador",
    "time_zone": "Asia/Shanghai",
    "currency": "CNY",
    "opens_at": 9 * 60,
    "closes_at": 21 * 60,
    "drop_weekday": 1,
    "drop_at": 10 * 60,
    "reply_target_minutes": 10,
    "newcomer_stories": 2,
    "contact_budget": 2,
    "quiet_from": 22 * 60,
    "quiet_until": 8 * 60,
    "minimum_age": 14,
    "filing_number": "",
}
