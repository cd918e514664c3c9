"""How tests use the studio: as a browser does, from the form that a page shows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from bs4 import BeautifulSoup, Tag

from portal.core.db import db, transaction
from portal.events.models import Event, Seats
from tests.client import PortalClient

#: a salon as staff type it
SALON = {
    "kind": "salon",
    "name_zh": "修补之夜",
    "name_en": "Mending night",
    "first": "2027-05-16",
    "opens": "19:00",
    "closes": "00:30",
    "people": "12",
}


def address(event: Event, *rest: str) -> str:
    return "/".join((f"/console/events/{event.slug}", *rest))


def shown(client: PortalClient, path: str, form: str = "#part-form") -> dict[str, Any]:
    """What the form on a page would send untouched."""
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status)
    found = BeautifulSoup(answer.get_data(as_text=True), "html.parser").select_one(form)
    assert found is not None, (path, form)
    sent = dict(pair for field in found.select("[name]") if (pair := _sent(field)) is not None)
    sent.pop("csrf_token")
    return sent


def _sent(field: Tag) -> tuple[str, str] | None:
    name, kind = str(field["name"]), field.get("type")
    if field.name == "textarea":
        return name, field.text.removeprefix("\n")
    if field.name == "select":
        chosen = field.select_one("option[selected]") or field.select_one("option")
        return name, str(chosen["value"]) if chosen else ""
    if kind in ("checkbox", "radio"):
        return (name, str(field.get("value", "y"))) if field.has_attr("checked") else None
    return (name, str(field.get("value", ""))) if kind != "file" else None


def errors(answer: Any) -> dict[str, str]:
    """The sentences beside fields, by the field's id."""
    page = BeautifulSoup(answer.get_data(as_text=True), "html.parser")
    return {
        str(one["id"]).removesuffix("-error"): one.get_text(" ", strip=True) for one in page.select(".err")
    }


def the(model: Any, **facts: Any) -> Any:
    """The only row like this, as it is stored."""
    db.session.rollback()
    return db.session.scalars(sa.select(model).filter_by(**facts)).one()


def seats_of(row_id: str) -> Seats:
    return db.session.get_one(Seats, row_id, populate_existing=True)


def act(verb: Callable[..., Any], *args: Any, **facts: Any) -> Any:
    """One write of staff."""
    with transaction():
        return verb(*args, **facts)


def fresh(row: Any) -> Any:
    """The row as it is stored now."""
    return db.session.get_one(type(row), row.id, populate_existing=True)
