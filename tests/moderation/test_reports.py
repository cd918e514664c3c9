"""Reports merge, count each member once, and remember the verdict."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from portal.core.db import db, transaction
from portal.core.errors import Conflict, NotAllowed, NotFound
from portal.moderation import proofs, queries, services
from portal.moderation.models import Case, CaseOrigin, CaseState, Report, ReportReason
from portal.notifications.queries import inbox
from tests.make import Make
from tests.moderation.conftest import Shelf

SPAM = ReportReason.SPAM


def reported(by: Any, thing_id: str = "s1", reason: ReportReason = SPAM, note: str = "") -> Case:
    with transaction():
        return services.open_report("story", thing_id, reason, note, by=by)


@pytest.fixture
def author(make: Make, shelf: Shelf) -> Any:
    """Somebody whose story s1 is public."""
    member = make.member()
    shelf.put("s1", author_id=member.id)
    return member


def test_reports_of_one_thing_merge(make: Make, as_viewer: Any, author: Any) -> None:
    ids = {reported(as_viewer(make.member())).id for _number in range(3)}
    [case_id] = ids
    case = queries.get_case(case_id)
    assert (case.report_count, case.origin, case.author_id) == (3, CaseOrigin.REPORTED, author.id)
    assert not list(proofs.wrong_report_counts())


def test_a_member_counts_once(make: Make, as_viewer: Any, author: Any) -> None:
    reporter = as_viewer(make.member())
    reported(reporter, note="first")
    case = reported(reporter, reason=ReportReason.OTHER, note="second")
    assert case.report_count == 1
    assert [report.note for report in db.session.query(Report).filter_by(case_id=case.id)] == ["first"]


def test_nobody_reports_themselves(as_viewer: Any, author: Any) -> None:
    with pytest.raises(NotAllowed):
        reported(as_viewer(author))
    assert queries.case_of("story", "s1") is None


@pytest.mark.parametrize("state", ["held", "hidden", "rejected", "deleted"])
def test_what_readers_cannot_see_cannot_be_reported(
    make: Make, as_viewer: Any, author: Any, shelf: Shelf, state: str
) -> None:
    shelf.states["s1"] = state
    with pytest.raises(NotFound):
        reported(as_viewer(make.member()))


def test_unknown_kinds_and_things_are_not_found(make: Make, as_viewer: Any, shelf: Shelf) -> None:
    me = as_viewer(make.member())
    for kind, thing in (("nonsense", "s1"), ("story", "nothing")):
        with pytest.raises(NotFound), transaction():
            services.open_report(kind, thing, SPAM, "", by=me)


def test_a_verdict_is_remembered_until_the_content_changes(
    make: Make, as_viewer: Any, author: Any, shelf: Shelf
) -> None:
    reporter, staff = as_viewer(make.member()), as_viewer(make.staff("moderator"))
    first = reported(reporter)
    with transaction():
        services.approve(first.id, first.version, by=staff)
    assert reported(reporter).id == first.id
    assert db.session.scalar(queries.open_count()) == 0
    shelf.bodies["s1"] = "Something worse"
    assert reported(reporter).id != first.id
    assert db.session.scalar(queries.open_count()) == 1


def test_another_member_may_still_point_at_it(make: Make, as_viewer: Any, author: Any) -> None:
    staff = as_viewer(make.staff("moderator"))
    first = reported(as_viewer(make.member()))
    with transaction():
        services.approve(first.id, first.version, by=staff)
    again = reported(as_viewer(make.member()))
    assert again.id != first.id
    [card] = queries.queue(queries.QueueFilter()).items
    assert card.kept_unchanged
    assert card.kept_at is not None


def test_reporters_learn_the_outcome(make: Make, as_viewer: Any, author: Any, shelf: Shelf) -> None:
    staff = as_viewer(make.staff("moderator"))
    reporters = [make.member(), make.member()]
    case = [reported(as_viewer(reporter)) for reporter in reporters][-1]
    with transaction():
        services.reject(case.id, case.version, "It sells things.", by=staff)
    for reporter in reporters:
        [message] = inbox(reporter.id).items
        assert message.facts["outcome"] == "taken_down"
        assert message.path == "/report/story/s1"
    assert shelf.states["s1"] == "hidden"


def test_the_database_allows_one_open_case_of_a_thing(make: Make) -> None:
    author = make.member()
    make.case(author)
    with pytest.raises(IntegrityError):
        make.case(author)


def test_a_report_of_a_held_thing_joins_its_case(
    make: Make, as_viewer: Any, author: Any, shelf: Shelf
) -> None:
    with transaction():
        services.screen("story", "s1", author=as_viewer(author), body="x", earlier=0)
    case = reported(as_viewer(make.member()))
    assert (case.origin, case.state, case.report_count) == (CaseOrigin.HELD, CaseState.OPEN, 1)


def test_one_member_cannot_fill_the_queue(make: Make, as_viewer: Any, author: Any, shelf: Shelf) -> None:
    busy = as_viewer(make.member())
    for number in range(services.reports.MOST_OPEN):
        shelf.put(f"t{number}", author_id=author.id)
        reported(busy, f"t{number}")
    with pytest.raises(Conflict, match="20 of your reports"):
        reported(busy, "s1")
    reported(busy, "t1")  # what was reported already is no further one
    reported(as_viewer(make.member()), "s1")
