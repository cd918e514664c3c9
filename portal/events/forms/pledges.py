"""One sentence for the pledge wall."""

from __future__ import annotations

from portal.core.forms import Form, line
from portal.core.i18n import lazy as _l
from portal.events.services.pledges import LONGEST


class PledgeForm(Form):
    words = line(_l("Your sentence"), most=LONGEST)
