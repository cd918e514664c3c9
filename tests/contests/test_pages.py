"""The pages of contests for members and visitors: plain and with htmx, and silent about every number until the count."""

from __future__ import annotations

import re
from typing import Any

import pytest

from portal.accounts.models import Member
from portal.accounts.queries import viewer_of
from portal.catalog.models import Product
from portal.contests.models import Ballot, Contest, Entry, EntryState, Vote
from portal.contests.personal import erase, export
from portal.contests.queries.voter import own_ballot
from portal.contests.services import deciding, screening
from portal.contests.services.voting import cast
from portal.core import clock
from portal.core.db import db, transaction
from tests.contests.lives import act, counted, manager
from tests.make import Make

pytestmark = pytest.mark.one_database


def at(contest: Contest, rest: str = "") -> str:
    return f"/contests/{contest.slug}{rest}"


def test_lists_and_drafts(make: Make, client: Any) -> None:
    open_one, draft = make.contest(name_en="An open one"), make.contest(published=False, name_en="A draft")
    page = client.get("/contests").text
    assert "An open one" in page
    assert "A draft" not in page
    assert client.get(at(open_one)).status_code == 200
    assert client.get(at(draft)).status_code == 404


def test_the_product_leads_to_what_names_it(make: Make, client: Any) -> None:
    """By a plain link, and by itself with htmx: the contests of this product and no other."""
    contest, other = make.contest(name_en="A name for this one"), make.contest(name_en="For another")
    product = db.session.get_one(Product, contest.product_id)
    link = f"/contests?product={product.slug}"
    assert link in client.get(f"/products/{product.slug}").text
    for htmx in (False, True):
        listed = client.get(link, htmx=htmx).text
        assert "A name for this one" in listed and "For another" not in listed
    assert other.product_id != product.id
    assert client.get(f"/contests?product={make.product(shown=False).slug}").status_code == 404


def test_the_product_gathers_its_names(make: Make, client: Any) -> None:
    """What was found, by whom, and what still looks for one; nothing at all while there is neither."""
    contest, [first] = counted(make, "云朵", votes=(1,), name_en="The first one")
    second = make.entry(contest, words="雲朵", submitted_at=clock.now())
    product = db.session.get_one(Product, contest.product_id)
    few, whole = f"/contests?product={product.slug}&few=1", f"/contests?product={product.slug}"
    act(deciding.decide, contest, first.id, "", by=manager(make))
    givers = [db.session.get_one(Member, one.member_id).display_name for one in (first, second)]
    for answer in (client.get(few, htmx=True), client.get(whole)):
        assert "云朵" in answer.text and f'href="{at(contest, "/result")}"' in answer.text
        assert f"by {givers[0]} · {givers[1]}" in answer.text
    assert "Names for it" in client.get(few, htmx=True).text
    other = make.product()
    assert client.get(f"/contests?product={other.slug}&few=1", htmx=True).text.strip() == ""
    make.contest(product=other, name_en="Still looks for one")
    piece = client.get(f"/contests?product={other.slug}&few=1", htmx=True).text
    assert "Names for it" in piece and "Still looks for one" in piece


def test_what_is_a_secret_until_its_drop_is_named_nowhere(make: Make, client: Any, as_member: Any) -> None:
    product = make.product(shown=False, name_zh="Planted Tote", name_en="Planted Tote", slug="planted-tote")
    color = make.color(product, name_zh="Planted red", name_en="Planted red")
    phases = ("coming", "submitting", "screening", "voting", "closed")
    made = [make.contest(phase, product=product, color_id=color.id) for phase in phases]
    done, [entry] = counted(make, "云朵", votes=(1,), product=product, color_id=color.id)
    act(deciding.decide, done, entry.id, "", by=manager(make))
    paths = ["/contests", *(at(one, rest) for one in (*made, done) for rest in ("", "/proof", "/result"))]
    for browser in (client, as_member()):
        for path in (*paths, *(at(one, "/proof/rules.json") for one in (*made, done))):
            assert "lanted" not in browser.get(path).text, path
    product.shown = True
    db.session.commit()
    page = client.get(at(done)).text
    assert "Planted Tote" in page and "Planted red" in page


def test_a_winner_that_was_taken_down_is_said_and_waited_for_no_more(make: Make, client: Any) -> None:
    contest, [entry] = counted(make, "云朵", votes=(1,))
    act(deciding.decide, contest, entry.id, "", by=manager(make))
    act(screening.take_down, entry.id, "unkind")
    product = db.session.get_one(Product, contest.product_id)
    for path in (at(contest), at(contest, "/result")):
        page = client.get(path).text
        assert "was taken down afterwards" in page and "云朵" not in page
        assert "announce the name soon" not in page and "confirm the first place" not in page
    for path in (f"/products/{product.slug}/credits", f"/members/{entry.member_id}/made"):
        page = client.get(path).text
        assert "Words that were taken down" in page and "云朵" not in page


@pytest.mark.parametrize("htmx", [False, True])
def test_a_name_that_stands_keeps_its_words_and_says_so(make: Make, as_member: Any, htmx: bool) -> None:
    contest, member = make.contest(), make.member()
    entry, me = make.entry(contest, member, "云朵", why="轻"), as_member(member)
    answer = me.post(at(contest, "/submit"), data={"words": "云朵", "why": "别的话"}, htmx=htmx)
    assert answer.status_code == 409 and "We have accepted" in answer.text and "别的话" in answer.text
    answer = me.post(at(contest, "/submit"), data={"words": "云朵", "why": "轻"}, htmx=htmx)
    said = answer.text if htmx else me.get(at(contest)).text
    assert "It is on the ballot already." in said and "Thank you" not in said
    db.session.refresh(entry)
    assert entry.why == "轻"


@pytest.mark.parametrize("phase", ["coming", "submitting", "screening", "voting", "closed"])
def test_every_phase_has_its_page(make: Make, client: Any, as_member: Any, phase: str) -> None:
    contest = make.contest(phase)
    make.entry(contest, words="云朵")
    shown = phase in ("voting", "closed")
    for browser in (client, as_member(make.voter(contest)), as_member()):
        answer = browser.get(at(contest))
        assert answer.status_code == 200
        assert ("云朵" in answer.text) is shown


def test_a_name_is_handed_in_and_taken_back_plain_and_with_htmx(make: Make, as_member: Any) -> None:
    contest, member = make.contest(), make.member()
    me = as_member(member)
    answer = me.post(at(contest, "/submit"), data={"words": "云朵", "why": "轻"})
    assert answer.status_code == 303
    assert "云朵" in me.get(at(contest)).text
    piece = me.post(at(contest, "/submit"), data={"words": "月光"}, htmx=True)
    assert piece.status_code == 200
    assert 'id="mine"' in piece.text
    assert "<html" not in piece.text
    [first, second] = db.session.query(Entry).order_by(Entry.submitted_at)
    assert me.post(at(contest, f"/entries/{first.id}/withdraw")).status_code == 303
    gone = me.post(at(contest, f"/entries/{second.id}/withdraw"), htmx=True)
    assert "月光" not in gone.text
    db.session.expire_all()
    assert {first.state, second.state} == {EntryState.WITHDRAWN}
    assert as_member().post(at(contest, f"/entries/{first.id}/withdraw")).status_code == 404


@pytest.mark.parametrize(("words", "status"), [("", 422), ("🌸", 422), ("长" * 300, 422), ("长" * 20, 422)])
def test_nothing_typed_is_lost(make: Make, as_member: Any, words: str, status: int) -> None:
    contest = make.contest()
    for htmx in (False, True):
        answer = as_member().post(at(contest, "/submit"), data={"words": words, "why": "因为轻"}, htmx=htmx)
        assert answer.status_code == status
        assert "因为轻" in answer.text


def test_a_ballot_is_cast_plain_and_with_htmx_and_its_receipt_read_again(make: Make, as_member: Any) -> None:
    contest = make.contest("voting", votes=2)
    one, two = make.entry(contest, words="云朵"), make.entry(contest, words="月光")
    member = make.voter(contest)
    me = as_member(member)
    assert me.get(at(contest, "/receipt")).status_code == 404
    answer = me.post(at(contest, "/vote"), data={"names": [one.id, two.id]})
    assert answer.status_code == 303
    mine = own_ballot(contest, member.id)
    assert mine is not None
    assert mine.receipt not in answer.headers["Location"]
    receipt = me.get(at(contest, "/receipt"))
    assert mine.receipt in receipt.text
    assert receipt.headers["Cache-Control"] == "no-store"
    piece = me.post(at(contest, "/vote"), data={"names": [two.id]}, htmx=True)
    assert mine.receipt in piece.text
    page = me.get(at(contest, "/vote")).text
    assert re.findall(r'value="(\w+)" checked', page) == [two.id]
    assert as_member(make.voter(contest)).get(at(contest, "/receipt")).status_code == 404


def test_too_many_ticks_are_kept_and_said(make: Make, as_member: Any) -> None:
    contest = make.contest("voting", votes=1)
    ids = [make.entry(contest, words=words).id for words in ("云朵", "月光")]
    for htmx in (False, True):
        answer = as_member(make.voter(contest)).post(at(contest, "/vote"), data={"names": ids}, htmx=htmx)
        assert answer.status_code == 422
        assert answer.text.count(" checked") == 2
    assert db.session.query(Ballot).count() == 0


def test_newcomers_read_why_they_have_no_vote(make: Make, as_member: Any) -> None:
    contest = make.contest("voting")
    entry = make.entry(contest)
    me = as_member()
    assert "checkbox" not in me.get(at(contest, "/vote")).text
    assert me.post(at(contest, "/vote"), data={"names": entry.id}).status_code == 403


@pytest.mark.parametrize("phase", ["voting", "closed"])
def test_no_number_of_votes_before_the_count(make: Make, client: Any, as_member: Any, phase: str) -> None:
    """The pages are the same, byte for byte but for tokens, whether nobody voted or many did."""
    contest = make.contest("voting")
    entry = make.entry(contest, words="云朵")
    if phase == "closed":
        db.session.query(Contest).filter_by(id=contest.id).update(
            {"vote_until": contest.vote_from + (contest.vote_until - contest.vote_from) / 100}
        )
        db.session.commit()
    readers = (client, as_member(make.voter(contest)))
    paths = ("/contests", at(contest), at(contest, "/vote"))
    before = [_plain(reader.get(path).text) for reader in readers for path in paths]
    with transaction():
        for number in range(7):
            ballot = Ballot(
                contest_id=contest.id, voter=f"{number}", receipt=f"r{number}", cast_on=contest.opens_at
            )
            db.session.add(ballot)
            db.session.flush()
            db.session.add(Vote(ballot_id=ballot.id, slot=1, entry_id=entry.id))
    assert [_plain(reader.get(path).text) for reader in readers for path in paths] == before
    for path in ("/result", "/proof/tally.json"):
        assert client.get(at(contest, path)).status_code == 404


def test_what_is_told_and_what_stays_when_somebody_leaves(make: Make) -> None:
    contest = make.contest("voting")
    member = make.voter(contest)
    standing = make.entry(contest, member, "云朵", why="秘密的理由")
    make.entry(contest, member, "等等", state="refused")
    with transaction():
        cast(contest, [standing.id], by=viewer_of(member.id))
    told = {part.name: list(part.rows or ()) for part in export(member.id)}
    assert [row["name"] for row in told["contest_names.json"]] == ["云朵", "等等"]
    assert told["contest_votes.json"] == [{"contest": contest.name, "voted": True}]
    with transaction():
        erase(member.id)
    [left] = db.session.query(Entry).filter_by(contest_id=contest.id)
    assert (left.words, left.why) == ("云朵", "")
    assert db.session.query(Ballot).count() == 1


def _plain(text: str) -> str:
    return re.sub(r'(name="csrf_token" value|csrf-token" content)="[^"]*"', "", text)
