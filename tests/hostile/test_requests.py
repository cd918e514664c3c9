"""Nothing that a stranger, a member or the owner can put into a request is answered with a fault."""

from __future__ import annotations

import base64
import contextlib
import json
import logging
import traceback
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from portal.core import clock
from portal.core.db import db, transaction
from portal.core.mail.models import Letter
from portal.stories import services as stories
from tests import databases
from tests.accounts.letters import code_in
from tests.addresses import set_by_rule
from tests.client import PortalClient
from tests.make import Make

LONG = "长a" * 1500
EMOJI = "👩🏽\u200d🚀🧵 \u202e "


def _cursor(*values: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


#: one piece of rubbish for each thing that reads what was sent
JUNK = {
    "foreign id": "01arz3ndektsv4rrffq69g5fav",
    "quotes": "'\";--<script>{{7*7}}${7}",
    "emoji": EMOJI,
    "number": "-1",
    "large number": "99999999999999999999",
    "dots": "../../etc/passwd",
    "nul": "a\0b",
    "not UTF-8": "%ff%fe",
    "long": LONG,
    "line breaks": "a\r\nSet-Cookie: b=c",
}
#: each bends what a page's own columns compare with; all that cannot be read as a cursor at all is paging's own test
CURSORS = [
    "!",
    _cursor(None, None),
    _cursor("9999-12-31T23:59:59+00:00", "\0"),
    _cursor(2**70, "x"),
    _cursor("2026-11-21T08:00:00+00:00", "\ud800"),
    _cursor("2026-11-21T08:00:00+00:00", "01arz3ndektsv4rrffq69g5fav"),
]
#: bodies that are not what they say
BROKEN = [
    (b"{", "application/json"),
    (b"\xff\xfe\0", "multipart/form-data; boundary=x"),
    (b"--x\r\n", "multipart/form-data; boundary=x"),
    (b"body=%ff%fe&q=%00", "application/x-www-form-urlencoded"),
]
#: every name that a form or an address of the portal uses, and some that none does
_NAMES = (
    "after page tag product region show q kind query name label_zh label_en text_zh text_en starts_on ends_on body "
    "mood themes tags parent_id on next from email password display_name of_age code current language theme version "
    "reason note because bio region greets_newcomers role slug name_zh name_en story_zh story_en category position "
    "shown pinned_days filter state undo by alt-x source photo photos picture link url parent unknown[] "
    "accepts read rules terms privacy hue seen preview belief_zh belief_en headline_zh headline_en fan_title_zh "
    "fan_title_en ambassador_title_zh ambassador_title_en time_zone currency opens_at closes_at drop_weekday drop_at "
    "reply_target_minutes newcomer_stories contact_budget quiet_from quiet_until minimum_age filing_number "
    "body_zh body_en change_zh change_en download hashtag last_day gives points pool_id"
    " ticket people instead do salt words method value"
    " first last opens closes edition online_url refund_hours wishes_until badge alt day starts ends venue_id entry capacity"
    " reserved reserved_until price admits most_people sale_starts_at sale_ends_at tier_id day_id bell_opens_at bell_closes_at"
    " ticket_type_id label how_many most_uses word key choices_zh choices_en required"
    " leaving seen children past ticket_type salt"
    " attempt guest_1 phone needs_help show_face provider go"
    " door session anyway nonce scan scans type"
    " children_count early_minutes ends_at helps_access hidden lead_zh lead_en line most_children note_zh note_en offer_hours"
    " party pass_on_hours place_zh place_en refund refund_percent release_hours score source_zh source_en subject_zh"
    " subject_en sure walk_minutes way_zh way_en who"
    " shop_url swatch released_on pictures"
    " words why names carrier tracking city street postcode"
    " slot what member_price"
    " rules_zh rules_en prize_zh prize_en brief_zh brief_en votes most_entries shortest longest jury submit_until vote_from"
    " vote_until winner open"
    " known_at again"
)
NAMES = _NAMES.split()
#: what a person would have typed
GOOD = {
    "email": "new@example.com",
    "display_name": "Bob",
    "of_age": "y",
    "body": "It went with me.",
    "reason": "spam",
    "because": "spam",
    "note": "See for yourself.",
    "name": "travel",
    "label_zh": "旅行",
    "label_en": "Travel",
    "text_zh": "去哪？",
    "text_en": "Where to?",
    "starts_on": "2026-12-01",
    "ends_on": "2026-12-08",
    "name_zh": "包",
    "name_en": "Bag",
    "story_zh": "缝",
    "story_en": "Stitched",
    "role": "host",
    "on": "1",
    "mood": "joy",
    "language": "en",
    "version": "1",
    "after": "0",
    "body_zh": "约定",
    "body_en": "Terms",
    "change_zh": "新",
    "change_en": "New",
    "kind": "shop",
    "hue": "200",
}
#: the same for events
GOOD_AT_EVENTS = {
    "kind": "festival",
    "slug": "a-day",
    "first": "2027-03-06",
    "last": "2027-03-06",
    "opens": "13:00",
    "closes": "18:00",
    "day": "2027-03-06",
    "starts": "14:00",
    "ends": "15:00",
    "entry": "open",
    "capacity": "20",
    "reserved": "0",
    "price": "10.00",
    "admits": "1",
    "most_people": "4",
    "most_children": "2",
    "sale_starts_at": "2026-11-01T10:00",
    "sale_ends_at": "2027-03-06T10:00",
    "how_many": "1",
    "most_uses": "2",
    "word": "a-word-of-ours",
    "label": "Friends",
    "people": "1",
    "party": "1",
    "children": "0",
    "phone": "13800138000",
    "who": "new@example.com",
    "refund": "0",
    "show": "coming",
    "subject_en": "Rain",
    "words": "I bring thread.",
    "score": "4",
    "method": "mixed",
    "salt": "abc",
    "value": "17",
    "door": "A",
    "code": "8K3M-27QX",
    "attempt": "01arz3ndektsv4rrffq69g5fav",
    "key": "01arz3ndektsv4rrffq69g5faw",
    "nonce": "01arz3ndektsv4rrffq69g5fax",
}
#: fields that no person types into
UNSEEN = (
    "next",
    "version",
    "parent_id",
    "product",
    "mood",
    "language",
    "role",
    "category",
    "on",
    "themes",
    "source",
    "after",
    "seen",
    "read",
    "kind",
)
UNSEEN_AT_EVENTS = (
    "attempt",
    "key",
    "nonce",
    "seen",
    "version",
    "ticket",
    "ticket_type",
    "ticket_type_id",
    "session",
    "instead",
    "leaving",
    "venue_id",
    "day_id",
    "tier_id",
    "method",
)
#: leaves the session behind
LEAVING = "accounts.sign_out"


@pytest.fixture
def house(app: Flask, make: Make, walker: Walker) -> dict[str, str]:
    """Something of everything; path arguments that name it."""
    story = make.story(tags="#旅行")
    draft_owner = make.member()
    with transaction():
        draft = stories.draft_of(_viewer(draft_owner.id))
    comment = make.comment(story=story)
    product = make.product()
    case = make.case()
    make.source("parcel")
    make.legal_text("privacy")
    campaign = make.campaign(slug=product.slug, announced=False)
    return (
        {
            "campaign_id": campaign.id,
            "story_id": story.id,
            "comment_id": comment.id,
            "product_id": product.id,
            "category_id": product.category_id,
            "color_id": make.color(product).id,
            "version_id": make.version(product).id,
            "item_id": make.drop_item(make.drop(slug=product.slug), product).id,
            "slug": product.slug,
            "case_id": case.id,
            "member_id": story.author_id,
            "tag": "旅行",
            "kind": "story",
            "target_id": story.id,
            "photo_id": draft.id,
            "role": "host",
            "code": "parcel",
        }
        | _festival(make, product.slug, walker.member)
        | _try_out(make, product.slug, walker.member)
    )


def _festival(make: Make, slug: str, holder: Any) -> dict[str, str]:
    """An event in which who walks has a ticket, waits, gathers, wished for a session, and once did not come."""
    holder = holder or make.member()
    event = make.event(slug=slug)
    make.entry(make.contest(slug=slug), holder)
    ticket = make.registration(
        make.ticket_type(event, most_children=2), holder, people=2, phone="13800138000"
    )
    draw, scarce = make.session_draw(event), make.event_session(event, capacity=1, entry="draw")
    make.session_wish(ticket, scarce, draw)
    belled = make.belled_type(event)
    make.bell_entry(belled, holder)
    return {
        "registration_id": ticket.id,
        "ticket_type_id": belled.id,
        "session_id": scarce.id,
        "entry_id": make.waiting_entry(make.full_type(event), holder).id,
        "draw_id": draw.id,
        "day_id": make.event_days(event)[0].id,
        "venue_id": make.venue(event).id,
        "question_id": make.question(event).id,
        "code_id": make.access_code(belled).id,
        "scan_id": make.scan(ticket).id,
        "no_show_id": make.no_show(ticket).id,
        "pool_id": belled.pool_id,
        "survey_id": make.survey(holder.id).id,
        "delivery_id": make.delivery(holder, "ready").id,
    }


def _try_out(make: Make, slug: str, holder: Any) -> dict[str, str]:
    """A trial in which staff choose among who walks, and one that they try something in."""
    holder = holder or make.member()
    application = make.application(make.trial("frozen", slug=slug), holder, graded=False)
    tester = make.tester(
        make.application(make.trial("chosen"), holder, decision="picked"), due_at=clock.now()
    )
    report = make.trial_report(tester, state="draft")
    return {
        "application_id": application.id,
        "tester_id": tester.id,
        "report_id": report.id,
        "suggestion_id": make.suggestion(report).id,
    }


def _viewer(member_id: str) -> Any:
    from portal.accounts.queries import viewer_of

    return viewer_of(member_id)


class Faults(logging.Handler):
    """Remembers the last fault, for the message of a test that fails."""

    last = ""

    def emit(self, record: logging.LogRecord) -> None:
        if record.exc_info and record.exc_info[1]:
            trace = traceback.extract_tb(record.exc_info[2])[-1]
            self.last = f"{record.exc_info[1]!r} at {trace.filename}:{trace.lineno}"[:600]


class Walker:
    """Goes through all routes as one persona, and remembers every fault with what the log said."""

    def __init__(self, app: Flask, make: Make, persona: str, log: Faults) -> None:
        self.app, self.log, self.faults, self.asked = app, log, list[str](), 0
        self.member, self.token = None, ""
        if persona != "stranger":
            self.member = make.member() if persona == "member" else make.staff("owner")
            self.token = make.session_token(self.member)

    def browser(self) -> FlaskClient:
        browser = self.app.test_client()
        browser.environ_base["HTTP_ACCEPT_ENCODING"] = "gzip"
        if self.token:
            with browser.session_transaction() as session:
                session["_user_id"] = self.token
        return browser

    @contextlib.contextmanager
    def undone(self) -> Iterator[FlaskClient]:
        """A browser whose deeds are taken back in the end: the next one finds the house as it was.

        PostgreSQL would else pass by every older copy of a row that one long transaction changed again and again.
        """
        db.session.commit()
        before = db.engines[None].begin_nested()
        try:
            yield self.browser()
        finally:
            db.session.remove()
            before.rollback()
            databases.forget_caches(self.app)

    def ask(self, browser: FlaskClient, method: str, address: str, **more: Any) -> None:
        self.asked += 1
        self.log.last = ""
        db.session.commit()
        with self.app.app_context():
            response = browser.open(address, method=method, **more)
        if response.status_code >= 500:
            what = {name: str(value)[:60] for name, value in more.items()}
            self.faults.append(f"{method} {address[:200]} {what}: {response.status_code} {self.log.last}")

    def rules(self) -> Iterator[tuple[Rule, str]]:
        for rule in self.app.url_map.iter_rules():
            if rule.endpoint != LEAVING:
                for method in sorted((rule.methods or set()) & {"GET", "POST"}):
                    yield rule, method


def _address(rule: Rule, values: dict[str, str], otherwise: str) -> str | None:
    """The rule filled with values; None when it takes no such text."""
    free = {name: values.get(name, otherwise) for name in rule.arguments}
    built = rule.build(free | set_by_rule(rule))
    return built[1] if built else None


@pytest.fixture
def walker(app: Flask, make: Make, request: pytest.FixtureRequest) -> Iterator[Walker]:
    log, portal = Faults(logging.ERROR), logging.getLogger("portal")
    portal.addHandler(log)
    level = portal.level
    portal.setLevel(logging.ERROR)
    yield Walker(app, make, request.param, log)
    portal.setLevel(level)
    portal.removeHandler(log)


#: the owner reaches everything, so on both databases: each has values of its own that it refuses
every_persona = pytest.mark.parametrize(
    "walker",
    [
        pytest.param("stranger", marks=pytest.mark.one_database),
        pytest.param("member", marks=pytest.mark.one_database),
        "owner",
    ],
    indirect=True,
)


@every_persona
def test_junk_in_addresses(walker: Walker) -> None:
    """Every part of every path, and every parameter, with each kind of rubbish."""
    browser = walker.browser()
    for rule, method in walker.rules():
        for junk in JUNK.values():
            if rule.arguments and (address := _address(rule, {}, junk)) is not None:
                walker.ask(browser, method, address)
    for path in (
        "/%ff",
        "/stories/%ff",
        "/tags/%00",
        "/tags/%ed%a0%80",
        "/members/a%00b",
        "//evil.example",
        "/..;/",
    ):
        walker.ask(browser, "GET", path)
    assert not walker.faults, "\n".join(walker.faults)


@every_persona
def test_junk_in_parameters(walker: Walker, house: dict[str, str]) -> None:
    """On pages that exist."""
    browser = walker.browser()
    for rule, method in walker.rules():
        address = _address(rule, house, "01arz3ndektsv4rrffq69g5fav")
        if method != "GET" or address is None or rule.endpoint.startswith(("assets.", "health.")):
            continue
        for junk in ("99999999999999999999", EMOJI):
            walker.ask(browser, "GET", f"{address}?{urlencode(dict.fromkeys(NAMES, junk))}")
        walker.ask(browser, "GET", f"{address}?q=a%00b&after=%00")
        walker.ask(
            browser, "GET", f"{address}?q={quote(LONG)}&after=%ff&region={quote(LONG)}&tag=%ff&[]=1&=&&&%"
        )
    assert not walker.faults, "\n".join(walker.faults)


@every_persona
def test_bent_cursors(walker: Walker, house: dict[str, str]) -> None:
    browser = walker.browser()
    for rule, method in walker.rules():
        address = _address(rule, house, "01arz3ndektsv4rrffq69g5fav")
        if method == "GET" and address and not rule.endpoint.startswith(("assets.", "health.", "media.")):
            for number, cursor in enumerate(CURSORS):
                more = {"headers": {"HX-Request": "true"}} if number % 2 else {}
                walker.ask(browser, "GET", f"{address}?after={quote(cursor)}&q=go", **more)
    assert not walker.faults, "\n".join(walker.faults)


@every_persona
def test_junk_in_forms(walker: Walker, house: dict[str, str]) -> None:
    """Every POST, on things that exist, with rubbish in every field it may read."""
    for rule, method in walker.rules():
        address = _address(rule, house, "01arz3ndektsv4rrffq69g5fav")
        if method != "POST" or address is None:
            continue
        with walker.undone() as browser:
            for number, junk in enumerate(JUNK.values()):
                more = {"headers": {"HX-Request": "true"}} if number % 2 else {}
                walker.ask(browser, "POST", address, data=dict.fromkeys(NAMES, junk), **more)
            for body, kind in BROKEN:
                walker.ask(browser, "POST", address, data=body, content_type=kind)
    assert not walker.faults, "\n".join(walker.faults)


@pytest.mark.parametrize("walker", ["owner"], indirect=True)
def test_junk_in_one_field_of_a_good_form(walker: Walker, house: dict[str, str]) -> None:
    """Past the checks of the other fields, into services and queries."""
    good = GOOD | {"product": house["product_id"], "category": house["category_id"]}
    for rule, method in walker.rules():
        if method != "POST":
            continue
        of_events = rule.endpoint.startswith(("events", "surveys"))
        fields = good | GOOD_AT_EVENTS if of_events else good
        with walker.undone() as browser:
            for name in UNSEEN_AT_EVENTS if of_events else UNSEEN:
                for junk in ("a\0b", "99999999999999999999"):
                    data = fields | {name: junk}
                    walker.ask(browser, "POST", str(_address(rule, house, "a")), data=data)
    assert not walker.faults, "\n".join(walker.faults)


@pytest.mark.one_database
@pytest.mark.parametrize("walker", ["owner"], indirect=True)
def test_wrong_methods(walker: Walker, house: dict[str, str]) -> None:
    browser = walker.browser()
    for rule, _method in walker.rules():
        address = _address(rule, house, "01arz3ndektsv4rrffq69g5fav") or "/"
        for method in {"GET", "POST", "PUT", "DELETE", "PATCH", "TRACE", "BREW"} - (rule.methods or set()):
            walker.ask(browser, method, address)
    assert not walker.faults, "\n".join(walker.faults)


def test_a_newcomer_with_junk_in_an_unseen_field_gets_in(
    client: PortalClient, outbox: Callable[[], list[Letter]]
) -> None:
    """What the sign-up keeps is stored again when the address is proven: a fault there would lock them out."""
    client.post("/sign-up", data=GOOD | {"source": "a\0b", "next": "/\0"})
    assert client.post("/check-mail", data={"code": code_in(outbox()[-1])}).status_code == 303
