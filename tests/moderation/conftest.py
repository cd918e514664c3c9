"""Things to judge that live in memory, in place of the features above moderation; a queue that holds some."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from portal.accounts.queries import viewer_of
from portal.core import clock
from portal.core.access import Viewer
from portal.core.feature import ModerationTarget, TargetView
from portal.core.installation import Registry
from portal.moderation.models import Case, CaseOrigin
from tests.client import PortalClient
from tests.make import Make


@dataclass
class Shelf:
    """Things of one kind: their authors, texts and states, and what moderation asked for."""

    kind: str
    authors: dict[str, str] = field(default_factory=dict)
    bodies: dict[str, str] = field(default_factory=dict)
    states: dict[str, str] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
    described: int = 0

    def put(self, thing_id: str, *, author_id: str, state: str = "published", body: str = "A walk") -> str:
        self.authors[thing_id], self.states[thing_id], self.bodies[thing_id] = author_id, state, body
        return thing_id

    def as_target(self) -> ModerationTarget:
        return ModerationTarget(
            kind=self.kind,
            label=self.kind.capitalize(),
            describe=self._describe,
            hold=lambda _thing_id: None,
            state_of=lambda thing_id: self.states.get(thing_id, ""),
            approve=lambda thing_id: self.states.update({thing_id: "published"}),
            hide=self._hide,
            restore=lambda thing_id, state: self.states.update({thing_id: state}),
        )

    def _describe(self, ids: list[str]) -> dict[str, TargetView]:
        self.described += 1
        return {
            thing_id: TargetView(
                target_id=thing_id,
                author_id=self.authors[thing_id],
                title="",
                body=self.bodies[thing_id],
                url=f"/stories/{thing_id}",
                public=self.states[thing_id] == "published",
            )
            for thing_id in ids
            if self.states.get(thing_id, "deleted") != "deleted"
        }

    def _hide(self, thing_id: str, reason: str) -> None:
        self.states[thing_id] = "rejected" if self.states[thing_id] == "held" else "hidden"
        self.reasons[thing_id] = reason


@pytest.fixture
def shelf(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Shelf:
    """Stories, as moderation knows them."""
    return _install(app, monkeypatch, "story")


@pytest.fixture
def comments(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Shelf:
    return _install(app, monkeypatch, "comment")


@pytest.fixture
def as_viewer() -> Callable[[Any], Viewer]:
    """A member as the actor of a service."""
    return lambda member: viewer_of(member.id)


@pytest.fixture
def moderator(as_staff: Any) -> PortalClient:
    client: PortalClient = as_staff("moderator")
    return client


@pytest.fixture
def put(make: Make, shelf: Shelf) -> Any:
    """Puts a waiting story into the queue."""

    def held(name: str, *, age: int = 0, **facts: Any) -> Case:
        author = facts.pop("author", None) or make.member(display_name=f"Author of {name}")
        shelf.put(name, author_id=author.id, state="held", body=f"Text of {name}")
        opened_at = clock.now() - timedelta(minutes=age)
        values = {
            "target_kind": "story",
            "target_id": name,
            "origin": CaseOrigin.HELD,
            "held_because": "first_stories",
            "title": f"Text of {name}",
            "opened_at": opened_at,
        }
        made: Case = make.case(author, **{**values, **facts})
        return made

    return held


def _install(app: Flask, monkeypatch: pytest.MonkeyPatch, kind: str) -> Shelf:
    registry: Registry = app.extensions["registry"]
    made = Shelf(kind)
    monkeypatch.setitem(registry.targets, kind, made.as_target())
    return made
