"""The texts of the house: each version is published once and never changes."""

from __future__ import annotations

from portal.brand.models import LegalKind, LegalText
from portal.brand.queries import legal_text
from portal.brand.services.settings import settings_row, touch
from portal.core import audit, clock
from portal.core.access import Viewer
from portal.core.db import db, insert_once, new_id
from portal.core.errors import Conflict, Invalid
from portal.core.i18n import _


def publish_text(
    kind: LegalKind,
    *,
    by: Viewer | None,
    after: int,
    body_zh: str,
    body_en: str,
    change_zh: str,
    change_en: str,
) -> LegalText:
    """Publish the version that follows ``after`` (0: there is none yet). Members are asked to accept it from now on.

    Raises Conflict when somebody published that version meanwhile, Invalid when nothing is new. Audited.
    """
    row = settings_row()
    before = legal_text(kind)
    if (
        before is not None
        and before.version == after
        and (before.body_zh, before.body_en) == (body_zh, body_en)
    ):
        raise Invalid(_("These are the words of the present version: there is nothing new to publish."))
    inserted = (before.version if before else 0) == after and insert_once(
        LegalText,
        id=new_id(),
        kind=kind,
        version=after + 1,
        body_zh=body_zh,
        body_en=body_en,
        change_zh=change_zh,
        change_en=change_en,
        published_by=by.id if by else None,
        published_at=clock.now(),
    )
    if not inserted:
        raise Conflict(_("A colleague published another version meanwhile. Nothing of yours is lost."))
    audit.record("legal.published", by=by, target_kind="legal", target_id=kind.value, version=after + 1)
    touch(row)
    found = legal_text(kind)
    assert found is not None
    db.session.flush()
    return found
