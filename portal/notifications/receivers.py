"""What notifications do when something happens below them."""

from __future__ import annotations

from portal.core.mail.signals import LetterRefused, letter_refused
from portal.notifications import services
from portal.notifications.models import BounceKind


@letter_refused.connect
def note_refusal(event: LetterRefused) -> None:
    """A mail server said no while we spoke with it."""
    services.note_bounce(
        BounceKind.HARD if event.lasting else BounceKind.SOFT,
        source="smtp",
        event_key=f"smtp:{event.letter_id}",
        letter_id=event.letter_id,
    )
