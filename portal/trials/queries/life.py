"""A member's trials as staff read them in their life."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from portal.core.feature import Teller, TimelineEntry
from portal.core.i18n import _
from portal.core.timeline import moments
from portal.core.words import spoken
from portal.trials.models import Application, Mark, MarkKind, Tester, Trial


def _applied(member_id: str) -> sa.Select[Any]:
    told = moments(Application.applied_at, slug=Trial.slug, zh=Trial.name_zh, en=Trial.name_en)
    told = told.select_from(Application).join(Trial, Trial.id == Application.trial_id)
    return told.where(Application.member_id == member_id, Application.withdrawn_at.is_(None))


def _of_tester(column: Any) -> Callable[[str], sa.Select[Any]]:
    def rows(member_id: str) -> sa.Select[Any]:
        told = moments(column, slug=Trial.slug, zh=Trial.name_zh, en=Trial.name_en)
        told = told.select_from(Tester).join(Trial, Trial.id == Tester.trial_id)
        return told.where(Tester.member_id == member_id)

    return rows


def _ended(member_id: str) -> sa.Select[Any]:
    told = moments(Mark.at, slug=Trial.slug, zh=Trial.name_zh, en=Trial.name_en, kind=Mark.kind)
    told = told.select_from(Mark).join(Tester, Tester.id == Mark.tester_id)
    return told.join(Trial, Trial.id == Tester.trial_id).where(Mark.member_id == member_id)


def _said(icon: str, sentence: Callable[[str], str]) -> Callable[[datetime, dict[str, Any]], TimelineEntry]:
    def say(at: datetime, facts: dict[str, Any]) -> TimelineEntry:
        words = sentence(spoken(facts["zh"], facts["en"]))
        return TimelineEntry(at, icon, words, path=f"/trials/{facts['slug']}")

    return say


def _say_end(at: datetime, facts: dict[str, Any]) -> TimelineEntry:
    trial = spoken(facts["zh"], facts["en"])
    words = {
        MarkKind.ON_TIME: _("Reported on %(trial)s in time", trial=trial),
        MarkKind.LATE: _("Reported on %(trial)s, late", trial=trial),
        MarkKind.MISSING: _("No report on %(trial)s", trial=trial),
    }[MarkKind(facts["kind"])]
    return TimelineEntry(at, "file-check", words, path=f"/trials/{facts['slug']}")


LIFE = (
    Teller(_applied, _said("flask-conical", lambda trial: _("Applied for %(trial)s", trial=trial))),
    Teller(
        _of_tester(Tester.offered_at),
        _said("party-popper", lambda trial: _("Was chosen for %(trial)s", trial=trial)),
    ),
    Teller(
        _of_tester(Tester.accepted_at),
        _said("check", lambda trial: _("Takes part in %(trial)s", trial=trial)),
    ),
    Teller(_ended, _say_end),
)
