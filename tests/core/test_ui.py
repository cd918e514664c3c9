"""The macros that every page uses: what screen readers and forms without scripts rely on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask, current_app
from wtforms import BooleanField, EmailField, Form, RadioField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional

from portal.core import assets, i18n, ui

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"


class Letter(Form):
    email = EmailField("E-mail", [InputRequired("Please fill this in.")])
    body = TextAreaField("Words", [Optional()])
    topic = SelectField("Topic", choices=[SelectChoice("a", "A")], validators=[Optional()])
    mood = RadioField(
        "Mood",
        choices=[SelectChoice("a", "Glad"), SelectChoice("b", "Calm")],
        validators=[InputRequired("Choose one.")],
    )
    rules = BooleanField("I accept", [InputRequired("Please accept.")])


@pytest.fixture
def macros() -> Iterator[Any]:
    app = Flask(__name__, template_folder=str(TEMPLATES))
    i18n.install(app)
    ui.install(app)
    assets.install(app)
    app.jinja_env.filters.update(count=str, when=str, clock=str, exactly=str)
    app.jinja_env.globals.update(
        photo_url=lambda photo_id, width: f"/media/{photo_id}/{width}.webp", csrf_token=lambda: "token"
    )
    ui.gather_macros(app)
    with app.test_request_context("/"):
        yield app.jinja_env.globals["ui"]


def soup(html: str) -> BeautifulSoup:
    return BeautifulSoup(html, "html5lib").body


def refused() -> Letter:
    form = Letter()
    form.validate()
    return form


def test_error_is_tied_to_its_field(macros: Any) -> None:
    field = soup(macros.field(refused().email, hint="Only you see it.", autocomplete="email"))
    box = field.find("input")
    assert box["aria-invalid"] == "true"
    assert box["autocomplete"] == "email"
    spoken = [field.find(id=name).get_text(strip=True) for name in box["aria-describedby"].split()]
    assert spoken == ["Only you see it.", "Please fill this in."]


def test_field_in_order_claims_no_error(macros: Any) -> None:
    box = soup(macros.field(Letter().email)).find("input")
    assert not box.has_attr("aria-invalid")
    assert not box.has_attr("aria-describedby")


@pytest.mark.parametrize("name", ["email", "body", "topic", "rules"])
def test_every_input_has_its_label(macros: Any, name: str) -> None:
    form = Letter()
    page = soup(macros.field(form[name]))
    assert page.find("label", attrs={"for": form[name].id})


def test_radios_are_a_group_with_a_name(macros: Any) -> None:
    page = soup(macros.field(refused().mood, style="chips"))
    group = page.find("fieldset")
    assert group.find("legend").get_text(strip=True) == "Mood"
    assert page.find(id=group["aria-describedby"]).get_text(strip=True) == "Choose one."
    assert {radio["type"] for radio in group.find_all("input")} == {"radio"}


def test_limit_comes_with_a_counter(macros: Any) -> None:
    page = soup(macros.field(Letter().body, limit=300))
    assert page.find("textarea")["data-limit"] == "300"
    assert page.find(attrs={"data-counter-for": "body"})


def test_summary_leads_to_each_field(macros: Any) -> None:
    links = [link["href"] for link in soup(macros.error_summary(refused())).find_all("a")]
    assert links == ["#email", "#mood", "#rules"]
    assert macros.error_summary(Letter()).strip() == ""


def test_what_people_typed_is_escaped(macros: Any) -> None:
    person = SimpleNamespace(display_name="<b>x", avatar=None)
    assert "<b>x" not in macros.author_line(person, "<i>")
    assert "<script>" not in macros.toast("<script>")
    assert 'title="&#34;' in macros.link_button("Go", "/", title='"')


def test_same_name_has_the_same_disc(macros: Any) -> None:
    first, again = (SimpleNamespace(display_name="林小满", avatar=None) for _ in range(2))
    assert macros.avatar(first) == macros.avatar(again)
    assert soup(macros.avatar(first)).find("span").get_text() == "林"


def test_photo_keeps_its_place_and_offers_three_widths(macros: Any) -> None:
    photo = SimpleNamespace(id="01", width=1600, height=1200, color="#a21836", alt='A "bag"')
    image = soup(macros.photo(photo)).find("img")
    assert (image["width"], image["height"], image["alt"]) == ("1600", "1200", 'A "bag"')
    assert image["class"] == ["ph", "tint-11"]
    assert [source.split()[1] for source in image["srcset"].split(", ")] == ["400w", "800w", "1600w"]
    assert not image.has_attr("style")


def test_undo_works_without_scripts(macros: Any) -> None:
    form = soup(macros.toast("Removed.", undo_url="/undo/1")).find("form")
    assert (form["method"], form["action"]) == ("post", "/undo/1")
    assert form.find("input", attrs={"name": "csrf_token"})


def test_more_is_a_link_first(macros: Any) -> None:
    link = soup(macros.more("/stories?after=x", "24 more")).find("a")
    assert link["href"] == link["hx-get"] == "/stories?after=x"
    assert soup(macros.more("/x", "24 more", auto=False)).find("a")["hx-trigger"] == "click"


def test_values_in_sentences_are_escaped_where_pages_are_and_only_there(macros: Any) -> None:
    """Letters in plain text are no pages."""
    sentence = (
        '{{ _("A story by %(name)s", name=who) }}; {{ ngettext("%(num)s story", "%(num)s stories", 2) }}'
    )
    for escaping, name in (("true", "&lt;Bo&gt;"), ("false", "<Bo>")):
        template = f"{{% autoescape {escaping} %}}{sentence}{{% endautoescape %}}"
        said = current_app.jinja_env.from_string(template).render(who="<Bo>")
        assert said == f"A story by {name}; 2 stories"
