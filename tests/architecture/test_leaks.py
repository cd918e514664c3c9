"""What a member keeps to themselves is found nowhere: planted once, then looked for in every answer to everybody else.

Every address that can be opened is walked, with the ids of the member's own things in it; a new kind of address fails
until somebody says what fills it. Then searches, filters, files to take along, what others are told, and what others
take along of their own.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from itertools import product
from urllib.parse import quote

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import AnyConverter, IntegerConverter, Rule
from werkzeug.test import TestResponse

from portal.accounts.models import Role
from portal.accounts.roles import PERMISSIONS
from portal.core.access import Permission
from portal.core.db import db
from portal.core.installation import registry
from portal.core.mail.models import Letter
from portal.core.sms.models import TextMessage
from portal.events.models import EventLetter
from portal.notifications.models import Notification, Touch
from tests.architecture.planting import SECRETS, STAFF, Victim, plant, word
from tests.client import PortalClient
from tests.make import Make

pytestmark = pytest.mark.one_database

PERSONAS = ("stranger", "member", *(role.value for role in Role))
EXPORTS = (
    "/console/members/list.csv",
    "/console/photo-rights/photos.zip",
    "/console/events/{event}/people/list.csv",
    "/console/deliveries/list.csv",
)


@pytest.fixture
def victim(app: Flask, make: Make) -> Victim:
    return plant(make)


def permissions_of(persona: str) -> frozenset[Permission]:
    return PERMISSIONS[Role(persona)] if persona in list(Role) else frozenset()


def forbidden(persona: str) -> dict[str, str]:
    """What this persona may find nowhere, by place."""
    held = permissions_of(persona)
    return {
        place: text
        for place, (text, needed) in SECRETS.items()
        if needed is None or (persona not in list(Role) if needed == STAFF else not held & _any_of(needed))
    }


def _any_of(needed: Permission | tuple[Permission, ...] | str) -> set[object]:
    return set(needed) if isinstance(needed, tuple) else {needed}


def browser_of(app: Flask, make: Make, persona: str) -> PortalClient:
    browser = PortalClient(app)
    if persona == "stranger":
        return browser
    return browser.sign_in(make.session_token(make.member() if persona == "member" else make.staff(persona)))


def texts_of(answer: TestResponse) -> Iterator[str]:
    """Everything that an answer says: its headers, its body, what its archive holds."""
    yield str(answer.headers)
    data = answer.get_data()
    if answer.mimetype == "application/zip":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            yield from (archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
            yield " ".join(archive.namelist())
    elif not answer.mimetype.startswith("image/"):
        yield data.decode("utf-8", "replace")


def found_in(answer: TestResponse, secrets: dict[str, str]) -> list[str]:
    texts = list(texts_of(answer))
    return [place for place, secret in secrets.items() if any(secret in text for text in texts)]


def open_page(browser: PortalClient, path: str, *, method: str = "GET", zh: bool = False) -> TestResponse:
    """Without the checks of its HTML: this opens thousands."""
    db.session.commit()
    with browser.application.app_context():
        answer = FlaskClient.open(
            browser, path, method=method, headers={"Accept-Language": "zh-CN" if zh else "en"}
        )
        answer.get_data()
    db.session.expire_all()
    return answer


def fillings(rule: Rule, victim: Victim) -> dict[str, list[object]]:
    """For each argument of a rule everything that may lead to the victim. KeyError for an argument without any."""
    known: dict[str, list[object]] = {
        "member_id": [victim.member.id, victim.other.id],
        "story_id": [victim.story, victim.held, victim.draft, victim.others_story, victim.for_members],
        "comment_id": [victim.comment],
        "photo_id": [victim.photo],
        "target_id": [victim.member.id, victim.story, victim.comment, victim.held],
        "kind": ["story", "comment", "profile"],
        "product_id": [victim.product.id],
        "slug": [
            victim.product.slug,
            *victim.campaigns,
            *victim.events,
            *victim.contests,
            *victim.trials,
            *victim.drops,
        ],
        "tag": ["open"],
        "code": [word("source of the join"), word("code of a ticket")],
        "package_id": ["01arz3ndektsv4rrffq69g5fav"],
        "letter_id": [
            *db.session.scalars(sa.select(Letter.id)),
            *db.session.scalars(sa.select(EventLetter.id)),
        ],
        "token": ["a-token-that-is-none"],
        "name": ["app.css"],
    } | {name: [id_] for name, id_ in victim.mine.items()}
    found: dict[str, list[object]] = {}
    for name, converter in rule._converters.items():
        if isinstance(converter, AnyConverter):
            found[name] = sorted(converter.items)
        elif isinstance(converter, IntegerConverter):
            found[name] = [1, 400]
        else:
            found[name] = known[name]
    return found


def addresses(app: Flask, victim: Victim) -> list[str]:
    """Everything that can be opened."""
    found = []
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()):
            continue
        values = fillings(rule, victim)
        for chosen in product(*values.values()):
            built = rule.build(dict(zip(values, chosen, strict=True)))
            assert built is not None
            found.append(built[1])
    return found


@pytest.mark.parametrize("persona", PERSONAS)
def test_no_address_shows_it(app: Flask, make: Make, victim: Victim, persona: str) -> None:
    """And the owner of the house finds what owners may: the walk does look at what it opens."""
    browser, secrets, leaks = browser_of(app, make, persona), forbidden(persona), []
    seen: set[str] = set()
    for path in addresses(app, victim):
        hidden = {place: text for place, text in secrets.items() if text not in path}
        for answer in looks(browser, path, victim):
            leaks += [f"{path}: {place}" for place in found_in(answer, hidden)]
            if persona == Role.OWNER.value:
                seen |= set(found_in(answer, {place: text for place, (text, _who) in SECRETS.items()}))
    assert leaks == []
    may = {place for place, (_text, needed) in SECRETS.items() if needed is not None}
    assert persona != Role.OWNER.value or may - seen <= {"phone as people write it"}


def looks(browser: PortalClient, path: str, victim: Victim) -> Iterator[TestResponse]:
    """The page in English; where it may tell of the victim also in Chinese, which writes dates otherwise."""
    answer = open_page(browser, path)
    yield answer
    if answer.status_code == 200 and victim.member.id in path:
        yield open_page(browser, path, zh=True)


@pytest.mark.parametrize("persona", PERSONAS)
def test_no_search_finds_them_by_it(app: Flask, make: Make, victim: Victim, persona: str) -> None:
    """The words asked for stand on the page of the answer; the member may not."""
    browser, leaks = browser_of(app, make, persona), []
    for place, secret in forbidden(persona).items():
        asked = quote(secret)
        for path in (
            f"/search?q={asked}",
            f"/search?q={asked}&kind=member",
            f"/search?q={asked}&kind=story",
            f"/search?q={asked}&kind=event",
            f"/stories?region={asked}",
            f"/stories?tag={asked}",
            f"/console/members?q={asked}",
            f"/console/members?source={asked}",
        ):
            text = open_page(browser, path).get_data(as_text=True)
            if any(one in text for one in (victim.member.id, victim.story, victim.held, victim.for_members)):
                leaks.append(f"{path}: {place}")
    assert leaks == []


@pytest.mark.parametrize("persona", PERSONAS)
def test_no_file_to_take_along_holds_it(app: Flask, make: Make, victim: Victim, persona: str) -> None:
    browser = browser_of(app, make, persona)
    for path in EXPORTS:
        file = open_page(browser, path.format(event=victim.events[0]), method="POST")
        assert found_in(file, forbidden(persona)) == []


def test_nothing_of_it_is_told_to_others(victim: Victim) -> None:
    """Letters, text messages, the inbox and the brand's own word, to everybody else."""
    said = []
    for model, owner, columns in (
        (Letter, Letter.member_id, (Letter.subject, Letter.text_body, Letter.html_body)),
        (TextMessage, TextMessage.member_id, (TextMessage.shown, TextMessage.words)),
        (Notification, Notification.member_id, (Notification.facts, Notification.path)),
        (Touch, Touch.member_id, (Touch.facts, Touch.path)),
    ):
        rows = sa.select(*columns).where(sa.or_(owner.is_(None), owner != victim.member.id))
        said += [f"{model.__tablename__} {row}" for row in db.session.execute(rows)]
    assert any("notification" in line for line in said), "others were told nothing at all"
    assert [(place, line) for place, (text, _who) in SECRETS.items() for line in said if text in line] == []


def test_others_do_not_take_it_along_with_their_own(app: Flask, victim: Victim) -> None:
    """Except a note and a comment: it was the other one who wrote them."""
    told = []
    for data in registry().personal:
        for part in data.export(victim.other.id):
            told += [f"{part.name} {row}" for row in part.rows or ()]
    assert told, "the other one has nothing to take along"
    own = ("note of staff", "comment below a story for members")
    secrets = {place: text for place, (text, _who) in SECRETS.items() if place not in own}
    assert [(place, line) for place, text in secrets.items() for line in told if text in line] == []
