"""Who holds a trial: everything that is decided about it, one after the other."""

from __future__ import annotations

from portal.core.db import db, lock_row
from portal.core.errors import NotFound
from portal.core.i18n import _
from portal.trials.models import Trial


def hold_trial(trial_id: str) -> Trial:
    """The trial as it is now, held until the transaction ends; who only points at it need not wait. Raises NotFound."""
    lock_row(Trial, trial_id, whole=False)
    found = db.session.get(Trial, trial_id, populate_existing=True)
    if found is None:
        raise NotFound(_("This is not here any more."))
    return found
