"""The cards of the queue, as a page shows them."""

from __future__ import annotations

from typing import Any

from bs4 import BeautifulSoup, Tag

from portal.core.db import db
from portal.moderation.models import Case, CaseState


def soup(answer: Any) -> BeautifulSoup:
    return BeautifulSoup(answer.text, "html.parser")


def open_card(answer: Any) -> Tag:
    cards = soup(answer).select("article.cand.on")
    assert len(cards) == 1
    return cards[0]


def state_of(case_id: str) -> CaseState:
    return db.session.get_one(Case, case_id).state
