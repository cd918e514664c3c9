"""What the story wall does when something happened below it."""

from __future__ import annotations

from portal.accounts.queries import place_of
from portal.accounts.signals import ChangeBegun, MemberChanged, change_begun, member_changed
from portal.catalog.signals import ProductRenamed, product_renamed
from portal.core.db import lock_row
from portal.core.media.signals import PhotoFinished, WorkBegun, photo_finished, work_begun
from portal.orders.signals import OwnershipChanged, ownership_changed
from portal.stories.campaign_models import Campaign
from portal.stories.campaign_rules import KIND as CAMPAIGN
from portal.stories.models import Story
from portal.stories.services import complete_story, index_anew
from portal.stories.services.campaigns import settle_campaign_picture
from portal.stories.services.owning import mark_what_is_owned
from portal.stories.services.standing import KIND, forget_places, hold_places


@work_begun.connect
def hold_story(event: WorkBegun) -> None:
    if event.owner_kind == KIND:
        lock_row(Story, event.owner_id)
    elif event.owner_kind == CAMPAIGN:
        lock_row(Campaign, event.owner_id)


@photo_finished.connect
def take_photo(event: PhotoFinished) -> None:
    """A photo left the worker: the cover may be another one, and a story that waited for it may go on."""
    if event.owner_kind == KIND:
        complete_story(event.owner_id)
    elif event.owner_kind == CAMPAIGN:
        settle_campaign_picture(event.owner_id, event.photo_id)


@change_begun.connect
def hold_places_told(event: ChangeBegun) -> None:
    hold_places(event.member_id)


@member_changed.connect
def take_place(event: MemberChanged) -> None:
    """Stories say no longer where they come from when their author does not tell everyone any more."""
    if not place_of(event.member_id):
        forget_places(event.member_id)


@ownership_changed.connect
def mark_owned(event: OwnershipChanged) -> None:
    """Stories say whether their author bought what they are about."""
    mark_what_is_owned(event.member_ids)


@product_renamed.connect
def take_name(event: ProductRenamed) -> None:
    """Stories are found by the name that their product has now."""
    index_anew(event.product_id)
