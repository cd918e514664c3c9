"""Verbs of money inside one transaction. Who also has to speak with a provider goes through ``desk``."""

from portal.payments.providers import Standing, Truth
from portal.payments.services.invoices import mark_issued, request_invoice
from portal.payments.services.notices import is_known, note_notice
from portal.payments.services.opening import (
    ask_soon,
    begin_checkout,
    cancel,
    claim_ask,
    due_asks,
    keep_checkout,
    let_expire,
    open_payment,
)
from portal.payments.services.playing import pay_with_play_money
from portal.payments.services.reconciling import (
    close_difference,
    first_day_of_refunds,
    is_reconciled,
    note_reconciled,
)
from portal.payments.services.refunds import (
    apply_refund_truth,
    ask_refund,
    claim_refund,
    confirm_refund,
    due_refunds,
    leave_to_staff,
    nudge_refunds,
    refund_later,
    words_of,
)
from portal.payments.services.transfers import confirm_transfer
from portal.payments.services.truth import apply_truth, ask_later

__all__ = [
    "Standing",
    "Truth",
    "apply_refund_truth",
    "apply_truth",
    "ask_later",
    "ask_refund",
    "ask_soon",
    "begin_checkout",
    "cancel",
    "claim_ask",
    "claim_refund",
    "close_difference",
    "confirm_refund",
    "confirm_transfer",
    "due_asks",
    "due_refunds",
    "first_day_of_refunds",
    "is_known",
    "is_reconciled",
    "keep_checkout",
    "leave_to_staff",
    "let_expire",
    "mark_issued",
    "note_notice",
    "note_reconciled",
    "nudge_refunds",
    "open_payment",
    "pay_with_play_money",
    "refund_later",
    "request_invoice",
    "words_of",
]
