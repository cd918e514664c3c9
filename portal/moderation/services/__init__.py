"""What moderation does: hold and withdraw, take reports, decide and undo. Each joins the open transaction."""

from portal.moderation.services.decisions import UNDO_FOR, approve, reject, undo
from portal.moderation.services.reports import open_report
from portal.moderation.services.screening import Verdict, screen, withdraw

__all__ = ["UNDO_FOR", "Verdict", "approve", "open_report", "reject", "screen", "undo", "withdraw"]
