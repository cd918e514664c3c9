"""What tests of reports do: a tester at whose home it arrived writes one, with points and photos."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from portal.accounts.queries import viewer_of
from portal.brand.services import change_settings
from portal.core import clock
from portal.core.access import Viewer
from portal.core.db import transaction
from portal.trials.models import Report, Tester
from portal.trials.queries.trials import aspects_of
from portal.trials.rules.kinds import REPORT
from portal.trials.rules.reports import Written
from portal.trials.services import reporting
from tests.make import Make

LONG = "背了两个星期，上班、买菜、带孩子都是它，电脑放进去刚好，肩带不勒。" * 12


def arrived(make: Make, **facts: Any) -> Tester:
    """Whoever has it at home; their report is due in two weeks."""
    tester = make.tester(due_at=clock.now() + timedelta(days=14), **facts)
    assert isinstance(tester, Tester)
    return tester


def begun(make: Make, tester: Tester | None = None) -> tuple[Report, Viewer]:
    tester = tester or arrived(make)
    me = viewer_of(tester.member_id)
    with transaction():
        report = reporting.begin(tester, by=me)
    return report, me


def shots(make: Make, report: Report, number: int = 5, *, ready: bool = True) -> list[str]:
    """Photos of the report, each of another colour; the ids."""
    colors = [f"#{40 * (shot % 6):02x}{30 * (shot // 6):02x}50" for shot in range(number)]
    return [make.photo(REPORT, report.id, by=report.member_id, ready=ready, color=one).id for one in colors]


def words(report: Report, **changed: Any) -> Written:
    """All that a report needs, but for its photos; ``points=``, ``suggestions=``, ``tested=`` and parts by name change it."""
    points = changed.pop("points", {one.id: 4 for one in aspects_of(report.trial_id)})
    suggestions = changed.pop("suggestions", ["扣子松一点。", "里面多一个小袋。"])
    tested = changed.pop("tested", "2.0")
    told = {
        "first_look": "打开盒子，皮子的味道很好闻。",
        "in_use": LONG,
        "likes": "肩带很宽。",
        "dislikes": "扣子有点紧。",
        "none_because": "",
    }
    return Written(words=told | changed, tested=tested, points=points, suggestions=suggestions)


def hand_in(report: Report, me: Viewer, **changed: Any) -> Report:
    with transaction():
        return reporting.hand_in(report, words(report, **changed), seen=report.version, by=me)


def handed_in(make: Make, tester: Tester | None = None, **changed: Any) -> tuple[Report, Viewer]:
    """Whole and shown, because its writer's stories stand already (``newcomer=True``: it waits for a person)."""
    newcomer = changed.pop("newcomer", False)
    report, me = begun(make, tester)
    if not newcomer:
        trust()
    shots(make, report)
    return hand_in(report, me, **changed), me


def trust() -> None:
    """The brand holds nothing back from newcomers."""
    with transaction():
        change_settings(by=None, newcomer_stories=0)


def fields(report: Report, **changed: Any) -> dict[str, Any]:
    """What the page sends."""
    written = words(report, **changed.pop("written", {}))
    sent: dict[str, Any] = dict(written.words) | {"version": str(report.version), "tested": written.tested}
    sent |= {f"points_{one}": str(points) for one, points in written.points.items()}
    sent |= {f"suggestion_{place}": said for place, said in enumerate(written.suggestions, start=1)}
    return sent | changed
