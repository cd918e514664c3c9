"""Joining and coming in without a browser."""

from __future__ import annotations

from typing import Any

from portal.accounts import services
from portal.accounts.models import OneTimeCode
from portal.core.db import db, transaction

HERE = "192.0.2.1"


def sign_up(email: str = "new@example.com", name: str = "小满", **facts: Any) -> str:
    with transaction():
        return services.begin_sign_up(
            email,
            display_name=name,
            password_hash=facts.get("password_hash", "hash"),
            language="zh_CN",
            source="shop",
            address=facts.get("address", HERE),
        )


def arrive(code_id: str, **facts: Any) -> services.Arrival:
    with transaction():
        code = db.session.get_one(OneTimeCode, code_id)
        return services.arrive(code, same_browser=facts.get("same_browser", True))
