"""The arithmetic of a contest's proof, pure. ``recount`` computes the same again, by itself."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class CountedName:
    """A name on the ballot. ``at`` is when it was submitted: of two with as many votes the earlier comes first."""

    id: str
    at: str
    words: str


@dataclass(frozen=True, slots=True)
class Cast:
    """A ballot under its receipt, and the names it chose."""

    receipt: str
    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Book:
    """All that is counted. ``removed``: names that were taken off the ballot when somebody had chosen them already."""

    rules_hash: str
    names: tuple[CountedName, ...]
    ballots: tuple[Cast, ...]
    removed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """What a name came to; places count from 1."""

    id: str
    votes: int
    place: int


def canonical(content: Any) -> str:
    """The one way to write it as JSON: sorted, without blanks, plain ASCII."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"))


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def moment(at: datetime) -> str:
    """To the microsecond, so that no two are equal that were not, and always of the same length."""
    return at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def tally_hash(book: Book) -> str:
    """What is published with the result: the rules' hash, all names, what was removed, all ballots by receipt."""
    listed = {
        "rules_hash": book.rules_hash,
        "entries": [[one.id, one.at, sha(one.words)] for one in sorted(book.names, key=lambda name: name.id)],
        "removed": sorted(book.removed),
        "ballots": [[one.receipt, sorted(one.choices)] for one in sorted(book.ballots, key=_receipt)],
    }
    return sha(canonical(listed))


def ranked(names: Sequence[CountedName], ballots: Iterable[Cast]) -> list[Place]:
    """First to last: by votes, then the earlier one."""
    votes = Counter(choice for ballot in ballots for choice in ballot.choices)
    order = sorted(names, key=lambda name: (-votes[name.id], name.at, name.id))
    return [Place(name.id, votes[name.id], place) for place, name in enumerate(order, 1)]


def tally_file(book: Book, hash_: str, withheld: frozenset[str] = frozenset()) -> bytes:
    """What everybody can download. Of ``withheld`` names the words are left out; their hash still stands for them."""
    places = {one.id: one for one in ranked(book.names, book.ballots)}
    entries = [
        {
            "id": one.id,
            "at": one.at,
            "words": "" if one.id in withheld else one.words,
            "words_hash": sha(one.words),
            "votes": places[one.id].votes,
            "place": places[one.id].place,
        }
        for one in sorted(book.names, key=lambda name: places[name.id].place)
    ]
    content = {
        "rules_hash": book.rules_hash,
        "tally_hash": hash_,
        "entries": entries,
        "removed": sorted(book.removed),
        "ballots": [[one.receipt, sorted(one.choices)] for one in sorted(book.ballots, key=_receipt)],
    }
    return json.dumps(content, sort_keys=True, indent=1, ensure_ascii=False).encode()


def _receipt(ballot: Cast) -> str:
    return ballot.receipt
