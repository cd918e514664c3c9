"""Contests in every phase and parcels in every state, for the member."""

from __future__ import annotations

from portal.accounts.models import Member
from portal.accounts.queries import viewer_of
from portal.catalog.models import Product
from portal.contests.models import Contest, EntryState
from portal.contests.services.counting import count
from portal.contests.services.voting import cast
from portal.core import clock
from portal.core.db import db
from tests.factories import contests as make
from tests.factories import deliveries

NAMES = (
    "月光",
    "麦浪",
    "晚风",
    "棉花糖",
    "小满",
    "远山",
    "初雪",
    "栗子",
    "浅草",
    "信封",
    "归燕",
    "薄荷",
    "木棉",
    "拾光",
    "纸鸢",
    "Cloudie",
    "云朵朵朵朵朵朵朵朵朵朵",
)


def contests_in_all_phases(member: Member, product_id: str) -> dict[str, str]:
    """The member was there before all of them began, gave names, and voted in one."""
    product = db.session.get_one(Product, product_id)
    found: dict[str, Contest] = {
        phase: make.contest(phase, product=product, name_zh=f"征名：{phase}", name_en=f"Naming: {phase}")
        for phase in ("coming", "submitting", "screening", "voting", "closed")
    }
    found["submitting"].most_entries = 5
    found["voted"] = make.contest("voting", product=product, name_zh="投过票的", name_en="Voted in")
    found["cancelled"] = make.contest(product=product, cancelled_at=clock.now())
    for state, words in (
        ("waiting", "柿柿如意"),
        ("refused", "砖红"),
        ("waiting", "最佳"),
        ("waiting", "砖宏"),
    ):
        make.entry(found["submitting"], member, words, state=state)
    _shared(found["submitting"])
    for contest in (found["voting"], found["voted"]):
        at = contest.opens_at
        entries = [
            make.entry(contest, member, words, submitted_at=at + clock.minutes(place))
            for place, words in enumerate(NAMES)
        ]
    cast(found["voted"], [entries[0].id, entries[4].id], by=viewer_of(member.id))
    make.entry(found["voted"], member, "柿饼", state="unread")
    found["draft"] = make.contest("coming", product=product, published=False, rules_zh="", rules_en="")
    found["jury"] = _counted(member, product)
    slugs = {f"naming_{phase}": contest.slug for phase, contest in found.items()}
    return slugs | {"naming_name": entries[0].id}


def _shared(contest: Contest) -> None:
    """Others gave the member's name too, one with words of their own."""
    for words, why in (("柿柿 如意", "因为好运会一直来，一年又一年，挂在每一根枝头上。"), ("柿柿·如意", "")):
        make.entry(contest, words=words, why=why, state="waiting", submitted_at=clock.now())


def _counted(member: Member, product: Product) -> Contest:
    """The votes are in, the jury has not spoken yet; of the names one is as long as names can be, one was taken down."""
    contest = make.contest(
        "closed", product=product, jury=True, name_zh="评委来定", name_en="The jury decides"
    )
    entries = [make.entry(contest, member, words) for words in (*NAMES[:6], NAMES[-1])]
    with clock.travel(contest.vote_from + clock.minutes(1)):
        cast(contest, [one.id for one in entries[1:4]], by=viewer_of(member.id))
    count(contest)
    entries[0].state, entries[0].reason = EntryState.REFUSED, "像别人家的名字"
    return contest


def parcels_of(member: Member) -> dict[str, str]:
    """One in each state."""
    states = ("asked", "ready", "shipped", "lost", "received", "stopped")
    return {f"parcel_{state}": deliveries.delivery(member, state).id for state in states}
