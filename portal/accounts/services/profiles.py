"""What everyone sees of a member: changed by themselves, hidden and shown again by moderation."""

from __future__ import annotations

from portal.accounts.models import Member
from portal.accounts.queries.people import SEARCH_KIND, get_member
from portal.accounts.rules import clean_name, shown_number
from portal.accounts.signals import MemberChanged, member_changed
from portal.brand import queries as brand
from portal.core import search
from portal.core.access import Viewer
from portal.core.characters import skeleton
from portal.core.db import db, lock_row
from portal.core.errors import Invalid
from portal.core.i18n import _
from portal.core.media import services as media
from portal.core.media.models import Photo
from portal.core.media.queries import find_photo, photos_of

OWNER_KIND = "member"
HIDDEN, SHOWN = "hidden", "shown"


def update_profile(
    member: Member,
    *,
    by: Viewer,
    display_name: str,
    bio: str,
    region: str,
    language: str,
    greets_newcomers: bool,
) -> None:
    """A member changes their own page. Raises Invalid with the field."""
    name = clean_name(display_name)
    if not by.is_staff:
        check_name_is_free(name)
    member.display_name, member.bio, member.region = name, bio, region
    member.language, member.greets_newcomers = language, greets_newcomers
    _changed(member)


def check_name_is_free(name: str) -> None:
    """Nobody speaks as the house, nor under a name that reads like its own. Raises Invalid."""
    house = brand.current()
    if skeleton(name) in {skeleton(house.name_zh), skeleton(house.name_en)} - {""}:
        raise Invalid(_("This is the name of the house. Please choose another."), field="display_name")


def choose_language(member_id: str, language: str) -> None:
    """Letters come in this language from now on."""
    get_member(member_id).language = language
    db.session.flush()


# ------------------------------------------------------------------ face


def receive_avatar(member: Member, staged: media.Staged, *, by: Viewer) -> Photo:
    """A new face, shown once it is prepared; until then the old one stays."""
    lock_row(Member, member.id)
    for photo in photos_of(OWNER_KIND, member.id):
        if photo.id != member.avatar:
            media.remove_photo(photo)
    return media.attach(
        staged,
        owner_kind=OWNER_KIND,
        owner_id=member.id,
        by=by,
        limit=2,
        published=not member.profile_hidden,
    )


def use_avatar(photo_id: str) -> None:
    """The photo is prepared: it becomes the face, and the one before goes. Nothing happens when it is gone."""
    photo = find_photo(photo_id)
    if photo is None or photo.owner_kind != OWNER_KIND or not photo.is_ready:
        return
    member = get_member(photo.owner_id)
    for other in photos_of(OWNER_KIND, member.id):
        if other.id != photo_id and other.created_at <= photo.created_at:
            media.remove_photo(other)
    if not member.profile_hidden:
        member.avatar = photo_id
    _changed(member)


def remove_avatar(member: Member) -> None:
    """Back to the first letter of the name."""
    media.discard_photos(OWNER_KIND, member.id)
    member.avatar = None
    _changed(member)


# ------------------------------------------------------------------ moderation


def profile_state(member_id: str) -> str:
    return HIDDEN if get_member(member_id).profile_hidden else SHOWN


def hide_profile(member_id: str, reason: str) -> None:
    """The page answers 404 to others, the face and the search entry are gone; the member keeps everything."""
    member = get_member(member_id)
    member.profile_hidden, member.avatar = True, None
    media.withdraw_photos(OWNER_KIND, member_id)
    _changed(member)


def show_profile(member_id: str) -> None:
    """As it was before it was hidden."""
    member = get_member(member_id)
    ready = [photo.id for photo in photos_of(OWNER_KIND, member_id) if photo.is_ready]
    member.profile_hidden = False
    member.avatar = ready[-1] if ready else None
    media.publish_photos(OWNER_KIND, member_id)
    _changed(member)


def restore_profile(member_id: str, state: str) -> None:
    """Back to a state that :func:`profile_state` told."""
    if state == HIDDEN:
        hide_profile(member_id, "")
    else:
        show_profile(member_id)


# ------------------------------------------------------------------ small things


def refresh_search(member: Member) -> None:
    """Found by name, region and number, unless hidden."""
    if member.profile_hidden:
        search.remove_entry(SEARCH_KIND, member.id)
        return
    text = f"{member.display_name} {member.region} {shown_number(member.number)}"
    search.index_entry(SEARCH_KIND, member.id, text, sort_at=member.joined_at)


def _changed(member: Member) -> None:
    member.version += 1
    db.session.flush()
    refresh_search(member)
    member_changed.send(MemberChanged(member.id))
