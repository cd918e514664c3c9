"""How the queue speaks about time, people and reasons."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from portal.core import clock
from portal.core.i18n import _, ngettext
from portal.core.installation import registry
from portal.moderation.models import Case, CaseOrigin, Report
from portal.moderation.queries import QueueFilter, Tally
from portal.moderation.words import HELD_BECAUSE, REPORT_REASONS, how_many_reports, kind_label

BAR_LENGTH = 60


@dataclass(frozen=True)
class Bar:
    """A share of what waits; ``length`` in units of a 60-unit line."""

    label: str
    number: int
    length: int


@dataclass(frozen=True)
class Showing:
    """The words of one answer of the queue."""

    tally: Tally
    show: QueueFilter

    def filters(self) -> list[tuple[str, str, int]]:
        """(label, name, count) of every filter; kinds of which nothing waits are left out, except the chosen one."""
        fixed = [
            (_("All"), "all", self.tally.waiting),
            (_("Before publishing"), "held", self.tally.held),
            (_("Reported"), "reported", self.tally.reported),
        ]
        kinds = [(kind_label(kind), kind, self.tally.by_kind.get(kind, 0)) for kind in registry().targets]
        return fixed + [entry for entry in kinds if entry[2] or entry[1] == self.show.name]

    def bars(self) -> list[Bar]:
        """How what waits is made up: by why it waits, then by kind when there are several."""
        parts = [(_("New"), self.tally.held), (_("Reported"), self.tally.reported)]
        if len(self.tally.by_kind) > 1:
            kinds = sorted(self.tally.by_kind.items(), key=lambda entry: -entry[1])
            parts += [(kind_label(kind), number) for kind, number in kinds]
        waiting = max(self.tally.waiting, 1)
        return [Bar(label, number, round(BAR_LENGTH * number / waiting)) for label, number in parts]

    def reason(self, case: Case) -> str:
        """Why this is here."""
        if case.origin is CaseOrigin.REPORTED:
            return how_many_reports(case.report_count)
        return str(HELD_BECAUSE.get(case.held_because, _("Waits to be looked at")))

    def report_reasons(self, reports: list[Report]) -> list[str]:
        """What reporters say is wrong, the most frequent first."""
        counted = Counter(report.reason for report in reports)
        return [
            str(REPORT_REASONS[reason]) if number == 1 else f"{REPORT_REASONS[reason]} × {number}"
            for reason, number in counted.most_common()
        ]

    def kind(self, case: Case) -> str:
        return kind_label(case.target_kind)

    def waiting_for(self, since: datetime) -> str:
        """How long, in the largest unit that says something."""
        minutes = max(0, int((clock.now() - since).total_seconds() // 60))
        if minutes < 1:
            return _("just now")
        if minutes < 60:
            return ngettext("%(num)s minute", "%(num)s minutes", minutes)
        if minutes < 48 * 60:
            return ngettext("%(num)s hour", "%(num)s hours", minutes // 60)
        return ngettext("%(num)s day", "%(num)s days", minutes // (24 * 60))

    def minutes_left(self, until: datetime) -> int:
        """Whole minutes in which a decision can still be undone, at least 1 while it can."""
        return max(1, int((until - clock.now()).total_seconds() // 60))

    def with_us(self, joined_at: datetime) -> str:
        """How long somebody has been a member."""
        days = (clock.now() - joined_at).days
        if days < 1:
            return _("joined today")
        if days < 60:
            return ngettext("joined %(num)s day ago", "joined %(num)s days ago", days)
        if days < 730:
            return ngettext("joined %(num)s month ago", "joined %(num)s months ago", days // 30)
        return ngettext("joined %(num)s year ago", "joined %(num)s years ago", days // 365)
