"""A draw that anybody can check: the downloaded script agrees, and notices every change of a frozen list."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.core import clock
from portal.core.db import db, new_id, transaction
from portal.core.draw import proof, queries, services
from portal.core.draw.models import Draw, DrawEntry, DrawMethod
from portal.core.errors import Conflict, Invalid

Tampering = Callable[[dict[str, Any]], object]


def opened(method: DrawMethod = DrawMethod.MIXED, entries: int = 8) -> Draw:
    with transaction():
        named = {"source_en": " The lottery of  the day", "known_at": clock.now() + clock.days(1)}
        made = services.open_draw("test", new_id(), method, **named)
        for number in range(entries):
            services.enter(made, new_id(), salt=f"salt-{number}", later=number == 3)
    return made


def drawn(method: DrawMethod = DrawMethod.MIXED, entries: int = 8) -> Draw:
    made = opened(method, entries)
    with transaction():
        services.freeze(made, {"seats": 3, "who": "所有人"})
    with clock.travel(clock.now() + clock.days(2)), transaction():
        services.draw(made, "07 11 23" if method is DrawMethod.PUBLIC else None)
    return made


def run_script(folder: Path, content: bytes) -> subprocess.CompletedProcess[str]:
    """The script as it is downloaded, by a Python that sees nothing else."""
    script, listed = folder / "draw.py", folder / "list.json"
    script.write_bytes(Path(proof.__file__).with_name("check.py").read_bytes())
    listed.write_bytes(content)
    command = [sys.executable, "-I", str(script), str(listed)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


@pytest.mark.parametrize("method", list(DrawMethod))
def test_the_script_finds_the_same_order(app: Flask, tmp_path: Path, method: DrawMethod) -> None:
    made = drawn(method)
    file = queries.proof_file(made)
    assert file is not None
    told = run_script(tmp_path, file)
    assert told.returncode == 0, told.stdout + told.stderr
    assert told.stdout.rstrip().endswith("OK. Compare the hashes with the page.")
    assert made.list_hash in told.stdout and made.value in told.stdout
    places = queries.places(made.id)
    assert [place for _entry, place in places] == list(range(1, 9))
    late = db.session.scalar(sa.select(DrawEntry.place).where(DrawEntry.draw_id == made.id, DrawEntry.later))
    assert late == 8, "who comes later stands behind all others"


def _swap(draw: dict[str, Any]) -> None:
    first, second = draw["entries"][:2]
    first["place"], second["place"] = second["place"], first["place"]


TAMPERINGS: dict[str, Tampering] = {
    "added": lambda d: d["entries"].append({"id": "zz", "salt": "", "later": False, "place": 9}),
    "twice": lambda d: d["entries"].append(dict(d["entries"][0])),
    "removed": lambda d: d["entries"].pop(),
    "places swapped": _swap,
    "salt": lambda d: d["entries"][0].update(salt="other"),
    "later": lambda d: d["entries"][0].update(later=not d["entries"][0]["later"]),
    "id": lambda d: d["entries"][0].update(id="another"),
    "secret": lambda d: d.update(secret="0" * 64),
    "secret and its hash": lambda d: (
        d.update(secret="mine"),
        d["terms"].update(secret_hash=proof.sha("mine")),
    ),
    "value": lambda d: d.update(value="0" * 64),
    "what places bring": lambda d: d["terms"]["facts"].update(seats=4),
    "source": lambda d: d["terms"].update(source=["", "My dice"]),
    "whose draw": lambda d: d["terms"].update(of="test/another"),
}


@pytest.mark.one_database
@pytest.mark.parametrize("name", list(TAMPERINGS))
def test_every_change_after_freezing_is_noticed(app: Flask, tmp_path: Path, name: str) -> None:
    file = queries.proof_file(drawn())
    assert file is not None
    content = json.loads(file)
    TAMPERINGS[name](content)
    told = run_script(tmp_path, json.dumps(content).encode())
    assert told.returncode == 1 and "Changed: " in told.stdout, told.stdout + told.stderr


@pytest.mark.one_database
def test_rows_in_another_order_are_the_same_list(app: Flask, tmp_path: Path) -> None:
    content = json.loads(queries.proof_file(drawn()) or b"")
    content["entries"].reverse()
    assert run_script(tmp_path, json.dumps(content).encode()).returncode == 0


def test_the_secret_is_shown_only_after_the_draw(app: Flask) -> None:
    made = opened()
    secret = made.secret
    assert proof.sha(secret) == made.secret_hash
    assert queries.proof_file(made) is None and queries.proof_of(made).secret == ""
    with transaction():
        services.freeze(made)
    assert secret.encode() not in (queries.proof_file(made) or b"")
    assert queries.proof_of(made).secret == ""
    stored = db.session.execute(sa.text("SELECT secret FROM draw WHERE id = :id"), {"id": made.id}).scalar()
    assert secret not in str(stored), "it rests sealed"
    with transaction():
        services.draw(made)
    assert queries.proof_of(made).secret == secret


def test_nobody_enters_or_leaves_what_is_frozen(app: Flask) -> None:
    made = opened()
    entry = queries.rows_of(made.id)[0].id
    with transaction():
        assert services.leave(made, entry) and not services.leave(made, entry)
        services.enter(made, entry, salt="again")
        services.freeze(made, {"seats": 1})
    before = made.list_hash
    for deed in (lambda: services.enter(made, new_id()), lambda: services.leave(made, entry)):
        with pytest.raises(Conflict), transaction():
            deed()
    with transaction():
        services.freeze(made, {"seats": 99})
    assert (made.list_hash, made.facts) == (before, {"seats": 1})


def test_a_draw_happens_once_and_only_when_frozen(app: Flask) -> None:
    public, mixed = opened(DrawMethod.PUBLIC), opened()
    for one, value in ((public, "07 11"), (mixed, None)):
        with pytest.raises(Conflict), transaction():
            services.draw(one, value)
    with transaction():
        services.freeze(public)
        services.freeze(mixed)
    for one, value in ((public, None), (public, " "), (public, "x" * 256), (mixed, "mine")):
        with pytest.raises(Invalid), transaction():
            services.draw(one, value)
    with clock.travel(known_at(public)), transaction():
        services.draw(public, " 07  11 ")
        services.draw(mixed)
    order = queries.places(mixed.id)
    with transaction():
        services.draw(mixed)
    assert queries.places(mixed.id) == order
    with clock.travel(known_at(public)):
        with transaction():
            services.draw(public, "07 11")
        with pytest.raises(Conflict, match="another value"), transaction():
            services.draw(public, "07 12")


def known_at(one: Draw) -> datetime:
    assert one.known_at is not None
    return one.known_at


def test_a_list_freezes_before_its_value_is_published_and_is_drawn_after(app: Flask) -> None:
    made, minute = opened(DrawMethod.PUBLIC), clock.minutes(1)
    known = known_at(made)
    with clock.travel(known), pytest.raises(Conflict, match="later source"), transaction():
        services.freeze(made)
    with clock.travel(known - minute), transaction():
        services.freeze(made, {"seats": 1})
    assert made.facts == {"seats": 1, "known_at": known.isoformat()}, "it stands in what the hash is of"
    with clock.travel(known - minute), pytest.raises(Conflict, match="not published"), transaction():
        services.draw(made, "07")
    with clock.travel(known), transaction():
        services.draw(made, "07")
        services.freeze(made)
    assert (made.frozen_at, made.drawn_at) == (known - minute, known)


def test_an_open_list_takes_a_later_source_and_a_frozen_one_keeps_what_it_has(app: Flask) -> None:
    made, mixed = opened(DrawMethod.PUBLIC), opened()
    late = known_at(made) + clock.days(1)
    later = {"source_zh": "后天的双色球", "source_en": "", "known_at": late + clock.days(1)}
    with clock.travel(late):
        for wrong in ({"known_at": late}, {"known_at": None}, {"source_zh": " "}, {"source_zh": "x" * 256}):
            with pytest.raises(Invalid), transaction():
                services.name_source(made, **later | wrong)
        with pytest.raises(Conflict), transaction():
            services.name_source(mixed, **later)
        with transaction():
            services.name_source(made, **later)
            services.freeze(made)
        assert queries.terms_of(made)["source"] == ["后天的双色球", ""]
        assert known_at(made) == later["known_at"]
        with pytest.raises(Conflict, match="frozen"), transaction():
            services.name_source(made, **later)


def test_a_public_draw_needs_its_source_and_a_moment_ahead(app: Flask) -> None:
    named: dict[str, Any] = {"source_en": "Lottery", "known_at": clock.now() + clock.days(1)}
    for wrong in ({"source_en": ""}, {"known_at": None}, {"known_at": clock.now()}):
        with pytest.raises(Invalid), transaction():
            services.open_draw("test", new_id(), DrawMethod.PUBLIC, **named | wrong)


def test_nobody_on_a_list_waits_for_years(app: Flask) -> None:
    """A slip in the year is refused; where the list freezes later, the time counts from then."""
    named: dict[str, Any] = {"source_en": "Lottery", "known_at": clock.now() + clock.days(61)}
    with pytest.raises(Invalid, match="at most 60 days") as refused, transaction():
        services.open_draw("test", new_id(), DrawMethod.PUBLIC, **named)
    assert refused.value.field == "known_at"
    freezes_at = clock.now() + clock.days(30)
    with transaction():
        made = services.open_draw("test", new_id(), DrawMethod.PUBLIC, **named, freezes_at=freezes_at)
    with pytest.raises(Invalid, match="at most 60 days"), transaction():
        services.name_source(made, **{"source_zh": ""} | named | {"known_at": clock.now() + clock.days(61)})


@pytest.mark.parametrize(
    ("method", "lie"),
    [
        ("public", {"known_at": None}),
        ("mixed", {"known_at": datetime(2030, 1, 1, tzinfo=UTC)}),
        ("public", {"known_at": datetime(2020, 1, 1, tzinfo=UTC)}),
        ("public", {"known_at": datetime(2090, 1, 1, tzinfo=UTC)}),
    ],
    ids=["public without", "mixed with", "before the list froze", "after it was drawn"],
)
def test_the_database_refuses_another_order_of_moments(
    app: Flask, method: str, lie: dict[str, datetime | None]
) -> None:
    made = drawn(DrawMethod(method))
    with pytest.raises(sa.exc.IntegrityError), transaction():
        db.session.execute(sa.update(Draw).where(Draw.id == made.id).values(lie))


def test_a_draw_of_nobody_and_a_strange_salt(app: Flask) -> None:
    made = drawn(entries=0)
    assert made.value and queries.places(made.id) == []
    empty = opened(entries=0)
    for salt in ("a b", "x" * 65, "福", "a\n"):
        with pytest.raises(Invalid), transaction():
            services.enter(empty, new_id(), salt=salt)


@pytest.mark.one_database
def test_one_owner_has_one_draw(app: Flask) -> None:
    made = opened()
    with transaction():
        assert services.open_draw("test", made.owner_id, DrawMethod.MIXED).id == made.id
    assert [one.id for one in queries.proofs_of([("test", made.owner_id), ("test", "x")])] == [made.id]


def test_every_place_is_as_likely_for_everybody() -> None:
    """One of ten entries over 5,000 values: each place about 500 times (six standard deviations are 127)."""
    rows = [proof.Row(f"entry{number}", "", False) for number in range(10)]
    seen = [0] * 10
    for number in range(5_000):
        ordered = proof.order(proof.sha(str(number)), rows)
        seen[ordered.index(rows[4])] += 1
    assert all(373 < count < 627 for count in seen), seen
