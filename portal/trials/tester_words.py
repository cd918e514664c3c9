"""What the states of a tester are called, to themselves and to staff."""

from __future__ import annotations

from portal.core.i18n import lazy as _l
from portal.trials.models import Tester, TesterState

#: to themselves: the word, the kind of its label, its icon
STATES = {
    TesterState.OFFERED.value: (_l("You are chosen"), "gold", "party-popper"),
    TesterState.ACCEPTED.value: (_l("You take part"), "brand", "flask-conical"),
    TesterState.DECLINED.value: (_l("Left to others"), "", "hand"),
    TesterState.LAPSED.value: (_l("The time was over"), "", "hourglass"),
    TesterState.REPORTED.value: (_l("Report handed in"), "leaf", "check"),
    TesterState.MISSING.value: (_l("Report missing"), "warn", "file-x"),
    TesterState.EXCUSED.value: (_l("Excused"), "", "heart-handshake"),
}
#: to staff
STAFF_STATES = {
    TesterState.OFFERED.value: (_l("Was asked"), "gold"),
    TesterState.ACCEPTED.value: (_l("Takes part"), "brand"),
    TesterState.DECLINED.value: (_l("Said no"), ""),
    TesterState.LAPSED.value: (_l("Did not answer"), ""),
    TesterState.REPORTED.value: (_l("Report handed in"), "leaf"),
    TesterState.MISSING.value: (_l("Report missing"), "danger"),
    TesterState.EXCUSED.value: (_l("Excused"), ""),
}
#: the lists of staff
LISTS = {
    "all": _l("All"),
    "offered": _l("Asked"),
    "trying": _l("Trying it"),
    "reported": _l("Report handed in"),
    "missing": _l("Missing"),
    "left": _l("Without a place"),
}


def stage_of(tester: Tester) -> str:
    """Where on the road of the trial they are: ``offered``, ``sent``, ``trying`` or ``over``."""
    if tester.state is TesterState.OFFERED:
        return "offered"
    if tester.state is not TesterState.ACCEPTED:
        return "over"
    return "sent" if tester.due_at is None else "trying"
