"""All testers of a trial as staff follow them: where each stands, and what comes next."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from portal.accounts.models import Member
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.i18n import _
from portal.core.paging import Page, keyset_page
from portal.deliveries.models import Delivery
from portal.trials.models import Application, Report, Tester, TesterState, Trial
from portal.trials.queries.places import may_be_asked, takes_seat
from portal.trials.rules.kinds import TESTER

#: what staff may look at
SHOWN: dict[str, tuple[TesterState, ...]] = {
    "all": tuple(TesterState),
    "offered": (TesterState.OFFERED,),
    "trying": (TesterState.ACCEPTED,),
    "reported": (TesterState.REPORTED,),
    "missing": (TesterState.MISSING,),
    "left": (TesterState.DECLINED, TesterState.LAPSED, TesterState.EXCUSED),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A tester in the list of staff."""

    tester: Tester
    application: Application
    member: Member
    delivery: Delivery | None
    report: Report | None


@dataclass(frozen=True, slots=True)
class Places:
    """How the places of a trial stand. ``waiting``: substitutes who can still be asked."""

    counts: dict[str, int]
    free: int
    waiting: int


def listed(trial: Trial, show: str, cursor: str | None) -> Page[Row]:
    """What stands in one of :data:`SHOWN`, in the order in which they were asked. One query."""
    statement = _rows().where(Tester.trial_id == trial.id, Tester.state.in_(SHOWN[show]))
    keys = (Tester.offered_at, Tester.id)
    page = keyset_page(statement, keys, cursor=cursor, ascending=True, scalars=False)
    return Page([Row(*row[:5]) for row in page.items], page.next_cursor)


def places_of(trial: Trial) -> Places:
    """Two queries."""
    taken = sa.func.sum(sa.case((takes_seat(), 1), else_=0))
    numbers = sa.select(Tester.state, sa.func.count(), taken).where(Tester.trial_id == trial.id)
    rows = db.session.execute(numbers.group_by(Tester.state)).all()
    by_state = {state: number for state, number, _taken in rows}
    counts = {name: sum(by_state.get(state, 0) for state in states) for name, states in SHOWN.items()}
    free = max(trial.seats - sum(taken for _state, _number, taken in rows), 0)
    return Places(counts, free, _waiting(trial.id))


def get_of_trial(trial: Trial, tester_id: str) -> Tester:
    """Raises NotFound for one of another trial."""
    found = db.session.get(Tester, tester_id, populate_existing=True)
    if found is None or found.trial_id != trial.id:
        raise NotFound(_("There is no such tester."))
    return found


def _waiting(trial_id: str) -> int:
    return db.session.scalar(sa.select(sa.func.count()).where(may_be_asked(trial_id))) or 0


def _rows() -> sa.Select[*tuple[object, ...]]:
    """The two key columns stand by name beside the tester, as pages want them."""
    parcel = sa.and_(Delivery.owner_kind == TESTER, Delivery.owner_id == Tester.id)
    return (
        sa.select(Tester, Application, Member, Delivery, Report, Tester.offered_at, Tester.id.label("id"))
        .join(Application, Application.id == Tester.application_id)
        .join(Member, Member.id == Tester.member_id)
        .outerjoin(Delivery, parcel)
        .outerjoin(Report, Report.tester_id == Tester.id)
        .execution_options(populate_existing=True)
    )
