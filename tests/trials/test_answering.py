"""Suggestions answered one by one, credits on the product, and slips of the pen that staff mend."""

from __future__ import annotations

import contextlib
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from portal.accounts.models import Member
from portal.accounts.queries import viewer_of
from portal.catalog.models import Credit, Product
from portal.core import clock
from portal.core.access import Viewer
from portal.core.audit import entries_of
from portal.core.db import db, transaction
from portal.core.errors import Conflict, Invalid, NotAllowed, NotFound
from portal.notifications.models import Notification
from portal.trials.models import LABEL_EN, Answer, Mending, Report, ReportState, Suggestion
from portal.trials.personal import erase
from portal.trials.queries.reports import changes_of
from portal.trials.queries.reports import handed_in as handed_in_words
from portal.trials.queries.suggestions import Show, open_suggestions, suggestions_on_desk
from portal.trials.rules import reports as rules
from portal.trials.rules.reports import MOST_SLIPS
from portal.trials.services import answering, mending, showing
from tests.answers import stored, text_of
from tests.make import Make
from tests.trials.lives import manager
from tests.trials.reporting import LONG, hand_in, handed_in


def suggested(report: Report) -> list[Suggestion]:
    mine = sa.select(Suggestion).where(Suggestion.report_id == report.id)
    return list(db.session.scalars(mine.order_by(Suggestion.position)))


def product_of(report: Report) -> Product:
    return db.session.get_one(Product, report.product_id)


def told(member_id: str) -> list[str]:
    theirs = sa.select(Notification.kind).where(Notification.member_id == member_id)
    return [kind for kind in db.session.scalars(theirs) if kind == "trials.answered"]


def test_taken_up_with_its_version_credited_and_told(make: Make) -> None:
    report, me = handed_in(make)
    staff, version = manager(make), make.version(product_of(report), label="2.0")
    [first, _second] = suggested(report)
    with transaction():
        answering.adopt(first, version, reply="Ab 2.0 mit Magnet.", by=staff)
    with transaction():  # the same once more
        answering.adopt(first, version, reply="Ab 2.0 mit Magnet.", by=staff)
    credit = db.session.scalars(sa.select(Credit)).one()
    assert (credit.member_id, credit.version_id, credit.words) == (me.id, version.id, "扣子松一点。")
    assert credit.path == f"/reports/{report.id}#suggestion-{first.id}"
    assert told(me.id) == ["trials.answered"]
    [change] = changes_of(report.product_id, None)
    assert (change.suggestion.id, change.version.id, change.member.id) == (first.id, version.id, me.id)
    assert db.session.scalar(open_suggestions()) == 1
    assert [entry.action for entry in entries_of("suggestion", first.id)] == ["suggestion.adopted"]


def test_taken_up_before_there_is_a_version(make: Make) -> None:
    report, _me = handed_in(make)
    staff, [first, _second] = manager(make), suggested(report)
    with transaction():
        answering.adopt(first, None, by=staff)
    assert db.session.scalars(sa.select(Credit)).all() == []
    assert [one.suggestion.id for one in suggestions_on_desk(Show.UNNAMED, cursor=None).items] == [first.id]
    version, other = make.version(product_of(report)), make.version(make.product())
    with pytest.raises(Invalid), transaction():
        answering.name_version(first, other, by=staff)
    for _turn in range(2):
        with transaction():
            answering.name_version(first, version, by=staff)
    assert db.session.scalars(sa.select(Credit)).one().version_id == version.id
    assert suggestions_on_desk(Show.UNNAMED, cursor=None).items == []


def test_not_taken_up_has_a_reason_and_the_first_answer_stands(make: Make) -> None:
    report, me = handed_in(make)
    staff, [first, second] = manager(make), suggested(report)
    with pytest.raises(Invalid) as refused, transaction():
        answering.decline(first, reply="  ", by=staff)
    assert refused.value.field == "reply"
    with transaction():
        answering.decline(first, reply="Der Magnet stört Karten.", by=staff)
    with pytest.raises(Conflict), transaction():
        answering.adopt(first, None, by=staff)
    with pytest.raises(Conflict), transaction():
        answering.name_version(second, make.version(product_of(report)), by=staff)
    assert stored(first).answer is Answer.DECLINED
    assert told(me.id) == ["trials.answered"]
    with pytest.raises(IntegrityError, match="declined_has_reason"):
        db.session.execute(sa.update(Suggestion).where(Suggestion.id == first.id).values(reply=""))
    db.session.rollback()


def test_the_oldest_due_stands_first_and_what_is_not_shown_is_not_asked(make: Make) -> None:
    early = make.trial_report()
    late, waiting = make.trial_report(), make.trial_report(state="waiting")
    now = clock.now()
    second = make.suggestion(late, due_at=now + timedelta(days=9))
    first = make.suggestion(early, due_at=now - timedelta(days=1))
    make.suggestion(waiting, due_at=None)
    listed = suggestions_on_desk(Show.OPEN, cursor=None).items
    assert [one.suggestion.id for one in listed] == [first.id, second.id]
    assert [one.is_late for one in listed] == [True, False]
    assert db.session.scalar(open_suggestions()) == 2


def test_nobody_answers_themselves_or_without_leave(make: Make) -> None:
    report, me = handed_in(make)
    [first, _second] = suggested(report)
    with pytest.raises(NotAllowed), transaction():
        answering.adopt(first, None, by=me)
    staff = make.staff("manager")
    manager(make)
    chosen = make.application(make.trial("chosen"), staff, decision="picked")
    own = make.suggestion(make.trial_report(make.tester(chosen, state="reported")))
    with pytest.raises(NotAllowed), transaction():
        answering.adopt(own, None, by=viewer_of(staff.id))


def test_credits_say_nothing_while_their_report_is_not_there(make: Make, client: Any) -> None:
    """Hidden, restored and erased: the product's pages and the member's follow, and lead to no page that is not there."""
    report, me = handed_in(make, suggestions=["Xyzzy: ein Magnet.", "Plugh: eine Tasche."])
    product, [first, second] = product_of(report), suggested(report)
    staff, slug, report_id = manager(make), product.slug, report.id
    versions = [make.version(product, label=label) for label in ("2.0", "3.0")]
    with transaction():
        answering.adopt(first, versions[0], by=staff)
    pages = [f"/products/{slug}", f"/products/{slug}/credits", f"/members/{me.id}/made"]

    def told_on(page: str) -> tuple[bool, bool, bool]:
        text = client.get(page).text
        return "Xyzzy" in text, "Plugh" in text, f"/reports/{report_id}#" in text

    assert {told_on(page) for page in pages} == {(True, False, True)}
    with transaction():
        showing.hide(report_id, "Bitte ohne Telefonnummer.")
    with transaction():  # also what is credited while nobody reads it
        answering.adopt(second, versions[1], by=staff)
    assert {told_on(page) for page in pages} == {(False, False, False)}
    assert "Words that were taken down" in client.get(pages[0]).text
    with transaction():
        showing.restore(report_id, ReportState.SHOWN.value)
    assert {told_on(page) for page in pages} == {(True, True, True)}
    with transaction():
        erase(me.id)
    assert [one.words for one in db.session.scalars(sa.select(Credit))] == ["", ""]
    assert {told_on(page) for page in pages} == {(False, False, False)}


# ------------------------------------------------------------------ slips of the pen


def mend(report: Report, by: Viewer, **changed: str) -> bool:
    mended = mending.compare(report, changed, seen=report.version)
    with transaction():
        return mending.mend_form(report, mended, by=by)


def test_slips_are_mended_with_a_note_and_both_versions_kept(make: Make) -> None:
    report, _me = handed_in(make)
    staff, before = manager(make), report.in_use
    assert mend(report, staff, in_use=before.replace("电脑", "電腦", 1))
    assert not mend(report, staff, in_use=report.in_use)
    mended = stored(report)
    assert mended.form_mended_at is not None
    kept = db.session.scalars(sa.select(Mending)).one()
    assert (kept.part, kept.before, kept.after) == ("in_use", before, mended.in_use)
    [entry] = entries_of("report", report.id)
    assert (entry.action, entry.facts) == ("report.mended", {"parts": ["in_use"]})


def test_many_small_mends_never_make_another_text(make: Make) -> None:
    """Measured by what was handed in: what was mended before leaves less to mend."""
    report, _me = handed_in(make, in_use=LONG.replace("不", "有点"))
    staff, before, other = manager(make), report.in_use, "再" * len(report.in_use)
    mends = 0
    for start in range(0, 100, 10):
        with contextlib.suppress(Invalid):
            mends += mend(report, staff, in_use=other[: start + 10] + before[start + 10 :])
        db.session.refresh(report)
    kept = stored(report).in_use
    assert mends == 3
    assert sum(one != another for one, another in zip(before, kept, strict=True)) <= MOST_SLIPS
    assert handed_in_words(report)["in_use"] == before
    assert mending.slips_left(report)["in_use"] == 0
    assert mend(report, staff, in_use=before)
    assert mending.slips_left(report)["in_use"] == MOST_SLIPS


@pytest.mark.parametrize(
    ("wrote", "mended", "fine"),
    [
        ("It does not hold a laptop.", "It does hold a laptop.", False),
        ("It doesn't hold a laptop.", "It does hold a laptop.", False),
        ("It dont hold a laptop.", "It don't hold a laptop.", True),
        ("装电脑不好用，拉链很紧。", "装电脑好用，拉链很紧。", False),
        ("It broke after 3 days of use.", "It broke after 8 days of use.", False),
        ("The zipper recieves praise.", "The zipper receives praise.", True),
        ("Ok.", "Okay, wonderful.", False),
    ],
)
def test_one_word_can_be_an_opinion(make: Make, wrote: str, mended: str, fine: bool) -> None:
    report, _me = handed_in(make, first_look=wrote)
    if fine:
        assert mend(report, manager(make), first_look=mended)
        return
    with pytest.raises(Invalid) as refused:
        mend(report, manager(make), first_look=mended)
    assert refused.value.field == "first_look"


def test_who_wrote_it_is_told_and_reads_both(make: Make, as_member: Any) -> None:
    report, me = handed_in(make, first_look="Die Zäsche riecht nach Leder, und der Riemen ist breit.")
    staff = manager(make)
    mend(report, staff, first_look="Die Tasche riecht nach Leder, und der Riemen ist breit.")
    message = db.session.scalars(sa.select(Notification).where(Notification.kind == "trials.mended")).one()
    assert (message.member_id, message.path) == (me.id, f"/reports/{report.id}#mended")
    browser = as_member(db.session.get_one(Member, me.id))
    page = text_of(browser.get(f"/reports/{report.id}"))
    assert "Die Zäsche riecht" in page
    assert "Die Tasche riecht" in page
    assert LABEL_EN in text_of(browser.get("/inbox?lang=en"))


def test_what_its_writer_wrote_anew_is_what_counts(make: Make) -> None:
    report, me = handed_in(make)
    staff = manager(make)
    mend(report, staff, in_use=report.in_use.replace("电脑", "電腦", 1))
    with transaction():
        showing.hide(report.id, "Bitte ohne Telefonnummer.")
    anew = "下雨天也背，里面的书都没有湿，背带也不滑。" * 20
    hand_in(report, me, in_use=anew)
    assert handed_in_words(report)["in_use"] == anew
    assert not rules.slips(LONG, anew)
    assert mend(report, staff, in_use=anew.replace("下雨天", "下雨的天", 1))
    assert handed_in_words(report)["in_use"] == anew


@pytest.mark.parametrize("after", ["", "Ganz anders: eine wunderbare Tasche ohne jeden Fehler!", "长" * 4001])
def test_another_text_is_no_slip(make: Make, after: str) -> None:
    report, _me = handed_in(make)
    with pytest.raises(Invalid) as refused:
        mend(report, manager(make), in_use=after)
    assert refused.value.field == "in_use"
    assert stored(report).form_mended_at is None


def test_what_somebody_thinks_is_nobodys_to_mend(make: Make) -> None:
    report, me = handed_in(make)
    staff = manager(make)
    assert not mend(report, staff, likes="Alles ist gut.", dislikes="", none_because="…")
    assert stored(report).dislikes == "扣子有点紧。"
    with pytest.raises(NotFound):
        mend(report, me, in_use=report.in_use + "!")
    with pytest.raises(Conflict):
        mending.compare(report, {"in_use": report.in_use + "!"}, seen=0)
    compared = mending.compare(report, {"in_use": report.in_use + "!"}, seen=report.version)
    assert mend(report, staff, in_use=report.in_use + "。")
    with pytest.raises(Conflict), transaction():
        mending.mend_form(report, compared, by=staff)
    hidden = make.trial_report(state=ReportState.HIDDEN)
    with pytest.raises(NotFound):
        mend(hidden, staff, in_use=hidden.in_use + "!")
