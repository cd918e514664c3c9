"""Contests in any of their phases, with names."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from portal.accounts.models import Member
from portal.contests.models import Contest, Entry, EntryState
from portal.contests.rules.names import same_key, sound_of
from portal.core import clock
from portal.core.db import db, new_id
from portal.rewards.models import Badge
from tests.factories import accounts, catalog, rewards

#: how many days ago it opened; names are taken for seven days, read for three, voted on for seven
_OPENED = {"coming": -2, "submitting": 2, "screening": 8, "voting": 12, "closed": 18}


def contest(phase: str = "submitting", **facts: Any) -> Contest:
    """Published, in this phase, its rules not frozen yet; ``published=False`` a draft that would be."""
    published, product = facts.pop("published", True), facts.pop("product", None)
    opens_at = facts.pop("opens_at", None) or clock.now() - timedelta(days=_OPENED[phase])
    if "badge_id" not in facts:
        facts["badge_id"] = _badge()
    made = Contest(
        **{
            "slug": f"naming-{new_id()}",
            "product_id": (product or catalog.product()).id,
            "name_zh": "给新包起个名字",
            "name_en": "A name for the new bag",
            "brief_zh": "轻、软，像天上的云。",
            "brief_en": "Light and soft as a cloud.",
            "rules_zh": "请给自己想的名字。",
            "rules_en": "Please give a name of your own.",
            "prize_zh": "这只包",
            "prize_en": "The bag",
            "opens_at": opens_at,
            "submit_until": opens_at + timedelta(days=7),
            "vote_from": opens_at + timedelta(days=10),
            "vote_until": opens_at + timedelta(days=17),
            "secret": secrets.token_urlsafe(32) if published else "",
            "published_at": opens_at - timedelta(days=3) if published else None,
            "created_at": opens_at - timedelta(days=5),
        }
        | facts
    )
    db.session.add(made)
    db.session.flush()
    return made


def _badge() -> str:
    """One for all contests, as brands have it."""
    found = db.session.scalar(sa.select(Badge.id).where(Badge.slug == "name-giver"))
    return found or rewards.badge(slug="name-giver", name_zh="起名人", name_en="Name giver").id


def entry(contest: Contest, member: Member | None = None, words: str = "云朵", **facts: Any) -> Entry:
    """A name that stands; ``state="waiting"`` and others as they are stored."""
    state = EntryState(facts.pop("state", "standing"))
    made = Entry(
        **{
            "contest_id": contest.id,
            "member_id": (member or accounts.member()).id,
            "words": words,
            "key": same_key(words),
            "sound": sound_of(words),
            "state": state,
            "reason": "像别人家的名字" if state is EntryState.REFUSED else "",
            "submitted_at": contest.opens_at + timedelta(hours=1),
        }
        | facts
    )
    db.session.add(made)
    db.session.flush()
    return made


def voter(contest: Contest, **facts: Any) -> Member:
    """A member who was one before it opened."""
    return accounts.member(**{"joined_at": contest.opens_at - timedelta(days=1)} | facts)
