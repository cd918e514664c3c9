"""The draw for seats: the list freezes, a public value orders it, and anybody computes it again from the file alone."""

from __future__ import annotations

import copy
import hashlib
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from portal.accounts.models import Member
from portal.brand.showing import exactly
from portal.core import clock
from portal.core.db import db
from portal.core.draw.models import Draw
from portal.core.errors import Conflict, Invalid
from portal.trials import proofs
from portal.trials.models import Application, Decision, Trial, Way
from portal.trials.services import drawing, picking
from portal.trials.views.result import PROGRAM
from tests.client import PortalClient
from tests.make import Make
from tests.trials.lives import act, drawn_with, fresh, frozen_list, manager

VALUE = "03 11 17 22 29 31 + 08"


@pytest.fixture
def trial(make: Make) -> Any:
    """Five seats, one picked, one for a first timer at least; two of a region at most; nineteen undecided."""
    made = make.trial("frozen", seats=5, region_most=2, newcomer_percent=40)
    make.application(made, decision="picked", region="杭州", newcomer=False)
    make.application(made, decision="substitute", region="西安", newcomer=False)
    for number in range(19):
        region = ("杭州", "成都", "西安", "广州", "")[number % 5]
        make.application(made, region=region, newcomer=number % 6 == 0)
    make.application(made, score=3)
    make.application(made, graded=False)
    make.application(made, barred="won")
    return made


def everybody(trial: Trial) -> list[Application]:
    return list(db.session.scalars(sa.select(Application).where(Application.trial_id == trial.id)))


def drawn(make: Make, trial: Trial) -> Draw:
    by = manager(make)
    draw = frozen_list(trial, by=by)
    drawn_with(trial, VALUE, by=by)
    return draw


def test_the_list_freezes_with_who_has_points_enough(make: Make, trial: Trial) -> None:
    by = manager(make)
    draw = frozen_list(trial, source_zh=" 周四的  双色球 ", by=by)
    facts = fresh(draw).facts
    assert (facts["seats"], facts["for_newcomers"], facts["region_most"]) == (4, 2, 2)
    assert len(facts["people"]) == 19 and fresh(draw).source_zh == "周四的 双色球"
    assert frozen_list(trial, source_zh="我们喜欢的数", by=by).id == draw.id
    assert fresh(draw).source_zh == "周四的 双色球", "what is frozen stays"
    some = next(iter(facts["people"]))
    with pytest.raises(Conflict, match="frozen"):
        act(picking.skip, trial, some, version=1, by=by)


def test_the_value_gives_seats_and_substitutes(make: Make, trial: Trial) -> None:
    draw, before = drawn(make, trial), {one.id: one.version for one in everybody(trial)}
    found = drawing.result_of(fresh(draw))
    assert len(found.won) == 4 and len(found.substitutes) == 15
    rows = {one.id: one for one in everybody(trial)}
    assert {rows[one].decision for one in found.won} == {Decision.PICKED}
    assert [rows[one].place for one in found.substitutes] == list(range(2, 17)), "behind whom staff keep"
    assert {rows[one].way for one in (*found.won, *found.substitutes)} == {Way.DRAW}
    assert sum(rows[one].newcomer for one in found.won) >= 2
    assert sum(rows[one].region == "杭州" for one in found.won) <= 1
    assert drawn_with(trial, VALUE, by=manager(make)) == found, "twice is once"
    assert {one.id: one.version for one in everybody(trial)} == before
    with pytest.raises(Conflict, match="another value"):
        drawn_with(trial, "00 00", by=manager(make))
    assert not list(proofs.draw_differences())


def test_a_seat_that_the_draw_did_not_give_is_found(make: Make, trial: Trial) -> None:
    draw = drawn(make, trial)
    last = drawing.result_of(fresh(draw))

    def cheat() -> None:
        loser, winner = (_held(one) for one in (last.substitutes[-1], last.won[0]))
        loser.decision, loser.place = Decision.PICKED, None
        winner.decision, winner.place = Decision.SUBSTITUTE, 99

    act(cheat)
    wrong = {what.split(" of ")[0] for what, _kept, _true in proofs.draw_differences()}
    assert wrong == {"seats", "order"}


def _held(application_id: str) -> Application:
    return db.session.get_one(Application, application_id)


def test_what_stands_between(make: Make) -> None:
    by = manager(make)
    nameless = make.trial("frozen", seats=2)
    make.application(nameless)
    for named in (
        {"source_en": " "},
        {"source_en": "数" * 256},
        {"known_at": None},
        {"known_at": clock.now()},
    ):
        with pytest.raises(Invalid):
            frozen_list(nameless, by=by, **named)
    assert not db.session.scalars(sa.select(Draw)).all(), "nothing of it stays"
    empty = make.trial("frozen", seats=2)
    with pytest.raises(Conflict, match="points enough"):
        frozen_list(empty, by=by)
    with pytest.raises(Conflict, match="still open"):
        act(drawing.settle, empty, VALUE, by=by)
    full = make.trial("frozen", seats=1)
    make.application(full, decision="picked")
    make.application(full)
    with pytest.raises(Conflict, match="All seats"):
        frozen_list(full, by=by)
    for phase in ("open", "chosen"):
        with pytest.raises(Conflict):
            frozen_list(make.trial(phase), by=by)


def test_nobody_draws_before_the_value_is_published(make: Make, trial: Trial) -> None:
    by = manager(make)
    draw = frozen_list(trial, by=by)
    known_at = draw.known_at
    assert known_at is not None
    with clock.travel(known_at - clock.minutes(1)), pytest.raises(Conflict, match="not published yet"):
        act(drawing.settle, trial, VALUE, by=by)
    assert fresh(draw).drawn_at is None
    with clock.travel(known_at):
        assert act(drawing.settle, trial, VALUE, by=by).won


def test_the_list_has_first_timers_enough(make: Make) -> None:
    trial, by = make.trial("frozen", seats=2), manager(make)
    skipped = make.application(trial, decision="skipped")
    make.application(trial, newcomer=False)
    with pytest.raises(Conflict, match="too few"):
        frozen_list(trial, by=by)
    act(picking.reopen, trial, skipped.id, version=1, by=by)
    frozen_list(trial, by=by)


# ------------------------------------------------------------------ the script


def run(content: dict[str, Any], folder: Path) -> tuple[int, str]:
    """The script as somebody runs it who has nothing but the two files."""
    (folder / "who.py").write_bytes(PROGRAM.content)
    (folder / "list.json").write_text(json.dumps(content), encoding="utf-8")
    command = [sys.executable, "-I", "who.py", "list.json"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False)
    assert not done.stderr
    return done.returncode, done.stdout


def download(client: PortalClient, trial: Trial) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(client.get(f"/trials/{trial.slug}/proof/list.json").get_data())
    return found


def _add(file: dict[str, Any]) -> None:
    file["entries"].append({"id": "0" * 26, "salt": "", "later": False, "place": 20})


def _add_with_facts(file: dict[str, Any]) -> None:
    _add(file)
    file["terms"]["facts"]["people"]["0" * 26] = {"newcomer": True, "region": "1"}


def _remove(file: dict[str, Any]) -> None:
    file["entries"].pop()


def _reorder(file: dict[str, Any]) -> None:
    first, second = file["entries"][:2]
    first["place"], second["place"] = second["place"], first["place"]


def _other_value(file: dict[str, Any]) -> None:
    file["value"] = "00"


def _more_seats(file: dict[str, Any]) -> None:
    file["terms"]["facts"]["seats"] += 1


def _published_earlier(file: dict[str, Any]) -> None:
    file["terms"]["facts"]["known_at"] = "2020-01-01T00:00:00+00:00"


def _made_newcomer(file: dict[str, Any]) -> None:
    people = file["terms"]["facts"]["people"]
    some = next(one for one, row in people.items() if not row["newcomer"])
    people[some]["newcomer"] = True


def _other_seat(file: dict[str, Any]) -> None:
    file["won"][0], file["substitutes"][0] = file["substitutes"][0], file["won"][0]


def _substitutes_swapped(file: dict[str, Any]) -> None:
    file["substitutes"][:2] = reversed(file["substitutes"][:2])


@pytest.mark.one_database
@pytest.mark.parametrize(
    "change",
    [
        _add,
        _add_with_facts,
        _remove,
        _reorder,
        _other_value,
        _more_seats,
        _published_earlier,
        _made_newcomer,
        _other_seat,
        _substitutes_swapped,
    ],
)
def test_whatever_is_changed_is_noticed(
    client: PortalClient, make: Make, trial: Trial, tmp_path: Path, change: Callable[[dict[str, Any]], None]
) -> None:
    drawn(make, trial)
    file = download(client, trial)
    code, said = run(file, tmp_path)
    assert code == 0 and "OK." in said and "Changed" not in said
    assert f"won {file['won']}" in said
    changed = copy.deepcopy(file)
    change(changed)
    code, said = run(changed, tmp_path)
    assert code == 1 and "Changed: " in said and "OK." not in said


@pytest.mark.one_database
def test_the_page_tells_what_is_known_by_now(
    client: PortalClient, as_member: Callable[..., PortalClient], make: Make, trial: Trial, tmp_path: Path
) -> None:
    base, by = f"/trials/{trial.slug}/proof", manager(make)
    assert "Nothing is drawn here yet" in client.get(base).get_data(as_text=True)
    assert client.get(f"{base}/list.json").status_code == 404
    draw = frozen_list(trial, by=by)
    page = client.get(base).get_data(as_text=True)
    assert draw.list_hash in page and "python3 who.py list.json" in page
    assert draw.known_at is not None and draw.frozen_at is not None
    assert all(exactly(one) in page for one in (draw.frozen_at, draw.known_at))
    assert f"this program of {PROGRAM.lines} lines" in page
    assert PROGRAM.lines < 30, "short enough to be read"
    before = download(client, trial)
    assert (before["won"], before["value"]) == ([], "") and run(before, tmp_path)[0] == 0
    assert before["terms"]["facts"]["known_at"] == draw.known_at.isoformat()
    drawn_with(trial, VALUE, by=by)
    after = download(client, trial)
    assert after["list_hash"] == before["list_hash"] == draw.list_hash
    assert VALUE in client.get(base).get_data(as_text=True)
    script = client.get(f"{base}/who.py").get_data()
    assert hashlib.sha256(script).digest() == hashlib.sha256(PROGRAM.file.read_bytes()).digest()
    winner = _held(after["won"][0])
    mine = as_member().get(base).get_data(as_text=True)
    assert winner.id not in mine and winner.id not in client.get(base).get_data(as_text=True)
    theirs = as_member(db.session.get(Member, winner.member_id)).get(base).get_data(as_text=True)
    assert winner.id in theirs and "with a seat" in theirs


@pytest.mark.one_database
def test_the_list_is_written_once_for_who_has_it(
    client: PortalClient, as_member: Callable[..., PortalClient], make: Make, trial: Trial, queries: Any
) -> None:
    url, by = f"/trials/{trial.slug}/proof/list.json", manager(make)
    frozen_list(trial, by=by)
    frozen = client.get(url)
    tag = {"If-None-Match": frozen.headers["ETag"]}
    assert frozen.headers["Cache-Control"] == "private, no-cache"
    with queries() as log:
        same = client.get(url, headers=tag)
    assert (same.status_code, same.get_data()) == (304, b"") and not any("draw_entry" in one for one in log)
    drawn_with(trial, VALUE, by=by)
    drawn = client.get(url, headers=tag)
    assert drawn.status_code == 200 and "max-age" in drawn.headers["Cache-Control"]
    with queries() as log:
        assert client.get(f"/trials/{trial.slug}/proof").status_code == 200
    assert not any("draw_entry.place" in one for one in log), "nobody's line is asked for"


@pytest.mark.one_database
def test_drafts_have_no_proof(client: PortalClient, make: Make) -> None:
    draft = make.trial("draft")
    for path in ("chosen", "fairness", "proof", "proof/list.json", "proof/who.py"):
        assert client.get(f"/trials/{draft.slug}/{path}").status_code == 404
