"""What members show of themselves, read for one viewer or for everyone."""

from __future__ import annotations

from collections import Counter

import sqlalchemy as sa

from portal.accounts.models import Member, MemberState
from portal.accounts.showing import ShownProfile, may_see, public_region, shown_profile
from portal.core.access import Viewer
from portal.core.db import db
from portal.core.media.queries import photos_of

#: under which photos know members
OWNER_KIND = "member"
#: a word that so many members chose is offered to others
SHARED_BY = 3
_LATEST, _MOST_OFFERED = 500, 12


def own_face(member: Member) -> str | None:
    """The latest photo of themselves that is ready, whoever may see it. One query."""
    ready = [photo.id for photo in photos_of(OWNER_KIND, member.id) if photo.is_ready]
    return ready[-1] if ready else None


def may_see_face(viewer: Viewer, member_id: str) -> bool:
    """Whether this viewer may see the photo of a member that is not for everyone."""
    member = db.session.get(Member, member_id)
    return member is not None and not member.profile_hidden and may_see(viewer, member, "avatar")


def profile_for(viewer: Viewer | None, member: Member) -> ShownProfile:
    """The member's page as this viewer sees it, with a face that is not for everyone. At most one query."""
    restricted = not member.avatar and not member.profile_hidden and may_see(viewer, member, "avatar")
    return shown_profile(member, viewer, face=own_face(member) if restricted else None)


def place_of(member_id: str) -> str:
    """The region of this member that everyone may know, read anew; empty when there is none."""
    columns = sa.select(Member.id, Member.region, Member.visibility).where(Member.id == member_id)
    row = db.session.execute(columns).one_or_none()
    return public_region(row) if row else ""


def offered_interests() -> list[str]:
    """Words that at least three of the latest members let everyone see, the most chosen first. One bounded query.

    Fewer than three would tell a single person's interests to whoever opens the form.
    """
    columns = (Member.id, Member.interests, Member.visibility)
    there = (Member.state == MemberState.ACTIVE, Member.profile_hidden.is_(False))
    latest = sa.select(*columns).where(*there).order_by(Member.joined_at.desc(), Member.id.desc())
    chosen: Counter[str] = Counter()
    for row in db.session.execute(latest.limit(_LATEST)):
        if may_see(None, row, "interests"):
            chosen.update(row.interests)
    ranked = sorted(chosen.items(), key=lambda item: (-item[1], item[0]))
    return [word for word, times in ranked if times >= SHARED_BY][:_MOST_OFFERED]
