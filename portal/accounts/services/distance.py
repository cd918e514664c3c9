"""Keeping somebody away, and letting them back. Nobody is told of either."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa

from portal.accounts.models import Distance, DistanceKind, Member, MemberState
from portal.accounts.queries.distance import is_apart
from portal.accounts.signals import MembersParted, members_parted
from portal.core import clock
from portal.core.access import Viewer
from portal.core.db import changed_rows, db, hold_name, insert_once
from portal.core.errors import Conflict, Invalid, NotFound
from portal.core.i18n import _

#: so many people may one member keep away
MOST_KEPT_AWAY = 1000


def keep_away(other: Member, kind: DistanceKind, *, by: Viewer) -> None:
    """From now on this member is hidden from ``by`` (a block: they are hidden from each other).

    What they told each other so far leaves the inboxes. Doing it twice is doing it once; a block replaces a mute, and
    a mute that comes after a block changes nothing. Raises Invalid (oneself), NotFound (somebody who left, or who is
    hidden from ``by`` by a block of their own), Conflict (too many).
    """
    if other.id == by.id:
        raise Invalid(_("You cannot keep away from yourself."))
    hold_name(_name(by.id))  # whoever writes to them or as them holds it as well: see meet()
    found = db.session.get(Distance, (by.id, other.id), populate_existing=True)
    if found is None:
        _must_be_possible(other, by)
        insert_once(Distance, member_id=by.id, other_id=other.id, kind=kind, since=clock.now())
    elif found.kind is kind or found.kind is DistanceKind.BLOCK:
        return
    else:
        found.kind = kind
        db.session.flush()
    members_parted.send(MembersParted(by.id, other.id, both=kind is DistanceKind.BLOCK))


def let_back(other_id: str, *, by: Viewer) -> bool:
    """They meet again, unless the other keeps away too. False when there was nothing to take back."""
    mine = sa.delete(Distance).where(Distance.member_id == by.id, Distance.other_id == other_id)
    changed = changed_rows(mine)
    db.session.expire_all()
    return changed > 0


def meet(by: Viewer, others: Mapping[str, str]) -> None:
    """Hold these people until the transaction ends, so that nobody begins to keep away meanwhile.

    ``others`` are their ids, each with what to say when they are hidden from ``by``: that raises NotFound. Comes after
    the thing itself was locked and before anything is written. They are held by name and not by row: people only stand
    in the way of :func:`keep_away`, and two who write to each other in nobody's.
    """
    people = {by.id, *others}
    if len(people) == 1:
        return
    hold_name(*map(_name, people), shared=True)
    for other_id, said in others.items():
        if is_apart(by.id, other_id):
            raise NotFound(said)


def _name(member_id: str) -> str:
    return f"distance:{member_id}"


def _must_be_possible(other: Member, by: Viewer) -> None:
    theirs = db.session.get(Distance, (other.id, by.id), populate_existing=True)
    if other.state is MemberState.ERASED or (theirs is not None and theirs.kind is DistanceKind.BLOCK):
        raise NotFound(_("There is no such member."))
    mine = sa.select(sa.func.count()).select_from(Distance).where(Distance.member_id == by.id)
    if (db.session.scalar(mine) or 0) >= MOST_KEPT_AWAY:
        raise Conflict(
            _("You keep %(most)s people away. Let somebody back before you add another.", most=MOST_KEPT_AWAY)
        )
