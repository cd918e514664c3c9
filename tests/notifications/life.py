"""A house and two of its members, in any order of events: what may never happen is checked after each of them.

The checks know nothing of the code: they hold an account of their own of what each member chose, and look at what
reached them and when.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask import Flask
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from portal.accounts.models import Member, MemberState
from portal.accounts.queries import viewer_of
from portal.accounts.services import consents
from portal.accounts.services.mailing import trust_address
from portal.brand.services import change_settings
from portal.core import clock
from portal.core.db import db, transaction
from portal.core.mail import services as mail
from portal.core.mail.models import Letter, LetterState
from portal.notifications import jobs, services
from portal.notifications.models import ALL, Bounce, BounceKind, Notification, Pace, Rhythm, Touch, TouchState
from portal.notifications.speech import DIGEST, stoppable_kinds
from tests.make import Make

BRAND, PEOPLE, CERTAIN = ("test.brand", "test.brand_too"), ("test.quiet", "test.mailed"), "test.certain"
USUAL_MAIL = {"test.brand": True, "test.brand_too": False, "test.quiet": False, "test.mailed": True}
WEEK = timedelta(days=7)
#: after so many sweeps without a mail server it comes back: a letter is given up only after a day of trying
LONGEST_DOWN = 4
#: clocks are set forward or back here, by an hour, by half of one, or never; one day was left out altogether
ZONES = ("Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC")
STARTS = tuple(
    datetime(*start, tzinfo=UTC)
    for start in (
        (2026, 3, 7, 20),
        (2026, 3, 28, 22),
        (2026, 10, 3, 12),
        (2026, 10, 24, 21),
        (2026, 6, 15, 3),
    )
)
STEPS = tuple(
    timedelta(minutes=m)
    for m in (1, 20, 61, 5 * 60, 11 * 60, 24 * 60, 3 * 24 * 60, 7 * 24 * 60 - 1, 7 * 24 * 60)
)
minutes = st.sampled_from((0, 30, 90, 135, 150, 8 * 60, 12 * 60, 21 * 60 + 59, 22 * 60, 1439))
who = st.sampled_from((0, 1))
some = st.one_of(st.just(set(USUAL_MAIL)), st.sets(st.sampled_from(sorted(USUAL_MAIL))))


@dataclass
class Person:
    """What the test knows of a member."""

    id: str
    hears: dict[str, bool]
    reads_mail: dict[str, bool]
    zone: str = "Asia/Shanghai"
    quiet_from: str = "22:00"
    quiet_until: str = "08:00"
    agreed: bool = False
    stopped_all: bool = False
    trouble: int = 0
    stopped_for_trouble: bool = False
    active: bool = True
    contacts: list[tuple[datetime, str]] = field(default_factory=list)
    certain: set[str] = field(default_factory=set)

    def is_quiet(self, moment: datetime) -> bool:
        shown = moment.astimezone(ZoneInfo(self.zone)).strftime("%H:%M")
        if self.quiet_from <= self.quiet_until:
            return self.quiet_from <= shown < self.quiet_until
        return shown >= self.quiet_from or shown < self.quiet_until


class Life(RuleBasedStateMachine):
    """Set ``app`` and ``make`` on a subclass."""

    app: Flask
    make: Make

    def __init__(self) -> None:
        super().__init__()
        self.now, self.budget, self.down, self.told = STARTS[0], 2, 0, 0
        self.people: list[Person] = []
        self.seen: defaultdict[str, set[str]] = defaultdict(set)
        self._serve(up=True)

    @initialize(start=st.sampled_from(STARTS), budget=st.integers(0, 5))
    def begin(self, start: datetime, budget: int) -> None:
        self.now = start
        with clock.travel(start):
            members = [self.make.member() for _number in range(2)]
        self.people = [
            Person(member.id, dict.fromkeys(USUAL_MAIL, True), dict(USUAL_MAIL)) for member in members
        ]
        self.set_budget(budget)

    # -------------------------------------------------------------- what happens

    @rule(
        who=who,
        kind=st.sampled_from(BRAND),
        hours=st.sampled_from((1, 24 * 20, 24 * 30)),
        times=st.integers(1, 4),
    )
    def brand_speaks(self, who: int, kind: str, hours: int, times: int) -> None:
        for _time in range(times):
            self._do(
                lambda: services.touch(
                    [self.people[who].id],
                    kind,
                    path="/x",
                    group=self._group(),
                    expires_in=timedelta(hours=hours),
                    word="x",
                )
            )

    @rule(first=st.sampled_from(BRAND), step=st.sampled_from(STEPS))
    def brand_speaks_to_both_and_waits(self, first: str, step: timedelta) -> None:
        for who, kind in enumerate((first, *(kind for kind in BRAND if kind != first))):
            self.brand_speaks(who=who, kind=kind, hours=24 * 20, times=2)
        self.time_passes(step=step)

    @rule(who=who, kind=st.sampled_from(PEOPLE))
    def somebody_acts(self, who: int, kind: str) -> None:
        self._do(
            lambda: services.notify([self.people[who].id], kind, path="/x", group=self._group(), word="x")
        )

    @rule(who=who)
    def they_must_know(self, who: int) -> None:
        group = self._group()
        self._do(lambda: services.notify([self.people[who].id], CERTAIN, path="/x", group=group, word=group))
        self.people[who].certain.add(group)

    @rule(
        who=who,
        inbox=some,
        mailed=some,
        agreed=st.booleans(),
    )
    def they_choose(self, who: int, inbox: set[str], mailed: set[str], agreed: bool) -> None:
        person = self.people[who]
        others = {kind.name for kind in stoppable_kinds()} - set(USUAL_MAIL)
        me = viewer_of(person.id)
        self._do(lambda: services.choose(by=me, inbox=inbox | others, mail=mailed, news_by_mail=agreed))
        person.hears = {kind: kind in inbox | mailed for kind in USUAL_MAIL}
        person.reads_mail = {kind: kind in mailed for kind in USUAL_MAIL}
        person.agreed = agreed

    @rule(who=who, agreed=st.booleans())
    def they_agree_elsewhere(self, who: int, agreed: bool) -> None:
        person = self.people[who]
        say = consents.give if agreed else consents.take_back
        self._do(lambda: say(person.id, consents.NEWS_MAIL, how="test"))
        person.agreed = agreed

    @rule(who=who, kind=st.sampled_from((*BRAND, *PEOPLE, ALL)), stop=st.booleans())
    def they_use_the_link(self, who: int, kind: str, stop: bool) -> None:
        person = self.people[who]
        self._do(lambda: (services.stop_mail if stop else services.start_mail)(person.id, kind))
        if kind == ALL:
            person.stopped_all = stop
            person.agreed = person.agreed and not stop
        else:
            person.reads_mail[kind] = not stop

    @rule(
        who=who,
        zone=st.sampled_from(ZONES),
        quiet_from=minutes,
        quiet_until=minutes,
        pace=st.sampled_from(Pace),
    )
    def they_set_their_hours(
        self, who: int, zone: str, quiet_from: int, quiet_until: int, pace: Pace
    ) -> None:
        person, me = self.people[who], viewer_of(self.people[who].id)
        self._do(
            lambda: services.choose_rhythm(
                by=me, pace=pace, quiet_from=quiet_from, quiet_until=quiet_until, time_zone=zone
            )
        )
        person.zone = zone
        person.quiet_from, person.quiet_until = (
            f"{m // 60:02}:{m % 60:02}" for m in (quiet_from, quiet_until)
        )

    @rule(who=who, kind=st.sampled_from(BounceKind), again=st.booleans())
    def mail_comes_back(self, who: int, kind: BounceKind, again: bool) -> None:
        person, key = self.people[who], self._group()
        address = self._member(person).email
        for _time in range(2 if again else 1):
            self._do(lambda: services.note_bounce(kind, source="test", event_key=key, recipient=address))
        person.trouble += {"soft": 1, "hard": 2, "complaint": 4}[kind]
        person.stopped_for_trouble = person.stopped_for_trouble or person.trouble >= 4

    @rule(who=who)
    def they_prove_their_address(self, who: int) -> None:
        person = self.people[who]
        self._do(lambda: trust_address(person.id))
        person.trouble, person.stopped_for_trouble = 0, False

    @rule(who=who, active=st.booleans())
    def staff_pause_them(self, who: int, active: bool) -> None:
        person = self.people[who]
        with transaction():
            self._member(person).state = MemberState.ACTIVE if active else MemberState.SUSPENDED
        person.active = active

    @rule(budget=st.integers(0, 5))
    def set_budget(self, budget: int) -> None:
        self.budget = budget
        self._do(lambda: change_settings(by=None, contact_budget=budget))

    @rule(up=st.booleans())
    def mail_server(self, up: bool) -> None:
        self._serve(up=up)

    @rule(step=st.sampled_from(STEPS))
    def time_passes(self, step: timedelta) -> None:
        self.now += step
        self._sweep()

    @rule()
    def the_worker_looks(self) -> None:
        self._sweep()

    # -------------------------------------------------------------- what must hold

    def _look(self) -> None:
        """Whatever reached somebody in this sweep was allowed to, now."""
        db.session.rollback()
        for person in self.people:
            for touch in self._new(Touch, Touch.member_id == person.id, Touch.state == TouchState.MADE):
                assert touch.made_at == self.now
                assert person.active and person.hears[touch.kind], (
                    "the brand spoke to somebody who did not want it"
                )
                self._brand_reached(person, touch.id)
            for letter in self._new(Letter, Letter.member_id == person.id, Letter.state == LetterState.SENT):
                self._check_letter(person, letter)
        self._check_certain()

    def _check_letter(self, person: Person, letter: Letter) -> None:
        if letter.kind == CERTAIN:
            return
        assert person.active, "a letter to somebody who is away"
        assert not person.is_quiet(self.now), "a letter in a quiet hour"
        assert not person.stopped_all, "a letter after all mail was stopped"
        assert not person.stopped_for_trouble, "a letter to an address from which mail came back"
        if letter.kind == DIGEST.name:
            return
        assert person.hears[letter.kind] and person.reads_mail[letter.kind], (
            "a letter of a kind they do not want"
        )
        if letter.kind in BRAND:
            assert person.agreed, "the brand wrote without consent"
            said = db.session.scalars(
                sa.select(Notification).where(Notification.letter_id == letter.id)
            ).one()
            touch = sa.select(Touch.id).where(Touch.group_key == said.group_key, Touch.member_id == person.id)
            self._brand_reached(person, db.session.scalars(touch).one())

    def _brand_reached(self, person: Person, touch_id: str) -> None:
        assert not person.is_quiet(self.now), "the brand spoke in a quiet hour"
        person.contacts.append((self.now, touch_id))
        this_week = {touch for moment, touch in person.contacts if moment > self.now - WEEK}
        assert len(this_week) <= self.budget, "more touches in seven days than the budget allows"

    def _check_certain(self) -> None:
        """In the inbox at once, and mailed by the first sweep that finds a server."""
        for person in self.people:
            rows = db.session.execute(
                sa.select(Notification.group_key, Letter.state, Letter.attempts)
                .join(Letter, Letter.id == Notification.letter_id)
                .where(Notification.member_id == person.id, Notification.kind == CERTAIN)
            ).all()
            assert {row.group_key for row in rows} == person.certain, "something they must know was lost"
            if not self.down:
                assert all(row.state is LetterState.SENT or row.attempts for row in rows), "it was held back"

    def teardown(self) -> None:
        """With a server at hand, everything that must be known has been mailed within a day."""
        try:
            self._serve(up=True)
            for _hours in range(3 if self.people else 0):
                self.now += timedelta(hours=13)
                self._sweep()
            certain = sa.select(Letter.state).where(Letter.kind == CERTAIN)
            assert set(db.session.scalars(certain)) <= {LetterState.SENT}, (
                "something they must know was never sent"
            )
        finally:
            with transaction():
                for table in (Touch, Letter, Rhythm, Notification, Bounce):
                    db.session.execute(sa.delete(table))

    # -------------------------------------------------------------- how

    def _do(self, deed: Callable[[], object]) -> None:
        with clock.travel(self.now), transaction():
            deed()

    def _sweep(self) -> None:
        self.down += bool(self.down)
        if self.down > LONGEST_DOWN:
            self._serve(up=True)
        with clock.travel(self.now):
            jobs.release_due()
            mail.deliver_due()
            jobs.send_digests()
            mail.deliver_due()
        self._look()

    def _serve(self, *, up: bool) -> None:
        """With a server every letter is taken at once; without one nobody answers."""
        self.down = 0 if up else max(1, self.down)
        url = None if up else "smtp://127.0.0.1:9"
        self.app.config["PORTAL"] = replace(self.app.config["PORTAL"], mail_url=url)

    def _new(self, model: Any, *conditions: Any) -> list[Any]:
        found = [
            row
            for row in db.session.scalars(sa.select(model).where(*conditions))
            if row.id not in self.seen[model.__name__]
        ]
        self.seen[model.__name__] |= {row.id for row in found}
        return found

    def _member(self, person: Person) -> Member:
        return db.session.get_one(Member, person.id)

    def _group(self) -> str:
        self.told += 1
        return f"g{self.told}"
