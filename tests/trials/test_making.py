"""Staff make trials: drafts, what is missing, the moment everybody sees one, and what holds from then on."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from portal.accounts.queries import viewer_of
from portal.core import clock
from portal.core.audit import AuditEntry
from portal.core.db import db, new_id
from portal.core.errors import Conflict, Invalid, NotAllowed, NotFound
from portal.trials import jobs
from portal.trials.models import LABEL_EN, LABEL_ZH, Trial
from portal.trials.queries.trials import aspects_of, get_trial, get_trial_for_staff, questions_of
from portal.trials.rules.making import Pair, TrialWords
from portal.trials.services import making
from tests.make import Make
from tests.trials.lives import act, fresh, manager, told


def words(make: Make, **facts: Any) -> TrialWords:
    now = clock.now()
    usual: dict[str, Any] = {
        "product_id": facts.pop("product_id", None) or make.product().id,
        "version_id": None,
        "name_zh": "背一个月",
        "name_en": "A month with it",
        "brief_zh": "每天背。",
        "brief_en": "",
        "label_zh": LABEL_ZH,
        "label_en": LABEL_EN,
        "seats": 12,
        "newcomer_percent": 20,
        "region_most": None,
        "least_points": 40,
        "needs_purchase": True,
        "tier_id": None,
        "category_id": None,
        "regions": (),
        "accept_hours": 48,
        "report_days": 14,
        "extra_days": 7,
        "opens_at": now + timedelta(days=2),
        "closes_at": now + timedelta(days=9),
    }
    return TrialWords(**usual | facts)


def test_from_a_draft_to_everybody(make: Make) -> None:
    staff, key = manager(make), new_id()
    said = words(make)
    trial = act(making.create_trial, said, by=staff, key=key)
    assert act(making.create_trial, said, by=staff, key=key).id == trial.id == key
    with pytest.raises(NotFound):
        get_trial(trial.slug)
    with pytest.raises(Conflict, match="at least one thing"):
        act(making.publish, trial, by=staff)
    asked = [Pair("第一", ""), Pair("", ""), Pair("", "Second")]
    act(making.write_questions, trial, asked, version=fresh(trial).version, by=staff)
    act(making.write_aspects, trial, [Pair("做工", "Make")], version=fresh(trial).version, by=staff)
    assert [(one.position, one.text) for one in questions_of(trial.id)] == [(1, "第一"), (2, "Second")]
    act(making.publish, trial, by=staff)
    act(making.publish, trial, by=staff)
    assert get_trial(trial.slug).published_at is not None
    acts = sa.select(AuditEntry.action).where(AuditEntry.target_id == trial.id).order_by(AuditEntry.id)
    assert list(db.session.scalars(acts)) == [
        "trial.created",
        "trial.changed",
        "trial.changed",
        "trial.published",
    ]


def test_what_is_published_holds(make: Make) -> None:
    staff, trial = manager(make), make.trial("coming")
    version = trial.version
    for change in (
        lambda: making.change_trial(trial, words(make), version=version, by=staff),
        lambda: making.write_questions(trial, [Pair("新", "")], version=version, by=staff),
        lambda: making.write_aspects(trial, [Pair("新", "")], version=version, by=staff),
        lambda: making.delete_draft(trial, by=staff),
    ):
        with pytest.raises(Conflict):
            act(change)
    assert len(questions_of(trial.id)) == len(aspects_of(trial.id)) == 2
    later = trial.closes_at + timedelta(days=1)
    act(making.close_later, trial, later, by=staff)
    assert get_trial_for_staff(trial.slug).closes_at == later
    with pytest.raises(Invalid):
        act(making.close_later, trial, later - timedelta(hours=1), by=staff)
    with pytest.raises(Conflict):
        act(making.close_later, make.trial("frozen"), later, by=staff)


def test_two_colleagues_never_undo_each_other(make: Make) -> None:
    staff = manager(make)
    trial = act(making.create_trial, words(make), by=staff)
    seen = trial.version
    act(making.change_trial, trial, words(make, seats=5), version=seen, by=staff)
    with pytest.raises(Conflict):
        act(making.change_trial, trial, words(make, seats=6), version=seen, by=staff)
    assert fresh(trial).seats == 5


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"closes_at": clock.now()}, "closes_at"),
        ({"label_zh": "送的"}, "label_zh"),
        ({"label_en": "A gift"}, "label_en"),
        ({"regions": ("杭" * 25,)}, "regions"),
        ({"regions": tuple(map(str, range(61)))}, "regions"),
        ({"region_most": 2}, "regions"),
        ({"product_id": "x" * 26}, "product"),
        ({"tier_id": "x" * 26}, "tier"),
        ({"category_id": "x" * 26}, "category"),
    ],
)
def test_what_does_not_fit_is_said_beside_its_field(make: Make, facts: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        act(making.create_trial, words(make, **facts), by=manager(make))
    assert refusal.value.field == field


def test_a_version_belongs_to_its_product(make: Make) -> None:
    version = make.version(make.product())
    with pytest.raises(Invalid):
        act(making.create_trial, words(make, version_id=version.id), by=manager(make))


@pytest.mark.parametrize("facts", [{"label_zh": "送的"}, {"newcomer_percent": 19}, {"seats": 0}])
def test_the_database_itself_refuses(make: Make, facts: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError):
        make.trial(**facts)
    db.session.rollback()


def test_called_off_everybody_who_applied_hears_of_it(make: Make) -> None:
    staff, trial = manager(make), make.trial()
    here, gone = make.member(), make.member()
    make.application(trial, here)
    make.application(trial, gone, withdrawn_at=clock.now())
    act(making.cancel, trial, by=staff)
    act(making.cancel, trial, by=staff)
    jobs.tell_everybody()
    assert (told(here.id), told(gone.id)) == (["cancelled"], [])
    for phase in ("draft", "chosen"):
        with pytest.raises(Conflict):
            act(making.cancel, make.trial(phase), by=staff)


def test_a_draft_goes_for_good(make: Make) -> None:
    trial = make.trial("draft")
    act(making.delete_draft, trial, by=manager(make))
    assert db.session.get(Trial, trial.id) is None


def test_only_who_looks_after_trials(make: Make) -> None:
    for role in ("moderator", "host", "analyst"):
        with pytest.raises(NotAllowed):
            act(making.cancel, make.trial(), by=viewer_of(make.staff(role).id))
