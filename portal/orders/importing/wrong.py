"""What can be wrong with a file or a row, kept as a code with values and said in the reader's language."""

from __future__ import annotations

from typing import Any

from portal.core.i18n import lazy as _l

#: [code, {values}], as it is stored
Wrong = tuple[str, dict[str, Any]]

SENTENCES: dict[str, Any] = {
    # the file as a whole
    "empty": _l("The file is empty."),
    "no_rows": _l("The file has its headings, but no rows."),
    "encoding": _l("Line %(line)s is neither UTF-8 nor GBK. Save the file as “CSV UTF-8” and try again."),
    "nul": _l("Line %(line)s holds characters that no text has (NUL). Is this really a CSV file?"),
    "csv": _l("Line %(line)s cannot be read as CSV: a quotation mark is missing, or a cell never ends."),
    "columns": _l("These columns are missing: %(names)s. The first line must name all of them."),
    "doubled": _l("The column %(names)s stands twice in the first line."),
    "size": _l("The file is larger than %(megabytes)s MB. Send it in parts, or ask for the command line."),
    "gone": _l("The file was lost on the way. Please send it again."),
    # one cell
    "cells": _l("has %(found)s cells instead of %(expected)s"),
    "missing": _l("%(column)s is empty"),
    "formula": _l("%(column)s begins with “=”, like a formula of a spreadsheet"),
    "shortened": _l(
        "%(column)s is “%(value)s”: a spreadsheet has shortened the number and lost its last digits. Keep this column as text"
    ),
    "long": _l("%(column)s is longer than %(most)s characters"),
    "time": _l("%(column)s is no date and time: “%(value)s”"),
    "future": _l("%(column)s lies in the future: “%(value)s”"),
    "choice": _l("%(column)s is “%(value)s”; it must be one of %(choices)s"),
    "currency": _l("“%(value)s” is no currency we know; write three letters such as CNY"),
    "amount": _l(
        "%(column)s is no amount: “%(value)s” (write 1299.00, without currency and thousands marks)"
    ),
    "negative": _l("%(column)s is negative: “%(value)s”"),
    "places": _l("%(column)s has more decimal places than %(currency)s: “%(value)s”"),
    "large": _l("%(column)s is larger than an order can be: “%(value)s”"),
    "quantity": _l("%(column)s is no whole number: “%(value)s”"),
    "phone": _l("%(column)s is no phone number: “%(value)s”"),
    "email": _l("%(column)s is no mail address: “%(value)s”"),
    "discount": _l("the discount is larger than the price of the line"),
    "refund": _l("a refund needs all three: refund_id, refund_amount and refunded_at"),
    # rows together
    "other_header": _l("%(column)s is “%(value)s”, but “%(other)s” on line %(line)s of the same order"),
    "other_line": _l("line_no %(number)s stands on line %(line)s already, with other contents"),
    "other_refund": _l("refund_id %(number)s stands on line %(line)s already, with another amount or time"),
    "too_many_rows": _l("the order has %(found)s rows; no order has more than %(most)s"),
    "too_much_back": _l("the refunds of this order are larger than its lines"),
    "currency_changed": _l("the order is kept in %(other)s; its currency cannot change to %(value)s"),
}


def wrong(code: str, **values: Any) -> Wrong:
    assert code in SENTENCES, code
    return code, values


def said(trouble: Wrong | list[Any]) -> str:
    """The sentence, in the language in force."""
    code, values = trouble
    return str(SENTENCES[code]) % values
