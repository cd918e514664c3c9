"""Lies about where one comes from and who one is: forged cookies and headers, addresses elsewhere, lost tokens."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from flask import Flask

from portal.accounts.models import Member
from portal.core.limits import client_address
from portal.core.mail.models import Letter
from tests.addresses import set_by_rule
from tests.client import PortalClient
from tests.factories.accounts import PASSWORD
from tests.make import Make

pytestmark = pytest.mark.one_database

ELSEWHERE = [
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "https:evil.example",
    "https://evil.example/",
    "HTTPS://evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    " //evil.example",
    "/%2f/evil.example\r\nSet-Cookie: stolen=1",
    "/stories\r\n\r\n<script>alert(1)</script>",
    "evil.example",
    "http://localhost@evil.example/",
]
TYPED = "Twelve years, two repairs, still mine."


def leads_elsewhere(place: str) -> bool:
    """As a browser reads it: backslashes are slashes, tabs and line breaks are nothing."""
    seen = place.replace("\\", "/").translate({9: None, 10: None, 13: None}).strip()
    parts = urlsplit(seen)
    return bool(parts.scheme) or (bool(parts.netloc) and parts.netloc != "localhost")


def check_stays(response: Any, sent: str) -> None:
    place = response.headers.get("Location") or response.headers.get("HX-Redirect") or "/"
    assert response.status_code < 500
    assert not leads_elsewhere(place), f"{sent!r} leads to {place!r}"
    assert "\n" not in place
    assert "\r" not in place
    assert "stolen" not in response.headers.get("Set-Cookie", "")


@pytest.mark.parametrize("elsewhere", ELSEWHERE)
def test_nothing_leads_to_another_site(
    make: Make, client: PortalClient, as_member: Callable[..., PortalClient], elsewhere: str
) -> None:
    member = make.member(password=PASSWORD)
    signing = {"email": member.email, "password": PASSWORD, "next": elsewhere}
    check_stays(client.post("/sign-in", data=signing), elsewhere)
    check_stays(client.get(f"/sign-in?next={quote(elsewhere)}"), elsewhere)  # signed in already
    for path, data in (("/theme", {"theme": "dark"}), ("/language", {"language": "en"})):
        check_stays(client.post(path, data=data | {"next": elsewhere}), elsewhere)
    story = make.story()
    back = {"on": "1", "next": elsewhere}
    check_stays(as_member(member).post(f"/stories/{story.id}/reaction", data=back), elsewhere)
    line = "".join(elsewhere.splitlines())  # no client can send more than a line
    headers = {"HX-Current-URL": f"http://evil.example{line}", "Referer": line}
    check_stays(PortalClient(client.application).get("/me", headers=headers, htmx=True), elsewhere)


@pytest.fixture
def with_tokens(app: Flask) -> Iterator[None]:
    app.config["WTF_CSRF_ENABLED"] = True
    yield
    app.config["WTF_CSRF_ENABLED"] = False


@pytest.mark.usefixtures("with_tokens")
@pytest.mark.parametrize("token", ["", "forged", "0123456789abcdef" * 4, "a\0b", "长" * 4000])
def test_a_lost_token_keeps_what_was_typed(
    make: Make, as_member: Callable[..., PortalClient], token: str
) -> None:
    story = make.story()
    browser = as_member()
    page = f"http://localhost/stories/{story.id}"
    sent = {"body": TYPED, "csrf_token": token}
    answer = browser.post(f"/stories/{story.id}/comments", data=sent, headers={"Referer": page})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/stories/{story.id}")
    again = browser.get(f"/stories/{story.id}").get_data(as_text=True)
    assert TYPED in again
    assert "nothing was sent" in again


@pytest.mark.usefixtures("with_tokens")
def test_without_token_nothing_is_done(app: Flask, make: Make) -> None:
    """Every POST refuses, but for the listed exceptions."""
    from portal.core.installation import CSRF_EXEMPT

    owner = make.staff("owner")
    done = []
    for rule in app.url_map.iter_rules():
        if "POST" not in (rule.methods or set()) or rule.endpoint in CSRF_EXEMPT:
            continue
        browser = PortalClient(app).sign_in(make.session_token(owner))
        built = rule.build(dict.fromkeys(rule.arguments, "up") | set_by_rule(rule))
        assert built is not None
        answer = browser.post(built[1], data={"body": TYPED})
        if answer.status_code != 303:
            done.append(f"{rule.rule}: {answer.status_code}")
    assert not done


FORGED = [
    "portal=forged",
    "portal=eyJfdXNlcl9pZCI6IjEifQ.aaaa.bbbb",
    "portal=.eJyrVkosLcmIz8nPS1WyUjI0MjZR0lFKLi4uyczPU7JSMjQyNlGqBQCxYQm3.Z0.x",
    "portal=" + "a" * 4000,
    'portal="\\000\\377"',
    "portal=; portal=; portal",
    "language=../../x; theme=<script>",
    "=; ;;",
]


@pytest.mark.parametrize("cookie", FORGED)
def test_a_forged_cookie_is_nobody(app: Flask, cookie: str) -> None:
    browser = app.test_client(use_cookies=False)
    answer = browser.get("/me", headers={"Cookie": cookie})
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/sign-in")
    assert browser.get("/stories", headers={"Cookie": cookie}).status_code == 200


@pytest.mark.parametrize(
    "kept", [{"_user_id": 5}, {"_user_id": ["x"]}, {"_user_id": "a\0b"}, {"kept": {"a": 1}}, {"mailed": "x"}]
)
def test_a_session_of_an_older_shape_is_nobody(app: Flask, kept: dict[str, Any]) -> None:
    """Signed by us, but not as we write it today."""
    browser = PortalClient(app)
    with browser.session_transaction() as session:
        session.update(kept)
    for path in ("/stories", "/me", "/check-mail", "/stories/new"):
        assert browser.get(path).status_code < 500, path


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:99", "[::1]", "a" * 300, "evil.example/../x", "<b>"]
)
def test_a_foreign_host_appears_nowhere(
    app: Flask, make: Make, outbox: Callable[[], list[Letter]], host: str
) -> None:
    """Neither on pages nor, above all, in letters with links that sign somebody in."""
    member: Member = make.member()
    story = make.story()
    browser = PortalClient(app)
    for path in ("/", "/stories", f"/stories/{story.id}", "/sign-in", "/me"):
        answer = browser.get(path, headers={"Host": host, "X-Forwarded-Host": host})
        assert answer.status_code < 500
        assert "evil" not in answer.get_data(as_text=True)
        assert "evil" not in answer.headers.get("Location", "")
    browser.post("/reset", data={"email": member.email}, headers={"Host": host, "X-Forwarded-Host": host})
    for letter in outbox():
        assert "evil" not in letter.text_body + letter.html_body
        assert "http://portal.test/" in letter.text_body


def test_a_forwarded_address_is_not_believed(app: Flask) -> None:
    """Without a proxy in front (trusted_proxies = 0) everybody can write these headers."""
    lies = {"X-Forwarded-For": "203.0.113.7", "Forwarded": "for=203.0.113.7", "X-Real-IP": "203.0.113.7"}
    with app.test_request_context("/", headers=lies, environ_base={"REMOTE_ADDR": "198.51.100.4"}):
        assert client_address() == "198.51.100.4"


def test_waits_of_guessers_do_not_fall_for_it(make: Make, client: PortalClient) -> None:
    member = make.member(password=PASSWORD)
    statuses = [
        client.post(
            "/sign-in",
            data={"email": member.email, "password": f"guess {number}"},
            headers={"X-Forwarded-For": f"203.0.113.{number}"},
        ).status_code
        for number in range(8)
    ]
    assert statuses[0] == 422
    assert statuses[-1] == 429


TOO_MUCH = {
    "one large field": {"body": "a" * 2_000_000},
    "many fields": {f"field{number}": "x" for number in range(5_000)},
    "a long name": {"b" * 1_500_000: "x"},
}


@pytest.mark.parametrize("what", TOO_MUCH)
@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data"])
def test_huge_forms_are_refused_with_a_sentence(
    make: Make, as_member: Callable[..., PortalClient], what: str, kind: str
) -> None:
    story = make.story()
    answer = as_member().post(f"/stories/{story.id}/comments", data=TOO_MUCH[what], content_type=kind)
    assert answer.status_code in (413, 422)
    if answer.status_code == 413:
        assert "too large to send" in answer.get_data(as_text=True)


def test_a_long_text_is_refused_and_kept(make: Make, as_member: Callable[..., PortalClient]) -> None:
    story = make.story()
    answer = as_member().post(f"/stories/{story.id}/comments", data={"body": "长" * 1001})
    assert answer.status_code == 422
    assert "长" * 1001 in answer.get_data(as_text=True)
