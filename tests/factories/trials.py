"""Trials in any of their phases, who applied, who tests, and what they report."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from portal.accounts.models import Member
from portal.core import clock
from portal.core.db import db, new_id
from portal.trials.models import (
    LABEL_EN,
    LABEL_ZH,
    Application,
    Aspect,
    Decision,
    Mark,
    MarkKind,
    Question,
    Report,
    ReportState,
    Standing,
    Suggestion,
    Tester,
    TesterState,
    Trial,
    Way,
)
from portal.trials.rules.scores import score_of
from tests.factories import accounts, catalog

#: how many days ago it opened; it takes applications for seven days
_OPENED = {"draft": -2, "coming": -2, "open": 3, "closed": 8, "frozen": 8, "chosen": 10}
_FROZEN = ("frozen", "chosen")


def trial(phase: str = "open", **facts: Any) -> Trial:
    """With two questions and two aspects (``questions=0``, ``aspects=0`` without). ``closed``: nobody froze it yet.

    Open to everybody (``needs_purchase=True`` asks for a purchase); ``product=`` a product that is there.
    """
    questions, aspects = facts.pop("questions", 2), facts.pop("aspects", 2)
    product = facts.pop("product", None) or catalog.product()
    now = clock.now()
    opens_at = facts.pop("opens_at", None) or now - timedelta(days=_OPENED[phase])
    closes_at = facts.pop("closes_at", None) or opens_at + timedelta(days=7)
    made = Trial(
        **{
            "slug": f"trial-{new_id()}",
            "product_id": product.id,
            "name_zh": "麦浪托特，背一个月",
            "name_en": "A month with the Wheatfield Tote",
            "brief_zh": "每天背，告诉我们哪里不好。",
            "brief_en": "Carry it every day and tell us what is wrong.",
            "seats": 3,
            "needs_purchase": False,
            "opens_at": opens_at,
            "closes_at": closes_at,
            "published_at": None if phase == "draft" else opens_at - timedelta(days=1),
            "frozen_at": closes_at + timedelta(minutes=1) if phase in _FROZEN else None,
            "chosen_at": closes_at + timedelta(days=1) if phase == "chosen" else None,
            "created_at": opens_at - timedelta(days=5),
        }
        | facts
    )
    db.session.add(made)
    db.session.flush()
    for position in range(1, questions + 1):
        trial_question(made, position)
    for position in range(1, aspects + 1):
        aspect(made, position)
    return made


def trial_question(trial: Trial, position: int = 1, **facts: Any) -> Question:
    """One thing that is asked of who applies."""
    words = {"text_zh": f"第 {position} 个问题", "text_en": f"Question {position}"}
    made = Question(**{"trial_id": trial.id, "position": position} | words | facts)
    db.session.add(made)
    db.session.flush()
    return made


def aspect(trial: Trial, position: int = 1, **facts: Any) -> Aspect:
    """One thing that reports rate."""
    words = {"name_zh": f"方面 {position}", "name_en": f"Aspect {position}"}
    made = Aspect(**{"trial_id": trial.id, "position": position} | words | facts)
    db.session.add(made)
    db.session.flush()
    return made


def application(trial: Trial, member: Member | None = None, **facts: Any) -> Application:
    """By a new member unless given. Of a frozen trial it has its parts, a grade and its score; ``graded=False`` no grade yet.

    ``decision="picked"`` (by hand), ``"substitute"`` (at the next place) and ``"skipped"`` as they are stored.
    """
    graded = facts.pop("graded", trial.frozen_at is not None)
    decision = Decision(facts.pop("decision", "open"))
    applied_at = facts.pop("applied_at", None) or trial.opens_at + timedelta(hours=1)
    parts: dict[str, Any] = {}
    if trial.frozen_at is not None:
        parts = {"category": 60, "leadership": 40, "reliability": 67}
        if graded:
            parts["grade"] = 70
            known = parts | facts
            parts["score"] = score_of(
                known["category"], known["leadership"], known["reliability"], known["grade"]
            )
    if decision in (Decision.PICKED, Decision.SUBSTITUTE):
        parts["way"] = Way.HAND
    if decision is not Decision.OPEN:
        parts["decided_at"] = clock.now()
    if decision is Decision.SUBSTITUTE and "place" not in facts:
        parts["place"] = _next_place(trial.id)
    made = Application(
        **{
            "trial_id": trial.id,
            "member_id": (member or accounts.member()).id,
            "answers": {"1": "每天背去上班。", "2": "会写真话。"},
            "decision": decision,
            "applied_at": applied_at,
        }
        | parts
        | facts
    )
    db.session.add(made)
    db.session.flush()
    return made


def tester(
    application: Application | None = None,  # noqa: PT028 - no test, whatever its name begins with
    *,
    state: str | TesterState = "accepted",  # noqa: PT028
    **facts: Any,
) -> Tester:
    """Somebody who was chosen, in this state; of a new chosen trial unless given. ``reported`` and ``missing`` have their mark
    only when :func:`mark` makes one."""
    state = TesterState(state)
    application = application or globals()["application"](trial("chosen"), decision="picked")
    now, over = clock.now(), state not in (TesterState.OFFERED, TesterState.ACCEPTED)
    offered = state is TesterState.OFFERED
    made = Tester(
        **{
            "trial_id": application.trial_id,
            "application_id": application.id,
            "member_id": application.member_id,
            "state": state,
            "offered_at": now - timedelta(hours=1),
            "accept_until": now + timedelta(hours=47) if offered else None,
            "accepted_at": None if offered else now,
            "ended_at": now if over else None,
            "next_at": now + timedelta(hours=47) if offered else None,
        }
        | facts
    )
    db.session.add(made)
    db.session.flush()
    return made


def trial_report(tester: Tester | None = None, *, state: str | ReportState = "shown", **facts: Any) -> Report:
    """What a tester found, whole, without photos and ratings; of a new tester unless given."""
    state = ReportState(state)
    tester = tester or globals()["tester"](state="accepted" if state is ReportState.DRAFT else "reported")
    tried, now = db.session.get_one(Trial, tester.trial_id), clock.now()
    made = Report(
        **{
            "tester_id": tester.id,
            "trial_id": tester.trial_id,
            "product_id": tried.product_id,
            "member_id": tester.member_id,
            "label_zh": LABEL_ZH,
            "label_en": LABEL_EN,
            "first_look": "打开盒子，皮子的味道很好闻。" * 12,
            "in_use": "背了两个星期，电脑放进去刚好。" * 12,
            "likes": "肩带很宽。",
            "dislikes": "扣子有点紧。",
            "language": "zh_CN",
            "state": state,
            "handed_in_at": None if state is ReportState.DRAFT else now,
            "shown_at": now if state is ReportState.SHOWN else None,
            "created_at": now,
        }
        | facts
    )
    db.session.add(made)
    db.session.flush()
    return made


def suggestion(report: Report, position: int = 1, **facts: Any) -> Suggestion:
    """One thing to make better, which nobody answered yet; due ten days after it was handed in."""
    due_at = report.handed_in_at + timedelta(days=10) if report.handed_in_at else None
    stands = {"report_id": report.id, "position": position, "words": "扣子松一点。", "due_at": due_at}
    made = Suggestion(**stands | facts)
    db.session.add(made)
    db.session.flush()
    return made


def mark(tester: Tester, kind: str | MarkKind = "on_time", **facts: Any) -> Mark:
    """How it ended for them."""
    stands = {"tester_id": tester.id, "member_id": tester.member_id, "kind": MarkKind(kind)}
    made = Mark(**stands | {"at": clock.now()} | facts)
    db.session.add(made)
    db.session.flush()
    return made


def standing(member: Member, **facts: Any) -> Standing:
    """``chosen_at=``, ``paused_until=``."""
    made = Standing(member_id=member.id, **facts)
    db.session.add(made)
    db.session.flush()
    return made


def _next_place(trial_id: str) -> int:
    taken = [one.place for one in db.session.query(Application).filter_by(trial_id=trial_id) if one.place]
    return max(taken, default=0) + 1
