"""A browser and portals that live as long as the test run. Nothing here uses the ``app`` fixture."""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, StorageState

from tests.browser import phone
from tests.browser.portal import RunningPortal, fill, link_in, running
from tests.browser.visits import browser, sign_in, visit

PASSWORD = "a-needle-and-a-thread"


@dataclass(frozen=True)
class Account:
    email: str
    password: str


@pytest.fixture(scope="session")
def opened() -> Iterator[Browser]:
    """One browser; every visit is a context of its own."""
    with browser() as found:
        yield found


@pytest.fixture(scope="session")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPortal]:
    """A portal without any data, with web server and worker."""
    folder = tmp_path_factory.mktemp("portal")
    fill(folder)
    with running(folder) as found:
        yield found


@pytest.fixture(scope="session")
def staff(portal: RunningPortal, opened: Browser) -> Account:
    """The first owner, made as the README says: a command prints a link, the link leads to a password."""
    account = Account("owner@portal.example", PASSWORD)
    printed = portal.flask("staff", "add", account.email, "--role", "owner", "--name", "Ada")
    with visit(opened, portal.url, javascript=False) as (page, _watch):
        page.goto(link_in(printed))
        page.locator("main form button").click()
        page.locator("[name=password]").fill(account.password)
        page.locator("#new-password-form button").click()
        page.wait_for_url("**/me")
    return account


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPortal]:
    """A portal with the demo brand. However many processes test, the demo is loaded once and copied."""
    folder = tmp_path_factory.mktemp("demo") / "data"
    shutil.copytree(loaded_demo(shared_folder(tmp_path_factory)), folder)
    with running(folder) as found:
        yield found


@pytest.fixture(scope="session")
def house(demo: RunningPortal) -> RunningPortal:
    """The demo with members of the tests' own (``guests``)."""
    demo.python("tests.browser.guests")
    return demo


def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that all processes of one test run have in common."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if base.name.startswith("popen-") else base


def loaded_demo(shared: Path) -> Path:
    """The folder with the demo, loaded by whoever comes first; the others wait."""
    folder = shared / "loaded-demo"
    with (shared / "loaded-demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "complete").exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            fill(folder, "small")
            (folder / "complete").touch()
    return folder


@pytest.fixture(scope="session")
def roll(tmp_path_factory: pytest.TempPathFactory) -> phone.Roll:
    """Photos as they lie on a phone."""
    return phone.take_photos(tmp_path_factory.mktemp("phone"))


@pytest.fixture(scope="session")
def desk_state(portal: RunningPortal, staff: Account, opened: Browser) -> StorageState:
    """What the owner's browser remembers: signed in once for all tests."""
    with visit(opened, portal.url) as (page, _):
        sign_in(page, staff.email, staff.password)
        return page.context.storage_state()


@pytest.fixture
def desk(portal: RunningPortal, desk_state: StorageState, opened: Browser) -> Iterator[Page]:
    """The owner in the studio."""
    with visit(opened, portal.url, size="desk", language="en", state=desk_state) as (page, _):
        yield page
