"""Wherever anything of a report shows, its label does."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from portal.accounts.models import Member
from portal.accounts.queries import viewer_of
from portal.catalog.models import Product
from portal.core.db import db, transaction
from portal.core.feature import Part
from portal.core.mail.models import Letter
from portal.moderation import services as moderation
from portal.moderation.models import ReportReason
from portal.notifications.models import Notification
from portal.trials.models import LABEL_EN, LABEL_ZH, Report, Suggestion, Trial
from portal.trials.personal import export
from portal.trials.services import answering
from tests.answers import text_of
from tests.make import Make
from tests.trials.lives import manager
from tests.trials.reporting import LONG, handed_in

pytestmark = pytest.mark.one_database

#: stand nowhere else
LIKED, SUGGESTED = "Zedernholzklang", "Quittenverschluss"


@pytest.fixture
def report(make: Make) -> Report:
    """Its second suggestion waits; the first was taken up, so that the product thanks for it."""
    found, _me = handed_in(make, likes=LIKED, in_use=LONG + LIKED, suggestions=[SUGGESTED, SUGGESTED * 2])
    first = db.session.scalars(sa.select(Suggestion).order_by(Suggestion.position)).first()
    assert first is not None
    version = make.version(db.session.get_one(Product, found.product_id))
    with transaction():
        answering.adopt(first, version, by=manager(make))
    return found


def places(report: Report) -> Iterator[tuple[str, str, str]]:
    """Where a report shows: the name of the place, who looks, the address."""
    trial = db.session.get_one(Trial, report.trial_id)
    product = db.session.get_one(Product, report.product_id)
    yield "page", "stranger", f"/reports/{report.id}"
    yield "own page", "writer", f"/reports/{report.id}"
    yield "list of the trial", "stranger", f"/trials/{trial.slug}/reports"
    yield "list of the product", "stranger", f"/products/{product.slug}/reports"
    yield "piece of the product's page", "stranger", f"/products/{product.slug}/reports?few=1"
    yield "search", "stranger", f"/search?q={LIKED}"
    yield "search of one kind", "stranger", f"/search?q={LIKED}&kind=report"
    yield "moderation", "owner", "/console/queue"
    yield "suggestions", "owner", "/console/trials/suggestions"
    yield "answered suggestions", "owner", "/console/trials/suggestions?show=answered"
    yield "product", "stranger", f"/products/{product.slug}"
    yield "credits", "stranger", f"/products/{product.slug}/credits"
    yield "made possible", "stranger", f"/members/{report.member_id}/made"
    yield "credits for staff", "owner", f"/console/products/{product.id}/credits"
    yield "life", "owner", f"/console/members/{report.member_id}/timeline"
    yield "mending", "owner", f"/console/trials/{trial.slug}/reports/{report.id}/mend"


def test_every_page_that_shows_something_of_it_says_so(
    make: Make, client: Any, as_member: Any, as_staff: Any, report: Report
) -> None:
    with transaction():
        moderation.open_report("report", report.id, ReportReason.OTHER, "", by=viewer_of(make.member().id))
    writer = as_member(db.session.get_one(Member, report.member_id))
    browsers = {"stranger": client, "writer": writer, "owner": as_staff("owner")}
    silent, bare = [], []
    for place, who, address in places(report):
        page = text_of(browsers[who].get(address))
        if LIKED not in page and SUGGESTED not in page:
            silent.append(place)
        if LABEL_EN not in page and LABEL_ZH not in page:
            bare.append(place)
    assert (silent, bare) == ([], [])


def test_every_row_that_quotes_a_suggestion_says_so(client: Any, as_staff: Any, report: Report) -> None:
    """Each for itself: a page may hold other reports with other labels."""
    product = db.session.get_one(Product, report.product_id)
    owner, made = as_staff("owner"), f"/members/{report.member_id}/made"
    pages = {
        "product": client.get(f"/products/{product.slug}"),
        "credits": client.get(f"/products/{product.slug}/credits"),
        "made possible": client.get(made),
        "piece of the member's page": client.get(made, htmx=True),
        "what changed": client.get(f"/products/{product.slug}/reports"),
        "what waits": owner.get("/console/trials/suggestions"),
        "what was answered": owner.get("/console/trials/suggestions?show=answered"),
        "their life": owner.get(f"/console/members/{report.member_id}/timeline"),
    }
    for place, answer in pages.items():
        rows = re.findall(r"<(li|article)\b(.*?)</\1>", text_of(answer), re.DOTALL)
        quoting = [row for _name, row in rows if SUGGESTED in row]
        assert quoting, place
        assert all(LABEL_EN in row or LABEL_ZH in row for row in quoting), place


def test_the_desk_says_so_before_a_word_is_written(make: Make, as_member: Any) -> None:
    tester = make.tester()
    writer = as_member(db.session.get_one(Member, tester.member_id))
    page = text_of(writer.get(f"/me/trials/{tester.id}/report"))
    assert LABEL_EN in page or LABEL_ZH in page


def test_what_is_shared_says_so(client: Any, report: Report) -> None:
    """Cards that other sites make of the page, and what search engines show."""
    head = text_of(client.get(f"/reports/{report.id}")).split("</head>")[0]
    told = [line for line in head.splitlines() if "description" in line]
    assert len(told) == 2
    assert all(LABEL_EN in line or LABEL_ZH in line for line in told)


def test_messages_and_mail_say_so(make: Make, report: Report, client: Any, as_member: Any) -> None:
    suggestion = db.session.scalars(sa.select(Suggestion).order_by(Suggestion.position.desc())).first()
    assert suggestion is not None
    with transaction():
        answering.decline(suggestion, reply="Quer zur Naht.", by=manager(make))
    told = sa.select(Notification.member_id).where(Notification.kind == "trials.answered")
    assert list(db.session.scalars(told)) == [report.member_id] * 2
    inbox = text_of(as_member(db.session.get_one(Member, report.member_id)).get("/inbox"))
    assert "Quer zur Naht." in inbox
    assert LABEL_EN in inbox or LABEL_ZH in inbox
    for letter in db.session.scalars(sa.select(Letter).where(Letter.member_id == report.member_id)):
        assert LABEL_EN in letter.text_body or LABEL_ZH in letter.text_body


def test_what_members_take_along_says_so(report: Report) -> None:
    [rows] = [list(part.rows or ()) for part in export(report.member_id) if _is_reports(part)]
    assert rows
    for row in rows:
        told = json.dumps(row, default=str, ensure_ascii=False)
        assert LIKED in told
        assert LABEL_ZH in told
        assert LABEL_EN in told


def _is_reports(part: Part) -> bool:
    return part.name == "trial_reports.json"
