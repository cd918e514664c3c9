"""Anybody can count again with what they downloaded, and notices whatever was changed."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from portal.contests.models import Contest
from portal.contests.rules import proof
from portal.contests.services import screening
from portal.core import clock
from tests.client import PortalClient
from tests.contests.lives import act, count, counted, fresh, names, vote
from tests.make import Make

pytestmark = pytest.mark.one_database

Files = dict[str, bytes]


@pytest.fixture
def contest(make: Make) -> Contest:
    """Three names, four ballots, one of which chose two."""
    made = make.contest("closed")
    entries = names(make, made, "晚霞", "枫糖", "开窑")
    vote(make, made, entries[:2], entries[1:2], entries[1:2], entries[2:])
    assert count(made)
    return made


def download(client: PortalClient, contest: Contest) -> Files:
    found = {}
    for name in ("rules.json", "tally.json", "recount.py"):
        answer = client.get(f"/contests/{contest.slug}/proof/{name}")
        assert answer.status_code == 200
        found[name] = answer.get_data()
    return found


def run(files: Files, folder: Path) -> tuple[int, str]:
    """The script as somebody runs it who has nothing but the three files."""
    for name, content in files.items():
        (folder / name).write_bytes(content)
    command = [sys.executable, "-I", "recount.py", "rules.json", "tally.json"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False)
    assert not done.stderr
    return done.returncode, done.stdout


def test_it_counts_the_same(client: PortalClient, contest: Contest, tmp_path: Path) -> None:
    files = download(client, contest)
    code, said = run(files, tmp_path)
    assert code == 0 and "OK." in said and "Changed" not in said
    assert [line.split() for line in said.splitlines() if line.startswith("     ")] == [
        ["3", "枫糖"],
        ["1", "晚霞"],
        ["1", "开窑"],
    ]
    page = client.get(f"/contests/{contest.slug}/proof").get_data(as_text=True)
    assert fresh(contest).tally_hash in said and fresh(contest).tally_hash in page
    assert hashlib.sha256(files["rules.json"]).hexdigest() in page, "what sha256sum says"


def _drop_ballot(tally: dict[str, Any]) -> None:
    tally["ballots"].pop()


def _add_ballot(tally: dict[str, Any]) -> None:
    tally["ballots"].append(["ZZZZ-ZZZZ-ZZZZ", [tally["entries"][1]["id"]]])


def _double_ballot(tally: dict[str, Any]) -> None:
    tally["ballots"].append(tally["ballots"][0])


def _change_ballot(tally: dict[str, Any]) -> None:
    chosen = tally["ballots"][0][1]
    tally["ballots"][0][1] = [row["id"] for row in tally["entries"] if row["id"] not in chosen][:1]


def _drop_name(tally: dict[str, Any]) -> None:
    tally["entries"].pop()


def _add_name(tally: dict[str, Any]) -> None:
    tally["entries"].append(tally["entries"][0] | {"id": "other", "votes": 0, "place": 4})


def _reword(tally: dict[str, Any]) -> None:
    tally["entries"][0]["words"] = "槭糖"


def _be_earlier(tally: dict[str, Any]) -> None:
    tally["entries"][2]["at"] = "2020-01-01T00:00:00.000000Z"


def _lie_about_votes(tally: dict[str, Any]) -> None:
    tally["entries"][1]["votes"] = 9


def _change_places(tally: dict[str, Any]) -> None:
    tally["entries"][0]["place"], tally["entries"][1]["place"] = 2, 1


@pytest.mark.parametrize(
    "change",
    [
        _drop_ballot,
        _add_ballot,
        _double_ballot,
        _change_ballot,
        _drop_name,
        _add_name,
        _reword,
        _be_earlier,
        _lie_about_votes,
        _change_places,
    ],
)
def test_whatever_is_changed_is_noticed(
    client: PortalClient, contest: Contest, tmp_path: Path, change: Callable[[dict[str, Any]], None]
) -> None:
    files = download(client, contest)
    tally = json.loads(files["tally.json"])
    change(tally)
    code, said = run(files | {"tally.json": json.dumps(tally).encode()}, tmp_path)
    assert code == 1 and "Changed: " in said and "OK." not in said


def test_changed_rules_are_noticed(client: PortalClient, contest: Contest, tmp_path: Path) -> None:
    files = download(client, contest)
    rules = json.loads(files["rules.json"]) | {"votes": 9}
    code, said = run(files | {"rules.json": json.dumps(rules).encode()}, tmp_path)
    assert code == 1 and "Changed: rules_hash" in said


def test_a_whole_new_tally_has_another_hash_than_the_page(
    client: PortalClient, contest: Contest, tmp_path: Path
) -> None:
    """Whoever forges everything together satisfies the script, and not the reader who compares."""
    files = download(client, contest)
    tally = json.loads(files["tally.json"])
    names_, ballots = tally["entries"], tally["ballots"][:-1]
    book = proof.Book(
        tally["rules_hash"],
        tuple(proof.CountedName(row["id"], row["at"], row["words"]) for row in names_),
        tuple(proof.Cast(receipt, tuple(chosen)) for receipt, chosen in ballots),
        (),
    )
    forged = proof.tally_file(book, proof.tally_hash(book))
    code, said = run(files | {"tally.json": forged}, tmp_path)
    assert code == 0
    assert fresh(contest).tally_hash not in said


def test_words_that_were_taken_down_are_withheld_and_the_rest_still_counts(
    client: PortalClient, make: Make, tmp_path: Path
) -> None:
    contest, (bad, _good) = counted(make, "坏话", "晚霞", votes=(2, 1))
    act(screening.take_down, bad.id, "unkind")
    files = download(client, contest)
    assert "坏话" not in files["tally.json"].decode()
    assert run(files, tmp_path)[0] == 0
    assert "坏话" not in client.get(f"/contests/{contest.slug}/result").get_data(as_text=True)
    assert "坏话" not in client.get(f"/contests/{contest.slug}").get_data(as_text=True)


def test_who_has_the_tally_is_told_when_it_changes(client: PortalClient, make: Make) -> None:
    contest, (bad, _good) = counted(make, "坏话", "晚霞", votes=(2, 1))
    path = f"/contests/{contest.slug}/proof/tally.json"
    first = client.get(path)
    again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.get_data()) == (304, b"")
    act(screening.take_down, bad.id, "unkind")
    changed = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert changed.status_code == 200 and "坏话" not in changed.text
    act(screening.put_back, bad.id, "standing")
    assert client.get(path).get_data() == first.get_data()


def test_nothing_is_there_before_its_time(client: PortalClient, make: Make) -> None:
    coming, voting = make.contest("coming"), make.contest("voting")
    base = f"/contests/{coming.slug}"
    assert client.get(f"{base}/proof").status_code == 200
    for path in ("proof/rules.json", "proof/tally.json", "result"):
        assert client.get(f"{base}/{path}").status_code == 404
    assert client.get(f"/contests/{voting.slug}/proof/rules.json").status_code == 200
    for path in ("proof/tally.json", "result"):
        assert client.get(f"/contests/{voting.slug}/{path}").status_code == 404
    draft = make.contest("coming", published=False)
    for path in ("proof", "proof/rules.json", "proof/tally.json", "proof/recount.py", "result"):
        assert client.get(f"/contests/{draft.slug}/{path}").status_code == 404


def test_the_first_reader_finds_the_rules_frozen(client: PortalClient, make: Make) -> None:
    contest = make.contest("submitting")
    before = client.get(f"/contests/{contest.slug}/proof/rules.json").get_data()
    with clock.travel(contest.vote_from):
        assert client.get(f"/contests/{contest.slug}/proof/rules.json").get_data() == before
