"""One sentence each on an event's wall: who may hang it, who looks first, and who never reads whom."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal.accounts.models import DistanceKind, Member
from portal.accounts.queries import viewer_of
from portal.core import clock
from portal.core.db import db, transaction
from portal.core.errors import Conflict, Invalid, NotAllowed
from portal.events.models import Event, Pledge, PledgeState, Registration
from portal.events.queries.pledges import wall_of
from portal.events.services import pledges as services
from portal.moderation import services as moderation
from portal.moderation.models import Case, CaseState
from tests.answers import BOTH, place, text_of
from tests.client import PortalClient
from tests.contacts import BY_EITHER, prove
from tests.make import Make

WORDS = "我带一卷酒红的线。"


def event_of(registration: Registration) -> Event:
    return db.session.get_one(Event, registration.event_id)


def trusted(make: Make) -> Member:
    """Somebody whose stories stood on the wall already."""
    member: Member = make.member()
    for _number in range(5):
        make.story(author=member)
    return member


def say(registration: Registration, words: str = WORDS) -> Pledge:
    by = viewer_of(registration.member_id)
    with transaction():
        return services.pledge(event_of(registration), words, by=by)


def case_of(pledge: Pledge) -> Case:
    return db.session.scalars(
        sa.select(Case).where(Case.target_id == pledge.id, Case.state == CaseState.OPEN)
    ).one()


def read_by(event: Event, reader: Member | None) -> list[str]:
    me = viewer_of(reader.id) if reader else None
    return [tag.pledge.words for tag in wall_of(event, me).items]


def test_a_newcomers_first_sentence_waits_and_others_hang_at_once(make: Make) -> None:
    kind = make.ticket_type()
    known, new = make.registration(kind, trusted(make)), make.registration(kind)
    assert say(known).state is PledgeState.SHOWN
    held = say(new, "我来帮忙盖章。")
    assert held.state is PledgeState.HELD
    assert read_by(event_of(known), None) == [WORDS]
    owner = viewer_of(make.staff("owner").id)
    with transaction():
        moderation.approve(case_of(held).id, case_of(held).version, by=owner)
    assert set(read_by(event_of(known), None)) == {WORDS, "我来帮忙盖章。"}


def test_what_was_taken_down_comes_back_only_past_a_person(make: Make) -> None:
    mine = make.registration(member=trusted(make))
    owner = viewer_of(make.staff("owner").id)
    shown = say(mine)
    with transaction():
        services.hide(shown.id, "")
    assert read_by(event_of(mine), None) == []
    again = say(mine, "换一句。")
    assert again.state is PledgeState.HELD
    with transaction():
        case = moderation.reject(case_of(again).id, case_of(again).version, "Not here.", by=owner)
    assert db.session.get_one(Pledge, again.id).state is PledgeState.HIDDEN
    with transaction():
        moderation.undo(case.id, by=owner)
    assert db.session.get_one(Pledge, again.id).state is PledgeState.HELD
    with transaction():
        services.take_back(event_of(mine), by=viewer_of(mine.member_id))
    kept = db.session.get_one(Pledge, again.id)
    assert (kept.state, kept.words) == (PledgeState.DELETED, "")
    with transaction():
        services.restore(kept.id, "shown")
    assert db.session.get_one(Pledge, kept.id).state is PledgeState.DELETED
    assert say(mine).id == kept.id, "one row for each member and event"


def test_who_may_not(make: Make) -> None:
    mine = make.registration()
    event = event_of(mine)
    by = viewer_of(mine.member_id)
    for words, refusal in (("  ", Invalid), ("针" * (services.LONGEST + 1), Invalid)):
        with pytest.raises(refusal), transaction():
            services.pledge(event, words, by=by)
    with pytest.raises(NotAllowed), transaction():
        services.pledge(event, WORDS, by=viewer_of(make.member().id))
    with clock.travel(event.ends_at + timedelta(hours=1)), pytest.raises(Conflict), transaction():
        services.pledge(event, WORDS, by=by)
    assert db.session.query(Pledge).count() == 0


@BY_EITHER
def test_one_proven_contact_of_either_kind_is_enough(make: Make, client: PortalClient, contact: str) -> None:
    mine = make.registration(member=make.member(email=contact, verified=False))
    with pytest.raises(NotAllowed, match="e-mail address or phone number"):
        say(mine)
    member = db.session.get_one(Member, mine.member_id)
    client.sign_in(make.session_token(member))
    url = f"/events/{event_of(mine).slug}/pledges"
    assert 'href="/me/security">Confirm it' in text_of(client.get(url))
    prove(member)
    assert 'href="/me/security">Confirm it' not in text_of(client.get(url))
    say(mine)


def test_what_waits_for_a_person_waits_on_whatever_it_says_now(make: Make) -> None:
    mine = make.registration(member=trusted(make))
    shown = say(mine)
    with transaction():
        services.hide(shown.id, "")
    for words in ("换一句。", "再换一句。"):
        assert say(mine, words).state is PledgeState.HELD
    assert read_by(event_of(mine), None) == []


def test_staff_too_come_back_only_past_a_person(make: Make) -> None:
    mine = make.registration(member=make.staff("host"))
    shown = say(mine)
    assert shown.state is PledgeState.SHOWN
    with transaction():
        services.hide(shown.id, "")
    assert say(mine, "换一句。").state is PledgeState.HELD


def test_people_kept_apart_do_not_read_each_other(make: Make) -> None:
    kind = make.ticket_type()
    one, other = make.registration(kind, trusted(make)), make.registration(kind, trusted(make))
    say(one, "One.")
    say(other, "Other.")
    first, second = (db.session.get_one(Member, each.member_id) for each in (one, other))
    make.distance(first, second, kind=DistanceKind.BLOCK)
    assert read_by(event_of(one), first) == ["One."]
    assert read_by(event_of(one), second) == ["Other."]
    assert set(read_by(event_of(one), None)) == {"One.", "Other."}


@BOTH
def test_the_page_hangs_changes_and_takes_back(make: Make, client: PortalClient, htmx: bool) -> None:
    mine = make.registration()
    event = event_of(mine)
    url = f"/events/{event.slug}/pledges"
    assert "With a ticket you can hang a sentence here." in text_of(client.get(url))
    client.sign_in(make.session_token(db.session.get_one(Member, mine.member_id)))
    empty = text_of(client.post(url, data={"words": " "}, htmx=htmx), 422)
    assert "words-error" in empty
    long = text_of(client.post(url, data={"words": "👩‍🚀" * 80}, htmx=htmx), 422)
    assert "👩‍🚀👩‍🚀" in long, "nothing typed is lost"
    said = client.post(url, data={"words": f"  {WORDS}  "}, htmx=htmx)
    if htmx:
        assert "In review." in text_of(said)
    else:
        assert place(said, htmx=False) == url
    page = text_of(client.get(url))
    assert WORDS in page and "In review." in page
    client.post(url, data={"words": WORDS}, htmx=htmx)
    [row] = db.session.query(Pledge).all()
    assert row.words == WORDS
    stranger = PortalClient(client.application)
    assert WORDS not in text_of(stranger.get(url))
    client.post(f"{url}/delete", htmx=htmx)
    client.post(f"{url}/delete", htmx=htmx)
    assert WORDS not in text_of(client.get(url))
    assert db.session.query(Case).filter_by(state=CaseState.OPEN).count() == 0


def test_the_wall_has_pages_and_every_sentence_can_be_reported(make: Make, client: PortalClient) -> None:
    kind = make.ticket_type()
    event = db.session.get_one(Event, kind.event_id)
    writers = [make.member() for _number in range(30)]
    with transaction():
        db.session.add_all(
            Pledge(
                event_id=event.id,
                member_id=writer.id,
                words=f"Sentence {number}.",
                state=PledgeState.SHOWN,
                at=clock.now(),
            )
            for number, writer in enumerate(writers)
        )
    client.sign_in(make.session_token(make.member()))
    first = text_of(client.get(f"/events/{event.slug}/pledges"))
    more = wall_of(event, None).next_cursor
    rest = text_of(client.get(f"/events/{event.slug}/pledges?after={more}", htmx=True))
    assert (first.count("Sentence "), rest.count("Sentence ")) == (24, 6)
    [some] = db.session.query(Pledge).filter_by(words="Sentence 3.").all()
    assert f"/report/pledge/{some.id}" in first + rest
    report = client.get(f"/report/pledge/{some.id}")
    assert "Sentence 3." in text_of(report)
