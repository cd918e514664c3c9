"""What staff ask with a sign-up, and what an answer means. An answer of a choice is kept by its words, not by its place."""

from __future__ import annotations

import json
from typing import Any

from portal.core.i18n import _
from portal.core.words import spoken
from portal.events.models import Question, QuestionKind, Registration


def choices_of(question: Question) -> list[tuple[str, str]]:
    """What can be chosen: how it is kept, and how it reads in the visitor's language."""
    every = [one for one in (question.choices or {}).get("all", ()) if one.get("zh") or one.get("en")]
    return [(one.get("zh") or one["en"], spoken(one.get("zh") or "", one.get("en") or "")) for one in every]


def answers_of(registration: Registration) -> dict[str, Any]:
    """By question id; empty when nothing was asked, or when the answers are gone."""
    found: dict[str, Any] = json.loads(registration.answers) if registration.answers else {}
    return found


def shown_answer(question: Question, answer: Any) -> str:
    """An answer as people read it."""
    if question.kind is QuestionKind.TICK:
        return _("Yes") if answer else _("No")
    if question.kind is QuestionKind.CHOICE:
        return dict(choices_of(question)).get(str(answer or ""), str(answer or ""))
    return str(answer or "")
