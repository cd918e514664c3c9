"""The demo's people: personas to be, and enough others that the wall looks alive."""

from __future__ import annotations

import io
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from portal.accounts import queries, services
from portal.accounts.birthdays import Birthday
from portal.accounts.models import AccountSession, Calendar, Member, Role, SourceKind
from portal.accounts.passwords import hash_password
from portal.accounts.services import consents, sources
from portal.accounts.showing import Audience
from portal.brand import queries as brand
from portal.core import clock
from portal.core.crypto import digest, random_token
from portal.core.db import db
from portal.core.i18n import lazy as _l
from portal.core.media.services import stage_upload

if TYPE_CHECKING:
    from portal.demo.texts_types import Member as Words

PASSWORD = "demo-portal"  # noqa: S105 - it stands on the demo's sign-in page
OLDEST = timedelta(days=4.6 * 365)
HERE_TODAY = 23
#: every so many members show the first letter of their name instead of a face
FACELESS = 11
#: and every so many like to greet newcomers
GREETS = 7
#: so many of all keep their birthday to themselves, and so many keep it by the lunar calendar
UNTOLD, LUNAR = 0.35, 0.3
#: and every so many let members see it
SHARES_BIRTHDAY = 5
LIKES = {
    "zh_CN": [
        "通勤",
        "旅行",
        "手作",
        "咖啡",
        "旧书店",
        "带娃",
        "摄影",
        "骑车",
        "画画",
        "徒步",
        "逛菜场",
        "养猫",
    ],
    "en": ["commuting", "travel", "sewing", "coffee", "old books", "photography", "cycling", "cats"],
}
#: the codes of the house: (code, what staff call it, kind, how many of a hundred members it brought)
SOURCES = (
    ("west-lake", "西湖店柜台上的小卡", SourceKind.SHOP, 24),
    ("parcel", "包裹里的感谢卡", SourceKind.PACK, 31),
    ("festival", "去年粉丝节的签到台", SourceKind.EVENT, 16),
    ("reading-app", "读书节目里的口播", SourceKind.AD, 7),
    ("old-flyer", "开业传单（已停用）", SourceKind.SHOP, 4),
)
CLOSED = "old-flyer"
#: can sign in with a mobile number as well
PHONE_OWNER, PHONE = "xiaoman@demo.example", "+8613800000000"
#: what she tells of herself; the others' is drawn by lot
HER_LIKES, HER_BIRTHDAY = ["画画", "旧书店", "养猫"], Birthday(5, 21, 1993, Calendar.SOLAR)
#: has not accepted the newest house rules yet, so that the bar can be seen
BEHIND = "coco@demo.example"


@dataclass(frozen=True, slots=True)
class Persona:
    """Somebody whom a visitor of the demo can be."""

    email: str
    what: Any


PERSONAS = (
    Persona("xiaoman@demo.example", _l("Member")),
    Persona("coco@demo.example", _l("Member")),
    Persona("mira@demo.example", _l("Member")),
    Persona("moderator@demo.example", _l("Moderator")),
    Persona("host@demo.example", _l("Host")),
    Persona("manager@demo.example", _l("Manager")),
    Persona("analyst@demo.example", _l("Analyst")),
    Persona("owner@demo.example", _l("Owner")),
)


def load() -> None:
    """Members in the order of their numbers; each face goes through the real preparation."""
    from portal.demo.texts import MEMBERS, STAFF

    words = sorted((*STAFF, *MEMBERS), key=lambda member: member.number)
    password_hash, now = hash_password(PASSWORD), clock.now()
    _make_sources(now)
    people = [_join(member, password_hash, _joined_at(member.number, words, now)) for member in words]
    for place, (person, member) in enumerate(zip(people, words, strict=True)):
        if member.role:
            services.grant_role(person, Role(member.role), by=None)
        if place % FACELESS != FACELESS - 1 or any(person.email == persona.email for persona in PERSONAS):
            _give_face(person, seed=member.number)
        if member.email == PHONE_OWNER:
            person.phone, person.phone_verified_at = PHONE, person.joined_at
            db.session.flush()
    _let_some_be_here([person for person, member in zip(people, words, strict=True) if not member.role], now)


def _join(words: Words, password_hash: str, joined_at: datetime) -> Member:
    with clock.travel(joined_at):
        member = services.make_member(
            words.email,
            display_name=words.name,
            password_hash=password_hash,
            language=words.language,
            source=_came_from(words.number),
            verified=True,
            number=words.number,
        )
        _agree(member)
    her = words.email == PHONE_OWNER
    services.update_profile(
        member,
        by=queries.viewer_of(member.id),
        display_name=words.name,
        bio=words.bio,
        region=words.region,
        interests=HER_LIKES if her else _likes(words),
        birthday=HER_BIRTHDAY if her else _born(words.number),
        visibility={"birthday": Audience.MEMBERS} if her or words.number % SHARES_BIRTHDAY == 0 else {},
        language=words.language,
        greets_newcomers=words.number % GREETS == 0,
    )
    return member


def _likes(words: Words) -> list[str]:
    """A few things each, the same ones each time; some say nothing."""
    chosen = random.Random(f"likes {words.number}")
    return chosen.sample(LIKES[words.language], chosen.randrange(5))


def _born(number: int) -> Birthday | None:
    """Most keep a solar birthday, some a lunar one, some none; a few tell the year."""
    chosen = random.Random(f"born {number}")
    if chosen.random() < UNTOLD:
        return None
    calendar = Calendar.LUNAR if chosen.random() < LUNAR else Calendar.SOLAR
    year = chosen.randrange(1968, 2004) if chosen.random() < LUNAR else None
    return Birthday(chosen.randrange(1, 13), chosen.randrange(1, 29), year, calendar)


def _make_sources(now: datetime) -> None:
    with clock.travel(now - OLDEST):
        for code, name, kind, _share in SOURCES:
            sources.create_source(code, by=None, name=name, kind=kind)
        sources.close_source(CLOSED, by=None)


def _came_from(number: int) -> str:
    """The code that brought this member, or none: the same one each time."""
    place = random.Random(f"from {number}").randrange(100)
    for code, _name, _kind, share in SOURCES:
        if place < share:
            return code
        place -= share
    return ""


def _agree(member: Member) -> None:
    """What they ticked when they joined, and every text that came since."""
    house = brand.current()
    versions = {kind.value: number for kind, number in house.legal.items()}
    if member.email == BEHIND:
        versions["rules"] -= 1
    consents.note_agreed(member.id, {consents.AGE: house.minimum_age} | versions, how=consents.SIGN_UP)


def _joined_at(number: int, words: Sequence[Words], now: datetime) -> datetime:
    """Who came later has the higher number."""
    share = number / (words[-1].number + 1)
    return now - OLDEST * (1 - share)


def _give_face(member: Member, *, seed: int) -> None:
    from portal.demo.art.avatars import draw_avatar

    file = io.BytesIO()
    draw_avatar(seed).save(file, "JPEG", quality=92)
    file.seek(0)
    services.receive_avatar(member, stage_upload(file), by=queries.viewer_of(member.id))


def _let_some_be_here(members: list[Member], now: datetime) -> None:
    """Sessions that nobody holds the token of: some of today, some of the days before."""
    rng = random.Random("here")
    zone = brand.current().time_zone
    today = now - clock.day_start(clock.in_zone(now, zone).date(), zone)
    for place, member in enumerate(rng.sample(members, len(members))):
        ago = today * rng.random() if place < HERE_TODAY else today + timedelta(days=rng.uniform(0.1, 12))
        db.session.add(
            AccountSession(
                token_hash=digest(random_token()),
                member_id=member.id,
                created_at=min(member.joined_at + timedelta(days=1), now - ago),
                last_seen_at=now - ago,
                address="192.0.2.1",
                device=rng.choice(
                    ("iPhone · Safari", "Android · Chrome", "Android · WeChat", "Mac · Safari")
                ),
            )
        )
    db.session.flush()
