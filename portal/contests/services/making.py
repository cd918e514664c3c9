"""Staff make a contest: a draft, the moment everybody sees it, and calling it off. What opened is not changed any more."""

from __future__ import annotations

import secrets

import sqlalchemy as sa

from portal.catalog.models import Product, ProductColor
from portal.contests.models import Ballot, Contest, Vote
from portal.contests.queries.results import can_be_called_off
from portal.contests.rules import making as rules
from portal.contests.rules.making import ContestWords
from portal.contests.rules.phases import Phase, phase_of
from portal.contests.services import telling
from portal.contests.services.holding import hold_votes
from portal.core import audit, clock
from portal.core.access import Permission, Viewer
from portal.core.db import changed_rows, db, hold_name, key_of, lock_row, new_id
from portal.core.errors import Conflict, Invalid, NotFound
from portal.core.i18n import _
from portal.core.slugs import free_slug, slug_from

KIND = "contest"


def create_contest(words: ContestWords, *, by: Viewer, key: str | None = None) -> Contest:
    """A draft. ``key`` is made with the form: sent twice it is one contest. Raises Invalid beside the field. Audited."""
    by.must(Permission.MANAGE_CONTESTS)
    hold_name("contest slugs")
    known = db.session.get(Contest, key) if key else None
    if known is not None:
        return known
    _check(words)
    now = clock.now()
    slug = free_slug(slug_from(words.name_en) or f"names-{now:%Y-%m-%d}", Contest)
    contest = Contest(id=key or new_id(), slug=slug, created_at=now, **words.columns())
    db.session.add(contest)
    db.session.flush()
    _note("created", contest, by, slug=slug)
    return contest


def change_contest(contest: Contest, words: ContestWords, *, version: int, by: Viewer) -> None:
    """Change what it says, until it opens. Raises Conflict for an old page or an open contest, Invalid beside the field.
    Audited."""
    contest = hold(contest, by)
    if phase_of(contest, clock.now()) not in rules.CHANGEABLE:
        raise Conflict(_("The contest has opened, and its rules are frozen. They hold until the end."))
    if contest.version != version:
        raise Conflict(_("A colleague changed this meanwhile. Your words are still here: please compare."))
    _check(words)
    changed = sorted(name for name, value in words.columns().items() if getattr(contest, name) != value)
    for name in changed:
        setattr(contest, name, getattr(words, name))
    if contest.published_at is not None:
        _must_be_whole(contest)
    if changed:
        _note("changed", contest, by, fields=changed)


def publish(contest: Contest, *, by: Viewer) -> None:
    """Everybody sees it from now on; its secret is made, whose hash will stand in the rules. Twice is once.

    Raises Conflict with what is still missing. Audited.
    """
    contest = hold(contest, by)
    if contest.published_at is not None:
        return
    _must_be_whole(contest)
    contest.published_at, contest.secret = clock.now(), secrets.token_hex(32)
    _note("published", contest, by)


def cancel(contest: Contest, *, by: Viewer) -> None:
    """It does not take place (any more): ballots that nobody counted are destroyed with the secret. Twice is once.

    Whoever handed a name in is told. Raises Conflict for a draft (delete it), for what was decided, and after the count, unless
    no name can win. Audited.
    """
    hold_votes(key_of(contest), counting=True)
    contest = hold(contest, by)
    phase = phase_of(contest, clock.now())
    if phase is Phase.CANCELLED:
        return
    if phase is Phase.COUNTED and not can_be_called_off(contest, phase):
        raise Conflict(
            _(
                "The votes are counted, so the contest cannot be called off any more. Please confirm its result."
            )
        )
    if not can_be_called_off(contest, phase):
        raise Conflict(_("A draft is deleted, and what was decided stays."))
    if contest.counted_at is None:
        destroy_ballots(contest.id)
    contest.cancelled_at, contest.secret = clock.now(), ""
    _note("cancelled", contest, by)
    telling.tell_cancelled(contest)


def delete_draft(contest: Contest, *, by: Viewer) -> None:
    """A draft is gone for good. Raises Conflict for what everybody could see already. Audited."""
    contest = hold(contest, by)
    if contest.published_at is not None:
        raise Conflict(_("Everybody can see it. It can be called off instead."))
    audit.record("contest.deleted", by=by, target_kind=KIND, target_id=contest.id, slug=contest.slug)
    db.session.delete(contest)
    db.session.flush()


def hold(contest: Contest, by: Viewer | None) -> Contest:
    """The contest as it is now, held until the transaction ends; voters need not wait. Raises NotAllowed, NotFound."""
    if by is not None:
        by.must(Permission.MANAGE_CONTESTS)
    contest_id = key_of(contest)
    lock_row(Contest, contest_id, whole=False)
    found = db.session.get(Contest, contest_id, populate_existing=True)
    if found is None:
        raise NotFound(_("This is not here any more."))
    return found


def destroy_ballots(contest_id: str) -> None:
    """All of them, with what they chose. Who calls it holds the votes alone."""
    theirs = sa.select(Ballot.id).where(Ballot.contest_id == contest_id)
    changed_rows(sa.delete(Vote).where(Vote.ballot_id.in_(theirs)))
    changed_rows(sa.delete(Ballot).where(Ballot.contest_id == contest_id))


# ------------------------------------------------------------------ inside


def _note(action: str, contest: Contest, by: Viewer, **facts: object) -> None:
    contest.version += 1
    db.session.flush()
    audit.record(f"contest.{action}", by=by, target_kind=KIND, target_id=contest.id, **facts)


def _check(words: ContestWords) -> None:
    rules.check(words)
    if db.session.get(Product, words.product_id) is None:
        raise Invalid(_("Please choose what looks for a name."), field="product")
    color = db.session.get(ProductColor, words.color_id) if words.color_id else None
    if words.color_id and (color is None or color.product_id != words.product_id):
        raise Invalid(_("This colour belongs to another product."), field="product")


def _must_be_whole(contest: Contest) -> None:
    missing = rules.missing(contest, clock.now())
    if missing:
        raise Conflict(" ".join(missing))
