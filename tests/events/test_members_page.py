"""The page of an event for members: whoever asks, in whatever order, gets exactly the page that is drawn for them alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from portal.accounts import services as accounts
from portal.accounts.models import DistanceKind, Member, Role
from portal.accounts.queries import viewer_of
from portal.accounts.services.distance import keep_away
from portal.accounts.showing import Audience
from portal.core import clock
from portal.core.db import db, new_id, transaction
from portal.events.front import Front
from portal.events.models import Event, Registration, TicketType
from portal.events.services import leaving
from portal.events.views.choosing import CODES
from portal.events.views.kept_page import OWN
from portal.membership.models import Perk, Tier, TierKind
from portal.membership.services.tiers import change_tier
from tests.client import PortalClient
from tests.events.test_kept_page import CHANGES
from tests.fronts import lent_driver, put_before
from tests.make import Make

TOKEN = re.compile(r'(?<=csrf_token" value=")[^"]+|(?<=csrf-token" content=")[^"]+')
ATTEMPT = re.compile(r'(?<=name="attempt" type="hidden" value=")[^"]+')


@pytest.fixture
def kind(make: Make) -> TicketType:
    event = make.event(slug="f")
    made: TicketType = make.ticket_type(event, capacity=7, price=10_000)
    make.event_session(event, capacity=2)
    return made


@pytest.fixture
def asked(app: Flask, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    return put_before(app, monkeypatch, lambda inner: Front(app, inner, OWN, lent_driver))


@pytest.fixture
def alone(app: Flask, asked: list[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """The page as the application draws it for this browser."""
    front: Any = app.wsgi_app

    def drawn(browser: PortalClient, **how: str) -> str:
        with monkeypatch.context() as patch:
            patch.setattr(app, "wsgi_app", front._inner)
            return _page(browser, **how)

    return drawn


@pytest.fixture
def enter(app: Flask, make: Make, asked: list[str]) -> Callable[[Member], PortalClient]:
    """A member's browser that has been here before: its session holds its secret."""

    def entered(member: Member) -> PortalClient:
        browser = PortalClient(app).sign_in(make.session_token(member))
        _page(browser), _page(browser)
        return browser

    return entered


@pytest.fixture
def crowd(make: Make, kind: TicketType, enter: Callable[[Member], PortalClient]) -> dict[str, PortalClient]:
    """Members who differ in what the page shows of its reader, and what it shows to them alone."""
    people = {
        "plain": make.member(display_name="Plain Paula", region="上海"),
        "near": make.member(display_name="<Ann & 'Bo'>", region="杭州", avatar=new_id()),
        "called": make.member(display_name="有人叫我"),
        "tier": make.member(display_name="Tina Tier", region="上海"),
        "coming": make.member(display_name="Coming Kim", region="杭州"),
        "keeps away": make.member(display_name="Away Ada"),
        "staff": make.staff("moderator"),
    }
    make.notification(people["called"])
    perks = {Perk.TICKET_DISCOUNT: 10, Perk.EARLY_ACCESS_HOURS: 24}
    with transaction():
        make.subscription(people["tier"], make.plan(make.tier(perks=perks)))
    make.registration(kind, people["coming"], show_face=True)
    make.distance(people["keeps away"], people["coming"])
    return {name: enter(member) for name, member in people.items()}


@pytest.fixture
def all_same(crowd: dict[str, PortalClient], alone: Callable[..., str]) -> Callable[..., dict[str, str]]:
    """Everybody gets what is drawn for them alone, in either order; gives their pages."""

    def compared(**how: str) -> dict[str, str]:
        own = {name: alone(browser, **how) for name, browser in crowd.items()}
        for name in [*crowd, *reversed(crowd), *crowd]:
            assert _page(crowd[name], **how) == own[name], name
        return own

    return compared


def _page(browser: PortalClient, *, tongue: str = "en", theme: str = "") -> str:
    browser.set_cookie("theme", theme)
    answer = browser.get("/events/f", lang=tongue)
    assert answer.status_code == 200
    return ATTEMPT.sub("attempt", TOKEN.sub("token", answer.get_data(as_text=True)))


def _event_of(kind: TicketType) -> Event:
    return db.session.get_one(Event, kind.event_id)


# ------------------------------------------------------------------ kept and not kept are the same


@pytest.mark.parametrize("how", [{}, {"tongue": "zh"}, {"theme": "dark"}])
def test_everybody_gets_the_page_that_is_theirs(
    all_same: Callable[..., dict[str, str]], how: dict[str, str]
) -> None:
    pages = all_same(**how)
    assert len(set(pages.values())) == len(pages)


def test_who_sees_what_many_see_does_not_reach_the_application(
    crowd: dict[str, PortalClient], asked: list[str]
) -> None:
    asked.clear()
    for name in ("plain", "near", "called", "tier", "plain"):
        _page(crowd[name])
    assert asked == []
    for name in ("coming", "keeps away", "staff"):
        _page(crowd[name])
    assert len(asked) == 3, "who has a part in it, who keeps away and who works here have a page of their own"


@pytest.mark.parametrize("change", CHANGES)
def test_what_changes_shows_to_everybody_at_once(
    make: Make, kind: TicketType, crowd: dict[str, PortalClient], alone: Callable[..., str], change: str
) -> None:
    mine = make.registration(kind, make.member(display_name="Ann"), show_face=True)
    make.registration(kind, make.member(display_name="Bo", avatar=new_id()), show_face=True)
    for name in ("plain", "tier"):
        _page(crowd[name])
    CHANGES[change](make, kind, mine)
    for name in ("plain", "tier", "coming"):
        assert _page(crowd[name]) == _page(crowd[name]) == alone(crowd[name]), name


# ------------------------------------------------------------------ what changes for one


def _signs_up(make: Make, kind: TicketType, paula: Member) -> None:
    make.registration(kind, paula)


def _waits(make: Make, kind: TicketType, paula: Member) -> None:
    make.registration(kind, people=4)
    make.waiting_entry(kind, paula)


def _gathers(make: Make, kind: TicketType, paula: Member) -> None:
    make.bell_entry(db.session.query(TicketType).filter_by(name_en="Belled").one(), paula)


def _reaches_a_tier(make: Make, kind: TicketType, paula: Member) -> None:
    with transaction():
        make.subscription(paula, make.plan(make.tier(perks={Perk.TICKET_DISCOUNT: 25})))


def _lowest_gives_more(make: Make, kind: TicketType, paula: Member) -> None:
    lowest = db.session.query(Tier).filter_by(kind=TierKind.EARNED).order_by(Tier.position).first()
    assert lowest is not None
    names = ("name_zh", "name_en", "text_zh", "text_en", "thread", "stitches")
    words = {name: getattr(lowest, name) for name in names}
    by = viewer_of(make.staff("owner").id)
    with transaction():
        change_tier(lowest, perks={Perk.TICKET_DISCOUNT: 50}, version=lowest.version, by=by, **words)


def _is_blocked(make: Make, kind: TicketType, paula: Member) -> None:
    by = viewer_of(_named("Coming Kim").id)
    with transaction():
        keep_away(paula, DistanceKind.BLOCK, by=by)


def _tells(member: Member, **facts: Any) -> None:
    by = viewer_of(member.id)
    with transaction():
        accounts.update_profile(member, by=by, **facts)


def _named(name: str) -> Member:
    return db.session.query(Member).filter_by(display_name=name).one()


def _is_called(make: Make, kind: TicketType, paula: Member) -> None:
    make.notification(paula)


def _works_here(make: Make, kind: TicketType, paula: Member) -> None:
    with transaction():
        accounts.grant_role(paula, Role.HOST, by=None)


MINE: dict[str, Callable[[Make, TicketType, Member], object]] = {
    "signs up": _signs_up,
    "waits": _waits,
    "gathers": _gathers,
    "reaches a tier": _reaches_a_tier,
    "the lowest tier gives more": _lowest_gives_more,
    "is blocked": _is_blocked,
    "moves": lambda make, kind, paula: _tells(paula, region="杭州"),
    "has another name": lambda make, kind, paula: _tells(paula, display_name="Paula Anew"),
    # their faces stand nowhere
    "somebody who comes moves here": lambda make, kind, paula: _tells(_named("Fay"), region="上海"),
    "somebody from here says so no more": lambda make, kind, paula: _tells(
        _named("Gus"), visibility={"region": Audience.STAFF}
    ),
    "is called": _is_called,
    "works here": _works_here,
}


@pytest.mark.parametrize("change", MINE)
def test_what_changes_for_one_is_seen_by_that_one_at_once(
    make: Make, kind: TicketType, crowd: dict[str, PortalClient], alone: Callable[..., str], change: str
) -> None:
    make.belled_type(_event_of(kind), name_en="Belled", position=1)
    make.registration(kind, make.member(display_name="Fay", region="杭州"))
    make.registration(kind, make.member(display_name="Gus", region="上海"))
    readers = [crowd["plain"], crowd["near"], crowd["tier"]]
    before = [_page(browser) for browser in (*readers, *readers)]
    MINE[change](make, kind, _named("Plain Paula"))
    after = [_page(browser) for browser in (*readers, *readers)]
    assert after == [alone(browser) for browser in (*readers, *readers)]
    assert after[0] != before[0]


def test_who_gives_a_ticket_back_sees_what_others_see(
    make: Make, kind: TicketType, crowd: dict[str, PortalClient], alone: Callable[..., str]
) -> None:
    before = _page(crowd["plain"])
    mine = make.registration(kind, _named("Plain Paula"))
    assert "You are coming" in _page(crowd["plain"])
    assert "You are coming" not in _page(crowd["tier"])
    with transaction():
        leaving.cancel(db.session.get_one(Registration, mine.id), seen=0)
    assert _page(crowd["plain"]) == before == alone(crowd["plain"])


@pytest.mark.one_database
def test_a_code_in_the_browser_opens_its_ticket_there_only(
    make: Make, kind: TicketType, crowd: dict[str, PortalClient], alone: Callable[..., str]
) -> None:
    hidden = make.ticket_type(_event_of(kind), name_en="For friends", hidden=True, position=1)
    code = make.access_code(hidden)
    with crowd["plain"].session_transaction() as session:
        session[CODES] = [code.id]
    for name, seen in (("plain", True), ("tier", False), ("plain", True), ("near", False)):
        page = _page(crowd[name])
        assert ("For friends" in page) is seen
        assert page == alone(crowd[name])


@pytest.mark.one_database
def test_time_opens_the_sale_earlier_for_some(
    make: Make, kind: TicketType, crowd: dict[str, PortalClient], alone: Callable[..., str]
) -> None:
    sale = clock.now() + timedelta(hours=30)
    make.ticket_type(_event_of(kind), name_en="Later", sale_starts_at=sale, position=1)
    pages = []
    for moment in (sale - timedelta(hours=25), sale - timedelta(hours=24), sale):
        with clock.travel(moment):
            for name in ("plain", "tier"):
                _page(crowd[name])  # presence is noted
            pages.append([_page(crowd[name]) for name in ("plain", "tier")])
            assert pages[-1] == [alone(crowd[name]) for name in ("plain", "tier")]
    assert [page.count("Not yet") for page, _other in pages] == [1, 1, 0]
    assert [page.count("Not yet") for _other, page in pages] == [1, 0, 0]


@pytest.mark.one_database
@pytest.mark.parametrize("way", ["in this browser", "elsewhere"])
def test_who_signed_out_is_a_visitor_at_once(
    crowd: dict[str, PortalClient], client: PortalClient, way: str
) -> None:
    browser, visitor = crowd["plain"], _page(client)
    assert 'class="me-link"' in _page(browser)
    with browser.session_transaction() as session:
        token = session["_user_id"]
    if way == "elsewhere":
        with transaction():
            accounts.close_session(token)
    else:
        browser.post("/sign-out")
        browser.get("/events")  # the sentence is said
    for _time in range(2):
        assert _page(browser) == visitor
    assert 'class="me-link"' in _page(crowd["near"])


@pytest.mark.one_database
def test_tokens_and_attempts_are_the_readers_own(crowd: dict[str, PortalClient], asked: list[str]) -> None:
    tokens, attempts = set(), set()
    asked.clear()
    for name in ("plain", "near", "called", "plain"):
        text = crowd[name].get("/events/f").get_data(as_text=True)
        [token], [attempt] = set(TOKEN.findall(text)), ATTEMPT.findall(text)
        tokens.add(token)
        attempts.add(attempt)
    assert (len(tokens), len(attempts), asked) == (3, 4, [])


@pytest.mark.one_database
def test_a_form_of_a_kept_page_signs_up(
    app: Flask,
    kind: TicketType,
    crowd: dict[str, PortalClient],
    asked: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    asked.clear()
    text = crowd["plain"].get("/events/f").get_data(as_text=True)
    assert asked == []
    form = {"csrf_token": TOKEN.findall(text)[0], "attempt": ATTEMPT.findall(text)[0]}
    answer = crowd["plain"].post(
        "/events/f/register", data=form | {"ticket_type": kind.id, "people": "1", "children": "0"}
    )
    assert answer.status_code == 303
    assert "/register/" in answer.headers["Location"]
    assert "Seats are kept for you" in _page(crowd["plain"])
    assert "Seats are kept for you" not in _page(crowd["called"])
