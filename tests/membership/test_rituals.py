"""The joining day is greeted once a year, on the day of the shop, through the contact budget."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.core import clock
from portal.core.db import db, transaction
from portal.membership import jobs
from portal.membership.services.rituals import greet_joining_days
from portal.notifications.models import Touch
from tests.make import Make


@pytest.mark.parametrize(
    ("joined", "now", "greeted"),
    [
        ("2024-05-06T20:00", "2026-05-07T03:00", 1),  # the 7th in Shanghai on both
        ("2024-05-06T20:00", "2026-05-06T10:00", 0),
        ("2026-05-07T01:00", "2026-05-07T03:00", 0),  # joined today
        ("2024-02-29T03:00", "2026-02-28T03:00", 1),
        ("2024-02-29T03:00", "2028-02-28T03:00", 0),
        ("2024-02-29T03:00", "2028-02-29T03:00", 1),
    ],
)
def test_who_is_greeted_and_when(app: Flask, make: Make, joined: str, now: str, greeted: int) -> None:
    make.member(joined_at=datetime.fromisoformat(joined).replace(tzinfo=UTC))
    with clock.travel(datetime.fromisoformat(now).replace(tzinfo=UTC)):
        with transaction():
            assert greet_joining_days() == greeted
        jobs.greet()
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Touch)) == greeted
