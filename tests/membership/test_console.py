"""Staff: ladders and plans, what is given by hand, codes that are read once, members by tier, cards."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal.core import clock
from portal.core.db import db, transaction
from portal.membership import jobs, proofs
from portal.membership.models import Perk, Plan, RedeemBatch, RedeemCode, Span, Standing, Tier
from portal.membership.queries.access import perks_of
from portal.membership.rules.cards import code_of
from portal.rewards import services as rewards
from tests.client import PortalClient
from tests.make import Make

pytestmark = pytest.mark.one_database

Browser = Callable[..., PortalClient]
WORDS = {"name_zh": "灯下会员", "name_en": "Lamp", "text_zh": "", "text_en": "", "thread": "rose"}


def key_on(desk: PortalClient, path: str) -> dict[str, str]:
    """The key that the page made for its form."""
    found = re.search(r'name="key"[^>]* value="([^"]+)"', desk.get(path).text)
    assert found is not None
    return {"key": found[1]}


def earned() -> list[Tier]:
    db.session.expire_all()
    return list(db.session.scalars(sa.select(Tier).where(Tier.kind == "earned").order_by(Tier.position)))


@pytest.mark.parametrize("htmx", [False, True])
def test_a_new_tier_with_its_price(as_staff: Browser, htmx: bool) -> None:
    desk = as_staff("manager")
    form = WORDS | {"early_access_hours": "24", "members_content": "y", "reserved_seats": "0"}
    form |= key_on(desk, "/console/membership/tiers/new")
    assert desk.post("/console/membership/tiers/new", data={}, htmx=htmx).status_code == 422
    for _twice in range(2):
        desk.post("/console/membership/tiers/new", data=form, htmx=htmx)
    tier = db.session.scalars(sa.select(Tier).where(Tier.kind == "paid")).one()
    url = f"/console/membership/tiers/{tier.id}"
    assert 'value="24"' in desk.get(url).text
    for bad in (
        "",
        "free",
        "0",
        "-3",
        "1.234",
        "99999999999",
        "168,50",
        "1,68",
        "NaN",
        "1e4",
        "1_000",
        "Infinity",
    ):
        answer = desk.post(f"{url}/plans", data={"months": "12", "price": bad}, htmx=htmx)
        assert answer.status_code == 422
    desk.post(f"{url}/plans", data={"months": "12", "price": "168.50"}, htmx=htmx)
    again = desk.post(f"{url}/plans", data={"months": "12", "price": "¥１68.50"}, htmx=htmx)
    assert again.status_code == 409 and "sold already" in again.text
    plan = db.session.scalars(sa.select(Plan)).one()
    assert (plan.price, plan.currency, plan.months) == (16850, "CNY", 12)
    desk.post(f"/console/membership/plans/{plan.id}/hide", htmx=htmx)
    db.session.expire_all()
    assert plan.shown is False
    desk.post(f"/console/membership/plans/{plan.id}/show", htmx=htmx)
    db.session.expire_all()
    assert plan.shown is True


def test_two_who_change_a_tier_at_once(as_staff: Browser) -> None:
    desk, tier = as_staff(), earned()[1]
    url = f"/console/membership/tiers/{tier.id}"
    form = WORDS | {"stitches": "12", "version": str(tier.version)}
    assert desk.post(url, data=form).status_code == 303
    second = desk.post(url, data=form | {"name_en": "Other"})
    assert second.status_code == 409 and "A colleague has changed this" in second.text
    assert earned()[1].stitches == 12


@pytest.mark.parametrize(("place", "stitches"), [(0, 1), (1, 20), (1, 0), (3, 20)])
def test_rungs_go_upwards(as_staff: Browser, place: int, stitches: int) -> None:
    tier = earned()[place]
    form = WORDS | {"stitches": str(stitches), "version": str(tier.version)}
    answer = as_staff().post(f"/console/membership/tiers/{tier.id}", data=form)
    assert answer.status_code == 422 and "each further one for more" in answer.text


@pytest.mark.parametrize("htmx", [False, True])
def test_giving_by_hand_and_ending_it(make: Make, as_staff: Browser, htmx: bool) -> None:
    tier, member = make.tier(perks={Perk.RESERVED_SEATS: 2}), make.member(display_name="阿禾")
    desk = as_staff("manager")
    day = (clock.now() + timedelta(days=10)).date().isoformat()
    form = {"who": str(member.number), "tier": tier.id, "ends_on": day, "reason": "粉丝节帮忙"}
    form |= key_on(desk, "/console/membership/grants")
    for wrong in ({"who": "999999"}, {"ends_on": "2020-01-01"}, {"reason": ""}, {"tier": "none"}):
        answer = desk.post("/console/membership/grants", data=form | wrong, htmx=htmx)
        assert answer.status_code == 422
    for _twice in range(2):
        desk.post("/console/membership/grants", data=form, htmx=htmx)
    other = form | {"who": str(make.member().number)}
    assert desk.post("/console/membership/grants", data=other, htmx=htmx).status_code == 409
    assert perks_of(member.id)[Perk.RESERVED_SEATS] == 2
    span = db.session.scalars(sa.select(Span)).one()
    assert "粉丝节帮忙" in desk.get("/console/membership/grants").text
    url = f"/console/membership/grants/{span.id}/end"
    assert desk.post(url, data={"reason": ""}, htmx=htmx).status_code == 422
    desk.post(url, data={"reason": "by mistake"}, htmx=htmx)
    db.session.expire_all()
    assert perks_of(member.id)[Perk.RESERVED_SEATS] == 0
    assert desk.post(url, data={"reason": "again"}, htmx=htmx).status_code == 409


def test_codes_are_read_once(make: Make, as_staff: Browser) -> None:
    tier, desk = make.tier(), as_staff("manager")
    form = {"name": "明信片", "tier": tier.id, "months": "3", "size": "5", "last_day": ""}
    form |= key_on(desk, "/console/membership/codes")
    assert desk.post("/console/membership/codes", data=form | {"size": "10001"}).status_code == 422
    assert desk.post("/console/membership/codes", data=form | {"last_day": "2020-01-01"}).status_code == 422
    answer = desk.post("/console/membership/codes", data=form)
    assert answer.mimetype == "text/csv" and answer.headers["Cache-Control"] == "no-store"
    again = desk.post("/console/membership/codes", data=form)
    assert again.status_code == 409 and "were made already" in again.text
    rows = list(csv.reader(io.StringIO(answer.text)))
    codes = [row[0] for row in rows[1:]]
    assert rows[0] == ["code"] and len(set(codes)) == 5
    kept = list(db.session.scalars(sa.select(RedeemCode.code_hash)))
    assert len(kept) == 5 and not set(codes) & set(kept)
    page = desk.get("/console/membership/codes").text
    assert "明信片" in page and not any(code in page for code in codes)
    batch = db.session.scalars(sa.select(RedeemBatch)).one()
    for htmx, status in ((False, 303), (True, 409)):
        assert desk.post(f"/console/membership/codes/{batch.id}/close", htmx=htmx).status_code == status
    member = PortalClient(desk.application).sign_in(make.session_token(make.member()))
    assert member.post("/redeem", data={"code": codes[0]}).status_code == 422


def test_members_by_tier_and_state(make: Make, as_staff: Browser) -> None:
    plan = make.plan()
    make.subscription(make.member(display_name="Payer"), plan)
    make.member(display_name="Nobody")
    desk = as_staff()
    for address in ("", f"?tier={plan.tier_id}", "?state=active", f"?tier={plan.tier_id}&state=active"):
        text = desk.get(f"/console/membership/members{address}").text
        assert "Payer" in text and "Nobody" not in text
    assert "Payer" not in desk.get("/console/membership/members?state=lapsed").text
    lowest, higher = earned()[:2]
    assert "Nobody" in desk.get(f"/console/membership/members?tier={lowest.id}").text, "nobody is on no rung"
    assert "Payer" not in desk.get(f"/console/membership/members?tier={higher.id}").text


def test_staff_scan_or_type_a_card(make: Make, as_staff: Browser) -> None:
    member = make.member(display_name="阿禾")
    desk = as_staff("host")
    scanned = desk.get(f"/console/card?code={code_of(member.number)}").text
    assert "阿禾" in scanned and "A true card of ours" in scanned
    assert f"/console/members/{member.id}" in scanned
    assert "Typed by number" in desk.get(f"/console/card?code=No. {member.number:06d}").text
    forged = f"{member.number:06d}-0123456789"
    for bad in (forged, "999999", "🧵", "x" * 500, "١٢٣", "-1", "0" * 30):
        assert desk.get("/console/card", query_string={"code": bad}).status_code == 422


def test_an_easier_ladder_lifts_those_who_were_below(make: Make, as_staff: Browser) -> None:
    """Also who stood on the lowest rung, of whom no row tells; a harder one takes nothing away at once."""
    below, above = make.member(), make.member()
    with transaction():
        for member, deeds in ((below, 2), (above, 4)):
            for number in range(deeds):
                rewards.record_deed(
                    member.id, "order", source_kind="test", source_id=f"{member.id[-8:]}{number}"
                )
    desk = as_staff()

    def ask_for(stitches: int) -> None:
        tier = earned()[1]
        form = WORDS | {"stitches": str(stitches), "version": str(tier.version)}
        assert desk.post(f"/console/membership/tiers/{tier.id}", data=form).status_code == 303
        jobs.find_climbers()
        jobs.look_at_standings()
        db.session.rollback()

    assert standings() == {above.id: 1}
    ask_for(19)
    assert standings() == {above.id: 1}, "what was promised holds"
    ask_for(6)
    assert standings() == {above.id: 1, below.id: 1}
    assert not list(proofs.wrong_standings())


def standings() -> dict[str, int]:
    rows = sa.select(Standing.member_id, Tier.position).join(Tier, Tier.id == Standing.tier_id)
    return {row.member_id: row.position for row in db.session.execute(rows)}


def test_who_may_look_after_membership(make: Make, as_staff: Browser, as_member: Browser) -> None:
    for role, status in (("manager", 200), ("owner", 200), ("moderator", 403), ("host", 403)):
        assert as_staff(role).get("/console/membership").status_code == status
    assert as_member().get("/console/membership").status_code == 404
    assert as_member().get("/console/card").status_code == 404
