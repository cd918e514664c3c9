"""The demo's contests, as staff and members would have gone through them. Deterministic."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from portal.accounts.models import Member, StaffRole
from portal.accounts.queries import member_by_email, viewer_of
from portal.brand import queries as brand
from portal.catalog.models import Product
from portal.contests.models import Contest, Entry
from portal.contests.queries.names import names_on_ballot
from portal.contests.queries.results import candidates
from portal.contests.queries.studio import find_card
from portal.contests.rules.making import ContestWords
from portal.contests.services import counting, deciding, freezing, making, screening, submitting, voting
from portal.core import clock
from portal.core.access import Viewer
from portal.core.db import db
from portal.rewards.models import BadgeRule
from portal.rewards.services import create_badge

if TYPE_CHECKING:
    from portal.demo.texts_types import Both

#: who is shown first as the one whose name won, and who has not voted yet, so that one can try it
WINNER, UNDECIDED = "xiaoman@demo.example", "xiaoman@demo.example"
VOTERS = 34


@dataclass
class Cast:
    """Who is there, what every winner gets, and the dice."""

    now: datetime
    manager: Viewer
    badge: str
    rng: random.Random = field(default_factory=lambda: random.Random("contests"))

    def members(self, before: datetime) -> list[Member]:
        """Who was a member then and can be written to, the demo's winner first, the others shuffled the same way each time."""
        staff = sa.select(StaffRole.member_id)
        found = db.session.scalars(
            sa.select(Member)
            .where(Member.email.is_not(None), Member.id.not_in(staff), Member.joined_at < before)
            .order_by(Member.number)
        )
        first: list[Member] = []
        others: list[Member] = []
        for one in found:
            if viewer_of(one.id).contact_proven:
                (first if one.email == WINNER else others).append(one)
        self.rng.shuffle(others)
        return first + others


def load() -> None:
    """Inside the transaction of ``flask demo load``, after members and products."""
    manager = viewer_of(member_by_email("manager@demo.example").id)
    cast = Cast(clock.now(), manager, _badge(manager))
    _decided(cast)
    _in_voting(cast)


def _in_voting(cast: Cast) -> None:
    """Nine days of names, three of reading, and now the vote: three of seven days are over."""
    from portal.demo import contests as t  # only the demo reads its words

    opens = _at_ten(cast.now - timedelta(days=15))
    contest = _make(cast, "wheatfield-tote", t.COLOUR_NAME, t.COLOUR_BRIEF, t.RULES, t.COLOUR_PRIZE, opens)
    people = cast.members(contest.opens_at)
    _submit(contest, people, [*t.COLOUR_NAMES, *((words, "") for words, _why in t.REFUSED)])
    _screen(cast, contest, dict(t.REFUSED))
    _vote(cast, contest, [one for one in people if one.email != UNDECIDED], until=cast.now)


def _decided(cast: Cast) -> None:
    from portal.demo import contests as t  # only the demo reads its words

    opens = _at_ten(cast.now - timedelta(days=64))
    contest = _make(
        cast,
        "city-gate-satchel",
        t.SATCHEL_NAME,
        t.SATCHEL_BRIEF,
        t.RULES,
        t.SATCHEL_PRIZE,
        opens,
    )
    people = cast.members(contest.opens_at)
    _submit(contest, people, t.SATCHEL_NAMES)
    _submit(contest, people[20:21], t.SATCHEL_NAMES[:1], later=timedelta(days=2))
    _screen(cast, contest, {})
    _vote(cast, contest, people, until=contest.vote_until, favourite=t.SATCHEL_NAMES[0][0])
    with clock.travel(contest.vote_until + timedelta(minutes=1)):
        counting.count(contest)
    with clock.travel(contest.vote_until + timedelta(hours=5)):
        deciding.decide(contest, candidates(contest)[0].entry.id, "", by=cast.manager)


def _make(
    cast: Cast,
    slug: str,
    name: Both,
    brief: Both,
    rules: Both,
    prize: Both,
    opens: datetime,
) -> Contest:
    product = db.session.scalars(sa.select(Product).where(Product.slug == slug)).one()
    words = ContestWords(
        product_id=product.id,
        color_id=None,
        name_zh=name.zh,
        name_en=name.en,
        brief_zh=brief.zh,
        brief_en=brief.en,
        rules_zh=rules.zh,
        rules_en=rules.en,
        prize_zh=prize.zh,
        prize_en=prize.en,
        votes=3,
        most_entries=3,
        shortest=2,
        longest=8,
        jury=False,
        badge_id=cast.badge,
        opens_at=opens,
        submit_until=opens + timedelta(days=9),
        vote_from=opens + timedelta(days=12),
        vote_until=opens + timedelta(days=19),
    )
    with clock.travel(opens - timedelta(days=4)):
        contest = making.create_contest(words, by=cast.manager)
        making.publish(contest, by=cast.manager)
    with clock.travel(opens + timedelta(minutes=1)):
        freezing.freeze(contest)
    return contest


def _badge(manager: Viewer) -> str:
    from portal.demo import contests as t  # only the demo reads its words

    made = create_badge(
        "name-giver",
        by=manager,
        name_zh=t.BADGE.zh,
        name_en=t.BADGE.en,
        text_zh=t.BADGE_TEXT.zh,
        text_en=t.BADGE_TEXT.en,
        icon="sparkles",
        hue=brand.current().hue,
        rule=BadgeRule.HAND,
        rule_deed="",
        rule_value=0,
        position=0,
        shown=True,
    )
    return made.id


def _submit(
    contest: Contest,
    people: Sequence[Member],
    names: Sequence[tuple[str, str]],
    *,
    later: timedelta = timedelta(hours=2),
) -> None:
    """One each, a few hours apart."""
    for number, (words, why) in enumerate(names):
        with clock.travel(contest.opens_at + later + number * timedelta(hours=7)):
            submitting.submit(contest, words, why, by=viewer_of(people[number % len(people)].id))


def _screen(cast: Cast, contest: Contest, refused: dict[str, str]) -> None:
    """Everything is read the day before the vote."""
    with clock.travel(contest.vote_from - timedelta(days=1)):
        waiting = (
            sa.select(Entry).where(Entry.contest_id == contest.id).order_by(Entry.submitted_at, Entry.id)
        )
        for one in db.session.scalars(waiting).all():
            db.session.refresh(one)
            if one.state != "waiting":
                continue
            if reason := refused.get(one.words):
                screening.refuse(contest, one.id, reason, seen=_seen(contest, one), by=cast.manager)
            else:
                screening.approve(contest, one.id, seen=_seen(contest, one), by=cast.manager, anyway=True)


def _seen(contest: Contest, entry: Entry) -> str:
    """What the card shows of it."""
    card = find_card(contest, entry.id)
    return card.seen if card else ""


def _vote(
    cast: Cast, contest: Contest, people: Sequence[Member], *, until: datetime, favourite: str = ""
) -> None:
    """Each chooses one to three names; many like the favourite."""
    names = names_on_ballot(contest.id)
    liked = [one.id for one in names if one.words == favourite]
    length = (min(until, contest.vote_until) - contest.vote_from).total_seconds()
    for one in people[:VOTERS]:
        chosen = {name.id for name in cast.rng.sample(names, cast.rng.randint(1, 2))}
        if cast.rng.random() < 0.6:
            chosen |= set(liked)
        with clock.travel(contest.vote_from + timedelta(seconds=cast.rng.uniform(60, length - 60))):
            voting.cast(contest, chosen, by=viewer_of(one.id))


def _at_ten(day: datetime) -> datetime:
    """Ten in the morning of that day, shop time."""
    zone = brand.current().time_zone
    return clock.wall_time(clock.in_zone(day, zone).date(), 10 * 60, zone)
