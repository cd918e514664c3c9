"""What is left of an event: numbers that are true, and only what people let others see."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.accounts.models import DistanceKind, Member
from portal.core import clock
from portal.core.db import db, transaction
from portal.core.media.models import PhotoUse
from portal.core.media.rights import take_back_all
from portal.events.models import Arrival, Event, Pledge, PledgeState, Registration, Stamp
from portal.events.queries.recap import Numbers, numbers_of, people_at
from tests.answers import text_of
from tests.client import PortalClient
from tests.make import Make


class Past:
    """A festival of two days that was last week: three came, one of them twice, and one stayed away."""

    def __init__(self, make: Make) -> None:
        self.make, self.tag = make, make.hashtag("禾友节")
        start = clock.now() - timedelta(days=7)
        self.event: Event = make.event(days=2, starts_at=start, hashtag_id=self.tag.id)
        kind = make.ticket_type(self.event, sale_starts_at=start - timedelta(days=30))
        with clock.travel(start - timedelta(days=3)):
            self.pair = make.registration(kind, people=2)
            self.single = make.registration(kind)
            make.registration(kind)
        first, second = make.event_days(self.event)
        make.event_session(self.event)
        make.event_session(self.event, cancelled_at=clock.now())
        with transaction():
            for registration, day, people, place in (
                (self.pair, first, 2, 1),
                (self.pair, second, 1, 1),
                (self.single, second, 1, 2),
            ):
                self._arrive(registration, day, people, place)
            for member, state in ((self.pair.member_id, "shown"), (self.single.member_id, "held")):
                words = f"A sentence that is {state}."
                pledge = Pledge(event_id=self.event.id, member_id=member, words=words, at=clock.now())
                pledge.state = PledgeState(state)
                db.session.add(pledge)

    def _arrive(self, registration: Registration, day: object, people: int, place: int) -> None:
        at = day.starts_at + timedelta(minutes=12)  # type: ignore[attr-defined]
        day_id = day.id  # type: ignore[attr-defined]
        arrival = Arrival(registration_id=registration.id, day_id=day_id, people=people, place=place)
        arrival.first_at = arrival.last_at = at
        arrival.door = "East"
        stamp = Stamp(event_id=self.event.id, registration_id=registration.id, place=day_id, at=at)
        stamp.member_id = registration.member_id
        db.session.add_all([arrival, stamp])

    @property
    def url(self) -> str:
        return f"/events/{self.event.slug}/recap"

    def holder(self, registration: Registration) -> Member:
        return db.session.get_one(Member, registration.member_id)


@pytest.fixture
def past(make: Make) -> Past:
    return Past(make)


def test_numbers_are_true(past: Past) -> None:
    numbers, hashtag = numbers_of(past.event)
    assert numbers == Numbers(people=3, stamps=3, sessions=1, pledges=1)
    assert hashtag is not None
    assert hashtag.id == past.tag.id


def test_everybody_reads_it_and_who_was_there_their_own_part(
    past: Past, make: Make, client: PortalClient
) -> None:
    page = text_of(client.get(past.url))
    assert "people came" in page and "A sentence that is shown." in page
    assert "A sentence that is held." not in page and "You came in" not in page
    client.sign_in(make.session_token(past.holder(past.pair)))
    mine = text_of(client.get(past.url))
    assert "You came in as number 1." in mine and "2 stamps in your passport" in mine


def test_who_came_on_two_days_is_one_of_those_who_came(past: Past, make: Make) -> None:
    assert people_at(past.event.id) == 3
    assert people_at(make.event().id) == 0, "those of another event are not counted"
    with transaction():
        db.session.query(Arrival).filter_by(registration_id=past.pair.id).update({"people": 0})
    assert people_at(past.event.id) == 1, "what was undone at the door does not count"


def test_it_is_made_when_the_event_is_over(make: Make, client: PortalClient) -> None:
    ahead = make.event()
    assert client.get(f"/events/{ahead.slug}/recap").status_code == 404
    gone = make.event(starts_at=clock.now() - timedelta(days=9), cancelled_at=clock.now())
    assert client.get(f"/events/{gone.slug}/recap").status_code == 404


def test_photos_stand_there_as_long_as_their_owner_wants(
    past: Past, make: Make, client: PortalClient
) -> None:
    author = make.member()
    told = make.story(author=author, tags="#禾友节", body="在油罐下。")
    elsewhere = make.story(author=author, body="别处。")
    shown, kept, other = (
        make.photo("story", story.id, by=author.id, published=True) for story in (told, told, elsewhere)
    )
    for photo, use in ((shown, PhotoUse.REPOST), (kept, PhotoUse.SHOP), (other, PhotoUse.REPOST)):
        make.photo_right(photo, by=author.id, use=use)
    page = text_of(client.get(past.url))
    pictures = page[page.index("recap-photos") : page.index("What they tell")]
    assert shown.id in pictures
    assert kept.id not in pictures and other.id not in page
    assert "在油罐下。" in page and "别处。" not in page
    with transaction():
        take_back_all(author.id)
    assert "recap-photos" not in text_of(client.get(past.url))


def test_held_stories_and_people_kept_apart_are_left_out(
    past: Past, make: Make, client: PortalClient
) -> None:
    reader, author = make.member(), make.member()
    make.story(author=make.member(), tags="#禾友节", body="还在看。", state="held")
    told = make.story(author=author, tags="#禾友节", body="我写的。")
    make.photo_right(make.photo("story", told.id, by=author.id, published=True), by=author.id)
    make.distance(reader, author, kind=DistanceKind.BLOCK)
    client.sign_in(make.session_token(reader))
    page = text_of(client.get(past.url))
    assert "还在看。" not in page and "我写的。" not in page and "recap-photos" not in page
