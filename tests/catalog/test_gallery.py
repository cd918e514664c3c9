"""The pictures of a product: several in order, and the one that stands for it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from portal.accounts.queries import viewer_of
from portal.catalog import queries, services
from portal.catalog.models import Product
from portal.catalog.rules import MOST_PICTURES, OWNER
from portal.core.access import Viewer
from portal.core.audit import entries_of
from portal.core.db import db, transaction
from portal.core.errors import Conflict, Invalid
from portal.core.media.models import Photo
from portal.core.media.queries import photos_of
from portal.core.media.services import Staged, stage_upload
from tests.answers import picture, stored
from tests.client import PortalClient
from tests.make import Make

Run = Callable[[], None]


@pytest.fixture
def keeper(make: Make) -> Viewer:
    return viewer_of(make.staff("manager").id)


def staged(color: str = "crimson") -> Staged:
    made = stage_upload(picture(color))
    db.session.commit()
    return made


def add(product: Product, by: Viewer, alt: str = "") -> str:
    upload = staged()
    with transaction():
        return services.add_picture(product, upload, by=by, alt=alt).id


def replace(product: Product, by: Viewer) -> str:
    upload = staged("navy")
    with transaction():
        return services.set_picture(product, upload, by=by).id


def order(product: Product) -> list[str]:
    return [photo.id for photo in photos_of(OWNER, product.id)]


def photo_of(photo_id: str) -> Photo:
    return db.session.get_one(Photo, photo_id)


def test_the_first_that_is_ready_stands_for_it(make: Make, keeper: Viewer, run_jobs: Run) -> None:
    product = make.product()
    first, second = add(product, keeper), add(product, keeper, "Open, from above")
    assert product.picture is None and queries.pictures_of(product) == []
    run_jobs()
    assert stored(product).picture == first
    assert [shown.id for shown in queries.pictures_of(product)] == [first, second]
    assert [shown.alt for shown in queries.pictures_of(product)] == ["Wheatfield Tote", "Open, from above"]


def test_there_is_room_for_nine(make: Make, keeper: Viewer) -> None:
    product = make.product()
    for _each in range(MOST_PICTURES):
        make.photo(OWNER, product.id, published=True)
    with pytest.raises(Conflict):
        add(product, keeper)
    assert len(order(product)) == MOST_PICTURES


def test_the_chosen_one_stands_first_and_keeps_its_place(make: Make, keeper: Viewer, run_jobs: Run) -> None:
    product = make.product()
    ids = [add(product, keeper) for _each in range(3)]
    waits = photo_of(ids[2])
    with pytest.raises(Conflict), transaction():
        services.choose_picture(product, waits, by=keeper)
    run_jobs()
    with transaction():
        services.choose_picture(product, photo_of(ids[2]), by=keeper)
        services.move_picture(product, photo_of(ids[1]), by=keeper, steps=-1)
    assert order(product) == [ids[1], ids[0], ids[2]]
    assert [shown.id for shown in queries.pictures_of(product)] == [ids[2], ids[1], ids[0]]
    assert [entry.action for entry in entries_of("product", product.id)][:2] == [
        "product.picture_moved",
        "product.picture_chosen",
    ]


def test_changing_the_first_keeps_the_others_and_the_place(make: Make, keeper: Viewer, run_jobs: Run) -> None:
    product = make.product()
    ids = [add(product, keeper) for _each in range(3)]
    run_jobs()
    with transaction():
        services.choose_picture(product, photo_of(ids[1]), by=keeper)
    new = replace(product, keeper)
    assert stored(product).picture == ids[1], "until the new one is ready"
    assert new not in [shown.id for shown in queries.pictures_of(product)]
    with pytest.raises(Conflict), transaction():
        services.choose_picture(product, photo_of(ids[0]), by=keeper)
    run_jobs()
    assert (stored(product).picture, product.next_picture) == (new, None)
    assert order(product) == [ids[0], new, ids[2]]


def test_who_is_taken_down_meanwhile_is_not_replaced(make: Make, keeper: Viewer, run_jobs: Run) -> None:
    product = make.product()
    ids = [add(product, keeper) for _each in range(2)]
    run_jobs()
    new = replace(product, keeper)
    with transaction():
        services.remove_picture(product, photo_of(ids[0]), by=keeper)
    assert (stored(product).picture, product.next_picture) == (ids[1], None)
    run_jobs()
    assert (stored(product).picture, order(product)) == (ids[1], [ids[1], new])
    for photo_id in (ids[1], new):
        with transaction():
            services.remove_picture(product, photo_of(photo_id), by=keeper)
    assert (stored(product).picture, order(product)) == (None, [])


def test_words_for_who_cannot_see(make: Make, keeper: Viewer) -> None:
    product = make.product()
    photo = make.photo(OWNER, product.id, published=True)
    for _twice in range(2):
        with transaction():
            services.describe_picture(product, photo, by=keeper, alt=" 山路双肩，\n松针绿 🌲 ")
    assert stored(photo).alt == "山路双肩， 松针绿 🌲"
    assert [entry.action for entry in entries_of("product", product.id)] == ["product.picture_described"]
    with pytest.raises(Invalid), transaction():
        services.describe_picture(product, photo, by=keeper, alt="x" * 501)


def test_a_photo_of_another_owner_is_never_the_picture(make: Make) -> None:
    product, other = make.product(), make.product()
    photo = make.photo(OWNER, other.id, published=True)
    with transaction():
        services.settle_picture(product.id, photo.id)
    assert stored(product).picture is None


@pytest.mark.one_database
def test_what_is_hidden_has_no_pictures_at_any_address(
    client: PortalClient, as_staff: Callable[..., PortalClient], make: Make, keeper: Viewer, run_jobs: Run
) -> None:
    product = make.product()
    ids = [add(product, keeper) for _each in range(2)]
    run_jobs()

    def answers(who: PortalClient) -> set[int]:
        return {
            who.get(f"/media/{one}/{width}.webp").status_code for one in ids for width in (400, 800, 1600)
        }

    assert answers(client) == {200}
    for _twice in range(2):
        with transaction():
            services.hide_product(product, by=keeper)
    ids += [add(product, keeper), replace(product, keeper)]
    run_jobs()
    ids = order(product)
    assert len(ids) == 3
    assert answers(client) == answers(as_staff("host")) == {404}
    assert answers(as_staff("manager")) == {200}
    with transaction():
        services.show_product(product, by=keeper)
    assert answers(client) == {200}
