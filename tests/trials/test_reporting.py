"""Reports from the first word to readers: what is needed, what is kept, who looks first, and the clock that ends."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from portal.accounts.models import StaffRole
from portal.accounts.queries import viewer_of
from portal.accounts.roles import Role
from portal.catalog.models import Product
from portal.core import clock
from portal.core.db import db, transaction
from portal.core.errors import Conflict, Invalid, NotFound
from portal.core.i18n import in_language
from portal.core.media.models import Photo
from portal.moderation import services as moderation
from portal.moderation.queries import open_case_of
from portal.trials import models
from portal.trials.models import LABEL_ZH, Report, ReportState
from portal.trials.moderated import describe
from portal.trials.queries.reports import body_of, find_reports, get_report_for, suggested, suggestions_of
from portal.trials.rules import reports as rules
from portal.trials.rules.kinds import REPORT
from portal.trials.services import report_photos, reporting, showing
from tests.answers import stored
from tests.make import Make
from tests.trials.reporting import arrived, begun, hand_in, handed_in, shots, trust, words


def test_a_report_is_handed_in_and_read_by_everybody(make: Make) -> None:
    report, me = handed_in(make)
    assert report.state is ReportState.SHOWN
    tester = db.session.get_one(models.Tester, report.tester_id)
    assert tester.state.value == "reported"
    photos = db.session.scalars(sa.select(Photo).where(Photo.owner_id == report.id)).all()
    assert all(photo.published for photo in photos)
    assert [one.report.id for one in find_reports("电脑", None).items] == [report.id]
    due = [suggestion.due_at for suggestion, _version in suggestions_of(report.id)]
    assert all(
        moment and abs(moment - clock.now() - timedelta(days=10)) < timedelta(minutes=1) for moment in due
    )
    assert get_report_for(None, report.id).label
    with transaction():
        again = reporting.hand_in(report, words(report, likes="ganz anders"), seen=0, by=me)
    assert stored(again).likes == "肩带很宽。"


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"points": {}}, "ratings"),
        ({"tested": "  "}, "tested"),
        ({"likes": " "}, "likes"),
        ({"dislikes": "", "none_because": ""}, "dislikes"),
        ({"none_because": "gar nichts"}, "none_because"),
        ({"in_use": "kurz"}, "in_use"),
        ({"in_use": "长" * 4001}, "in_use"),
        ({"suggestions": ["长" * 1001]}, "suggestions"),
    ],
)
def test_what_is_missing_is_said_beside_its_field(make: Make, changed: dict[str, Any], field: str) -> None:
    report, me = begun(make)
    shots(make, report)
    with pytest.raises(Invalid) as refused:
        hand_in(report, me, **changed)
    assert refused.value.field == field
    assert stored(report).state is ReportState.DRAFT


def test_nothing_that_could_be_better_is_fine_with_a_reason(make: Make) -> None:
    report, _me = handed_in(
        make, dislikes="", none_because="Ich habe drei Wochen gesucht und nichts gefunden."
    )
    assert report.state is ReportState.SHOWN


@pytest.mark.parametrize(("number", "ready"), [(0, True), (4, True), (5, False)])
def test_five_photos_that_are_ready(make: Make, number: int, ready: bool) -> None:
    report, me = begun(make)
    shots(make, report, number, ready=ready)
    with pytest.raises(Invalid) as refused:
        hand_in(report, me)
    assert refused.value.field == "photos"


def test_the_same_picture_counts_once(make: Make) -> None:
    """By what is seen, not by the file: what a camera writes beside it makes no other picture."""
    report, me = begun(make)
    trust()
    twice = [make.photo(REPORT, report.id, by=me.id).id for _shot in range(2)]
    shots(make, report, 3)
    assert rules.same_as(reporting.photos_now(report.id)) == {twice[1]: 1}
    with pytest.raises(Invalid, match=r"counts once.* 1 more photo") as refused:
        hand_in(report, me)
    assert refused.value.field == "photos"
    make.photo(REPORT, report.id, by=me.id, color="#102030")
    assert hand_in(report, me).state is ReportState.SHOWN


def test_which_one_was_tested_stands_there_already_where_the_trial_names_it(make: Make) -> None:
    trial = make.trial("chosen")
    trial.version_id = make.version(db.session.get_one(Product, trial.product_id), "3.1").id
    tester = make.tester(make.application(trial, decision="picked"), due_at=clock.now())
    assert begun(make, tester)[0].tested == "3.1"
    assert begun(make)[0].tested == ""


def test_a_draft_is_kept_and_two_windows_never_undo_each_other(make: Make) -> None:
    report, me = begun(make)
    seen = report.version
    with transaction():
        reporting.save_draft(report, words(report, likes="erstes Fenster"), seen=seen, by=me)
    with transaction():  # the same again, by a page that knows nothing of it
        reporting.save_draft(report, words(report, likes="erstes Fenster"), seen=seen, by=me)
    with pytest.raises(Conflict), transaction():
        reporting.save_draft(report, words(report, likes="zweites Fenster"), seen=seen, by=me)
    kept = stored(report)
    assert (kept.likes, kept.version) == ("erstes Fenster", seen + 1)
    assert [one.words for one, _version in suggestions_of(report.id)] == ["扣子松一点。", "里面多一个小袋。"]


def test_begun_twice_is_one_and_somebody_elses_is_nobodys(make: Make) -> None:
    tester = arrived(make)
    assert begun(make, tester)[0].id == begun(make, tester)[0].id
    stranger = viewer_of(make.member().id)
    with pytest.raises(NotFound), transaction():
        reporting.begin(tester, by=stranger)
    report = begun(make, tester)[0]
    with pytest.raises(NotFound), transaction():
        reporting.save_draft(report, words(report), seen=1, by=stranger)


@pytest.mark.parametrize("state", ["offered", "declined", "lapsed", "excused"])
def test_who_does_not_take_part_has_no_report(make: Make, state: str) -> None:
    with pytest.raises(Conflict):
        begun(make, make.tester(state=state))


def test_before_it_arrived_it_is_written_but_not_handed_in(make: Make) -> None:
    report, me = begun(make, make.tester())
    shots(make, report)
    with pytest.raises(Conflict):
        hand_in(report, me)
    assert stored(report).state is ReportState.DRAFT


def test_the_label_is_the_trials_and_never_less(make: Make) -> None:
    trial = make.trial(
        "chosen", label_zh="本产品由品牌免费提供，无需归还", label_en="Received free for testing, to keep"
    )
    tester = make.tester(make.application(trial, decision="picked"), due_at=clock.now())
    report, _me = begun(make, tester)
    assert (report.label_zh, report.label_en) == (trial.label_zh, trial.label_en)


@pytest.mark.parametrize(
    "lost", [{"label_zh": ""}, {"label_en": "A report"}, {"label_zh": "本产品", "label_en": ""}]
)
def test_the_database_refuses_a_report_without_its_label(make: Make, lost: dict[str, str]) -> None:
    report, _me = handed_in(make)
    with pytest.raises(IntegrityError, match="label_says_it"):
        db.session.execute(sa.update(Report).where(Report.id == report.id).values(**lost))
    db.session.rollback()
    with pytest.raises(IntegrityError, match="label_says_it"):
        make.trial_report(**lost)
    db.session.rollback()


def test_the_database_refuses_one_without_a_dislike_or_why_there_was_none(make: Make) -> None:
    with pytest.raises(IntegrityError, match="balanced"):
        make.trial_report(dislikes="", none_because="")
    db.session.rollback()


# ------------------------------------------------------------------ moderation


def test_a_newcomers_report_waits_for_a_person_and_comes_back_when_refused(make: Make) -> None:
    report, me = begun(make)
    shots(make, report)
    assert hand_in(report, me).state is ReportState.WAITING
    with pytest.raises(NotFound):
        get_report_for(None, report.id)
    case, staff = open_case_of("report", report.id), viewer_of(make.staff("moderator").id)
    assert case is not None
    with transaction():
        moderation.reject(case.id, case.version, "Bitte ohne Telefonnummer.", by=staff)
    hidden = stored(report)
    assert (hidden.state, hidden.hidden_because) == (ReportState.HIDDEN, "Bitte ohne Telefonnummer.")
    assert get_report_for(me, report.id)
    with pytest.raises(NotFound):
        get_report_for(None, report.id)
    assert hand_in(report, me, likes="肩带很宽，很轻。").state is ReportState.WAITING
    assert stored(report).hidden_because == ""


@pytest.mark.parametrize("staff", [False, True])
def test_what_was_taken_down_is_always_read_again(make: Make, staff: bool) -> None:
    """Also where newcomers wait for nobody, and where its writer belongs to the house by now."""
    report, me = handed_in(make)
    with transaction():
        showing.hide(report.id, "Bitte ohne Telefonnummer.")
    if staff:
        with transaction():
            db.session.add(StaffRole(member_id=me.id, role=Role.MODERATOR, granted_at=clock.now()))
    writer = viewer_of(me.id)
    assert writer.is_staff is staff
    again = hand_in(report, writer, suggestions=["Ein Ring für Schlüssel."], likes="anders")
    assert again.state is ReportState.WAITING
    case = open_case_of("report", report.id)
    assert case is not None
    assert case.held_because == "taken_down"


def test_moderators_and_their_rules_read_the_same_words(make: Make) -> None:
    """All of them: also what was suggested and what was tested, in whatever language one looks."""
    report, _me = handed_in(make, tested="Marineblau", suggestions=["Ein Ring für Schlüssel."])
    body = describe([report.id])[report.id].body
    assert body == body_of(report, suggested(report))
    assert body.startswith(LABEL_ZH)
    for said in ("Marineblau", "Ein Ring für Schlüssel.", report.dislikes):
        assert said in body
    with in_language("en"):
        assert describe([report.id])[report.id].body == body


def test_a_shown_report_is_taken_down_and_put_back_exactly(make: Make) -> None:
    report, _me = handed_in(make)
    shown_at, reader = report.shown_at, viewer_of(make.member().id)
    staff = viewer_of(make.staff("moderator").id)
    with transaction():
        moderation.open_report("report", report.id, "unkind", "", by=reader)
    case = open_case_of("report", report.id)
    assert case is not None
    with transaction():
        moderation.reject(case.id, case.version, "Unfreundlich.", by=staff)
    assert stored(report).state is ReportState.HIDDEN
    assert find_reports("电脑", None).items == []
    assert not any(db.session.scalars(sa.select(Photo.published).where(Photo.owner_id == report.id)))
    with transaction():
        moderation.undo(case.id, by=staff)
    back = stored(report)
    assert (back.state, back.shown_at, back.hidden_because) == (ReportState.SHOWN, shown_at, "")
    assert [one.report.id for one in find_reports("电脑", None).items] == [report.id]


def test_what_was_handed_in_stands_still(make: Make) -> None:
    report, me = handed_in(make)
    photo = db.session.scalars(sa.select(Photo).where(Photo.owner_id == report.id)).first()
    assert photo is not None
    with pytest.raises(Conflict), transaction():
        report_photos.remove_photo(report, photo, by=me)
    with pytest.raises(Conflict), transaction():
        reporting.save_draft(report, words(report, likes="anders"), seen=report.version, by=me)
