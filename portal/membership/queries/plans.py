"""Tiers and plans."""

from __future__ import annotations

from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.i18n import _
from portal.membership.models import Plan


def get_plan(plan_id: str) -> Plan:
    """The plan, also one that is not sold any more; or NotFound."""
    plan = db.session.get(Plan, plan_id)
    if plan is None:
        raise NotFound(_("There is no such membership."))
    return plan
