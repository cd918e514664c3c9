"""What who applied and who was chosen are told. Messages come last in every act."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from portal.core.db import db
from portal.core.links import path_to
from portal.notifications.services import notify, retract
from portal.trials.models import Tester, Trial

#: messages that ask for something: gone as soon as it is done
_OFFER, _ADDRESS = ("chosen", "accept_soon"), ("address_soon",)
_DUE = ("due_soon", "due_today", "late")
#: substitutes who are told their place, each in a message of their own
_NUMBERED = 200


def tell_chosen(tester: Tester, trial: Trial, *, substitute: bool = False) -> None:
    assert tester.accept_until is not None, "an offer ends"
    _tell(tester, trial, "chosen", until=tester.accept_until, substitute=substitute)


def tell_not_chosen(trial: Trial, places: Mapping[str, int | None]) -> None:
    """Some of those who applied and got no place, by member id. The first substitutes read which place in the line is theirs; who stands
    further back reads it on the page, since after a draw the line may be a hundred thousand long."""
    path, group, facts = (
        path_to("trials.trial", slug=trial.slug),
        f"trial:{trial.id}:not_chosen",
        _facts(trial),
    )
    near = {member_id: place for member_id, place in places.items() if place and place <= _NUMBERED}
    others = [member_id for member_id in places if member_id not in near]
    notify(others, "trials.not_chosen", path=path, group=group, **facts)
    for member_id, place in sorted(near.items()):
        notify([member_id], "trials.not_chosen", path=path, group=group, place=place, **facts)


def tell_cancelled(trial: Trial, member_ids: Sequence[str]) -> None:
    """Some of those who applied."""
    path = path_to("trials.trial", slug=trial.slug)
    notify(member_ids, "trials.cancelled", path=path, group=f"trial:{trial.id}:cancelled", **_facts(trial))


def remind(tester: Tester, kind: str, until: datetime) -> None:
    """One of the reminders of the clock; ``until``: the moment it is about."""
    _tell(tester, db.session.get_one(Trial, tester.trial_id), kind, until=until)


def tell(tester: Tester, kind: str) -> None:
    """Something that is over now."""
    _tell(tester, db.session.get_one(Trial, tester.trial_id), kind)


def answered(tester: Tester) -> None:
    """They said yes or no, or it is too late to."""
    _forget(tester, _OFFER)


def address_given(tester: Tester) -> None:
    _forget(tester, _ADDRESS)


def not_due(tester: Tester) -> None:
    """The report is there, or not wanted any more, or due later: reminders so far say what is not true."""
    _forget(tester, _DUE)


# ------------------------------------------------------------------ inside


def _tell(tester: Tester, trial: Trial, kind: str, *, until: datetime | None = None, **facts: Any) -> None:
    if until is not None:
        facts["until"] = until.isoformat()
    notify(
        [tester.member_id],
        f"trials.{kind}",
        path=path_to("trials.my_trial", tester_id=tester.id),
        group=_group(tester, kind),
        **_facts(trial),
        **facts,
    )


def _forget(tester: Tester, kinds: Sequence[str]) -> None:
    for kind in kinds:
        retract(_group(tester, kind))


def _group(tester: Tester, kind: str) -> str:
    return f"trial-tester:{tester.id}:{kind}"


def _facts(trial: Trial) -> dict[str, Any]:
    return {"name_zh": trial.name_zh, "name_en": trial.name_en}
