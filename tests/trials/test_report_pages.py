"""The desk where a report is written, and the pages on which it is read: plain and with htmx, and nothing typed is lost."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

import pytest

from portal.accounts.models import Member
from portal.catalog.models import Product
from portal.core import clock
from portal.core.db import db
from portal.core.media import jobs as media_jobs
from portal.core.media.queries import photos_of
from portal.trials.models import Report, ReportState, Suggestion, Trial
from portal.trials.rules.kinds import REPORT
from tests.answers import BOTH, picture, place, stored, text_of
from tests.make import Make
from tests.trials.reporting import arrived, begun, fields, handed_in, shots, trust

pytestmark = pytest.mark.one_database


@pytest.fixture
def desk(make: Make, as_member: Any) -> tuple[Any, str, Report]:
    """A browser of somebody who writes, the address of the desk, the report."""
    trust()
    tester = arrived(make)
    report, _me = begun(make, tester)
    return as_member(db.session.get_one(Member, tester.member_id)), f"/me/trials/{tester.id}/report", report


def test_the_first_visit_makes_it(make: Make, as_member: Any) -> None:
    tester = arrived(make)
    me = as_member(db.session.get_one(Member, tester.member_id))
    page = text_of(me.get(f"/me/trials/{tester.id}/report"))
    assert "Received free for testing" in page or "本产品由品牌免费提供" in page
    assert db.session.query(Report).count() == 1
    assert as_member().get(f"/me/trials/{tester.id}/report").status_code == 404
    assert as_member().post(f"/me/trials/{tester.id}/report/draft", data={"likes": "x"}).status_code == 404


@BOTH
def test_a_draft_is_saved(desk: Any, htmx: bool) -> None:
    me, at, report = desk
    sent = fields(report, likes="Schmale Riemen", by="itself" if htmx else "")
    newer = report.version + 1
    answer = me.post(f"{at}/draft", data=sent, htmx=htmx)
    if htmx:
        piece = text_of(answer)
        assert f'name="version" id="report-version" value="{newer}"' in piece
        assert "<html" not in piece
    else:
        assert place(answer, htmx=False) == at
    assert stored(report).likes == "Schmale Riemen"
    assert "Schmale Riemen" in text_of(me.get(at))


@BOTH
def test_another_window_was_faster(desk: Any, htmx: bool) -> None:
    me, at, report = desk
    old = fields(report, likes="Aus dem alten Fenster")
    me.post(f"{at}/draft", data=fields(report, likes="Aus dem neuen Fenster"))
    piece = text_of(me.post(f"{at}/hand-in", data=old, htmx=htmx), 409)
    assert "Aus dem alten Fenster" in piece
    assert "Aus dem neuen Fenster" in piece
    assert stored(report).likes == "Aus dem neuen Fenster"
    newest = fields(stored(report), likes="Aus dem alten Fenster")
    assert me.post(f"{at}/draft", data=newest).status_code == 303
    assert stored(report).likes == "Aus dem alten Fenster"


@BOTH
def test_what_is_missing_keeps_what_was_typed(desk: Any, htmx: bool) -> None:
    me, at, report = desk
    piece = text_of(me.post(f"{at}/hand-in", data=fields(report, in_use="Zu kurz 🌸"), htmx=htmx), 422)
    assert "Zu kurz 🌸" in piece
    assert stored(report).in_use == "Zu kurz 🌸"
    too_long = fields(stored(report), likes="长" * 4001)
    assert "长" * 4001 in text_of(me.post(f"{at}/hand-in", data=too_long, htmx=htmx), 422)


@BOTH
def test_it_is_handed_in_and_read(make: Make, client: Any, desk: Any, htmx: bool) -> None:
    me, at, report = desk
    shots(make, report)
    sent = fields(report)
    assert place(me.post(f"{at}/hand-in", data=sent, htmx=htmx), htmx=htmx) == f"/reports/{report.id}"
    assert place(me.post(f"{at}/hand-in", data=sent, htmx=htmx), htmx=htmx) == f"/reports/{report.id}"
    assert me.get(at).location == f"/reports/{report.id}"
    assert stored(report).state is ReportState.SHOWN
    page = text_of(client.get(f"/reports/{report.id}"))
    assert "肩带很宽。" in page
    assert "扣子有点紧。" in page
    assert "里面多一个小袋。" in page


def test_photos_with_the_script(desk: Any) -> None:
    me, at, report = desk
    piece = text_of(me.post(f"{at}/photos", data={"photos": (picture(), "a.jpg")}, htmx=True))
    [photo] = photos_of(REPORT, report.id)
    assert f'id="photo-{photo.id}"' in piece
    one = f"{at}/photos/{photo.id}"
    assert "preparing" in text_of(me.get(one, htmx=True))
    media_jobs.prepare_photo(photo.id)
    assert photo.id in text_of(me.get(one, htmx=True))
    assert me.get(one).location == at
    me.post(f"{at}/photos", data={"photos": (picture("navy"), "b.jpg")}, htmx=True)
    [_first, second] = photos_of(REPORT, report.id)
    assert text_of(me.post(f"{at}/photos/{second.id}/up", htmx=True)).index(second.id) > 0
    assert photos_of(REPORT, report.id)[0].id == second.id
    me.post(f"{one}/describe", data={f"alt-{photo.id}": "Auf dem Fahrrad"}, htmx=True)
    assert stored(photo).alt == "Auf dem Fahrrad"
    assert text_of(me.post(f"{one}/remove", htmx=True)) == ""
    assert len(photos_of(REPORT, report.id)) == 1
    assert me.post(f"{one}/remove", htmx=True).status_code == 404
    refused = me.post(f"{at}/photos", data={"photos": (BytesIO(b"no photo"), "c.jpg")}, htmx=True)
    assert refused.status_code == 422


@BOTH
def test_which_one_it_was_is_asked_beside_the_field(make: Make, desk: Any, htmx: bool) -> None:
    me, at, report = desk
    shots(make, report)
    piece = text_of(me.post(f"{at}/hand-in", data=fields(report, tested=""), htmx=htmx), 422)
    assert "Which one did you get?" in piece
    assert 'aria-describedby="tested-hint tested-error"' in piece
    assert stored(report).state is ReportState.DRAFT


@BOTH
def test_all_that_is_missing_is_said_at_once(desk: Any, htmx: bool) -> None:
    me, at, report = desk
    piece = text_of(me.post(f"{at}/hand-in", data={"version": str(report.version)}, htmx=htmx), 422)
    beside = ("tested", "likes", "dislikes", "in_use")
    assert all(f'id="{field}-error"' in piece for field in beside)
    assert len(re.findall(r'id="points_\w+-error"', piece)) == 2
    assert "Please add 5 more photos of your own." in piece
    assert ("It is not handed in yet." in piece) != htmx  # above the fold of a whole page


@BOTH
def test_the_same_picture_is_said_beside_it(desk: Any, htmx: bool) -> None:
    me, at, report = desk
    for name in ("a.jpg", "b.jpg"):
        me.post(f"{at}/photos", data={"photos": (picture(), name)}, htmx=True)
    first, second = photos_of(REPORT, report.id)
    for photo in (first, second):
        media_jobs.prepare_photo(photo.id)
    said = "The same picture as photo 1"
    assert said in text_of(me.get(f"{at}/photos/{second.id}", htmx=True))
    assert said not in text_of(me.get(f"{at}/photos/{first.id}", htmx=True))
    refused = text_of(me.post(f"{at}/hand-in", data=fields(report), htmx=htmx), 422)
    assert "The same picture counts once" in refused
    assert text_of(me.get(at)).count(said) == 1
    assert me.post(f"{at}/photos/{first.id}/remove", data=fields(stored(report)), htmx=htmx).status_code < 400
    assert said not in text_of(me.get(at))


def test_photos_without_the_script_keep_the_words(desk: Any) -> None:
    me, at, report = desk
    several = {"photos": [(picture(), "a.jpg"), (picture("navy"), "b.jpg")]}
    assert me.post(f"{at}/photos", data=fields(report, likes="bleibt") | several).status_code == 303
    assert (stored(report).likes, len(photos_of(REPORT, report.id))) == ("bleibt", 2)
    photo = photos_of(REPORT, report.id)[1]
    later = fields(stored(report), likes="bleibt auch")
    assert me.post(f"{at}/photos/{photo.id}/up", data=later).status_code == 303
    assert stored(report).likes == "bleibt auch"


def test_drafts_and_waiting_ones_are_nobody_elses(
    make: Make, client: Any, as_member: Any, as_staff: Any
) -> None:
    draft, waiting = make.trial_report(state="draft"), make.trial_report(state="waiting")
    for report in (draft, waiting):
        assert client.get(f"/reports/{report.id}").status_code == 404
        assert as_member().get(f"/reports/{report.id}").status_code == 404
    manager = as_staff("manager")
    assert manager.get(f"/reports/{draft.id}").status_code == 404
    assert "Somebody reads it first" in text_of(manager.get(f"/reports/{waiting.id}?lang=en"))
    photo = make.photo(REPORT, waiting.id, by=waiting.member_id)
    assert client.get(f"/media/{photo.id}/400.webp").status_code == 404
    assert manager.get(f"/media/{photo.id}/400.webp").status_code == 200


@pytest.mark.parametrize(
    "facts",
    [
        {"state": "waiting", "dislikes": "", "none_because": "Drei Wochen gesucht."},
        {"state": "hidden", "hidden_because": "Bitte ohne Telefonnummer."},
        {"form_mended_at": clock.now(), "first_look": ""},
    ],
    ids=["nothing to mend", "hidden", "mended"],
)
def test_every_kind_of_report_has_its_page(make: Make, as_member: Any, facts: dict[str, Any]) -> None:
    report = make.trial_report(**facts)
    page = text_of(as_member(db.session.get_one(Member, report.member_id)).get(f"/reports/{report.id}"))
    assert facts.get("none_because", "") in page
    assert facts.get("hidden_because", "") in page


def test_lists_of_a_trial_and_of_a_product(make: Make, client: Any) -> None:
    report, _me = handed_in(make)
    trial = db.session.get_one(Trial, report.trial_id)
    product = db.session.get_one(Product, report.product_id)
    hidden = make.trial_report(
        make.tester(make.application(trial, decision="picked"), state="reported"),
        state="hidden",
        likes="Verborgen",
    )
    for address in (f"/trials/{trial.slug}/reports", f"/products/{product.slug}/reports"):
        page = text_of(client.get(address))
        assert report.id in page
        assert hidden.id not in page
        assert "Verborgen" not in page
    piece = text_of(client.get(f"/products/{product.slug}/reports?few=1", htmx=True))
    assert 'id="product-tested"' in piece
    assert "<html" not in piece
    assert f"/products/{product.slug}/reports?few=1" in text_of(client.get(f"/products/{product.slug}"))
    other = make.product()
    assert report.id not in text_of(client.get(f"/products/{other.slug}/reports"))


def test_somebody_kept_away_is_in_no_list(make: Make, as_member: Any) -> None:
    report, _me = handed_in(make)
    reader = make.member()
    make.distance(reader, db.session.get_one(Member, report.member_id), kind="block")
    browser = as_member(reader)
    slug = db.session.get_one(Trial, report.trial_id).slug
    product = db.session.get_one(Product, report.product_id)
    assert browser.get(f"/reports/{report.id}").status_code == 404
    for address in (f"/trials/{slug}/reports", f"/products/{product.slug}/reports", "/search?q=电脑"):
        assert report.id not in text_of(browser.get(address))


# ------------------------------------------------------------------ staff


@BOTH
def test_staff_answer_one_by_one(make: Make, as_staff: Any, htmx: bool) -> None:
    report, _me = handed_in(make)
    staff, at = as_staff("manager"), "/console/trials/suggestions"
    first, second = db.session.query(Suggestion).order_by(Suggestion.position).all()
    page = text_of(staff.get(at))
    assert page.index(f"suggestion-{first.id}") < page.index(f"suggestion-{second.id}")
    nothing = staff.post(f"{at}/{first.id}/decline", data={"reply": " ", "show": "open"}, htmx=htmx)
    assert f"suggestion-{first.id}" in text_of(nothing, 422)
    sent = {"reply": "Danke, aber nein.", "show": "open", "next": second.id}
    answer = staff.post(f"{at}/{first.id}/decline", data=sent, htmx=htmx)
    if htmx:
        piece = text_of(answer)
        assert f'id="suggestion-{second.id}"' in piece
        assert f'id="suggestion-{first.id}"' not in piece
    else:
        assert place(answer, htmx=False).startswith(at)
    late = staff.post(f"{at}/{first.id}/adopt", data={"show": "open"}, htmx=htmx)
    assert late.status_code == 409
    assert staff.post(f"{at}/{second.id}/adopt", data={"show": "open"}, htmx=htmx).status_code in (200, 303)
    assert f"suggestion-{second.id}" in text_of(staff.get(f"{at}?show=unnamed"))
    unnamed = staff.post(f"{at}/{second.id}/version", data={"show": "unnamed", "version": ""}, htmx=htmx)
    assert unnamed.status_code == 422
    version = make.version(db.session.get_one(Product, report.product_id))
    named = {"show": "unnamed", "version": version.id}
    assert staff.post(f"{at}/{second.id}/version", data=named, htmx=htmx).status_code in (200, 303)
    assert "Danke, aber nein." in text_of(staff.get(f"{at}?show=answered"))
    assert as_staff("moderator").get(at).status_code == 403


@BOTH
def test_staff_mend_slips(make: Make, as_staff: Any, client: Any, htmx: bool) -> None:
    report, _me = handed_in(make)
    slug = db.session.get_one(Trial, report.trial_id).slug
    staff, at = as_staff("manager"), f"/console/trials/{slug}/reports/{report.id}/mend"
    page = text_of(staff.get(at))
    assert report.in_use in page
    assert "30 characters of it can be mended still." in page
    assert report.id in text_of(staff.get(f"/console/trials/{slug}/reports"))
    sent = {"version": str(report.version), "first_look": report.first_look}
    another = staff.post(at, data=sent | {"in_use": "Ein ganz anderer Text"}, htmx=htmx)
    assert "Ein ganz anderer Text" in text_of(another, 422)
    turned = staff.post(at, data=sent | {"in_use": report.in_use.replace("不勒", "勒", 1)}, htmx=htmx)
    assert "What was meant stays with who wrote it." in text_of(turned, 422)
    mended = report.in_use.replace("电脑", "電腦", 1)
    answer = staff.post(at, data=sent | {"in_use": mended}, htmx=htmx)
    assert place(answer, htmx=htmx) == f"/reports/{report.id}"
    assert "電腦" in text_of(client.get(f"/reports/{report.id}"))
    other = make.trial("chosen")
    assert staff.get(f"/console/trials/{other.slug}/reports/{report.id}/mend").status_code == 404
    assert as_staff("host").get(at).status_code == 403
