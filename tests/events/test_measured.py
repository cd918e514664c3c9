"""``bench`` counts a sign-up only when there is a ticket at its end."""

from __future__ import annotations

import pytest

from bench import load, signup
from portal.core.db import new_id

TOKEN = "a-token"


def answer(status: str, location: str = "", body: str = "") -> bytes:
    told = f"Location: {location}\r\n" if location else ""
    return f"HTTP/1.1 {status}\r\nserver: x\r\n{told}content-length: {len(body)}\r\n\r\n{body}".encode()


def test_a_way_goes_on_to_its_details_and_ends_with_a_ticket() -> None:
    first = next(signup.ways([new_id()], ["portal=x"], TOKEN))
    details = f"/events/{signup.SLUG}/register/{new_id()}"
    second = signup.on_to_details(first, answer("303 See Other", details))
    assert second is not None
    assert second.startswith(f"POST {details} ".encode())
    assert b"\r\nCookie: portal=x\r\n" in second
    assert second.endswith(f"csrf_token={TOKEN}".encode())
    assert signup.on_to_details(second, answer("303 See Other", f"/me/tickets/{new_id()}")) is None


@pytest.mark.parametrize(
    "came",
    [
        answer("409 Conflict", body="<p>Sold out"),
        answer("422 Unprocessable Content", body="<p>Who comes?"),
        answer("429 Too Many Requests"),
        answer("303 See Other", "/sign-in?next=/me/tickets/"),
        answer("303 See Other", "/me/tickets"),
        answer("200 OK", body=f"\r\nlocation: /me/tickets/{new_id()}\r\n"),
        answer("500 Internal Server Error", f"/me/tickets/{new_id()}"),
    ],
)
def test_a_way_that_ends_elsewhere_stops_the_run_and_says_where(came: bytes) -> None:
    for request in (
        next(signup.ways([new_id()], ["portal=x"], TOKEN)),
        load.post(f"/events/x/register/{new_id()}", f"csrf_token={TOKEN}", cookie="portal=x", htmx=False),
    ):
        with pytest.raises(load.WrongAnswer) as said:
            signup.on_to_details(request, came)
        assert str(said.value).startswith("POST /events/")
        assert came.split(b"\r\n", 1)[0].decode() in str(said.value)
