"""What stands between the demo's people: whom somebody keeps away, and what colleagues know about members."""

from __future__ import annotations

from collections.abc import Mapping

from portal.accounts.models import DistanceKind, Role
from portal.accounts.queries import get_member
from portal.accounts.services import desk, distance, invitations
from portal.core.access import Viewer

#: by the name before the @ of their address: (who, whom, how)
KEPT_AWAY = (("coco", "luyao", DistanceKind.BLOCK), ("coco", "nanzhi", DistanceKind.MUTE))
#: (about whom, by whom, what)
NOTES = (
    ("xiaoman", "host", "在上海店换过一次背带，喜欢深棕的线。下次新绘本出来，想借我们的橱窗摆一本。"),
    ("xiaoman", "manager", "愿意帮我们试新的帆布，给她留一块样布。"),
    ("mira", "host", "Travels a lot: write to her rather than call."),
)
LOOKED_AFTER = (("xiaoman", "host"),)
INVITED = ("atelier@demo.example", Role.HOST)


def acquaint(people: Mapping[str, Viewer]) -> None:
    """After all stories were told: who blocks whom can no longer talk to them. Within the open transaction."""
    for who, whom, kind in KEPT_AWAY:
        distance.keep_away(get_member(people[whom].id), kind, by=people[who])
    for about, by, body in NOTES:
        desk.add_note(get_member(people[about].id), by=people[by], body=body)
    for about, staff in LOOKED_AFTER:
        desk.look_after(get_member(people[about].id), people[staff].id, by=people["manager"])
    invitations.invite(INVITED[0], INVITED[1], by=people["owner"], language="zh_CN")
