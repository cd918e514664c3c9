"""Every route says who may use it, and a walk over all routes as all personas finds it kept."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from werkzeug.routing import Rule

from portal.accounts.roles import PERMISSIONS
from portal.core.access import access_of
from portal.core.installation import CSRF_EXEMPT
from tests.addresses import set_by_rule
from tests.client import PortalClient
from tests.make import Make

pytestmark = pytest.mark.one_database

PERSONAS = ("stranger", "member", *sorted(role.value for role in PERMISSIONS))


def _rules(app: Flask) -> Iterator[tuple[Rule, str]]:
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            yield rule, method


def _address(rule: Rule, values: dict[str, object]) -> str:
    """The rule filled with ids that exist nowhere."""
    samples = set_by_rule(rule)
    known = {
        name: values.get(name, samples.get(name, "01arz3ndektsv4rrffq69g5fav")) for name in rule.arguments
    }
    built = rule.build(known)
    assert built is not None
    return built[1]


def test_every_route_declares_its_access(app: Flask) -> None:
    assert [rule.endpoint for rule, _ in _rules(app) if access_of(app, rule.endpoint) is None] == []


@pytest.mark.parametrize("persona", PERSONAS)
def test_routes_answer_as_declared(app: Flask, make: Make, persona: str) -> None:
    """Nobody gets past a declaration, and nobody who may pass meets a fault."""
    client = PortalClient(app)
    permissions = frozenset()
    if persona != "stranger":
        member = make.member() if persona == "member" else make.staff(persona)
        client.sign_in(make.session_token(member))
        permissions = next((held for role, held in PERMISSIONS.items() if role.value == persona), frozenset())
    wrong = []
    for rule, method in _rules(app):
        if rule.endpoint == "accounts.sign_out":
            continue
        access = access_of(app, rule.endpoint)
        assert access is not None
        response = client.open(_address(rule, {}), method=method)
        status, place = response.status_code, response.headers.get("Location", "")
        to_sign_in = status in (302, 303) and place.startswith("/sign-in")
        if status >= 500:
            expected = "no fault"
        elif access.audience == "public":
            expected = "" if not to_sign_in else "open to all"
        elif persona == "stranger":
            hidden = access.audience == "staff" and method == "POST"
            expected = "" if (status == 404 if hidden else to_sign_in) else "sign-in first"
        elif access.audience == "staff" and not permissions:
            expected = "" if status == 404 else "hidden from members"
        elif access.audience == "staff" and not permissions & access.permissions:
            expected = "" if status == 403 else "not this role"
        else:
            expected = "" if status not in (403,) and not to_sign_in else "may pass"
        if expected:
            wrong.append(f"{method} {rule.rule}: {expected}, but {status} {place}")
    assert not wrong, "\n".join(wrong)


def test_exempt_from_csrf_are_only_the_listed(app: Flask) -> None:
    from portal.core.installation import csrf

    exempt = {
        endpoint
        for endpoint, view in app.view_functions.items()
        if f"{view.__module__}.{view.__name__}" in csrf._exempt_views
    }
    assert exempt == set(CSRF_EXEMPT)
    assert not csrf._exempt_blueprints
