"""Somebody with something in every corner of the house, every word of it recognisable."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from portal.accounts.models import (
    Distance,
    DistanceKind,
    Gender,
    Member,
    OneTimeCode,
    Role,
    StaffInvitation,
    StaffNote,
)
from portal.accounts.models.keys import CodePurpose
from portal.accounts.queries import viewer_of
from portal.accounts.services import Kind, consents, packing, take_turn
from portal.core import audit, clock
from portal.core.db import Base, db, new_id, transaction
from portal.core.mail.services import Action, queue_letter
from portal.core.media.models import PhotoRight, PhotoUse
from portal.core.sms.models import TextMessage
from portal.events.models import CalendarFeed, NoShow, PassOn, Pledge, PledgeState
from portal.moderation import services as moderation
from portal.moderation.models import ReportReason
from portal.notifications import services as notifications
from portal.stories import services as stories
from portal.trials.models import Mending
from tests.factories import surveys
from tests.make import Make

#: planted; none of these may be found anywhere afterwards
WORDS = (
    "Quendolin",
    "quendolin@planted.example",
    "+8613912345678",
    "Biographie-xyzzy",
    "Kleinkummerfeld",
    "Hobbyxyzzy",
    "Geschichte-xyzzy",
    "Vorher-xyzzy",
    "Kommentar-xyzzy",
    "Antwort-xyzzy",
    "Entwurf-xyzzy",
    "Bildtext-xyzzy",
    "tagxyzzy",
    "Notiz-xyzzy",
    "Meldung-xyzzy",
    "Grund-xyzzy",
    "192.0.2.77",
    "Planted Browser",
    "Begleitung-xyzzy",
    "Versprechen-xyzzy",
    "Weitergabe-xyzzy",
    "Ausrede-xyzzy",
    "+8613987654321",
    "Umfrage-xyzzy",
    "Namensgrund-xyzzy",
    "Paketnummer-xyzzy",
    "Bewerbung-xyzzy",
    "Krankheit-xyzzy",
    "Versuch-xyzzy",
)


def planted(make: Make, **facts: Any) -> Member:
    """A member who is in every table that names members."""
    others = make.member(display_name="Other")
    member = make.member(
        display_name=WORDS[0],
        email=WORDS[1],
        phone=WORDS[2],
        phone_verified_at=clock.now(),
        bio=WORDS[3],
        region=WORDS[4],
        interests=[WORDS[5]],
        gender=Gender.OTHER,
        birth_year=1990,
        birth_month=2,
        birth_day=3,
        visibility={"birthday": "members"},
        password="correct horse",
        **facts,
    )
    face = make.photo("member", member.id, by=member.id, published=True)
    with transaction():
        db.session.get_one(Member, member.id).avatar = face.id
    _tell(make, member, others)
    _come(make, member)
    _be_kept(make, member, others, make.member(display_name="Far"))
    return member


def _tell(make: Make, member: Member, other: Member) -> None:
    mine = make.story(author=member, body=WORDS[7], tags=f"#{WORDS[12]}", region=WORDS[4])
    photo = make.photo("story", mine.id, by=member.id, published=True)
    theirs = make.story(author=other, body="Theirs")
    me, them = viewer_of(member.id), viewer_of(other.id)
    with transaction():
        photo.alt = WORDS[11]
        stories.refresh_photos(mine)
        stories.edit_story(mine, by=me, body=f"{WORDS[6]} #{WORDS[12]}")
        mine.cover_alt = WORDS[11]
        db.session.add(
            PhotoRight(photo_id=photo.id, use=PhotoUse.REPOST, granted_by=member.id, granted_at=clock.now())
        )
        top = stories.add_comment(theirs, by=me, body=WORDS[8])
        stories.add_comment(theirs, by=them, body="An answer that stays", parent_id=top.id)
        their_comment = stories.add_comment(theirs, by=them, body="A comment of theirs")
        stories.add_comment(theirs, by=me, body=WORDS[9], parent_id=their_comment.id)
        stories.add_comment(mine, by=them, body="Below your story")
        stories.set_reaction(theirs, by=me, on=True)
        stories.set_reaction(mine, by=them, on=True)
        stories.save_draft(stories.draft_of(me), by=me, body=WORDS[10])
        moderation.open_report("story", theirs.id, ReportReason.OTHER, WORDS[14], by=me)
    make.case(member, target_kind="story", target_id=mine.id, title=WORDS[6])
    make.case(member, state="rejected", reason=WORDS[15], decided_at=clock.now(), title=WORDS[6])


def _come(make: Make, member: Member) -> None:
    """Something in every table of events that has room for words."""
    kind = make.ticket_type()
    ticket = make.registration(
        kind, member, people=2, guests=(WORDS[18],), phone=WORDS[22], answers={"q": WORDS[3]}
    )
    now, event_id = clock.now(), kind.event_id
    with transaction():
        db.session.add_all(
            [
                Pledge(
                    event_id=event_id, member_id=member.id, words=WORDS[19], state=PledgeState.SHOWN, at=now
                ),
                PassOn(
                    registration_id=ticket.id,
                    giver_id=member.id,
                    digest="d" * 64,
                    words=WORDS[20],
                    made_at=now,
                ),
                NoShow(
                    event_id=event_id,
                    registration_id=ticket.id,
                    member_id=member.id,
                    noted_at=now,
                    words=WORDS[21],
                    appealed_at=now,
                ),
                CalendarFeed(member_id=member.id, made_at=now),
            ]
        )
        surveys.survey_answer(surveys.survey(member.id), member.id, 2, WORDS[23])
    make.entry(make.contest(), member, why=WORDS[24])
    make.entry(make.contest(), member, words=WORDS[24], state="waiting")
    make.delivery(member, "shipped", tracking=WORDS[25])
    _try_out(make, member)


def _try_out(make: Make, member: Member) -> None:
    """An application that is open, one that was chosen, a report with what staff mended in it and what they answered."""
    words = {"answers": {"1": WORDS[26]}, "region": WORDS[4]}
    make.application(make.trial(), member, **words)
    chosen = make.application(make.trial("chosen"), member, decision="picked", reason=WORDS[26], **words)
    make.tester(chosen, state="accepted")
    before = make.application(make.trial("chosen"), member, decision="picked", **words)
    tester = make.tester(before, state="missing", excuse=WORDS[27])
    make.mark(tester, "missing")
    make.standing(member)
    report = make.trial_report(tester, likes=WORDS[28], first_look=WORDS[28])
    make.suggestion(report, words=WORDS[28])
    mended = {
        "part": "first_look",
        "before": WORDS[28],
        "after": WORDS[28],
        "by_id": make.staff("manager").id,
    }
    with transaction():
        db.session.add(Mending(report_id=report.id, at=clock.now(), **mended))


def _be_kept(make: Make, member: Member, other: Member, far: Member) -> None:
    make.session_token(member)
    me = viewer_of(member.id)
    with transaction():
        db.session.execute(
            sa.text("UPDATE account_session SET address = :a, device = :d WHERE member_id = :m"),
            {"a": WORDS[16], "d": WORDS[17], "m": member.id},
        )
        for what in (consents.NEWS_MAIL, consents.NEWS_SMS):
            consents.give(member.id, what, how="sign_up")
        now = clock.now()
        db.session.add_all(
            [
                Distance(member_id=member.id, other_id=far.id, kind=DistanceKind.MUTE, since=now),
                StaffNote(member_id=member.id, body=WORDS[13], at=now),
                StaffInvitation(
                    email=WORDS[1], role=Role.HOST, link_hash="x" * 64, invited_at=now, expires_at=now
                ),
                OneTimeCode(
                    contact=WORDS[1],
                    purpose=CodePurpose.SIGN_IN,
                    code_hash="x",
                    link_hash="y" * 64,
                    created_at=now,
                    expires_at=now,
                ),
                OneTimeCode(
                    contact="new@planted.example",
                    purpose=CodePurpose.CONTACT,
                    code_hash="x",
                    link_hash="z" * 64,
                    facts={"member_id": member.id},
                    created_at=now,
                    expires_at=now,
                ),
                TextMessage(
                    id=new_id(),
                    recipient=WORDS[2],
                    kind="accounts.code",
                    template="code",
                    words=[WORDS[0]],
                    shown=WORDS[0],
                    due_at=now,
                    expires_at=now,
                    created_at=now,
                ),
            ]
        )
        other.looked_after_by = member.id
        take_turn(Kind.PASSWORD, account=WORDS[1], address="203.0.113.1")
        queue_letter(**written(WORDS[1]))
        queue_letter(**written(other.email), member_id=other.id)
        notifications.notify(
            [member.id], "stories.liked", path="/x", group="g", actor_id=other.id, actor_name="Other"
        )
        audit.record("staff.granted", by=None, target_kind="member", target_id=member.id, role="host")
        packing.ask_for_package(member.id, by=me)


def written(to: str | None) -> dict[str, Any]:
    """A letter that names them: to an address without an account, or to somebody who was told of them."""
    return {
        "to": to,
        "kind": "stories.liked",
        "language": "en",
        "subject": f"{WORDS[0]} likes your story.",
        "paragraphs": [f"{WORDS[0]} likes your story."],
        "action": Action("Look", "/stories"),
        "reason": "because it is your story",
    }


def everything() -> Iterator[tuple[str, str, str]]:
    """(table, column, value) of every text in every table."""
    db.session.rollback()
    for table in Base.metadata.sorted_tables:
        for row in db.session.execute(sa.select(table)).mappings():
            for column, value in row.items():
                yield table.name, str(column), str(value)


def found(words: tuple[str, ...] = WORDS) -> list[tuple[str, str, str]]:
    """Where one of the planted words still stands."""
    signs = [word.casefold() for word in words]
    return [
        (table, column, value[:80])
        for table, column, value in everything()
        if any(sign in value.casefold() for sign in signs)
    ]


def files_of(app: Any) -> set[str]:
    folder: Path = app.config["PORTAL"].storage_dir
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def leave(member_id: str, *, days: int = 8) -> None:
    """Asked for, the days pass, the worker comes."""
    from portal.accounts import jobs
    from portal.accounts.services import erasing

    with transaction():
        erasing.ask_to_be_erased(db.session.get_one(Member, member_id), by=viewer_of(member_id))
    with clock.travel(clock.now() + timedelta(days=days)):
        jobs.sweep_leavers()
