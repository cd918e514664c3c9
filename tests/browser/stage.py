"""What the demo does not show by itself: stories in every state, links in letters, very long names, a broken row.

``python -m tests.browser.stage`` runs against a filled portal and prints the ids that the screens ask for, as JSON.
"""

from __future__ import annotations

import io
import json
import sys

import sqlalchemy as sa
from flask import Flask

from portal import create_app
from portal.accounts import services as accounts
from portal.accounts.models import DistanceKind, Member, Role
from portal.accounts.queries import viewer_of
from portal.accounts.services import consents, distance, erasing, invitations, packing, texts
from portal.brand import queries as brand
from portal.catalog.models import Product
from portal.core import clock, jobs
from portal.core.db import db, transaction
from portal.core.mail.models import Letter
from portal.core.media import rights
from portal.core.media.models import Photo, PhotoUse
from portal.core.media.queries import photos_of
from portal.core.media.rights import Wish
from portal.core.media.services import stage_upload
from portal.membership.models import Plan
from portal.moderation import services as moderation
from portal.moderation.models import Case, ReportReason
from portal.notifications import services as notifications
from portal.notifications.models import ALL, BounceKind
from portal.payments import services as payments
from portal.payments.providers import RefundStanding, RefundTruth, Standing, Truth
from portal.stories import services
from portal.stories.models import Story
from tests.browser import people
from tests.browser.around import around_events
from tests.browser.choosing_testers import choices_in_all_states
from tests.browser.door_day import door_with_scans
from tests.browser.drawing import lines_and_bells
from tests.browser.found import (
    LONG_NAME,
    LONG_WORD,
    found_in_demo,
    owner_of_demo,
    rewards_of_demo,
    viewer_by,
)
from tests.browser.holding import tickets_of_member
from tests.browser.making import parts_of_festival
from tests.browser.naming import contests_in_all_phases, parcels_of
from tests.browser.phone import grainy
from tests.browser.reporting import reports_in_all_states
from tests.browser.signing_up import signups_of_member
from tests.browser.testing import testers_in_all_states
from tests.browser.trying import trials_in_all_phases
from tests.browser.waiting_for import drops_in_all_states
from tests.core.media import pictures
from tests.factories import accounts as make
from tests.factories import catalog as write_catalog
from tests.factories import membership
from tests.factories import payments as pay
from tests.factories import stories as write


def main() -> None:
    app = create_app()
    with app.app_context():
        ids = set_empty_stage() if "empty" in sys.argv else set_stage(app)
    print(json.dumps(ids))


def set_empty_stage() -> dict[str, str]:
    """An owner and a member, and nothing else."""
    with transaction():
        owner = make.member(email=people.OWNER, password=people.PASSWORD, display_name="Ada")
        accounts.grant_role(owner, Role.OWNER, by=None)
        fresh = make.member(
            email=people.FRESH, password=people.PASSWORD, display_name="阿禾", language="zh_CN"
        )
        return {"fresh": fresh.id}


def payments_of_member() -> dict[str, str]:
    """The member's payments in every state, and what the books say differently."""
    payer = viewer_by(people.MEMBER)
    ids = {
        "open": pay.payment(payer, begun=True, description="刻字：小满"),
        "qr": pay.payment(payer, begun=True, description="换一副肩带"),
        "transfer": pay.payment(payer, provider="offline", begun=True, description="皮面护理"),
        "wrong": pay.payment(payer, begun=True, description="内衬修补"),
        "cancelled": pay.payment(payer, description="拉链更换"),
        "paid": pay.payment(payer, paid=True, description="会员 一年"),
        "refunded": pay.payment(payer, paid=True, description=LONG_WORD),
        "failed": pay.payment(payer, begun=True, description="刻字：妈妈"),
        "late": pay.payment(payer, begun=True, description="内衬更换"),
        "returned": pay.payment(payer, paid=True, description="换一枚扣子"),
        "by_hand": pay.payment(payer, provider="offline", begun=True, description="包边修补"),
    }
    ids["qr"].checkout = {"kind": "qr", "value": "weixin://wxpay/bizpayurl?pr=zhaohe"}
    payments.apply_truth(ids["wrong"].id, Truth(Standing.PAID, 100, "CNY"))
    payments.cancel(ids["cancelled"].id)
    payments.apply_truth(ids["failed"].id, Truth(Standing.FAILED))
    payments.let_expire(ids["late"].id)
    for name in ("late", "by_hand"):
        payments.apply_truth(ids[name].id, Truth(Standing.PAID, 16800, "CNY"))
    pay.refund(ids["refunded"])
    whole = pay.refund(ids["returned"], ids["returned"].received)
    payments.apply_refund_truth(whole.id, RefundTruth(RefundStanding.DONE))
    payments.leave_to_staff(pay.refund(ids["by_hand"], 5000).id)
    payments.request_invoice(
        ids["by_hand"],
        by=payer,
        title="杭州小满科技有限公司",
        tax_no="91330106MA2AXXXX0T",
        email="a@home.example",
    )
    pay.difference(ids["paid"])
    return {f"payment_{name}": payment.id for name, payment in ids.items()}


def set_stage(app: Flask) -> dict[str, str]:
    """Everything on top of the demo."""
    with transaction():
        newcomer = make.member(
            email=people.NEWCOMER, password=people.PASSWORD, display_name=LONG_NAME, region=LONG_WORD[:24]
        )
        fresh = make.member(
            email=people.FRESH, password=people.PASSWORD, display_name="阿禾", language="zh_CN"
        )
        texts.send_notice("+8613900000427", "New mobile number", newcomer)
        make.member(email=people.UNCONFIRMED, password=people.PASSWORD, display_name="未定", verified=False)
        bounced = make.member(email=people.BOUNCED, password=people.PASSWORD, display_name="退信")
        bounce(bounced)
        keep_away(newcomer, {fresh: DistanceKind.MUTE, bounced: DistanceKind.BLOCK})
        broken = make.member(email=people.BROKEN, password=people.PASSWORD, display_name="Broken")
        accept_texts()
        leaving = make.member(email=people.LEAVING, password=people.PASSWORD, display_name="要走的人")
        ids = {"newcomer": newcomer.id, "fresh": fresh.id} | links(newcomer)
    ids |= told_by_newcomer(app, newcomer) | wish_to_leave(leaving) | take_along(app, newcomer)
    with transaction():
        pays_little()
        ids |= found_in_demo() | rewards_of_demo() | words_and_answers() | payments_of_member()
        ids |= (
            signups_of_member()
            | tickets_of_member()
            | lines_and_bells(viewer_by(people.MEMBER))
            | around_events()
        )
        ids |= parts_of_festival() | drops_in_all_states()
        ids |= name_and_send(ids)
        thank(ids)
        report_something(ids)
        allow_photos(ids["mine"])
        break_draft(broken)
    return ids | door_with_scans()


def thank(ids: dict[str, str]) -> None:
    """The author gave the product its name; the longest there can be is shown, too."""
    bag, author = db.session.get_one(Product, ids["product_id"]), db.session.get_one(Member, ids["author"])
    write_catalog.credit(bag, author)
    write_catalog.credit(bag, db.session.get_one(Member, ids["newcomer"]), kind="suggested", words=LONG_WORD)


def name_and_send(ids: dict[str, str]) -> dict[str, str]:
    """Contests, trials and parcels of the member."""
    member = db.session.get_one(Member, viewer_by(people.MEMBER).id)
    tried = trials_in_all_phases(member, ids["product_id"])
    tester = db.session.get_one(Member, viewer_by(people.NEWCOMER).id)
    tried |= testers_in_all_states(tester, ids["product_id"])
    tried |= reports_in_all_states(tester, ids["product_id"], viewer_by(people.OWNER).id)
    tried |= choices_in_all_states(member, ids["product_id"], viewer_by(people.OWNER).id)
    return contests_in_all_phases(member, ids["product_id"]) | parcels_of(member) | tried


def accept_texts() -> None:
    """Whom the stage adds ticked what everybody ticks."""
    for email in (people.NEWCOMER, people.FRESH, people.UNCONFIRMED, people.BOUNCED, people.BROKEN):
        consents.accept_texts(viewer_by(email).id, brand.legal_versions(), how=consents.SIGN_UP)


def links(member: Member) -> dict[str, str]:
    """Links as letters carry them: to sign in, and to choose a new password (one for each visit that uses it up)."""
    found = {f"reset{number}": accounts.make_reset_link(member) for number in range(people.VISITS)}
    return found | {
        "invitation": invited(),
        "confirm": accounts.make_reset_link(member),
        "stop": notifications.stop_path(member.id, "stories.answered"),
        "stop_everything": notifications.stop_path(member.id, ALL),
    }


def invited() -> str:
    """The path of an invitation as its letter carries it."""
    invitations.invite("new@home.example", Role.HOST, by=viewer_by(people.OWNER), language="zh_CN")
    found = sa.select(Letter.text_body).where(
        Letter.kind == "accounts.staff_invitation", Letter.recipient == "new@home.example"
    )
    body = db.session.scalars(found).one()
    return body[body.index("/invitations/") :].split()[0]


def wish_to_leave(member: Member) -> dict[str, str]:
    """An account that waits to be erased, and the link that keeps it."""
    with transaction():
        consents.accept_texts(member.id, brand.legal_versions(), how=consents.SIGN_UP)
        erasing.ask_to_be_erased(member, by=viewer_of(member.id))
        return {"keep": erasing.keep_path(member)}


def take_along(app: Flask, member: Member) -> dict[str, str]:
    """Somebody's data, packed."""
    with transaction():
        package = packing.ask_for_package(member.id, by=viewer_of(member.id))
    jobs.run_waiting(app)
    return {"package": package.id}


def keep_away(member: Member, others: dict[Member, DistanceKind]) -> None:
    for other, kind in others.items():
        distance.keep_away(other, kind, by=viewer_of(member.id))


def bounce(member: Member) -> None:
    """Mail to this member comes back, and they stopped what could be stopped."""
    notifications.note_bounce(BounceKind.COMPLAINT, source="stage", event_key="stage", recipient=member.email)
    notifications.stop_mail(member.id, ALL)


def told_by_newcomer(app: Flask, newcomer: Member) -> dict[str, str]:
    """Stories of somebody whose first stories are looked at: held, declined, taken down, preparing, and a draft."""
    owner = owner_of_demo()
    ids = {
        "declined": tell(app, newcomer, "这张照片里有别人的脸，请先看一下。"),
        "taken_down": tell(app, newcomer, f"A long word: {LONG_WORD} {LONG_WORD}"),
        "held": tell(app, newcomer, "第一次背它出门，坐错了三站地铁。"),
    }
    with transaction():
        decide(ids["declined"], owner, approve=False)
        decide(ids["taken_down"], owner, approve=True)
    with transaction():
        moderation.open_report("story", ids["taken_down"], ReportReason.SPAM, "", by=viewer_by(people.MEMBER))
        decide(ids["taken_down"], owner, approve=False)
    ids["preparing"] = tell(app, newcomer, "照片还在路上。", ready=False)
    with transaction():
        draft = services.draft_of(viewer_of(newcomer.id))
        services.save_draft(draft, by=viewer_of(newcomer.id), body="写到一半的故事", tags_text="#第一只")
    add_photos(app, draft, newcomer, 2)
    return ids


def tell(app: Flask, author: Member, words: str, *, ready: bool = True) -> str:
    """Write, add a photo, hand in; ``ready=False`` leaves the photo waiting for ever."""
    by = viewer_of(author.id)
    with transaction():
        draft = services.draft_of(by)
    add_photos(app, draft, author, 1, ready=ready)
    with transaction():
        return services.submit_story(db.session.get_one(Story, draft.id), by=by, body=words).id


def add_photos(app: Flask, story: Story, author: Member, number: int, *, ready: bool = True) -> None:
    for place in range(number):
        staged = stage_upload(io.BytesIO(pictures.as_bytes(grainy((900, 1200 + 100 * place)), "JPEG")))
        with transaction():
            photo = services.add_photo(db.session.get_one(Story, story.id), staged, by=viewer_of(author.id))
            if not ready:
                wait_long(photo)
        if ready:
            jobs.run_waiting(app)


def wait_long(photo: Photo) -> None:
    """As if the worker had taken it up just now and needed a long time."""
    photo.due_at = photo.created_at.replace(year=photo.created_at.year + 1)
    photo.state = type(photo.state).PROCESSING
    db.session.flush()


def decide(story_id: str, owner: Member, *, approve: bool) -> None:
    case = db.session.scalars(
        sa.select(Case).where(Case.target_id == story_id, Case.decided_at.is_(None))
    ).one()
    if approve:
        moderation.approve(case.id, case.version, by=viewer_of(owner.id))
    else:
        reason = "图里能看清别人的脸和车牌，请遮一下再交。"
        moderation.reject(case.id, case.version, reason, by=viewer_of(owner.id))


def pays_little() -> None:
    """A member with the cheapest plan there is, who may change upwards."""
    cheapest = db.session.scalars(sa.select(Plan).order_by(Plan.price)).first()
    membership.subscription(viewer_by(people.BOUNCED), cheapest)


def words_and_answers() -> dict[str, str]:
    """A story without a photo, and below it a comment with answers, one of them the brand's."""
    member, fresh = viewer_by(people.MEMBER), viewer_by(people.FRESH)
    story = write.story(author=member, body="没有照片，也想说一句：它真的很轻，轻到我忘了自己带着它。")
    top = write.comment(story=story, author=fresh, body="多重？我正想给妈妈挑一只。")
    write.comment(story=story, author=member, body="厨房秤上三百八十克。", parent=top)
    write.comment(
        story=story, author=viewer_by(people.OWNER), body="量得比我们准。", parent=top, as_brand=True
    )
    return {"wordy": story.id, "talked": story.id, "comment": top.id}


def report_something(ids: dict[str, str]) -> None:
    """A member has reported a story, and sees so when asking again."""
    fresh = viewer_by(people.NEWCOMER)
    moderation.open_report("story", ids["reported"], ReportReason.SPAM, "Looks like an advert.", by=fresh)


def allow_photos(story_id: str) -> None:
    """The author lets the brand use the photos of a story: one use for some weeks, one until it is taken back."""
    today = brand.shop_day(clock.now())
    ids = [photo.id for photo in photos_of("story", story_id)]
    kinds = (
        Wish(frozenset({PhotoUse.SHOP}), today + clock.days(21)),
        Wish(frozenset({PhotoUse.REPOST, PhotoUse.PRINT})),
    )
    wishes = {photo_id: kinds[place % 2] for place, photo_id in enumerate(ids)}
    rights.settle(wishes, by=viewer_by(people.MEMBER).id, on=today)


def break_draft(member: Member) -> None:
    """A row that cannot be read: the page says that something broke on our side."""
    draft = services.draft_of(viewer_of(member.id))
    db.session.execute(sa.text("PRAGMA ignore_check_constraints = ON"))
    db.session.execute(sa.text("UPDATE story SET mood = 'torn' WHERE id = :id"), {"id": draft.id})


if __name__ == "__main__":
    main()
