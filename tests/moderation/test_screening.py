"""Holding before anything is public, and letting go when the author takes it away."""

from __future__ import annotations

from typing import Any

import pytest

from portal.core.db import transaction
from portal.moderation import queries, services
from portal.moderation.models import Case, CaseOrigin, CaseState, ReportReason
from portal.notifications.queries import inbox
from tests.make import Make
from tests.moderation.conftest import Shelf


def screened(author: Any, thing_id: str, *, body: str = "A walk", earlier: int = 0) -> services.Verdict:
    with transaction():
        return services.screen("story", thing_id, author=author, body=body, earlier=earlier)


def the_case(thing_id: str) -> Case:
    found = queries.case_of("story", thing_id)
    assert found is not None
    return found


def test_a_newcomers_story_is_held_and_a_case_opens(make: Make, as_viewer: Any) -> None:
    author = make.member()
    verdict = screened(as_viewer(author), "s1", body="First line\nsecond line", earlier=1)
    case = the_case("s1")
    assert (verdict.publish, verdict.because) == (False, "first_stories")
    assert (case.origin, case.state, case.author_id) == (CaseOrigin.HELD, CaseState.OPEN, author.id)
    assert (case.title, case.earlier, case.held_because) == ("First line second line", 1, "first_stories")


def test_an_experienced_author_is_published_without_a_case(make: Make, as_viewer: Any) -> None:
    assert screened(as_viewer(make.member()), "s1", earlier=2).publish
    assert queries.case_of("story", "s1") is None


def test_screening_again_keeps_one_case_and_outdates_what_staff_saw(make: Make, as_viewer: Any) -> None:
    author = as_viewer(make.member())
    screened(author, "s1")
    before = (the_case("s1").id, the_case("s1").version)
    screened(author, "s1", body="Another text")
    after = the_case("s1")
    assert (after.id, after.version) == (before[0], before[1] + 1)
    assert after.title == "Another text"


def test_an_edit_of_a_reported_thing_outdates_what_staff_saw(
    make: Make, as_viewer: Any, shelf: Shelf
) -> None:
    author = make.member()
    shelf.put("s1", author_id=author.id)
    with transaction():
        version = services.open_report(
            "story", "s1", ReportReason.SPAM, "", by=as_viewer(make.member())
        ).version
    screened(as_viewer(author), "s1", body="Mended", earlier=9)
    assert the_case("s1").version == version + 1


def test_withdrawing_closes_the_case_and_tells_reporters(make: Make, as_viewer: Any, shelf: Shelf) -> None:
    author, reporter = make.member(), make.member()
    shelf.put("s1", author_id=author.id)
    with transaction():
        services.open_report("story", "s1", ReportReason.SPAM, "", by=as_viewer(reporter))
    with transaction():
        services.withdraw("story", "s1")
    assert the_case("s1").state is CaseState.WITHDRAWN
    assert [message.facts["outcome"] for message in inbox(reporter.id).items] == ["withdrawn"]


@pytest.mark.parametrize("times", [1, 2])
def test_withdrawing_without_a_case_is_no_fault(shelf: Shelf, times: int) -> None:
    for _time in range(times):
        with transaction():
            services.withdraw("story", "nothing")


def test_a_rolled_back_hold_leaves_no_case(make: Make, as_viewer: Any) -> None:
    author = as_viewer(make.member())

    def hold_and_fail() -> None:
        with transaction():
            services.screen("story", "s1", author=author, body="x", earlier=0)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        hold_and_fail()
    assert queries.case_of("story", "s1") is None
