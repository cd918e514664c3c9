"""Redeem codes: made in batches, handed out once as a file, kept as hashes, each used once."""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Iterator
from datetime import datetime

import sqlalchemy as sa

from portal.brand import queries as brand
from portal.core import audit, clock
from portal.core.access import Viewer
from portal.core.crypto import keyed_digest
from portal.core.db import changed_rows, db, insert_once, new_id
from portal.core.errors import Conflict, Invalid
from portal.core.i18n import _
from portal.membership.models import Happened, RedeemBatch, RedeemCode, Span, SpanKind, Tier, TierKind
from portal.membership.rules import terms
from portal.membership.services import spans
from portal.membership.services.holding import hold
from portal.membership.services.places import arrange, first_free_moment
from portal.membership.services.road import note

#: without letters and digits that are mistaken for each other; 16 of them are 80 bits
_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_LENGTH = 16
_AT_ONCE = 500


def make_batch(
    name: str,
    tier: Tier,
    *,
    months: int,
    size: int,
    expires_at: datetime | None,
    by: Viewer,
    key: str | None = None,
) -> tuple[RedeemBatch, list[str]]:
    """New codes. This is the only time they are known: only their hashes are stored.

    ``key`` is made with the form: sent twice, it makes codes once (Conflict the second time).
    """
    if tier.kind is not TierKind.PAID:
        raise Invalid(_("An earned tier cannot be given: it is earned."), field="tier")
    batch_id = key or new_id()
    facts = {"name": name, "tier_id": tier.id, "months": months, "size": size, "expires_at": expires_at}
    if not insert_once(RedeemBatch, id=batch_id, made_by=by.id, made_at=clock.now(), **facts):
        raise Conflict(
            _(
                "These codes were made already, and their file came with the first answer. If it got lost, close them below and make new ones."
            )
        )
    batch = db.session.get_one(RedeemBatch, batch_id)
    codes = list(_codes(size))
    rows = [{"code_hash": hash_of(code), "batch_id": batch.id} for code in codes]
    for start in range(0, size, _AT_ONCE):
        db.session.execute(sa.insert(RedeemCode), rows[start : start + _AT_ONCE])
    audit.record(
        "membership.make_codes", by=by, target_kind="redeem_batch", target_id=batch.id, size=size, name=name
    )
    return batch, codes


def redeem(typed: str, *, by: Viewer) -> Span:
    """Use a code up, exactly once. Raises Invalid beside ``code``: the same sentence for unknown, used and closed ones
    of others, so that guessing teaches nothing; a code that was one's own is named."""
    hold(by.id)
    now, code_hash = clock.now(), hash_of(typed)
    open_batches = sa.select(RedeemBatch.id).where(
        RedeemBatch.closed_at.is_(None),
        sa.or_(RedeemBatch.expires_at.is_(None), RedeemBatch.expires_at > now),
    )
    free = sa.update(RedeemCode).where(
        RedeemCode.code_hash == code_hash,
        RedeemCode.redeemed_by.is_(None),
        RedeemCode.batch_id.in_(open_batches),
    )
    if not changed_rows(free.values(redeemed_by=by.id, redeemed_at=now)):
        raise _refusal(code_hash, by)
    code = db.session.get_one(RedeemCode, code_hash, populate_existing=True)
    counted = sa.update(RedeemBatch).where(
        RedeemBatch.id == code.batch_id, RedeemBatch.redeemed < RedeemBatch.size
    )
    changed_rows(counted.values(redeemed=RedeemBatch.redeemed + 1))
    batch = db.session.get_one(RedeemBatch, code.batch_id, populate_existing=True)
    start = first_free_moment(by.id, batch.tier_id, now)
    end = terms.months_later(start, batch.months, brand.current().time_zone)
    span = spans.give(by.id, batch.tier_id, SpanKind.CODE, starts_at=start, ends_at=end, source_id=batch.id)
    arrange(by.id)
    note(by.id, Happened.CODE_REDEEMED, tier=batch.tier_id, until=end.isoformat())
    return span


def close_batch(batch: RedeemBatch, *, by: Viewer) -> None:
    """What is left of these codes works no more; what was redeemed stays."""
    still = sa.update(RedeemBatch).where(RedeemBatch.id == batch.id, RedeemBatch.closed_at.is_(None))
    if not changed_rows(still.values(closed_at=clock.now())):
        raise Conflict(_("These codes are closed already."))
    audit.record("membership.close_codes", by=by, target_kind="redeem_batch", target_id=batch.id)


def hash_of(typed: str) -> str:
    """Of a code as anybody may type it: full-width letters, small ones, blanks and dashes do not matter."""
    plain = re.sub(r"[^A-Z0-9]", "", unicodedata.normalize("NFKC", typed).upper())
    return keyed_digest(f"redeem:{plain}")


def _codes(size: int) -> Iterator[str]:
    for _number in range(size):
        plain = "".join(secrets.choice(_ALPHABET) for _place in range(_LENGTH))
        yield "-".join(plain[start : start + 4] for start in range(0, _LENGTH, 4))


def _refusal(code_hash: str, by: Viewer) -> Invalid:
    known = db.session.get(RedeemCode, code_hash, populate_existing=True)
    if known is not None and known.redeemed_by == by.id:
        return Invalid(_("You have redeemed this code already: it is part of your membership."), field="code")
    return Invalid(_("This code does not work: it may be mistyped, used, or its time is over."), field="code")
