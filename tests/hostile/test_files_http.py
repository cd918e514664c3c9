"""Hostile files through the production server: a clear sentence each, nothing kept, little memory."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import psutil
import pytest
import sqlalchemy as sa

from portal.accounts.queries import viewer_of
from portal.core.db import db, transaction
from portal.core.i18n import in_language
from portal.core.media.models import Photo, PhotoState
from portal.core.media.reasons import MEGABYTE, Reason
from portal.stories import services
from tests.concurrency.served import Answer, Served, Visitor, sentence_in, wait_for
from tests.core.media import pictures

WEB_MB, WORKER_MB = 300, 600
PAYLOAD = b"<script>alert('polyglot')</script>"
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
LANGUAGES = {"en": "en", "zh": "zh_CN"}


def jpeg() -> bytes:
    return pictures.as_bytes(pictures.textured((1200, 900)), "JPEG")


@dataclass(frozen=True)
class Hostile:
    """A file as a browser would send it, and what its sender must be told."""

    name: str
    data: Callable[[], bytes]
    reason: Reason


#: told at once
AT_THE_DOOR = {
    "one pixel wide": Hostile("a.png", lambda: pictures.png_bomb(1, 65_000), Reason.ODD_SHAPE),
    "very wide": Hostile("a.png", lambda: pictures.png_bomb(65_000, 1), Reason.ODD_SHAPE),
    "svg": Hostile("a.svg", lambda: SVG, Reason.NOT_A_PHOTO),
    "svg named jpg": Hostile("a.jpg", lambda: SVG, Reason.NOT_A_PHOTO),
    "zip named jpg": Hostile("a.jpg", pictures.zip_file, Reason.NOT_A_PHOTO),
    "text named jpg": Hostile("a.jpg", lambda: b"just words " * 50, Reason.NOT_A_PHOTO),
    "gif and script in one": Hostile("a.jpg", lambda: b"GIF89a/*" + PAYLOAD, Reason.NOT_A_PHOTO),
    "empty": Hostile("a.jpg", lambda: b"", Reason.EMPTY),
    "decompression bomb": Hostile("a.png", lambda: pictures.png_bomb(29_000, 29_000), Reason.TOO_MANY_PIXELS),
    "30 MB": Hostile("a.jpg", lambda: jpeg() + bytes(30 * MEGABYTE), Reason.TOO_HEAVY),
    "header only": Hostile("a.jpg", lambda: jpeg()[:20], Reason.DAMAGED),
    "many scans": Hostile("a.jpg", lambda: pictures.many_scans(200), Reason.DAMAGED),
    "odd name": Hostile("../../x\r\n.jpg", pictures.zip_file, Reason.NOT_A_PHOTO),
}
#: only decoding can tell: the worker does, and the page says it
IN_THE_WORKER = {
    "truncated jpeg": Hostile("a.jpg", lambda: jpeg()[: len(jpeg()) // 2], Reason.DAMAGED),
    "lying heic": Hostile("a.heic", pictures.lying_heic, Reason.DAMAGED),
}


@cache
def bytes_of(hostile: Hostile) -> bytes:
    return hostile.data()


class Writer:
    """A member with a draft, in a browser."""

    def __init__(self, portal: Served, language: str = "en") -> None:
        self.portal = portal
        with portal.indoors() as make, transaction():
            member = make.member(language=LANGUAGES[language])
            self.story_id = services.draft_of(viewer_of(member.id)).id
            self.browser = portal.visitor(member, language=language)

    def send(self, name: str, data: bytes, *, field_name: str = "photos", htmx: bool = True) -> Answer:
        file = (name.replace("\r\n", "%0D%0A"), "image/jpeg", data)
        return self.browser.post(f"/stories/{self.story_id}/photos", files={field_name: file}, htmx=htmx)

    def photos(self) -> list[Any]:
        with self.portal.indoors():
            return list(db.session.scalars(sa.select(Photo).where(Photo.owner_id == self.story_id)))

    def finished(self) -> list[Any]:
        return wait_for(lambda: [photo for photo in self.photos() if not photo.is_waiting], 60)


def sentence(portal: Served, reason: Reason, language: str) -> str:
    with portal.indoors(), in_language(LANGUAGES[language]):
        return reason.sentence


def originals(portal: Served) -> list[str]:
    return [str(path) for path in (portal.folder / "storage" / "quarantine").rglob("*") if path.is_file()]


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_file_is_refused_with_its_sentence(portal: Served, language: str) -> None:
    """With the script (a toast) and without it (the page), and nothing of it stays."""
    for what, hostile in AT_THE_DOOR.items():
        writer = Writer(portal, language)
        expected = sentence(portal, hostile.reason, language)
        for htmx in (True, False):
            answer = writer.send(hostile.name, bytes_of(hostile), htmx=htmx)
            assert answer.status == 422, what
            assert expected in sentence_in(answer), what
        assert not writer.photos(), what
    assert not originals(portal)
    assert (re.search("[\u4e00-\u9fff]", expected) is not None) == (language == "zh")


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_only_the_worker_can_tell_is_said_on_the_page(portal: Served, language: str) -> None:
    for what, hostile in IN_THE_WORKER.items():
        writer = Writer(portal, language)
        assert writer.send(hostile.name, bytes_of(hostile)).status == 200, what
        [photo] = writer.finished()
        assert (photo.state, photo.reason) == (PhotoState.REFUSED, hostile.reason), what
        page = writer.browser.get("/stories/new")
        assert sentence(portal, hostile.reason, language) in sentence_in(page), what
    wait_for(lambda: not originals(portal))


def test_a_polyglot_loses_what_it_carried(portal: Served) -> None:
    """A good photo with a page, a script and an archive inside: only its pixels are served."""
    writer = Writer(portal)
    image = pictures.quarters((640, 480))
    data = (
        pictures.as_bytes(image, "JPEG", comment=PAYLOAD, exif=pictures.gps_exif())
        + pictures.zip_file()
        + PAYLOAD
    )
    assert writer.send("a.jpg.html", data).status == 200
    [photo] = writer.finished()
    assert photo.state is PhotoState.READY
    for width in (400, 800, 1600):
        served = writer.browser.get(f"/media/{photo.id}/{width}.webp")
        assert served.headers["content-type"] == "image/webp"
        assert served.headers["x-content-type-options"] == "nosniff"
        for part in (PAYLOAD, b"PK\x03\x04", pictures.SECRET, b"EXIF", b"Exif"):
            assert part not in served.body
    assert not originals(portal)


def test_the_wrong_field(portal: Served) -> None:
    writer = Writer(portal)
    for htmx, said in ((True, "No photo arrived. Please choose it again."), (False, "Nothing was chosen.")):
        answer = writer.send("a.jpg", jpeg(), field_name="file", htmx=htmx)
        answer = writer.browser.get("/stories/new") if answer.status == 303 else answer
        assert said in sentence_in(answer)
    assert not writer.photos()


def pour(browser: Visitor, path: str, megabytes: int, *, chunked: bool = False, file: bool = True) -> Answer:
    """A body that never was in memory: written until the server answers or closes."""
    name = 'name="photos"; filename="a.jpg"' if file else 'name="body"'
    token = f'--x\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{browser.token}\r\n'
    start = f"{token}--x\r\nContent-Disposition: form-data; {name}\r\n\r\n".encode() + b"\xff\xd8\xff"
    end, block = b"\r\n--x--\r\n", bytes(MEGABYTE // 4)
    length = len(start) + megabytes * MEGABYTE + len(end)
    size = "Transfer-Encoding: chunked" if chunked else f"Content-Length: {length}"
    lines = (
        f"POST {path} HTTP/1.1",
        "Host: localhost",
        f"Cookie: {browser.cookie}",
        f"Accept-Language: {browser.language}",
        "Content-Type: multipart/form-data; boundary=x",
        size,
    )
    with socket.create_connection(("127.0.0.1", int(browser.url.rpartition(":")[2])), 30) as line:
        line.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        with suppress(OSError):
            for part in (start, *[block] * (megabytes * 4), end, b""):
                line.sendall(b"%x\r\n%b\r\n" % (len(part), part) if chunked else part)
        return _read(line)


def _read(line: socket.socket) -> Answer:
    heard = b""
    with suppress(OSError):
        while part := line.recv(65536):
            heard += part
    head, _, body = heard.partition(b"\r\n\r\n")
    return Answer(int(head[9:12] or b"0"), {}, body)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("chunked", [False, True], ids=["with length", "chunked"])
def test_200_megabytes_are_turned_away(portal: Served, language: str, chunked: bool) -> None:
    writer = Writer(portal, language)
    with portal.app.test_request_context(headers={"Accept-Language": writer.browser.language}):
        from portal.core.refusals import sentence_for

        expected = sentence_for(413)
    with watched(portal) as peaks:
        for path, file in (
            (f"/stories/{writer.story_id}/photos", True),
            ("/me/profile", False),
            ("/sign-in", True),
        ):
            answer = pour(writer.browser, path, 200, chunked=chunked, file=file)
            assert answer.status == 413, path
            assert expected in sentence_in(answer), path
    assert peaks.web < WEB_MB
    assert not writer.photos()
    assert not originals(portal)


@dataclass
class Peaks:
    """The most memory (RSS, in MB) that any web process and the worker had."""

    web: float = 0
    worker: float = 0
    processes: list[tuple[psutil.Process, str]] = field(default_factory=list)

    def look(self) -> None:
        for process, kind in self.processes:
            with suppress(psutil.NoSuchProcess):
                setattr(self, kind, max(getattr(self, kind), process.memory_info().rss / 1e6))


@contextmanager
def watched(portal: Served) -> Iterator[Peaks]:
    """Samples the portal's memory every few milliseconds."""
    web = [portal.web(), *portal.web().children(recursive=True)]
    peaks = Peaks(processes=[(portal.worker(), "worker"), *((process, "web") for process in web)])
    over = threading.Event()

    def sample() -> None:
        while not over.wait(0.01):
            peaks.look()

    sampler = threading.Thread(target=sample)
    sampler.start()
    try:
        yield peaks
    finally:
        over.set()
        sampler.join()


def test_memory_stays_within_bounds(portal: Served, record_property: Callable[[str, object], None]) -> None:
    """Everything at once, with the heaviest photos that are allowed, from eight browsers."""
    heavy = jpeg() + bytes(19 * MEGABYTE)
    heavy_webp = pictures.as_bytes(
        pictures.quarters((640, 480)), "WEBP", exif=b"Exif\0\0" + bytes(19 * MEGABYTE)
    )
    large = pictures.png_bomb(8100, 6100)
    hostile = [bytes_of(one) for one in (*AT_THE_DOOR.values(), *IN_THE_WORKER.values())]
    writers = [Writer(portal) for _ in range(8)]

    def send_all(writer: Writer) -> None:
        for data in (heavy, heavy_webp, *hostile, large):
            writer.send("a.jpg", data)
        writer.browser.hang_up()

    with watched(portal) as peaks:
        crowd = [threading.Thread(target=send_all, args=(writer,)) for writer in writers]
        for one in crowd:
            one.start()
        for one in crowd:
            one.join()
        wait_for(
            lambda: not any(photo.is_waiting for writer in writers for photo in writer.photos()), 120, 0.5
        )
    record_property("web_mb", round(peaks.web))
    record_property("worker_mb", round(peaks.worker))
    states = [photo.state for writer in writers for photo in writer.photos()]
    assert states.count(PhotoState.READY) == 3 * len(writers)
    assert peaks.web < WEB_MB, f"{peaks.web:.0f} MB"
    assert peaks.worker < WORKER_MB, f"{peaks.worker:.0f} MB"
