"""The owner's settings: every section plain and with htmx, bad input, colleagues, and what speaks where."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from portal.brand import queries
from portal.brand.services import change_settings
from portal.core.audit import entries_of
from portal.core.db import transaction
from tests.client import PortalClient
from tests.factories.accounts import PASSWORD
from tests.make import Make

pytestmark = pytest.mark.one_database

SignIn = Callable[..., PortalClient]
BOTH = pytest.mark.parametrize("htmx", [False, True], ids=["plain", "htmx"])
HOME = "/console/settings"

TYPED: dict[str, dict[str, str]] = {
    "words": {
        "name_zh": "朝禾",
        "name_en": "Zhaohe",
        "belief_zh": "每一只包\n都见过日子。",
        "belief_en": "Every bag has a story.",
        "headline_zh": "{people} 个人的路",
        "headline_en": "{people} roads",
        "fan_title_zh": "禾友",
        "fan_title_en": "harvesters",
        "ambassador_title_zh": "米女郎",
        "ambassador_title_en": "rice lady",
    },
    "colour": {"hue": "250"},
    "time": {
        "time_zone": "Europe/Berlin",
        "currency": "EUR",
        "opens_at": "08:30",
        "closes_at": "00:00",
        "drop_weekday": "4",
        "drop_at": "18:05",
    },
    "care": {
        "reply_target_minutes": "15",
        "newcomer_stories": "0",
        "contact_budget": "1",
        "quiet_from": "21:00",
        "quiet_until": "07:30",
    },
    "law": {"minimum_age": "16", "filing_number": "浙ICP备12345678号"},
}
STORED: dict[str, dict[str, Any]] = {
    "words": TYPED["words"] | {"belief_zh": "每一只包 都见过日子。"},
    "colour": {"hue": 250},
    "time": {
        "time_zone": "Europe/Berlin",
        "currency": "EUR",
        "opens_at": 510,
        "closes_at": 1440,
        "drop_weekday": 4,
        "drop_at": 1085,
    },
    "care": {
        "reply_target_minutes": 15,
        "newcomer_stories": 0,
        "contact_budget": 1,
        "quiet_from": 1260,
        "quiet_until": 450,
    },
    "law": {"minimum_age": 16, "filing_number": "浙ICP备12345678号"},
}


def seen(client: PortalClient, section: str) -> str:
    """What the form of this section carries to say what its writer saw."""
    field = BeautifulSoup(client.get(HOME).text, "html.parser").select_one(f"#{section}-seen")
    assert field is not None
    return str(field["value"])


def save(client: PortalClient, section: str, *, htmx: bool = False, **changes: str) -> Any:
    data = TYPED[section] | {"seen": seen(client, section)} | changes
    return client.post(f"{HOME}/{section}", data=data, htmx=htmx)


@pytest.fixture
def owner(as_staff: SignIn) -> PortalClient:
    return as_staff("owner")


@BOTH
@pytest.mark.parametrize("section", TYPED)
def test_each_section_is_saved_by_itself(owner: PortalClient, section: str, htmx: bool) -> None:
    before = queries.stored()
    answer = save(owner, section, htmx=htmx)
    if htmx:
        assert answer.status_code == 200
        assert f'id="{section}"' in answer.text and "Saved" in answer.text
    else:
        assert (answer.status_code, answer.location) == (303, f"{HOME}#{section}")
    assert queries.stored() == before | STORED[section]
    facts = entries_of("brand", "1")[0].facts["changed"]
    assert facts == {name: [before[name], value] for name, value in STORED[section].items()}


@BOTH
@pytest.mark.parametrize(
    ("section", "field", "typed"),
    [
        ("words", "name_zh", ""),
        ("words", "name_en", "x" * 65),
        ("words", "belief_en", "x" * 256),
        ("words", "headline_zh", "\x00 "),
        ("colour", "hue", "360"),
        ("colour", "hue", "-1"),
        ("colour", "hue", "red"),
        ("colour", "hue", ""),
        ("time", "time_zone", "Atlantis/Capital"),
        ("time", "time_zone", "../../etc/passwd"),
        ("time", "currency", "XXX"),
        ("time", "currency", "DEM"),
        ("time", "opens_at", "25:00"),
        ("time", "opens_at", "half past"),
        ("time", "closes_at", "08:30"),
        ("time", "closes_at", "07:00"),
        ("time", "drop_weekday", "7"),
        ("time", "drop_at", ""),
        ("care", "reply_target_minutes", "0"),
        ("care", "newcomer_stories", "-1"),
        ("care", "contact_budget", "22"),
        ("care", "quiet_until", "21:00"),
        ("law", "minimum_age", "13"),
        ("law", "minimum_age", "9" * 30),
        ("law", "filing_number", "x" * 65),
    ],
)
def test_what_cannot_be_is_said_beside_the_field(
    owner: PortalClient, section: str, field: str, typed: str, htmx: bool
) -> None:
    before = queries.stored()
    answer = save(owner, section, htmx=htmx, **{field: typed})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    for name, value in TYPED[section].items():
        if name not in (field, "currency") and not name.startswith(("belief", "headline")):
            assert f'value="{value}"' in answer.text, name  # what was typed is still there
    assert queries.stored() == before


def test_other_ways_to_write_a_time(owner: PortalClient) -> None:
    assert save(owner, "time", opens_at="9:30:00", closes_at="24:00", drop_at="10.15").status_code == 303
    assert [queries.stored()[name] for name in ("opens_at", "closes_at", "drop_at")] == [570, 1440, 615]


# ------------------------------------------------------------------ two owners


@BOTH
def test_the_later_of_two_is_told_and_loses_nothing(as_staff: SignIn, htmx: bool) -> None:
    first, second = as_staff("owner"), as_staff("owner")
    was = seen(second, "words")
    save(first, "words", name_en="The first")
    mine = {"seen": was, "name_en": "The second", "belief_en": "My words."}
    told = second.post(f"{HOME}/words", data=TYPED["words"] | mine, htmx=htmx)
    assert told.status_code == 409
    assert "A colleague changed this" in told.text
    form = BeautifulSoup(told.text, "html.parser").select_one("#words")
    assert form is not None
    assert form.select_one("[name=name_en]")["value"] == "The second"  # type: ignore[index]
    assert "My words." in form.get_text()
    assert "The first" in form.select_one(".note").get_text()  # type: ignore[union-attr]
    assert queries.stored()["name_en"] == "The first"
    now = str(form.select_one("[name=seen]")["value"])  # type: ignore[index]
    again = second.post(f"{HOME}/words", data=TYPED["words"] | mine | {"seen": now}, htmx=htmx)
    assert again.status_code == (200 if htmx else 303)
    assert queries.stored()["name_en"] == "The second"


def test_times_of_a_colleague_read_like_times(as_staff: SignIn) -> None:
    first, second = as_staff("owner"), as_staff("owner")
    was = seen(second, "time")
    save(first, "time", opens_at="07:15", drop_weekday="6", currency="USD")
    told = second.post(f"{HOME}/time", data=TYPED["time"] | {"seen": was}).text
    note = BeautifulSoup(told, "html.parser").select_one("#time .note")
    assert note is not None
    text = note.get_text(" ", strip=True)
    assert "07:15" in text and "Sunday" in text and "USD" in text


def test_two_sections_do_not_disturb_each_other(as_staff: SignIn) -> None:
    first, second = as_staff("owner"), as_staff("owner")
    was = seen(second, "law")
    save(first, "words")
    assert second.post(f"{HOME}/law", data=TYPED["law"] | {"seen": was}).status_code == 303


def test_words_survive_a_lost_session(app: Flask, make: Make) -> None:
    """They wait behind sign-in, and still say what their writer saw: a colleague's change meanwhile is noticed."""
    owner = make.staff("owner", email="owner@example.com", password=PASSWORD)
    client = PortalClient(app).sign_in(make.session_token(owner))
    typed = TYPED["words"] | {"seen": seen(client, "words"), "belief_en": "A text that took an hour."}
    times = TYPED["time"] | {"seen": seen(client, "time"), "opens_at": "never", "closes_at": "22:15"}
    for section, data in (("time", times), ("words", typed)):
        lost = PortalClient(app)
        app.config["WTF_CSRF_ENABLED"] = True
        try:
            answer = lost.post(f"{HOME}/{section}", data=data, headers={"Referer": f"http://localhost{HOME}"})
        finally:
            app.config["WTF_CSRF_ENABLED"] = False
        assert answer.location == f"/sign-in?next={HOME}"
        lost.post("/sign-in", data={"email": "owner@example.com", "password": PASSWORD})
        again = lost.get(HOME).text
        assert ("took an hour" in again) is (section == "words")
        assert ('value="22:15"' in again) is (section == "time")
        if section == "words":
            save(PortalClient(app).sign_in(make.session_token(owner)), "words", name_en="Meanwhile")
            form = BeautifulSoup(again, "html.parser").select_one("#words [name=seen]")
            assert form is not None
            told = lost.post(f"{HOME}/words", data=typed | {"seen": str(form["value"])})
            assert told.status_code == 409


# ------------------------------------------------------------------ the look before the choice


@BOTH
def test_a_hue_is_looked_at_before_it_is_chosen(owner: PortalClient, htmx: bool) -> None:
    shown = owner.get(f"{HOME}/colour?hue=200", htmx=htmx).text
    assert '/brand.css?hue=200"' in shown
    page = BeautifulSoup(shown, "html.parser")
    assert [one["data-theme"] for one in page.select("#hue-preview .swatch")] == ["light", "dark"]
    assert all(one.has_attr("inert") for one in page.select("#hue-preview .swatch"))
    ratios = [float(found) for found in re.findall(r"\d+\.\d\d(?=</span>)", shown)]
    assert len(ratios) == 12
    assert min(ratios) >= 3
    assert "Everything passes WCAG 2.2 AA" in shown
    assert queries.stored()["hue"] == 14


@pytest.mark.parametrize("hue", ["", "x", "360", "-5", "1e3"])
def test_a_look_at_no_hue_shows_the_present_one(owner: PortalClient, hue: str) -> None:
    assert '/brand.css?hue=14"' in owner.get(f"{HOME}/colour?hue={hue}", htmx=True).text


@BOTH
def test_the_button_beside_save_only_shows(owner: PortalClient, htmx: bool) -> None:
    shown = save(owner, "colour", htmx=htmx, preview="1")
    assert shown.status_code == 200
    assert '/brand.css?hue=250"' in shown.text and 'value="250"' in shown.text
    assert queries.stored()["hue"] == 14


# ------------------------------------------------------------------ who may, and who sees it


def test_only_owners(client: PortalClient, as_member: SignIn, as_staff: SignIn) -> None:
    for path in (HOME, f"{HOME}/colour", f"{HOME}/words"):
        assert client.get(path).location.startswith("/sign-in")
        assert as_member().get(path).status_code == 404
        assert as_staff("manager").get(path).status_code == 403
    for section in TYPED:
        assert client.post(f"{HOME}/{section}").status_code == 404
        assert as_member().post(f"{HOME}/{section}", data=TYPED[section]).status_code == 404
        assert as_staff("manager").post(f"{HOME}/{section}", data=TYPED[section]).status_code == 403
    assert queries.current().name_en == "Our house"


def test_it_speaks_on_the_next_page(client: PortalClient, owner: PortalClient) -> None:
    for section in TYPED:
        assert save(owner, section).status_code == 303
    english, chinese = client.get("/").text, client.get("/", lang="zh").text
    assert "Zhaohe" in english and "Every bag has a story." in english and "朝禾" in chinese
    assert 'href="https://beian.miit.gov.cn/"' in english and "浙ICP备12345678号" in english
    assert "15 minutes" in english
    assert "I am 16 or older" in client.get("/sign-up").text
    sheet = re.search(r'href="(/brand\.css\?v=\d+)"', english)
    assert sheet is not None
    assert client.get(sheet[1]).text == ":root{--brand-hue:250}"
    assert "Zhaohe" in client.get("/stories").text


def test_any_other_number_is_no_link(client: PortalClient) -> None:
    with transaction():
        change_settings(by=None, filing_number="HRB 12345")
    foot = client.get("/products").text
    assert "HRB 12345" in foot and "beian" not in foot


def test_addresses_of_forms_lead_to_the_page(owner: PortalClient) -> None:
    for section in ("words", "time", "care", "law"):
        assert owner.get(f"{HOME}/{section}").location == f"{HOME}#{section}"


def test_the_page_costs_few_queries(owner: PortalClient, make: Make, queries: Any) -> None:
    for _version in range(3):
        make.legal_text("terms")
    owner.get(HOME)
    with queries() as log:
        owner.get(HOME)
    assert len(log) <= 10
