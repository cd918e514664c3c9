"""A member's page as moderation sees it."""

from __future__ import annotations

from portal.accounts import queries, services
from portal.accounts.showing import may_see
from portal.core.feature import ModerationTarget, TargetView
from portal.core.i18n import lazy as _l
from portal.core.links import path_to


def describe(ids: list[str]) -> dict[str, TargetView]:
    """What the queue shows of these pages; one query."""
    return {
        member.id: TargetView(
            target_id=member.id,
            author_id=member.id,
            title=member.display_name,
            body=member.bio,
            url=path_to("accounts.member", member_id=member.id),
            photo_ids=(member.avatar,) if member.avatar else (),
            public=not member.profile_hidden,
            excerpt=member.bio if may_see(None, member, "bio") else "",
        )
        for member in queries.members_named(ids).values()
    }


PROFILE = ModerationTarget(
    kind="profile",
    label=_l("Member page"),
    describe=describe,
    hold=services.hold_profile,
    state_of=services.profile_state,
    approve=services.show_profile,
    hide=services.hide_profile,
    restore=services.restore_profile,
)
