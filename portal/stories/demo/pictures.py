"""Drawn photos through the real room: staged, attached, prepared, settled. Drawing and preparing use every core.

The worker would do the same one photo after the other; a demo should not keep its first visitor waiting for that.
"""

from __future__ import annotations

import io
import os
import tempfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from portal.core.access import Viewer
from portal.core.media import preparation, services
from portal.core.media.images import Rendered, render
from portal.core.media.preparation import Outcome
from portal.core.media.storage import picture_key, storage
from portal.stories.models import Story
from portal.stories.services.photos import KIND

MOST_PROCESSES = 4


@dataclass(frozen=True, slots=True)
class Drawing:
    """What to draw: a kind of ``draw_story``, the bag's shape and colour if the story is about one."""

    seed: int
    kind: str
    shape: str | None = None
    color: str | None = None


@dataclass(frozen=True, slots=True)
class Drawn:
    """The file as a phone would send it, and the pictures that the worker would make of it."""

    file: bytes
    rendered: Rendered


@contextmanager
def drawn(drawings: Iterable[Drawing]) -> Iterator[Iterator[Drawn]]:
    """All drawings in their order, made ahead by other processes while the caller works."""
    processes = max(1, min(MOST_PROCESSES, os.cpu_count() or 1))
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        yield pool.map(draw, drawings, chunksize=2)


def draw(drawing: Drawing) -> Drawn:
    """One picture; runs in a process of its own, which knows neither application nor database."""
    from portal.demo.art import STORY_SIZES, as_jpeg, draw_story

    size = STORY_SIZES[drawing.seed % len(STORY_SIZES)]
    picture = draw_story(drawing.seed, drawing.kind, size, shape=drawing.shape, color=drawing.color)
    file = as_jpeg(picture)
    with tempfile.NamedTemporaryFile(suffix=".jpg") as kept:
        kept.write(file)
        kept.flush()
        return Drawn(file, render(Path(kept.name)))


def add_ready_photo(story: Story, photo: Drawn, *, by: Viewer, alt: str) -> None:
    """Attach the file and do at once what the worker would do later."""
    staged = services.stage_upload(io.BytesIO(photo.file))
    services.attach(staged, owner_kind=KIND, owner_id=story.id, by=by, alt=alt)
    claim = preparation.claim_photo(staged.id)
    assert claim is not None
    for width, data in photo.rendered.widths.items():
        storage().put(picture_key(staged.id, width), data)
    preparation.settle_photo(claim, Outcome(rendered=photo.rendered))
