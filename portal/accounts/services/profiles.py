"""What others see of a member: changed by themselves, hidden and shown again by moderation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypedDict, Unpack

import sqlalchemy as sa

from portal.accounts.birthdays import Birthday, birthday_of, check_birthday
from portal.accounts.interests import clean_interests
from portal.accounts.models import Calendar, Gender, Member
from portal.accounts.naming import speaks_for
from portal.accounts.queries.people import SEARCH_KIND, get_member
from portal.accounts.queries.profiles import OWNER_KIND, own_face
from portal.accounts.rules import clean_name, shown_number
from portal.accounts.showing import FIELDS, Audience, audience_of, may_see
from portal.accounts.signals import ChangeBegun, MemberChanged, change_begun, member_changed
from portal.brand import queries as brand
from portal.brand.rules import fingerprint
from portal.core import clock, search
from portal.core.access import Viewer
from portal.core.characters import plain
from portal.core.db import changed_rows, db, lock_row
from portal.core.errors import Conflict, Invalid
from portal.core.i18n import _
from portal.core.media import services as media
from portal.core.media.models import Photo
from portal.core.media.queries import find_photo, photos_of

HIDDEN, SHOWN = "hidden", "shown"


class Changes(TypedDict, total=False):
    """What a member may change of their page; what is not named stays as it is."""

    display_name: str
    bio: str
    region: str
    gender: Gender | None
    birthday: Birthday | None
    interests: list[str]
    visibility: Mapping[str, Audience]
    language: str | None
    greets_newcomers: bool


def update_profile(
    member: Member, *, by: Viewer, seen: str | None = None, **changes: Unpack[Changes]
) -> None:
    """A member changes their own page: all of it or nothing. Raises Invalid with the field.

    ``seen`` is what their form showed (:func:`seen_profile`): when another browser of theirs changed the page
    meanwhile, Conflict, so that an old tab never opens to others what a newer one has hidden.
    """
    hold_profile(member.id)
    db.session.refresh(member)
    before, face_before = seen_profile(member), audience_of(member, "avatar")
    _take(member, by, changes)
    if seen_profile(member) == before:
        return  # the same form sent twice
    if seen is not None and seen != before:
        raise Conflict(
            _(
                "You changed your page in another window meanwhile. What you typed here is kept: please look once more."
            )
        )
    _changed(member)
    if audience_of(member, "avatar") is not face_before:
        _show_face(member)


def hold_profile(member_id: str) -> None:
    """Nobody else changes what this member shows until the transaction ends."""
    change_begun.send(ChangeBegun(member_id))
    lock_row(Member, member_id, whole=False)


def seen_profile(member: Member) -> str:
    """A short text that differs when anything does that a member changes of their page."""
    return fingerprint(
        {
            "words": [member.display_name, member.bio, member.region, member.gender, member.interests],
            "birthday": str(birthday_of(member)),
            "audiences": {name: audience_of(member, name) for name in FIELDS},
            "letters": [member.language, member.greets_newcomers],
        }
    )


def _take(member: Member, by: Viewer, changes: Changes) -> None:
    """Put the changes into the member. Raises Invalid before the first one is stored."""
    if "display_name" in changes:
        name = clean_name(changes["display_name"])
        if not by.is_staff:
            check_name_is_free(name)
        member.display_name = name
    member.bio = plain(changes.get("bio", member.bio))
    member.region = " ".join(plain(changes.get("region", member.region)).split())
    member.language = changes.get("language", member.language)
    member.gender = changes.get("gender", member.gender)
    member.greets_newcomers = changes.get("greets_newcomers", member.greets_newcomers)
    if "interests" in changes:
        member.interests = clean_interests(changes["interests"])
    if "birthday" in changes:
        _keep_birthday(member, changes["birthday"])
    if "visibility" in changes:
        chosen = {name: audience_of(member, name) for name in FIELDS} | dict(changes["visibility"])
        member.visibility = {
            name: str(chosen[name]) for name, usual in FIELDS.items() if chosen[name] is not usual
        }


def _keep_birthday(member: Member, birthday: Birthday | None) -> None:
    if birthday is not None:
        check_birthday(birthday, today=brand.shop_day(clock.now()))
    member.birth_month = birthday.month if birthday else None
    member.birth_day = birthday.day if birthday else None
    member.birth_year = birthday.year if birthday else None
    member.birth_calendar = birthday.calendar if birthday else Calendar.SOLAR
    member.birth_leap = birthday.leap if birthday else False


def check_name_is_free(name: str) -> None:
    """Nobody speaks as the house, nor under a name that reads like its own or its staff's. Raises Invalid."""
    house = brand.current()
    if speaks_for(name, house.name_zh) or speaks_for(name, house.name_en):
        raise Invalid(_("This is the name of the house. Please choose another."), field="display_name")


def choose_language(member_id: str, language: str) -> None:
    """Letters come in this language from now on."""
    get_member(member_id).language = language
    db.session.flush()


# ------------------------------------------------------------------ face


def receive_avatar(member: Member, staged: media.Staged, *, by: Viewer) -> Photo:
    """A new face, shown once it is prepared; until then the old one stays."""
    lock_row(Member, member.id, whole=False)
    face = own_face(member)
    for photo in photos_of(OWNER_KIND, member.id):
        if photo.id != face:
            media.remove_photo(photo)
    return media.attach(
        staged,
        owner_kind=OWNER_KIND,
        owner_id=member.id,
        by=by,
        limit=2,
        published=_face_is_public(member),
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
    if _face_is_public(member):
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
    member.profile_hidden = False
    _changed(member)
    _show_face(member)


def restore_profile(member_id: str, state: str) -> None:
    """Back to a state that :func:`profile_state` told."""
    if state == HIDDEN:
        hide_profile(member_id, "")
    else:
        show_profile(member_id)


# ------------------------------------------------------------------ small things


def refresh_search(member: Member) -> None:
    """Found by name and number, and by what everyone may see of region and interests; not at all when hidden."""
    if member.profile_hidden:
        search.remove_entry(SEARCH_KIND, member.id)
        return
    # with and without the zeros, as people type it
    words = [member.display_name, shown_number(member.number), f"{member.number:04d}", str(member.number)]
    words += [member.region] if may_see(None, member, "region") else []
    words += member.interests if may_see(None, member, "interests") else []
    search.index_entry(SEARCH_KIND, member.id, " ".join(words), sort_at=member.joined_at)


def _face_is_public(member: Member) -> bool:
    """Whether the face may stand on walls and lists, which are the same for everyone."""
    return not member.profile_hidden and may_see(None, member, "avatar")


def _show_face(member: Member) -> None:
    """The latest photo is the face, or nobody finds it on walls and lists: as the member's audience says now."""
    public = _face_is_public(member)
    member.avatar = own_face(member) if public else None
    db.session.flush()
    if public:
        media.publish_photos(OWNER_KIND, member.id)
    else:
        media.withdraw_photos(OWNER_KIND, member.id)


def show_anew(member_id: str) -> None:
    """Something beside this member's name is not what it was: pages that are kept with their version are drawn anew."""
    changed_rows(sa.update(Member).where(Member.id == member_id).values(version=Member.version + 1))


def _changed(member: Member) -> None:
    member.version += 1
    db.session.flush()
    refresh_search(member)
    member_changed.send(MemberChanged(member.id))
