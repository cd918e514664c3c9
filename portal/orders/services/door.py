"""The door before everything that says whose orders are whose."""

from __future__ import annotations

import sqlalchemy as sa

from portal.core.db import changed_rows, insert_once
from portal.orders.models import CustomerDoor


def hold_door() -> None:
    """Nobody else says whose orders are whose until this transaction ends."""
    insert_once(CustomerDoor, id=1, passed=0)
    changed_rows(sa.update(CustomerDoor).where(CustomerDoor.id == 1).values(passed=CustomerDoor.passed + 1))
