"""A member with something in every private place, and others around them who may find none of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from portal.accounts.models import (
    AccountSession,
    CodePurpose,
    Gender,
    KeptText,
    Member,
    OneTimeCode,
)
from portal.accounts.queries import viewer_of
from portal.accounts.services import consents
from portal.accounts.services.profiles import refresh_search
from portal.accounts.showing import FIELDS, Audience
from portal.contests.models import Ballot, Vote
from portal.contests.rules.ballots import voter_of
from portal.core import clock
from portal.core.access import Permission
from portal.core.crypto import digest
from portal.core.db import db, new_id, transaction
from portal.core.draw.models import DrawEntry
from portal.core.draw.queries import find_draw
from portal.core.mail.models import Letter
from portal.core.media.models import PhotoUse
from portal.core.media.rights import Wish
from portal.core.sms.services import queue_text
from portal.deliveries.rules import Address
from portal.events.models import CalendarFeed, Event, Registration, TicketCode
from portal.events.queries.people import PeopleFilter
from portal.events.rules.sale import BELL
from portal.events.services import codes, letters, passing
from portal.membership.models import SpanKind
from portal.membership.services import spans
from portal.moderation import services as moderation
from portal.moderation.models import ReportReason
from portal.orders.models import Customer
from portal.rewards import services as rewards
from portal.stories import services as stories
from portal.stories.models import Story
from portal.stories.services import photo_rights
from tests.make import Make

#: what everybody who works here may read; the others only with the perk
STAFF = "staff"
#: what those at the door need too
DOOR = (Permission.MANAGE_EVENTS, Permission.RUN_DOOR)
#: what those read who grade answers, without a name beside it
TRIALS = (Permission.MANAGE_TRIALS, Permission.GRADE_TRIALS)
#: by place: what was planted there, and the permission that may find it (one of several; None: nobody but its owner)
SECRETS: dict[str, tuple[str, Permission | tuple[Permission, ...] | str | None]] = {
    "mail": ("planted.mail@secret.example", Permission.VIEW_CONTACTS),
    "mailbox": ("planted.mail", Permission.VIEW_CONTACTS),
    "phone": ("+8613812348765", Permission.VIEW_CONTACTS),
    "phone as people write it": ("138 1234 8765", Permission.VIEW_CONTACTS),
    "phone without blanks": ("13812348765", Permission.VIEW_CONTACTS),
    "bio": ("plantedbio", Permission.VIEW_MEMBERS),
    "region": ("plantedregion", Permission.VIEW_MEMBERS),
    "interest": ("plantedinterest", Permission.VIEW_MEMBERS),
    "birthday": ("June 17", Permission.VIEW_MEMBERS),
    "birthday in Chinese": ("6月17日", Permission.VIEW_MEMBERS),
    "birth year": ("(1931)", Permission.VIEW_CONTACTS),
    "birth year in Chinese": ("（1931", Permission.VIEW_CONTACTS),
    "source of the join": ("plantedsource", Permission.VIEW_MEMBERS),
    "word of the brand to them": ("plantedtouch", Permission.VIEW_MEMBERS),
    "note of staff": ("plantednote", Permission.VIEW_MEMBERS),
    "story that is held": ("plantedheld", Permission.MODERATE),
    "words of a report": ("plantedreport", Permission.MODERATE),
    "name on an order": ("plantedbuyer", Permission.MANAGE_ORDERS),
    "what was paid for": ("plantedpayment", Permission.MANAGE_PAYMENTS),
    "code of a coupon": ("PLANTEDCOUPON", None),
    "words with a gift": ("plantedgift", None),
    "story for members": ("plantedmembersonly", STAFF),
    "comment below a story for members": ("plantedbelow", STAFF),
    "photo of a story for members": ("plantedpicture", STAFF),
    "tag in a story for members": ("plantedtag", STAFF),
    "campaign that is a draft": ("plantedcampaign", Permission.MANAGE_TAGS),
    "pledge that is held": ("plantedpledge", Permission.MODERATE),
    "why they did not come": ("plantedexcuse", Permission.MANAGE_EVENTS),
    "name on a ticket": ("plantedholder", DOOR),
    "who comes along": ("plantedguest", DOOR),
    "what somebody needs": ("plantedneed", DOOR),
    "code of a ticket": ("P1ANTED8", DOOR),
    "code as it is shown": ("P1AN-TED8", DOOR),
    "ticket that is hidden": ("plantedhidden", DOOR),
    "number on a ticket": ("+8613700007531", Permission.MANAGE_EVENTS),
    "number without its country": ("13700007531", Permission.MANAGE_EVENTS),
    "answer to a question": ("plantedreply", Permission.MANAGE_EVENTS),
    "event that is a draft": ("plantedevent", DOOR),
    "where it happens online": ("planted.example/room", Permission.MANAGE_EVENTS),
    "letter to who comes": ("plantedpost", Permission.MANAGE_EVENTS),
    "name of an access code": ("plantedlabel", Permission.MANAGE_EVENTS),
    "access code": ("PLANTEDACCESS", None),
    "words with a ticket passed on": ("plantedpass", None),
    "secret of a draw": ("plantedlot", None),
    "what somebody adds to a draw": ("plantedsalt", None),
    "address of a calendar": ("01p1antedfeed0000000000000", None),
    "answer to a survey": ("plantedanswer", (Permission.VIEW_INSIGHTS, Permission.MANAGE_EVENTS)),
    "drop that is a draft": ("planteddrop", Permission.MANAGE_PRODUCTS),
    "shop of a drop that is closed": ("planted.example/bag", Permission.MANAGE_PRODUCTS),
    "name that nobody looked at yet": ("plantednaming", Permission.MANAGE_CONTESTS),
    "why a name that nobody looked at yet": ("plantedbecause", Permission.MANAGE_CONTESTS),
    "contest that is a draft": ("plantedcontest", Permission.MANAGE_CONTESTS),
    "secret of a contest": ("plantedurn", None),
    "receipt of a ballot": ("PLANTED-RECEIPT", None),
    "trial that is a draft": ("plantedtrial", TRIALS),
    "answer for a trial": ("plantedwish", TRIALS),
    "where somebody who applied lives": ("plantedplace", Permission.MANAGE_TRIALS),
    "excuse of a tester": ("plantedmishap", Permission.MANAGE_TRIALS),
    "draft of a trial report": ("planteddiary", None),
    "name on a parcel": ("plantedparcel", Permission.SHIP),
    "number on a parcel": ("+8613700008642", Permission.SHIP),
    "where a parcel goes": ("planteddoor", Permission.SHIP),
    "draft": ("planteddraft", None),
    "address of a browser": ("203.0.113.77", None),
    "name of a browser": ("PlantedDevice", None),
    "text that was kept": ("plantedkept", None),
    "sign-up that waits": ("plantedwaiting", None),
    "letter": ("plantedletter", None),
    "text message": ("plantedtext", None),
    "message in the inbox": ("plantedinbox", None),
    "password": ("plantedhash", None),
}


def word(place: str) -> str:
    return SECRETS[place][0]


@dataclass(frozen=True)
class Victim:
    """Who has secrets, and the public and private things of theirs that addresses can name."""

    member: Member
    other: Member
    story: str
    held: str
    draft: str
    others_story: str
    comment: str
    photo: str
    product: Any
    for_members: str
    #: by the name of an argument: more of theirs that addresses can name
    mine: dict[str, str]
    #: addresses of campaigns: one they take part in, one that is a draft
    campaigns: tuple[str, ...]
    #: addresses of events: where they hold a ticket one that comes and one that is over; and a draft
    events: tuple[str, ...]
    #: addresses of contests: one that takes names, one in which they voted, and a draft
    contests: tuple[str, ...]
    #: addresses of trials: one in which they are being chosen, one that they try something in, and a draft
    trials: tuple[str, ...]
    #: addresses of drops: one that is closed to everybody still, and a draft
    drops: tuple[str, ...]


def plant(make: Make) -> Victim:
    """Everything at once; the portal is theirs and one other member's."""
    other = make.member(display_name="Somebody Else")
    member = _person(make)
    product = make.product()
    open_to_all = make.campaign(hashtag="#open", points=5)
    draft_one = make.campaign(hashtag="#soon", announced=False, text_en=word("campaign that is a draft"))
    told = make.story(author=member, product=product, body="Everybody may read this.", tags="#open")
    photo = make.photo("story", told.id, by=member.id, published=True)
    theirs = make.story(author=other, body="Another story.")
    comment = make.comment(story=theirs, author=member, body="Everybody may read this too.")
    held = make.story(author=member, state="held", body=word("story that is held"), tags="#open")
    draft = make.story(author=member, state="draft", body=word("draft"))
    make.source(word("source of the join"))
    _keep(make, member, other)
    _act(member, told.id, theirs.id, photo.id)
    mine = _buy(make, member) | {"campaign_id": draft_one.id}
    mine |= {"color_id": make.color(product).id, "version_id": make.version(product).id}
    make.credit(product, member)
    slugs = (open_to_all.slug, draft_one.slug)
    festivals, at_festivals = _celebrate(make, member)
    mine |= at_festivals
    contests, of_contests = _name(make, member)
    trials, of_trials = _try_out(make, member)
    drops, item_id = _wait_for(make, member, product)
    mine |= {"item_id": item_id}
    mine |= of_contests | of_trials | {"delivery_id": _send(make, member)}
    news = _tell_members(make, other)
    return Victim(
        member,
        other,
        told.id,
        held.id,
        draft.id,
        theirs.id,
        comment.id,
        photo.id,
        product,
        news,
        mine,
        slugs,
        festivals,
        contests,
        trials,
        drops,
    )


def _celebrate(make: Make, member: Member) -> tuple[tuple[str, ...], dict[str, str]]:
    """A festival that comes and one that is over, with a plan, a wish, a stamp and a sentence that nobody looked at yet."""
    coming = make.event(online_url=f"https://{word('where it happens online')}")
    ticket = _sign_up(make, coming, member)
    _around_it(make, coming, ticket)
    session = make.event_session(coming, capacity=3)
    make.session_place(ticket, session)
    make.session_wish(ticket, make.event_session(coming, capacity=1, entry="draw"), make.session_draw(coming))
    make.stamp(ticket, session)
    waits = make.waiting_entry(make.full_type(coming), member)
    belled = make.belled_type(coming)
    make.bell_entry(belled, member)
    bell = find_draw(BELL, belled.id)
    assert bell is not None
    bell.secret = word("secret of a draw")
    db.session.query(DrawEntry).filter_by(draw_id=bell.id).update(
        {"salt": word("what somebody adds to a draw")}
    )
    over = make.event(starts_at=clock.now() - timedelta(days=9))
    for event in (coming, over):
        held = make.pledge(event, member, words=word("pledge that is held"), state="held")
        make.case(member, target_kind="pledge", target_id=held.id, origin="held")
    with clock.travel(over.starts_at - timedelta(days=1)):
        missed = make.registration(make.ticket_type(over), member)
    excuse = word("why they did not come")
    asked = make.survey(member.id)
    make.survey_answer(asked, member.id, words=word("answer to a survey"))
    hidden = word("event that is a draft")
    draft = make.event(slug=hidden, name_en=hidden, lead_en=hidden, published=False)
    return (coming.slug, over.slug, draft.slug), {
        "no_show_id": make.no_show(missed, words=excuse, appealed_at=clock.now()).id,
        "survey_id": asked.id,
        "session_id": session.id,
        "registration_id": ticket.id,
        "scan_id": make.scan(ticket).id,
        "ticket_type_id": belled.id,
        "entry_id": waits.id,
        "draw_id": bell.id,
        "day_id": make.event_days(coming)[0].id,
        "venue_id": make.venue(coming).id,
        "question_id": make.question(coming).id,
    }


def _name(make: Make, member: Member) -> tuple[tuple[str, ...], dict[str, str]]:
    """A name that waits for staff, a ballot, a draft."""
    hidden = word("contest that is a draft")
    draft = make.contest(slug=hidden, name_en=hidden, brief_en=hidden, published=False)
    taking, voting = make.contest(), make.contest("voting", secret=word("secret of a contest"))
    why = word("why a name that nobody looked at yet")
    make.entry(taking, member, word("name that nobody looked at yet"), state="waiting", why=why)
    voter, receipt = voter_of(voting, member.id), word("receipt of a ballot")
    ballot = Ballot(contest_id=voting.id, voter=voter, receipt=receipt, cast_on=voting.vote_from.date())
    db.session.add(ballot)
    db.session.flush()
    db.session.add(Vote(ballot_id=ballot.id, slot=1, entry_id=make.entry(voting).id))
    db.session.flush()
    return (taking.slug, voting.slug, draft.slug), {"contest_id": taking.id}


def _try_out(make: Make, member: Member) -> tuple[tuple[str, ...], dict[str, str]]:
    """An application on which staff decide, a trial that ended otherwise, a report that is a draft, a trial that is one."""
    hidden, said = word("trial that is a draft"), word("answer for a trial")
    draft = make.trial("draft", slug=hidden, name_en=hidden, brief_en=hidden)
    choosing, told, at_work = make.trial("frozen"), make.trial("chosen"), make.trial("chosen")
    applied = {"answers": {"1": said, "2": said}, "region": word("where somebody who applied lives")}
    application = make.application(choosing, member, **applied)
    make.application(choosing, answers={"1": said, "2": said}, graded=False)
    excused = make.application(told, member, decision="picked")
    make.tester(excused, state="excused", excuse=word("excuse of a tester"))
    tester = make.tester(make.application(at_work, member, decision="picked"), due_at=clock.now())
    report = make.trial_report(tester, state="draft", first_look=word("draft of a trial report"))
    return (choosing.slug, told.slug, draft.slug), {
        "tester_id": tester.id,
        "application_id": application.id,
        "report_id": report.id,
        "suggestion_id": make.suggestion(report).id,
    }


def _wait_for(make: Make, member: Member, product: Any) -> tuple[tuple[str, ...], str]:
    """Something that nobody may buy yet, for which they wait, and a draft."""
    hidden = word("drop that is a draft")
    draft = make.drop(slug=hidden, name_en=hidden, lead_en=hidden, published=False)
    closed = make.drop(slot=9)
    make.drop_reminder(closed, member)
    item = make.drop_item(closed, product, shop_url=f"https://{word('shop of a drop that is closed')}")
    return (closed.slug, draft.slug), str(item.id)


def _send(make: Make, member: Member) -> str:
    """A parcel that waits to be sent."""
    there = Address("Planted", "Planted", word("where a parcel goes"))
    name, phone = word("name on a parcel"), word("number on a parcel")
    return str(make.delivery(member, "ready", name=name, phone=phone, address=there.packed()).id)


def _sign_up(make: Make, event: Event, member: Member) -> Registration:
    """They come with somebody, and told their number and what was asked."""
    asked, need = make.question(event), make.question(event, helps_access=True)
    db.session.flush()
    ticket: Registration = make.registration(
        make.ticket_type(event),
        member,
        people=2,
        name=word("name on a ticket"),
        guests=[word("who comes along")],
        phone=word("number on a ticket"),
        answers={asked.id: word("answer to a question"), need.id: word("what somebody needs")},
    )
    code = word("code of a ticket")
    db.session.query(TicketCode).filter_by(registration_id=ticket.id).update({"code": code})
    ticket.code = code
    db.session.flush()
    return ticket


def _around_it(make: Make, event: Event, ticket: Registration) -> None:
    """A hidden ticket with its access code, a link that passes the ticket on, a letter of staff, an address of a calendar."""
    hidden = make.ticket_type(event, name_en=word("ticket that is hidden"), hidden=True)
    by, me = viewer_of(make.staff("manager").id), viewer_of(ticket.member_id)
    said, label = word("letter to who comes"), word("name of an access code")
    feed = CalendarFeed(id=word("address of a calendar"), member_id=me.id, made_at=clock.now())
    with transaction():
        db.session.add(feed)
        codes.make_code(hidden, label=label, most_uses=5, by=by, word=word("access code"))
        passing.make_link(ticket, word("words with a ticket passed on"), by=me)
        both = (said, said)
        letters.write_letter(event, subject=both, text=both, to=PeopleFilter(), attempt=new_id(), by=by)


def _tell_members(make: Make, reader: Member) -> str:
    """News for members, on top of the wall and chosen, with the talk of one who may read it; told and reported."""
    by = viewer_of(make.staff("manager").id)
    tier, now = make.tier(), clock.now()
    with transaction():
        spans.give(reader.id, tier.id, SpanKind.CODE, starts_at=now, ends_at=now + timedelta(days=9))
        body = f"{word('story for members')} #{word('tag in a story for members')}"
        until = now + timedelta(days=3)
        news = stories.publish_news(by=by, body=body, teaser="Everybody sees this.", pinned_until=until)
        stories.feature_story(news, True, by=by)
    photo = make.photo("story", news.id, by=by.id)
    with transaction():
        stories.describe_photo(news, photo, by=by, alt=word("photo of a story for members"))
        said = word("comment below a story for members")
        first = stories.add_comment(news, by=viewer_of(reader.id), body=said)
        stories.add_comment(news, by=by, body=f"{said} too", parent_id=first.id)
        stories.announce()
    with transaction():
        moderation.open_report("comment", first.id, ReportReason.SPAM, "", by=by)
    return news.id


def _person(make: Make) -> Member:
    """Every field filled, every field for staff alone; of the account only the name is for others."""
    now = clock.now()
    member: Member = make.member(
        display_name="Planted Person",
        email=word("mail"),
        phone=word("phone"),
        phone_verified_at=now,
        password_hash=word("password"),
        bio=word("bio"),
        region=word("region"),
        interests=[word("interest")],
        gender=Gender.WOMAN,
        birth_year=1931,
        birth_month=6,
        birth_day=17,
        join_source=word("source of the join"),
        visibility=dict.fromkeys(FIELDS, Audience.STAFF),
    )
    with transaction():
        refresh_search(db.session.get_one(Member, member.id))
    return member


def _keep(make: Make, member: Member, other: Member) -> None:
    """What is kept about them besides: browsers, codes, typed text, letters, messages, notes."""
    now, later = clock.now(), clock.now() + timedelta(days=1)
    make.staff_note(member, by=other, body=word("note of staff"))
    db.session.add(
        AccountSession(
            token_hash=digest("planted"),
            member_id=member.id,
            created_at=now,
            last_seen_at=now,
            address=word("address of a browser"),
            device=word("name of a browser"),
        )
    )
    db.session.add(
        OneTimeCode(
            contact=word("mail"),
            purpose=CodePurpose.VERIFY,
            code_hash="x",
            link_hash="y",
            facts={"display_name": word("sign-up that waits")},
            created_at=now,
            expires_at=later,
        )
    )
    db.session.add(
        KeptText(
            token_hash="z", path="/stories/new", fields={"body": word("text that was kept")}, created_at=now
        )
    )
    make.notification(member, facts={"outcome": word("message in the inbox"), "target": "profile"})
    make.touch(member, facts={"text": word("word of the brand to them")})
    with transaction():
        letter = word("letter")
        db.session.add(
            Letter(
                recipient=word("mail"),
                member_id=member.id,
                kind="x",
                subject=letter,
                text_body=letter,
                html_body=letter,
                created_at=now,
                due_at=later,
            )
        )
        queue_text(
            to=word("phone"),
            kind="x",
            template="notice",
            words=[word("text message")],
            shown=word("text message"),
            member_id=member.id,
            holds=timedelta(days=1),
        )


def _buy(make: Make, member: Member) -> dict[str, str]:
    """What they bought, paid, were given and gave."""
    order = make.order(name=word("name on an order"), phone=word("phone"))
    payment = make.payment(payer=member, description=word("what was paid for"))
    guests = [make.order(phone=phone).customer_id for phone in ("+8613900000091", "+8613900000092")]
    merge = make.customer_merge(*(db.session.get_one(Customer, guest) for guest in guests))
    pool = make.pool(word("code of a coupon"))
    with transaction():
        coupon = rewards.hand_out_coupon(pool.id, member.id, source_kind="test", source_id=new_id())
    plan = make.plan()
    gift = make.gift(
        member, plan, message=word("words with a gift"), recipient_name=word("words with a gift")
    )
    return {
        "order_id": order.id,
        "customer_id": order.customer_id,
        "merge_id": merge.id,
        "import_id": make.order_file().id,
        "payment_id": payment.id,
        "coupon_id": coupon.id,
        "pool_id": pool.id,
        "reward_id": make.reward(pool=pool).id,
        "badge_id": make.badge().id,
        "ritual_id": make.holiday().id,
        "plan_id": plan.id,
        "tier_id": plan.tier_id,
        "secret": f"{gift.id}0000000000000000",
    }


def _act(member: Member, told: str, theirs: str, photo: str) -> None:
    """What they do to others and among them, so that others are told of it."""
    by = viewer_of(member.id)
    with transaction():
        consents.give(member.id, consents.NEWS_MAIL, how=consents.SIGN_UP)
        story = db.session.get_one(Story, theirs)
        stories.set_reaction(story, by=by, on=True)
        stories.add_comment(story, by=by, body="Hello from me.")
        moderation.open_report("story", theirs, ReportReason.SPAM, word("words of a report"), by=by)
    with transaction():
        stories.refresh_photos(db.session.get_one(Story, told))
    with transaction():
        story = db.session.get_one(Story, told)
        wishes = {photo: Wish(frozenset(PhotoUse))}
        photo_rights.allow_uses(story, wishes, by=by, seen=photo_rights.seen_rights(story))
