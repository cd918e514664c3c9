"""The ledger of consents: what a member agreed to, in which version, when and where; the newest line of a thing counts.

Nothing in it is ever changed: taking a consent back is a line of its own. Giving what stands already adds nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta

import sqlalchemy as sa

from portal.accounts.models import Consent, Member
from portal.brand import queries as brand
from portal.brand.models import LegalKind
from portal.core import clock
from portal.core.db import db, lock_row
from portal.core.errors import Invalid
from portal.core.plain import Plain

AGE = "age"
NEWS_MAIL = "news_mail"
NEWS_SMS = "news_sms"

#: where it was said
SIGN_UP, BAR = "sign_up", "bar"

#: what may be taken back whenever the member likes; texts of the house are accepted for as long as one is a member
FREE = frozenset({NEWS_MAIL, NEWS_SMS})
TEXTS = tuple(LegalKind)
KNOWN = FREE | {AGE} | {kind.value for kind in TEXTS}

#: a line is never older than the one before it, whatever the clocks of two machines say
_STEP = timedelta(microseconds=1)


def give(member_id: str, what: str, *, version: int = 0, how: str) -> bool:
    """This member agrees to ``what``; ``how`` names the place where they said so. False when that stood already."""
    return _note(member_id, what, version=version, given=True, how=how)


def take_back(member_id: str, what: str, *, how: str) -> bool:
    """This member no longer agrees. False when they did not anyway. Raises Invalid for what cannot be taken back."""
    if what not in FREE:
        raise Invalid(f"{what} is not a consent that can be taken back")
    return _note(member_id, what, version=0, given=False, how=how)


def accept_texts(member_id: str, versions: Mapping[LegalKind, int], *, how: str) -> list[LegalKind]:
    """The member accepts these versions of the house's texts. Returns those that were news to the ledger.

    What is older than what they accepted before, or is not published in this version, counts for nothing.
    """
    lock_row(Member, member_id, whole=False)  # two browsers may have seen different versions
    published, before = brand.legal_versions(), newest(member_id)
    told = []
    for kind in TEXTS:
        version = versions.get(kind, 0)
        known = before[kind.value].version if kind.value in before else 0
        if known < version <= published.get(kind, 0) and give(
            member_id, kind.value, version=version, how=how
        ):
            told.append(kind)
    return told


def note_agreed(member_id: str, agreed: Mapping[str, int], *, how: str) -> None:
    """What was ticked before there was an account: thing → version (of ``age``: the years), as the form said."""
    for what, version in agreed.items():
        give(member_id, what, version=version, how=how)


def has_given(member_id: str, what: str) -> bool:
    """Whether the newest word of this member on ``what`` is yes. One query."""
    return bool(members_who_gave(what, [member_id]))


def members_who_gave(what: str, ids: Iterable[str]) -> set[str]:
    """Those among these members whose newest word on ``what`` is yes. One query for any number."""
    wanted = set(ids)
    if not wanted:
        return set()
    lines = _lines_newest_first().where(Consent.what == what, Consent.member_id.in_(wanted)).subquery()
    statement = sa.select(lines.c.member_id).where(lines.c.place == 1, lines.c.given.is_(True))
    return set(db.session.scalars(statement))


def newest(member_id: str) -> dict[str, Consent]:
    """The line that counts, for each thing this member ever said anything about. One query."""
    lines = _lines_newest_first().where(Consent.member_id == member_id).subquery()
    statement = sa.select(Consent).join(lines, sa.and_(lines.c.id == Consent.id, lines.c.place == 1))
    return {line.what: line for line in db.session.scalars(statement)}


def history(member_id: str) -> list[Consent]:
    """Every line of this member, the latest first."""
    statement = (
        sa.select(Consent)
        .where(Consent.member_id == member_id)
        .order_by(Consent.at.desc(), Consent.id.desc())
    )
    return list(db.session.scalars(statement))


# ------------------------------------------------------------------ texts that wait to be accepted

_accepted = Plain(
    lambda: sa.select(
        *(
            sa.func.coalesce(sa.func.max(sa.case((Consent.what == kind.value, Consent.version))), 0)
            for kind in TEXTS
        )
    ).where(Consent.member_id == sa.bindparam("member_id"), Consent.given.is_(True))
)


def needs_to_accept(member_id: str) -> list[LegalKind]:
    """The house's texts of which this member has not accepted the newest version. One light statement.

    Whether there is any at all stands in ``Viewer.texts_wait``, which costs nothing.
    """
    versions = brand.legal_versions()
    if not versions:
        return []
    accepted = _accepted.one(member_id=member_id) or (0,) * len(TEXTS)
    return [kind for kind, mine in zip(TEXTS, accepted, strict=True) if mine < versions.get(kind, 0)]


# ------------------------------------------------------------------ lines


def _note(member_id: str, what: str, *, version: int, given: bool, how: str) -> bool:
    if what not in KNOWN:
        raise Invalid(f"{what} is nothing that anybody can agree to")
    lock_row(Member, member_id, whole=False)  # two browsers of one member write one after the other
    before = _last(member_id, what)
    if before is None and not given:
        return False
    if before is not None and (before.given, before.version) == (given, version):
        return False
    at = max(clock.now(), before.at + _STEP) if before is not None else clock.now()
    db.session.add(Consent(member_id=member_id, what=what, version=version, given=given, how=how, at=at))
    db.session.flush()
    return True


def _last(member_id: str, what: str) -> Consent | None:
    return db.session.scalar(
        sa.select(Consent)
        .where(Consent.member_id == member_id, Consent.what == what)
        .order_by(Consent.at.desc(), Consent.id.desc())
        .limit(1)
    )


def _lines_newest_first() -> sa.Select[tuple[str, str, bool, int]]:
    """Each line with its place among those of the same member and thing: the newest is 1."""
    place = sa.func.row_number().over(
        partition_by=(Consent.member_id, Consent.what), order_by=(Consent.at.desc(), Consent.id.desc())
    )
    return sa.select(Consent.id, Consent.member_id, Consent.given, place.label("place"))
