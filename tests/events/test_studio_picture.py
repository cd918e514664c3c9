"""The picture of an event: kept from strangers while it is a draft, shared with a copy, and gone with the last who shows it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

import pytest

from portal.accounts.queries import viewer_of
from portal.brand import queries as brand
from portal.core import clock
from portal.core.media.models import Photo
from portal.core.media.queries import find_photo
from portal.events.models import Event
from portal.events.services import copying, making, pictures
from tests.client import PortalClient
from tests.events.studio import act, address, errors, fresh, the
from tests.make import Make
from tests.stories.conftest import jpeg

pytestmark = pytest.mark.one_database
BOTH = pytest.mark.parametrize("htmx", [False, True], ids=["plain", "htmx"])


def hand_in(staff: PortalClient, event: Event, run_jobs: Callable[[], None], *, htmx: bool = False) -> str:
    """Upload one and let the worker do its part. Returns its id."""
    sent = {"picture": jpeg(), "words": "Bags on a line"}
    answer = staff.post(address(event, "picture"), data=sent, content_type="multipart/form-data", htmx=htmx)
    assert answer.status_code == (200 if htmx else 303), answer.get_data(as_text=True)[-800:]
    assert "being prepared" in staff.get(address(event, "picture")).get_data(as_text=True)
    run_jobs()
    return str(fresh(event).picture)


@BOTH
def test_a_picture_is_seen_by_everybody_once_the_event_is(
    make: Make,
    client: PortalClient,
    as_staff: Callable[..., PortalClient],
    run_jobs: Callable[[], None],
    htmx: bool,
) -> None:
    ticket = make.ticket_type(make.event(published=False))
    event, staff = the(Event, id=ticket.event_id), as_staff("manager")
    photo_id = hand_in(staff, event, run_jobs, htmx=htmx)
    shown = f"/media/{photo_id}/400.webp"
    assert (client.get(shown).status_code, as_staff("owner").get(shown).status_code) == (404, 200)
    staff.post(address(event, "publish"), htmx=htmx)
    assert client.get(shown).status_code == 200
    staff.post(address(event, "picture", "words"), data={"alt": "Two bags"}, htmx=htmx)
    assert the(Photo).alt == "Two bags"
    staff.post(address(event, "picture", "remove"), htmx=htmx)
    assert fresh(event).picture is None and find_photo(photo_id) is None


def test_no_picture_and_no_photo_are_refused_beside_the_field(
    make: Make, as_staff: Callable[..., PortalClient]
) -> None:
    event, staff = make.event(), as_staff("manager")
    for sent in ({}, {"picture": (BytesIO(b"text"), "a.jpg")}):
        answer = staff.post(
            address(event, "picture"), data=sent, content_type="multipart/form-data", htmx=True
        )
        assert answer.status_code == 422 and errors(answer)


def test_a_copy_keeps_the_picture_when_the_first_one_gets_another(
    make: Make, as_staff: Callable[..., PortalClient], run_jobs: Callable[[], None]
) -> None:
    ticket = make.ticket_type()
    event, me = the(Event, id=ticket.event_id), viewer_of(make.staff("manager").id)
    staff = as_staff("manager")
    first = hand_in(staff, event, run_jobs)
    day = brand.shop_day(clock.now()) + timedelta(days=200)
    copy = act(copying.copy_event, event, day, by=me)
    second = hand_in(staff, event, run_jobs)
    assert find_photo(first) is not None and fresh(copy).picture == first != second
    act(making.publish, copy, by=me)
    act(pictures.remove_picture, copy, by=me)
    assert find_photo(first) is None and find_photo(second) is not None
