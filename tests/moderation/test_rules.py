"""What waits for a person's eyes."""

from __future__ import annotations

import pytest

from portal.core.access import Permission, Viewer
from portal.core.feature import TargetView
from portal.moderation import rules
from portal.moderation.rules import HeldBecause


def viewer(*permissions: Permission, member_id: str = "m") -> Viewer:
    return Viewer(
        id=member_id,
        number=1,
        display_name="Lin",
        avatar=None,
        language="en",
        contact_proven=True,
        session_id="",
        permissions=frozenset(permissions),
    )


@pytest.mark.parametrize(
    ("kind", "body", "earlier", "expected"),
    [
        ("story", "My bag", 0, HeldBecause.FIRST_STORIES),
        ("story", "My bag", 1, HeldBecause.FIRST_STORIES),
        ("story", "see https://x.example", 2, None),
        ("comment", "So lovely", 0, None),
        ("comment", "see https://x.example", 0, HeldBecause.LINKS),
        ("comment", "加我 www.x.example", 1, HeldBecause.LINKS),
        ("comment", "buy at cheap-bags.shop now", 1, HeldBecause.LINKS),
        ("comment", "see https://x.example", 2, None),
    ],
)
def test_who_waits(kind: str, body: str, earlier: int, expected: HeldBecause | None) -> None:
    assert rules.why_hold(kind, author=viewer(), body=body, earlier=earlier, newcomer_stories=2) is expected


def test_staff_never_wait() -> None:
    staff = viewer(Permission.REPLY_AS_BRAND)
    assert rules.why_hold("story", author=staff, body="https://x", earlier=0, newcomer_stories=2) is None


def test_nobody_judges_their_own_work_while_a_colleague_can() -> None:
    me = viewer(member_id="me")
    assert rules.may_decide("other", me, colleagues=[])
    assert not rules.may_decide("me", me, colleagues=["me", "colleague"])
    assert rules.may_decide("me", me, colleagues=["me"])


def test_a_digest_changes_with_any_part_of_the_content() -> None:
    base = {"target_id": "t", "author_id": "a", "title": "T", "body": "B", "url": "/", "photo_ids": ("p",)}
    same = rules.digest_of(TargetView(**{**base, "url": "/elsewhere"}))  # type: ignore[arg-type]
    assert rules.digest_of(TargetView(**base)) == same  # type: ignore[arg-type]
    for change in ({"title": "x"}, {"body": "x"}, {"photo_ids": ("q",)}, {"photo_ids": ()}):
        assert rules.digest_of(TargetView(**{**base, **change})) != same  # type: ignore[arg-type]
