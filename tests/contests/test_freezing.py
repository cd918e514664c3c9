"""Rules freeze at the opening: no form changes them any more, and the database refuses it too."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from portal.accounts.queries import viewer_of
from portal.contests.models import RULES, Contest, ContestRules
from portal.contests.proofs import wrong_rules
from portal.contests.queries.book import rules_of
from portal.contests.rules import proof
from portal.contests.rules.making import ContestWords, rules_content
from portal.contests.services import freezing, making
from portal.core import clock
from portal.core.db import changed_rows, db
from portal.core.errors import Conflict, Invalid, NotAllowed
from tests.contests.lives import MINUTE, act, fresh, manager
from tests.make import Make

LATER = clock.now() + timedelta(days=300)


def words_of(contest: Contest, **other: Any) -> ContestWords:
    names = ContestWords.__dataclass_fields__
    return ContestWords(**{name: getattr(contest, name) for name in names} | other)


def test_what_holds_is_written_down_with_its_hash(make: Make) -> None:
    contest = make.contest("submitting")
    frozen = act(freezing.freeze, contest)
    assert frozen.rules["votes"] == 3 and frozen.rules["rules_en"] == contest.rules_en
    assert frozen.rules["secret_hash"] == proof.sha(contest.secret)
    assert contest.secret not in proof.canonical(frozen.rules)
    db.session.expire_all()
    kept = rules_of(contest.id)
    assert kept is not None and proof.sha(proof.canonical(kept.rules)) == kept.hash
    assert act(freezing.freeze, contest).hash == kept.hash


def test_the_rules_tell_no_name_of_what_is_a_secret(make: Make) -> None:
    """What looks for a name stands there by its id, so the same rules hold when it is shown."""
    product = make.product(shown=False, name_en="Planted Tote")
    color = make.color(product, name_en="Planted red")
    contest = make.contest("submitting", product=product, color_id=color.id)
    frozen = act(freezing.freeze, contest)
    assert frozen.rules["product"] == {"id": product.id, "color": color.id}
    assert "Planted" not in proof.canonical(frozen.rules)


@pytest.mark.parametrize(
    "change", [{"votes": 9}, {"jury": True}, {"prize_en": "None"}, {"vote_until": LATER}]
)
def test_a_contest_that_left_its_rules_is_found(make: Make, change: dict[str, Any]) -> None:
    """Even when somebody took the database's guard away."""
    contest = make.contest("submitting")
    act(freezing.freeze, contest)
    assert list(wrong_rules()) == []
    on = " ON contest" if db.engine.dialect.name == "postgresql" else ""
    act(db.session.execute, sa.text(f"DROP TRIGGER contest_keeps_frozen{on}"))
    act(changed_rows, sa.update(Contest).values(**change))
    found = {line.partition(" ")[0] for line, _kept, _right in wrong_rules()}
    assert found == {*change} | ({"shortlist"} if "jury" in change else set())


def other(contest: Contest, column: str) -> Any:
    """Something else that the column could hold."""
    value = getattr(contest, column)
    if isinstance(value, datetime):
        return value + timedelta(days=300)
    if isinstance(value, bool):
        return not value
    return value + 1 if isinstance(value, int) else f"{value}-x"


def test_the_columns_that_freeze_are_those_that_the_rules_are_made_of(make: Make) -> None:
    contest = make.contest("submitting", color_id=make.color(make.product()).id)
    columns = [column.name for column in Contest.__table__.columns]
    before, made_of = rules_content(contest, "hash"), set()
    for column in columns:
        with db.session.no_autoflush:
            kept = getattr(contest, column)
            setattr(contest, column, other(contest, column))
            if rules_content(contest, "hash") != before:
                made_of.add(column)
            setattr(contest, column, kept)
    assert made_of == {"id", *RULES}, "nobody changes an id: the frozen rules hold on to it"


@pytest.mark.parametrize("column", RULES)
def test_the_database_refuses_to_leave_the_frozen_rules(make: Make, column: str) -> None:
    """What they say is what votes, the jury and the times are read from."""
    contest, free = make.contest("submitting"), make.contest("submitting")
    product = make.product()
    fits = {
        "product_id": product.id,
        "color_id": make.color(product).id,
        "badge_id": None,
        "shortest": 1,
        **{name: getattr(contest, name) - MINUTE for name in ("opens_at", "submit_until", "vote_from")},
    }
    kept, value = getattr(contest, column), fits[column] if column in fits else other(contest, column)
    act(freezing.freeze, contest)
    change = sa.update(Contest).values({column: value})
    with pytest.raises(DBAPIError, match="frozen"):
        act(changed_rows, change.where(Contest.id == contest.id))
    db.session.rollback()
    assert getattr(fresh(contest), column) == kept
    act(changed_rows, change.where(Contest.id == free.id))
    assert getattr(fresh(free), column) == value, "the other one is not frozen yet"


def test_the_same_once_more_and_what_is_no_rule_can_be_written(make: Make) -> None:
    contest = make.contest("submitting")
    act(freezing.freeze, contest)
    same = {column: getattr(contest, column) for column in RULES}
    act(changed_rows, sa.update(Contest).values(**same, version=7, secret="", cancelled_at=clock.now()))
    assert fresh(contest).version == 7


def test_not_before_the_opening_and_not_for_drafts(make: Make) -> None:
    draft = make.contest("submitting", published=False)
    for contest in (make.contest("coming"), draft):
        with pytest.raises(Conflict):
            act(freezing.freeze, contest)
    assert freezing.due(9) == []


def test_the_worker_freezes_by_itself(make: Make, run_jobs: Any) -> None:
    contest = make.contest("coming")
    with clock.travel(contest.opens_at + MINUTE):
        run_jobs()
        kept = rules_of(contest.id)
        assert kept is not None and kept.frozen_at == clock.now()


@pytest.mark.parametrize(
    "change", [sa.update(ContestRules).values(hash="0" * 64), sa.delete(ContestRules)], ids=["edit", "delete"]
)
def test_the_database_refuses_to_change_frozen_rules(make: Make, change: Any) -> None:
    contest = make.contest("submitting")
    before = act(freezing.freeze, contest).hash
    with pytest.raises(DBAPIError):
        act(changed_rows, change)
    kept = rules_of(contest.id)
    assert kept is not None and kept.hash == before


def test_staff_change_everything_until_it_opens_and_nothing_after(make: Make) -> None:
    by, contest = manager(make), make.contest("coming")
    act(making.change_contest, contest, words_of(contest, votes=5), version=contest.version, by=by)
    assert fresh(contest).votes == 5
    words = words_of(contest, votes=1)
    with clock.travel(contest.opens_at), pytest.raises(Conflict, match="frozen"):
        act(making.change_contest, contest, words, version=contest.version, by=by)
    assert fresh(contest).votes == 5


def test_two_colleagues_do_not_undo_each_other(make: Make) -> None:
    by, contest = manager(make), make.contest("coming", published=False)
    seen = contest.version
    act(making.change_contest, contest, words_of(contest, votes=5), version=seen, by=by)
    with pytest.raises(Conflict, match="colleague"):
        act(making.change_contest, contest, words_of(contest, votes=2), version=seen, by=by)


def test_a_draft_is_published_with_a_secret_once_nothing_is_missing(make: Make) -> None:
    by = manager(make)
    badge = make.badge().id
    bare = {"rules_zh": "", "rules_en": "", "prize_zh": "", "prize_en": "", "badge_id": None}
    contest = make.contest("coming", published=False, **bare)
    with pytest.raises(Conflict, match=r"rules.* prize .* badge"):
        act(making.publish, contest, by=by)
    assert fresh(contest).secret == ""
    whole = words_of(contest, rules_en="Be kind.", prize_en="The bag", badge_id=badge)
    act(making.change_contest, contest, whole, version=1, by=by)
    act(making.publish, contest, by=by)
    secret = fresh(contest).secret
    assert len(secret) == 64
    act(making.publish, contest, by=by)
    assert fresh(contest).secret == secret


@pytest.mark.parametrize(
    ("field", "beside"),
    [("submit_until", "submit_until"), ("vote_until", "vote_until"), ("longest", "longest")],
)
def test_what_does_not_fit_together_is_said_beside_the_field(make: Make, field: str, beside: str) -> None:
    contest = make.contest("coming", published=False)
    wrong = {"submit_until": contest.opens_at, "vote_until": contest.vote_from, "longest": 1}
    with pytest.raises(Invalid) as refusal:
        act(making.create_contest, words_of(contest, **{field: wrong[field]}), by=manager(make))
    assert refusal.value.field == beside


def test_a_colour_belongs_to_its_product(make: Make) -> None:
    contest, other = make.contest("coming", published=False), make.color(make.product())
    with pytest.raises(Invalid):
        act(making.create_contest, words_of(contest, color_id=other.id), by=manager(make))


def test_only_who_may_makes_contests(make: Make) -> None:
    contest = make.contest("coming", published=False)
    for role in ("moderator", "host", "analyst"):
        by = viewer_of(make.staff(role).id)
        with pytest.raises(NotAllowed):
            act(making.create_contest, words_of(contest), by=by)
        with pytest.raises(NotAllowed):
            act(making.publish, contest, by=by)


def test_addresses_are_never_taken_twice(make: Make) -> None:
    by, contest = manager(make), make.contest("coming", published=False)
    words = words_of(contest, name_en="New")
    made = [act(making.create_contest, words, by=by).slug for _time in range(3)]
    assert made == ["new-2", "new-3", "new-4"]
    key = contest.id
    assert act(making.create_contest, words, by=by, key=key).id == key, "the form sent twice"
