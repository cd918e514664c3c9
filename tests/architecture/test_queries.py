"""Every list costs a fixed number of queries, at most ten: for one row and for many, on page 1 and far behind."""

from __future__ import annotations

import contextlib
import html
import re
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from portal.accounts.models import Member
from portal.accounts.queries import viewer_of
from portal.accounts.services import consents, desk
from portal.brand import queries as brand
from portal.brand.models import LegalKind
from portal.contests.models import Ballot, Tally, Vote
from portal.contests.rules.ballots import voter_of
from portal.contests.services import freezing
from portal.core import clock
from portal.core.db import db, is_sqlite, new_id, scoped_write, transaction
from portal.core.media.models import Photo, PhotoState
from portal.deliveries.models import DeliveryState
from portal.events.models import EventLetter, Registration
from portal.events.queries import calendars
from portal.events.queries.people import PeopleFilter
from portal.events.services import feeds, leaving, letters, passing
from portal.membership.models import Happened, Perk, SpanKind
from portal.membership.services import road, spans
from portal.membership.services.gifts import link_secret
from portal.rewards import services as rewards
from portal.stories.models import Comment, CommentState, Story
from portal.stories.queries.weeks import WEEK, this_week
from portal.surveys import services as services_of_surveys
from portal.trials.models import Answer, Trial
from portal.trials.services import drawing, showing
from tests import databases
from tests.make import Make

MOST = 10
#: what a process asks that has kept nothing, where room is left for what comes next
ROOMY = {"/console/members/": 9}
FEW, MANY = 1, 60
TAG, REGION, WORDS = "旅行", "杭州", "冬天"
#: pages that exist for one member alone
ONLY_THEIR_OWN = ("/payments/", "/surveys/", "/me/tickets/", "/me/deliveries/", "/me/trials/")
Counted = Callable[[], contextlib.AbstractContextManager[list[str]]]


def _tell_the_planner() -> None:
    """How much there is by now; a house that lives hears it from the database's own housekeeping."""
    if not is_sqlite():
        db.session.execute(sa.text("ANALYZE"))


class House:
    """A portal with so many rows in every list."""

    def __init__(self, make: Make) -> None:
        self.make, self.rows, self.paid = make, 0, ""
        self.member, self.owner = make.member(), make.staff("owner")
        for kind in LegalKind:
            make.legal_text(kind)
        with transaction():
            for reader in (self.member, self.owner):
                consents.accept_texts(reader.id, dict.fromkeys(LegalKind, 1), how="sign_up")
        self.author = make.member(display_name="冬天里的人")
        self.shelf = make.category()
        self.product = make.product(category=self.shelf)
        self.tag = make.hashtag(TAG, theme_position=1)
        make.prompt(tag=self.tag)
        make.story(author=self.member, state="held")
        for writer in (self.member, self.owner):
            make.story(author=writer, state="draft", tags=f"#{TAG}")
        make.story(as_brand=True, author=self.owner, pinned_until=clock.now() + timedelta(days=1))
        self.reward = make.reward(pool=make.pool(number=MANY + 1), cost=1)
        self.badge = make.badge(slug="held-by-many")
        self.tier = make.tier(perks=dict.fromkeys(Perk, 1))
        self.plan, self.dearer = make.plan(self.tier), make.plan(price=99900)
        make.subscription(self.member, self.plan)
        make.subscription(self.owner, self.plan)
        self.gift = link_secret(make.gift(self.member, self.plan))
        self.holiday = make.holiday(pool_id=make.pool(number=1).id).id
        self.campaign = make.campaign(hashtag=f"#{TAG}", points=1, starts_on=_days_ago(2))
        self.drop = make.drop(name_zh=f"{WORDS}上新")
        self.event = make.event(region=REGION, name_zh=f"{WORDS}节")
        self.ticket = make.registration(make.ticket_type(self.event), self.member)
        self.held = make.registration(make.ticket_type(self.event), self.member, people=3, held=True)
        self.sessions_drawn = make.session_draw(self.event)
        last = clock.now() - timedelta(days=8)
        self.last_event = make.event(starts_at=last, hashtag_id=self.tag.id)
        sold = make.ticket_type(self.last_event, sale_starts_at=last - timedelta(days=9))
        with clock.travel(last - timedelta(days=2)):
            self.old_ticket = make.registration(sold, self.member)
        self.survey = make.survey(self.member.id)
        self.party = make.registration(make.ticket_type(self.event, most_children=2), self.member, people=2)
        with transaction():
            held = db.session.get_one(Registration, self.party.id)
            self.pass_on = passing.make_link(held, WORDS, by=viewer_of(self.member.id))
        self.full, self.bell = make.full_type(self.event), make.belled_type(self.event)
        make.waiting_entry(self.full, self.member)
        make.bell_entry(self.bell, self.member)
        self.today = make.open_doors(capacity=1000)
        self.naming, self.voting = make.contest(name_zh=f"{WORDS}征名"), make.contest("voting")
        gone = {"secret": "", "tally_hash": "h" * 64, "counted_at": clock.now()}
        self.counted = make.contest("closed", jury=True, **gone)
        with transaction():
            for opened in (self.naming, self.voting, self.counted):
                freezing.freeze(opened)
        self.parcel = make.delivery(self.member, "shipped")
        self.choosing, self.told = make.trial("frozen", seats=500), make.trial("chosen", seats=500)
        make.application(self.choosing)
        by, known_at = viewer_of(self.owner.id), clock.now() + timedelta(days=1)
        with transaction():
            drawing.freeze_list(self.choosing, source_zh=WORDS, known_at=known_at, by=by)
        with clock.travel(known_at), transaction():
            drawing.settle(self.choosing, WORDS, by=by)
        self.picking = make.trial("frozen", seats=500, region_most=100)
        self.trying, self.untried = make.trial(), make.trial("draft")
        make.application(self.trying, self.member)
        self.tested = make.trial("chosen", product=self.product, seats=500)
        self.desk = make.tester(
            make.application(self.tested, self.member, decision="picked"), due_at=clock.now()
        )
        make.trial_report(self.desk, state="draft")
        self.read = make.trial_report(form_mended_at=clock.now())
        self.read_in = db.session.get_one(Trial, self.read.trial_id)
        mine = voter_of(self.voting, self.member.id)
        with transaction():
            first = make.entry(self.voting, self.member)
            ballot = Ballot(contest_id=self.voting.id, voter=mine, receipt="r", cast_on=_days_ago(1))
            db.session.add(ballot)
            db.session.flush()
            db.session.add(Vote(ballot_id=ballot.id, slot=1, entry_id=first.id))
        self.draft, self.untouched = make.event(published=False), make.event()
        self.kind = make.ticket_type(self.draft)
        self.parts = {
            "days": make.event_days(self.draft)[0].id,
            "venues": make.venue(self.draft).id,
            "sessions": make.event_session(self.draft, capacity=5).id,
            "questions": make.question(self.draft).id,
        }
        self.letter = self._letter()
        with transaction():
            feeds.open_feed(by=viewer_of(self.member.id))
        feed = calendars.open_feed_of(self.member.id)
        assert feed is not None
        self.calendar = urlsplit(feeds.address_of(feed)).path
        self.story: Story = self._story(-1)
        with transaction():
            desk.note_contacts_seen(self.author.id, by=viewer_of(self.owner.id))
        self.order, self.file = make.order(phone="+8613800000001"), make.order_file()

    def grow(self, rows: int) -> None:
        """Until every list has so many rows."""
        with transaction():
            for number in range(self.rows, rows):
                self._story(number)
                self._of_product(number)
                self._contest(number)
                self._chosen(number)
                self.make.product(category=self.shelf)
                self.make.case(self.make.member(), origin=("held", "reported")[number % 2])
                self.make.notification(self.member)
                self.make.touch(self.member)
                self.make.staff("host")
                self.make.source(f"code-{number}")
                self.make.staff_note(self.author, by=self.owner)
                self.make.invitation(by=self.owner)
                self._reward(number)
                self._pay()
                self._studio(number)
                self._order(number)
                self._membership(number)
                self._campaign(number)
                self._event(number)
                self._drop(number)
                self._door(number)
        self.rows = rows
        _tell_the_planner()

    def _membership(self, number: int) -> None:
        """One more line on the member's road, one more gift, one more of everything that staff give and sell."""
        self.make.gift(self.member, self.plan)
        road.note(self.member.id, Happened.GIFT_GIVEN, plan=self.plan.id)
        self.make.code(self.tier, by=self.owner)
        self.make.greeting(self.member, self.make.holiday(month=number % 12 + 1, tier_id=self.tier.id))
        self.make.subscription(self.make.member(), self.plan)
        spans.give(
            self.member.id,
            self.tier.id,
            SpanKind.COMPLIMENTARY,
            starts_at=clock.now(),
            ends_at=clock.now() + timedelta(days=number + 1),
        )

    def _campaign(self, number: int) -> None:
        """One more that runs, and one more that is over."""
        self.make.campaign(hashtag=f"#runs-{number}x", starts_on=_days_ago(1))
        self.make.campaign(hashtag=f"#over-{number}x", starts_on=_days_ago(9 + number), days=2)

    def _event(self, number: int) -> None:
        """One more that comes and one that was; of the festival one more ticket type, session, day and guest with a face."""
        ahead = self.make.event(
            name_zh=f"{WORDS} {number}", starts_at=clock.now() + timedelta(days=number + 2)
        )
        kind = self.make.ticket_type(ahead)
        self.make.no_show(self.make.registration(kind, self.member))
        self.make.event(starts_at=clock.now() - timedelta(days=number + 9))
        self.make.registration(self.make.ticket_type(ahead), self.member, held=True)
        leaving.cancel(self.make.registration(self.make.ticket_type(ahead), self.member), seen=0)
        kind = self.make.ticket_type(self.event, name_en=f"Kind {number}")
        guest = self.make.member(region=REGION)
        self.make.waiting_entry(self.full, guest)
        self.make.bell_entry(self.bell, guest)
        self.make.no_show(self.make.registration(kind, guest, show_face=True), words=f"bus {number}")
        self.make.survey(guest.id)
        services_of_surveys.invite(self.survey, [guest.id])
        self.make.survey_answer(self.survey, guest.id)
        session = self.make.event_session(self.event, capacity=5, venue_id=self.make.venue(self.event).id)
        self.make.session_place(self.ticket, session)
        self.make.stamp(self.ticket, session)
        scarce = self.make.event_session(self.event, capacity=5, entry="draw")
        self.make.session_wish(self.ticket, scarce, self.sessions_drawn, rank=number + 1)
        self.make.stamp(self.old_ticket, self.make.event_session(self.last_event))
        for event in (self.event, self.last_event):
            self.make.pledge(event)
        self._letter()

    def _drop(self, number: int) -> None:
        """One more that comes, one that came, one draft; of the next one more thing and one more who waits."""
        self.make.drop_item(self.make.drop(starts_at=clock.now() + timedelta(days=number + 30)), self.product)
        self.make.drop_item(self.make.drop(starts_at=clock.now() - timedelta(days=number + 9)))
        self.make.drop(published=False)
        self.make.drop_item(self.drop, self.make.product(category=self.shelf), position=number)
        self.make.drop_reminder(self.drop)

    def _letter(self) -> EventLetter:
        """One more letter of staff to those who come."""
        by, text = viewer_of(self.owner.id), (WORDS, WORDS)
        with nullcontext() if scoped_write() else transaction():
            return letters.write_letter(
                self.event, subject=text, text=text, to=PeopleFilter(), attempt=new_id(), by=by
            )

    def _door(self, number: int) -> None:
        """One more ticket type at the door, one more who came, a scan of it, and one that doors disagree about."""
        kind = self.make.ticket_type(self.today, name_en=f"Door {number}", most_children=2)
        for guest in (self.make.registration(kind, people=2, needs_help=True), self.make.registration(kind)):
            self.make.scan(guest)
            self.make.scan(guest, conflict=True)
        self.make.event_session(self.today, capacity=5)

    def _studio(self, number: int) -> None:
        """One more of everything that staff make of an event, and one more event in each of their lists."""
        event, days = self.draft, timedelta(days=number + 60)
        venue = self.make.venue(event)
        self.make.event_session(event, venue_id=venue.id, capacity=5)
        ticket = self.make.ticket_type(event, self.make.ticket_pool(event, 5))
        self.make.access_code(ticket)
        self.make.question(event)
        self.make.event(published=False)
        self.make.event(name_en="Later")
        self.make.event(starts_at=clock.now() - days)

    def _pay(self) -> None:
        """One more of the member's payments with a refund, and one more thing that the books say differently."""
        payment = self.make.payment(self.member, paid=True)
        self.make.refund(payment, 100)
        self.make.difference(payment)
        self.paid = self.paid or payment.id

    def _reward(self, number: int) -> None:
        """One more line in the member's points, coupons and badges, and in every list of staff about them."""
        place = {"source_kind": "test", "source_id": f"number {number}"}
        rewards.move_by_hand(self.member, 5, reason=f"Thank you {number}", by=None)
        self.make.points(self.member, 5, pending_until=clock.now() + timedelta(days=number))
        rewards.hand_out_coupon(self.reward.pool_id, self.member.id, **place)
        self.make.reward(pool=self.make.pool(number=1), position=number)
        self.make.badge(slug=f"badge-{number}", position=number, deeds=("report_on_time", 900))
        rewards.award_badge(self.badge.id, self.make.member().id, why=f"why {number}", by=None)
        rewards.award_badge(
            self.make.badge(slug=f"mine-{number}", position=number).id, self.member.id, why="", by=None
        )

    def comment(self, comments: int) -> None:
        """Until the first story has so many, by many people but those who read here, some of them replies."""
        have = db.session.scalar(sa.select(sa.func.count()).where(Comment.story_id == self.story.id)) or 0
        others = sa.select(Member.id).where(Member.id.not_in((self.member.id, self.owner.id)))
        authors = list(db.session.scalars(others.order_by(Member.id).limit(30)))
        rows: list[dict[str, Any]] = []
        for number in range(have, comments):
            rows.append(
                {
                    "id": new_id(),
                    "story_id": self.story.id,
                    "parent_id": rows[0]["id"] if rows and number % 3 == 2 else None,
                    "author_id": authors[number % len(authors)],
                    "state": CommentState.PUBLISHED,
                    "body": f"真好看 {number}",
                    "as_brand": False,
                    "created_at": clock.now() + timedelta(milliseconds=number),
                }
            )
        with transaction():
            if rows:
                db.session.execute(sa.insert(Comment), rows)

    def _story(self, number: int) -> Story:
        """Every second one by the same author, so that one member has many too."""
        moment = clock.now() - timedelta(minutes=number + 2)
        story: Story = self.make.story(
            author=self.author if number % 2 else self.make.member(display_name=f"冬天 {number}"),
            tags=f"#{TAG}",
            product=self.product,
            published_at=moment,
            featured_at=moment,
            region=REGION,
            chosen_week=this_week() - WEEK * (number + 1),
        )
        self.make.reaction(story=story, member=self.member)
        photo = _photo(story, moment)
        db.session.add(photo)
        db.session.flush()
        self.make.photo_right(photo, by=story.author_id)
        self.make.photo_right(photo, by=self.member.id, use="print")
        return story

    def _contest(self, number: int) -> None:
        """One more name of the member's and on the ballot, one more contest of each kind, one more parcel in each list."""
        for contest in (self.naming, self.voting):
            self.make.entry(contest, words=f"名字{number}")
        self.make.entry(self.naming, self.member, f"我的名字{number}", state="waiting")
        counted = self.make.entry(self.counted, words=f"数过{number}")
        db.session.add(
            Tally(entry_id=counted.id, contest_id=self.counted.id, votes=MANY - number, place=number + 1)
        )
        self.make.contest("coming", name_zh=f"{WORDS}征名")
        at = clock.now() - timedelta(days=20)
        decided = self.make.contest("closed", opens_at=at - timedelta(days=number))
        decided.winner_id = self.make.entry(decided, words="云朵").id
        decided.secret, decided.tally_hash = "", "h" * 64
        decided.counted_at = decided.decided_at = clock.now()
        for state in DeliveryState:
            self.make.delivery(self.member, state)

    def _chosen(self, number: int) -> None:
        """One more to choose from in each heap, one more who was chosen."""
        teller = self.make.member()
        self.make.story(author=teller)
        self.make.application(self.picking, teller, region=f"{REGION}{number}")
        for phase in ("open", "coming", "closed", "chosen"):
            self.make.trial(phase)
        self.make.application(self.trying)
        for decision in ("picked", "substitute", "skipped"):
            self.make.application(self.picking, decision=decision, decided_by=self.owner.id)
        self.make.application(self.picking, graded=False)
        self.make.tester(self.make.application(self.told, decision="picked"))
        self.make.application(self.make.trial("chosen"), self.member, decision="skipped")
        self._reported(number)

    def _reported(self, number: int) -> None:
        """One more report, with a suggestion in each heap."""
        tester = self.make.tester(self.make.application(self.tested, decision="picked"), state="reported")
        report = self.make.trial_report(tester, likes=WORDS)
        showing.index_report(report)
        self.make.suggestion(report)
        answered = {"answer": Answer.ADOPTED, "answered_at": clock.now(), "due_at": None}
        self.make.suggestion(report, 2, **answered)
        version = self.make.version(self.product, f"r{number}")
        self.make.suggestion(report, 3, version_id=version.id, **answered)
        self.make.suggestion(self.read, number + 1)

    def _of_product(self, number: int) -> None:
        self.make.color(self.product, position=number)
        self.make.version(self.product, str(number))
        self.make.credit(self.product, self.author)

    def _order(self, number: int) -> None:
        """One more of the member's, of a guest's, claimed by somebody, with a code of its own; and a file."""
        moment = clock.now() - timedelta(minutes=number)
        order = self.make.order(member=self.member, sku=f"SKU-{number}", ordered_at=moment, refund=100)
        self.make.order(product=self.make.product(category=self.shelf), phone="+8613800000001")
        self.make.order(phone="+8613800000001")
        self.make.claim(order, self.make.member())
        self.make.order_file()
        self.make.wrong_row(self.file, line=number + 2)

    def pages(self) -> dict[str, str]:
        """Every list, and who looks at it."""
        words = quote(WORDS)
        return {
            "/stories": "visitor",
            "/stories?show=featured": "visitor",
            f"/stories?product={self.product.slug}": "visitor",
            f"/stories?tag={quote(TAG)}": "visitor",
            f"/stories?region={quote(REGION)}": "visitor",
            f"/tags/{quote(TAG)}": "visitor",
            f"/stories/by/{self.author.id}": "visitor",
            f"/members/{self.author.id}": "visitor",
            f"/stories/{self.story.id}": "visitor",
            f"/stories/{self.story.id}/history": "visitor",
            "/stories/find": "visitor",
            "/campaigns": "visitor",
            f"/campaigns/{self.campaign.slug}": "visitor",
            "/console/campaigns": "owner",
            f"/console/campaigns/{self.campaign.id}": "owner",
            "/products": "visitor",
            f"/products?category={self.shelf.slug}": "visitor",
            f"/products/{self.product.slug}": "visitor",
            f"/products/{self.product.slug}/versions": "visitor",
            f"/products/{self.product.slug}/credits": "visitor",
            f"/members/{self.author.id}/made": "visitor",
            "/terms": "visitor",
            "/drops": "visitor",
            f"/drops?product={self.product.slug}": "visitor",
            f"/drops/{self.drop.slug}": "member",
            "/drops.ics": "visitor",
            f"/search?q={words}&kind=drop": "visitor",
            "/console/drops": "owner",
            "/console/drops?show=draft": "owner",
            "/console/drops?show=past": "owner",
            f"/console/drops/{self.drop.slug}": "owner",
            f"/console/drops/{self.drop.slug}/items/new": "owner",
            "/events": "visitor",
            f"/events/{self.event.slug}": "visitor",
            f"/events/{self.event.slug}/register": "visitor",
            f"/events/{self.event.slug}/register?people=2": "member",
            f"/events/{self.event.slug}/register/{self.held.id}": "member",
            f"/events/{self.event.slug}/plan": "visitor",
            f"/events/{self.event.slug}/waiting": "member",
            f"/events/{self.event.slug}/bell/{self.bell.id}": "member",
            f"/events/{self.event.slug}/proof": "member",
            f"/events/{self.event.slug}/pledges": "visitor",
            f"/events/{self.last_event.slug}/recap": "visitor",
            f"/events/{self.event.slug}/passport": "member",
            "/me/passport": "member",
            f"/console/events/{self.event.slug}/draw": "owner",
            f"/console/events/{self.today.slug}/door": "owner",
            f"/console/events/{self.today.slug}/door?show=now": "owner",
            f"/console/events/{self.today.slug}/door/scans": "owner",
            f"/console/events/{self.today.slug}/door/conflicts": "owner",
            f"/console/events/{self.today.slug}/door/list": "owner",
            f"/console/events/{self.today.slug}/hands": "owner",
            f"/events/{self.event.slug}/letters/{self.letter.id}": "member",
            "/console/events": "owner",
            "/console/events/new": "owner",
            "/console/events?show=draft": "owner",
            "/console/events?show=over": "owner",
            f"/console/events/{self.draft.slug}": "owner",
            f"/console/events/{self.draft.slug}/delete": "owner",
            f"/console/events/{self.draft.slug}/edit": "owner",
            f"/console/events/{self.draft.slug}/picture": "owner",
            f"/console/events/{self.draft.slug}/days": "owner",
            f"/console/events/{self.draft.slug}/venues": "owner",
            f"/console/events/{self.draft.slug}/sessions": "owner",
            f"/console/events/{self.draft.slug}/sessions/new": "owner",
            f"/console/events/{self.draft.slug}/tickets": "owner",
            f"/console/events/{self.draft.slug}/tickets/{self.kind.id}": "owner",
            f"/console/events/{self.draft.slug}/tickets/pools/{self.kind.pool_id}": "owner",
            f"/console/events/{self.draft.slug}/codes": "owner",
            f"/console/events/{self.draft.slug}/questions": "owner",
            f"/console/events/{self.draft.slug}/questions/new": "owner",
            f"/console/events/{self.draft.slug}/tickets/new": "owner",
            f"/console/events/{self.draft.slug}/tickets/pools/new": "owner",
            f"/console/events/{self.draft.slug}/copy": "owner",
            **{
                f"/console/events/{self.draft.slug}/{part}/{id_}": "owner" for part, id_ in self.parts.items()
            },
            f"/console/events/{self.event.slug}/call-off": "owner",
            f"/console/events/{self.untouched.slug}/withdraw": "owner",
            f"/console/events/{self.event.slug}/letters": "owner",
            f"/console/events/{self.event.slug}/people": "owner",
            f"/console/events/{self.today.slug}/people?show=here": "owner",
            f"/console/events/{self.today.slug}/people?show=help&q=1": "owner",
            f"/console/events/{self.event.slug}/people/{self.party.id}": "owner",
            f"/search?q={words}&kind=event": "visitor",
            f"/search?q={words}": "visitor",
            f"/search?q={words}&kind=story": "visitor",
            f"/search?q={words}&kind=member": "visitor",
            "/stories/new": "member",
            "/rewards": "visitor",
            f"/rewards/{self.reward.id}": "visitor",
            f"/members/{self.member.id}/badges": "visitor",
            "/membership": "visitor",
            f"/gifts/{self.gift}": "visitor",
            f"/membership/{self.plan.id}/join": "member",
            "/membership/gift": "member",
            "/me/membership": "member",
            "/me/membership/gifts": "member",
            "/me/membership/days": "member",
            "/me/membership/renew": "member",
            "/me/membership/change": "member",
            f"/me/membership/change/{self.dearer.id}": "member",
            "/me/card": "member",
            "/redeem": "member",
            "/console/card": "owner",
            f"/console/card?code={self.member.number}": "owner",
            "/console/membership": "owner",
            f"/console/membership/tiers/{self.tier.id}": "owner",
            "/console/membership/grants": "owner",
            "/console/membership/codes": "owner",
            "/console/rituals": "owner",
            f"/console/rituals/{self.holiday}": "owner",
            "/console/rituals/new": "owner",
            "/console/rituals/ahead": "owner",
            "/console/membership/members": "owner",
            f"/console/membership/members?tier={self.tier.id}": "owner",
            "/me": "member",
            "/me/privacy": "member",
            "/me/photo-rights": "member",
            "/me/points": "member",
            "/me/coupons": "member",
            "/me/badges": "member",
            "/me/payments": "member",
            "/me/calendar": "member",
            f"/me/tickets/{self.ticket.id}.ics": "member",
            self.calendar: "visitor",
            "/me/tickets": "member",
            f"/me/tickets/{self.ticket.id}": "member",
            f"/me/tickets/{self.party.id}": "member",
            f"/me/tickets/{self.party.id}/change": "member",
            f"/me/tickets/{self.party.id}/fewer?leaving=1": "member",
            f"/me/tickets/{self.party.id}/pass-on": "member",
            f"/tickets/take/{self.pass_on}": "visitor",
            "/t/8K3M-27QX": "visitor",
            "/me/no-shows": "member",
            "/events.ics": "visitor",
            f"/events/{self.event.slug}.ics": "visitor",
            f"/surveys/{self.survey.id}": "member",
            "/contests": "visitor",
            f"/contests?product={self.product.slug}": "visitor",
            f"/contests/{self.counted.slug}/result": "visitor",
            f"/contests/{self.counted.slug}/proof": "visitor",
            f"/contests/{self.voting.slug}/proof": "visitor",
            "/console/contests": "owner",
            "/console/contests/new": "owner",
            f"/console/contests/{self.naming.slug}": "owner",
            f"/console/contests/{self.naming.slug}/edit": "owner",
            f"/console/contests/{self.naming.slug}/entries": "owner",
            f"/console/contests/{self.naming.slug}/entries?show=standing": "owner",
            f"/console/contests/{self.voting.slug}/result": "owner",
            f"/console/contests/{self.counted.slug}/result": "owner",
            f"/contests/{self.naming.slug}": "member",
            f"/contests/{self.voting.slug}": "member",
            f"/contests/{self.voting.slug}/vote": "member",
            f"/contests/{self.voting.slug}/receipt": "member",
            "/trials": "visitor",
            f"/trials/{self.trying.slug}": "visitor",
            f"/trials/{self.told.slug}": "visitor",
            f"/trials/{self.trying.slug}/apply": "member",
            "/console/trials": "owner",
            "/console/trials/new": "owner",
            f"/console/trials/{self.picking.slug}": "owner",
            f"/console/trials/{self.untried.slug}/edit": "owner",
            f"/console/trials/{self.untried.slug}/questions": "owner",
            f"/console/trials/{self.untried.slug}/aspects": "owner",
            f"/console/trials/{self.picking.slug}/grade": "owner",
            f"/search?q={words}&kind=report": "visitor",
            f"/trials/{self.tested.slug}/reports": "visitor",
            f"/products/{self.product.slug}/reports": "visitor",
            f"/products/{self.product.slug}/reports?few=1": "visitor",
            f"/reports/{self.read.id}": "visitor",
            f"/me/trials/{self.desk.id}/report": "member",
            "/me/trials": "member",
            f"/me/trials/{self.desk.id}": "member",
            f"/console/trials/{self.told.slug}/progress": "owner",
            f"/console/trials/{self.told.slug}/progress?show=trying": "owner",
            f"/console/trials/{self.tested.slug}/reports": "owner",
            f"/console/trials/{self.read_in.slug}/reports/{self.read.id}/mend": "owner",
            "/console/trials/suggestions": "owner",
            "/console/trials/suggestions?show=unnamed": "owner",
            "/console/trials/suggestions?show=answered": "owner",
            f"/trials/{self.told.slug}/chosen": "visitor",
            f"/trials/{self.told.slug}/fairness": "visitor",
            f"/trials/{self.choosing.slug}/chosen": "visitor",
            f"/trials/{self.choosing.slug}/proof": "visitor",
            f"/console/trials/{self.picking.slug}/pick": "owner",
            f"/console/trials/{self.picking.slug}/pick?show=picked": "owner",
            f"/console/trials/{self.picking.slug}/pick?show=substitutes": "owner",
            f"/console/trials/{self.picking.slug}/pick?show=others": "owner",
            f"/console/trials/{self.picking.slug}/draw": "owner",
            f"/console/trials/{self.choosing.slug}/draw": "owner",
            "/me/deliveries": "member",
            f"/me/deliveries/{self.parcel.id}": "member",
            "/console/deliveries": "owner",
            "/console/deliveries?show=lost": "owner",
            "/console/deliveries?show=over": "owner",
            f"/console/deliveries/{self.parcel.id}": "owner",
            "/console/surveys": "owner",
            f"/console/surveys/{self.survey.id}": "owner",
            f"/console/events/{self.event.slug}/no-shows": "owner",
            f"/payments/{self.paid}": "member",
            f"/payments/{self.paid}/receipt": "member",
            "/inbox": "member",
            "/me/notifications": "member",
            "/me/orders": "member",
            "/console/orders": "owner",
            "/console/orders?show=counting": "owner",
            "/console/orders?q=13800000001": "owner",
            f"/console/orders/{self.order.id}": "owner",
            f"/console/orders/customers/{self.order.customer_id}": "owner",
            f"/console/orders/customers/{self.order.customer_id}?q=Alice": "owner",
            "/console/orders/claims": "owner",
            "/console/orders/codes": "owner",
            "/console/orders/codes?show=unnamed": "owner",
            "/console/orders/import": "owner",
            f"/console/orders/import/{self.file.id}": "owner",
            "/console": "owner",
            "/console/queue": "owner",
            "/console/replies": "owner",
            "/console/themes": "owner",
            "/console/weeks": "owner",
            "/console/products": "owner",
            f"/console/products/{self.product.id}": "owner",
            f"/console/products/{self.product.id}/pictures": "owner",
            f"/console/products/{self.product.id}/colors": "owner",
            f"/console/products/{self.product.id}/versions": "owner",
            f"/console/products/{self.product.id}/credits": "owner",
            "/console/staff": "owner",
            "/console/members": "owner",
            f"/console/members?q={words}&state=active": "owner",
            f"/console/members/{self.author.id}": "owner",
            f"/console/members/{self.author.id}/timeline": "owner",
            "/console/photo-rights": "owner",
            "/console/rewards": "owner",
            f"/console/rewards/{self.reward.id}": "owner",
            "/console/rewards/pools": "owner",
            f"/console/rewards/pools/{self.reward.pool_id}": "owner",
            "/console/rewards/badges": "owner",
            f"/console/rewards/badges/{self.badge.id}": "owner",
            "/console/rewards/rules": "owner",
            "/console/rewards/points": "owner",
            "/console/settings": "owner",
            "/console/settings/legal": "owner",
            "/console/sources": "owner",
            "/console/payments": "owner",
            "/console/payments?show=refunds": "owner",
            f"/console/payments/{self.paid}": "owner",
            "/console/payments/differences": "owner",
        }


def _days_ago(days: int) -> date:
    return brand.shop_day(clock.now()) - timedelta(days=days)


def _photo(story: Story, moment: Any) -> Photo:
    return Photo(
        owner_kind="story",
        owner_id=story.id,
        uploaded_by=story.author_id,
        position=0,
        state=PhotoState.READY,
        published=True,
        width=1200,
        height=900,
        color="#c8a078",
        byte_size=1,
        created_at=moment,
        updated_at=moment,
    )


def most_of(path: str) -> int:
    return next((most for beginning, most in ROOMY.items() if path.startswith(beginning)), MOST)


@pytest.fixture
def house(make: Make) -> House:
    return House(make)


#: without what is kept every page asks the same on both databases
@pytest.fixture(
    params=[
        pytest.param(True, id="caches on"),
        pytest.param(False, id="caches off", marks=pytest.mark.one_database),
    ]
)
def caches(request: pytest.FixtureRequest, app: Flask) -> Iterator[bool]:
    settings = app.config["PORTAL"]
    app.config["PORTAL"] = replace(settings, card_cache=request.param)
    yield request.param
    app.config["PORTAL"] = settings


class Counter:
    """Opens pages in the name of somebody and counts what the database is asked."""

    def __init__(self, app: Flask, house: House, counted: Counted) -> None:
        self.app, self.counted, self.house = app, counted, house
        people = {"member": house.member, "owner": house.owner}
        self.browsers: dict[str, FlaskClient] = {"visitor": app.test_client()}
        for name, person in people.items():
            self.browsers[name] = app.test_client()
            with self.browsers[name].session_transaction() as session:
                session["_user_id"] = house.make.session_token(person)
        self.log: list[str] = []

    def open(self, path: str, who: str, *, cold: bool = True) -> tuple[int, str]:
        """How many queries, and the page. A visitor comes for the first time, with nothing in the browser."""
        db.session.commit()
        if cold:
            databases.forget_caches(self.app)
        browser = self.app.test_client() if who == "visitor" else self.browsers[who]
        with self.app.app_context(), self.counted() as log:
            response = browser.get(path, headers={"Accept-Language": "zh-CN"})
        assert response.status_code == 200, f"{path}: {response.status_code}"
        self.log = log
        return len(log), response.get_data(as_text=True)

    def steady(self, path: str, who: str) -> tuple[int, str]:
        """The same in a process that has run for a while: what it asks again every minute is not counted."""
        first, _text = self.open(path, who, cold=False)
        second, text = self.open(path, who, cold=False)
        return min(first, second), text

    def all(self, *, cold: bool) -> dict[tuple[str, str], int]:
        """Every list, seen by everyone who may: how many queries each."""
        seen = {}
        for path, least in self.house.pages().items():
            readers = list(self.browsers)[list(self.browsers).index(least) :]
            alone = path.startswith(ONLY_THEIR_OWN) or "/register/" in path or path.endswith("/receipt")
            for who in readers[:1] if alone else readers:
                seen[path, who] = (self.open if cold else self.steady)(path, who)[0]
        return seen


@pytest.fixture
def counter(app: Flask, house: House, queries: Counted) -> Counter:
    return Counter(app, house, queries)


@pytest.mark.usefixtures("caches")
def test_lists_cost_the_same_for_one_row_and_for_many(house: House, counter: Counter) -> None:
    house.grow(FEW)
    house.comment(1)
    few = counter.all(cold=True), counter.all(cold=False)
    house.grow(MANY)
    house.comment(30)
    many = counter.all(cold=True), counter.all(cold=False)
    for cost in (*few, *many):
        assert {key: count for key, count in cost.items() if count > most_of(key[0])} == {}
    for before, after in zip(few, many, strict=True):
        assert {key: (count, after[key]) for key, count in before.items() if after[key] != count} == {}


@pytest.mark.usefixtures("caches")
def test_who_keeps_somebody_away_pays_little_more(house: House, counter: Counter) -> None:
    """One more only in a process that has kept nothing; what everyone shares is kept there a moment later."""
    house.grow(FEW)
    house.comment(1)
    with transaction():
        house.make.distance(house.member)
    paths = [path for path, least in house.pages().items() if least != "owner"]
    cold = {path: counter.open(path, "member")[0] for path in paths}
    assert {path: count for path, count in cold.items() if count > MOST + 1} == {}
    warm = {path: counter.steady(path, "member")[0] for path in paths}
    assert {path: count for path, count in warm.items() if count > MOST} == {}


@pytest.mark.usefixtures("caches")
@pytest.mark.parametrize("who", ["visitor", "member", "owner"])
def test_a_story_costs_the_same_with_0_30_and_300_comments(house: House, counter: Counter, who: str) -> None:
    path, costs = f"/stories/{house.story.id}", []
    for comments in (0, 30, 300):
        house.comment(comments)
        costs.append(counter.steady(path, who)[0])
    assert max(costs) <= MOST
    assert costs[0] <= costs[1] == costs[2]


def test_every_page_of_a_list_costs_the_same(house: House, counter: Counter) -> None:
    """From page to page by the links on them, until the end."""
    house.grow(MANY)
    house.comment(300)
    walked = 0
    for path, who in house.pages().items():
        costs, place = [], path
        while len(costs) < 12:
            cost, text = counter.steady(place, who)
            costs.append(cost)
            link = re.search(
                rf'href="({re.escape(html.escape(path.partition("?")[0]))}\?[^"]*after=[^"]+)"', text
            )
            if link is None:
                break
            place = html.unescape(link[1])
        assert max(costs) <= MOST, path
        assert len(set(costs[1:])) <= 1, f"{path}: {costs}"
        walked += len(costs) > 1
    assert walked >= 12, "hardly any list had a second page"
