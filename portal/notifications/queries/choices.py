"""What one member chose to hear, and when."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from portal.brand import queries as brand
from portal.core.db import db
from portal.core.feature import NotificationKind
from portal.notifications.models import ALL, Channel, Pace, Preference, Rhythm
from portal.notifications.rules import Hours


@dataclass(frozen=True)
class Choices:
    """Every choice of one member, by kind and channel. Consent to news by mail is no choice of a kind: see consents."""

    made: dict[tuple[str, Channel], bool]

    def hears(self, kind: NotificationKind) -> bool:
        return self.made.get((kind.name, Channel.INBOX), True)

    def reads_mail(self, kind: NotificationKind) -> bool:
        """Whether mail of this kind is wanted, as far as it is wanted at all."""
        return self.hears(kind) and self.made.get((kind.name, Channel.MAIL), kind.mail)

    @property
    def all_mail_stopped(self) -> bool:
        return self.made.get((ALL, Channel.MAIL)) is False


def choices_of(member_id: str) -> Choices:
    """One query."""
    rows = db.session.execute(
        sa.select(Preference.kind, Preference.channel, Preference.wanted).where(
            Preference.member_id == member_id
        )
    )
    return Choices({(row.kind, row.channel): row.wanted for row in rows})


def rhythm_of(member_id: str) -> Rhythm:
    """When this member may be reached; the house's hours (in a row that is not stored) unless they chose their own."""
    found = db.session.get(Rhythm, member_id)
    if found is not None:
        return found
    house = brand.current()
    return Rhythm(
        member_id=member_id,
        quiet_from=house.quiet_from,
        quiet_until=house.quiet_until,
        time_zone=house.time_zone,
        pace=Pace.AT_ONCE,
    )


def hours_of(rhythm: Rhythm) -> Hours:
    return Hours(rhythm.quiet_from, rhythm.quiet_until, rhythm.time_zone)
