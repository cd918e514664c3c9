"""The drawings: right size, the same for the same seed, different for others."""

import hashlib
import io
import time

import pytest
from PIL import Image

from portal.demo import art


def fingerprint(image: Image.Image) -> str:
    return hashlib.sha256(image.tobytes()).hexdigest()


@pytest.mark.parametrize("kind", art.STORY_KINDS)
def test_story_picture_keeps_its_size_and_depends_on_the_seed_alone(kind: str) -> None:
    size = (324, 405)
    first, again, other = (art.draw_story(seed, kind, size) for seed in (7, 7, 8))
    assert first.size == size
    assert first.mode == "RGB"
    assert fingerprint(first) == fingerprint(again)
    assert fingerprint(first) != fingerprint(other)


@pytest.mark.parametrize("kind", art.STORY_KINDS)
@pytest.mark.parametrize("shape", art.BAG_SHAPES)
def test_every_kind_can_show_every_bag(kind: str, shape: str) -> None:
    image = art.draw_story(3, kind, (160, 120), shape=shape, color="olive")
    assert image.size == (160, 120)


def test_the_bag_of_the_story_changes_the_picture() -> None:
    tote = art.draw_story(1, "bag", (240, 300), shape="tote", color="cherry")
    wallet = art.draw_story(1, "bag", (240, 300), shape="wallet", color="cherry")
    assert fingerprint(tote) != fingerprint(wallet)


@pytest.mark.parametrize("size", art.STORY_SIZES)
def test_pictures_fill_every_format(size: tuple[int, int]) -> None:
    image = art.draw_story(2, "portrait", size)
    assert image.size == size
    for corner in ((0, 0), (size[0] - 1, 0), (0, size[1] - 1), (size[0] - 1, size[1] - 1)):
        assert image.getpixel(corner) != (255, 255, 255)


@pytest.mark.parametrize("shape", art.BAG_SHAPES)
def test_product_pictures(shape: str) -> None:
    image = art.draw_product(1, shape, "marigold", (300, 300))
    assert image.size == (300, 300)
    assert fingerprint(image) == fingerprint(art.draw_product(1, shape, "marigold", (300, 300)))


def test_a_product_may_have_any_colour_and_no_unknown_shape() -> None:
    assert art.draw_product(1, "tote", "#336699", (120, 120)).size == (120, 120)
    with pytest.raises(KeyError):
        art.draw_product(1, "suitcase", "cherry")
    with pytest.raises(ValueError, match="not a colour"):
        art.draw_product(1, "tote", "no colour")


def test_avatars_are_square_and_differ() -> None:
    faces = [art.draw_avatar(seed, 96) for seed in range(12)]
    assert {face.size for face in faces} == {(96, 96)}
    assert len({fingerprint(face) for face in faces}) == 12


@pytest.mark.parametrize("size", [(800, 450), (540, 675)])
def test_the_festival_comes_wide_and_tall(size: tuple[int, int]) -> None:
    assert art.draw_festival(size).size == size


def test_jpeg_opens_again_and_carries_no_metadata() -> None:
    picture = Image.open(io.BytesIO(art.as_jpeg(art.draw_avatar(1, 200))))
    assert picture.format == "JPEG"
    assert picture.size == (200, 200)
    assert not picture.getexif()


def test_a_full_size_picture_is_drawn_quickly() -> None:
    art.draw_story(1, "wedding")  # fills the caches
    start = time.process_time()
    for seed in range(4):
        art.draw_story(seed, "wedding")
    assert (time.process_time() - start) / 4 < 0.5
