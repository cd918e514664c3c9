"""Files of orders: sent, checked by the worker, confirmed, written by the worker."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from portal.core.access import Permission, staff, the_viewer
from portal.core.db import new_id, transaction
from portal.core.errors import Invalid
from portal.core.i18n import _
from portal.core.limits import UPLOADING
from portal.core.media.storage import TooLarge, storage
from portal.core.web import done, page
from portal.orders import queries
from portal.orders.console.blueprint import LARGEST_FILE, MEGABYTE, bp
from portal.orders.forms import FileForm
from portal.orders.importing import MAPPINGS, generic, steps
from portal.orders.importing.wrong import said, wrong
from portal.orders.jobs import file_key, work_on_import
from portal.orders.words import IMPORT_STATES

LIST, ONE = "orders/console/imports.html", "orders/console/import.html"


@bp.get("/import")
@staff(Permission.MANAGE_ORDERS)
def imports() -> Response:
    """The files so far, newest first, and the way to send one."""
    return page(LIST, block="imports", **_list())


@bp.post("/import")
@staff(Permission.MANAGE_ORDERS)
@UPLOADING
def send_file() -> Response:
    """Keep the file first, then its row: a row without a file would wait for nothing."""
    form = FileForm()
    try:
        if not form.validate_on_submit():
            return page(LIST, block="imports", status=422, **_list(form))
        import_id = new_id()
        size = _keep(import_id, form.file.data)
        with transaction():
            steps.begin(
                form.file.data.filename or "",
                mapping=MAPPINGS[0],
                byte_size=size,
                by=the_viewer(),
                import_id=import_id,
            )
            work_on_import.later(import_id)
    except Invalid as refusal:
        form.refuse("file", refusal.message)
        return page(LIST, block="imports", status=422, **_list(form))
    return done(url_for(".one_import", import_id=import_id), _("The file arrived and is being checked."))


@bp.get("/import/<import_id>")
@staff(Permission.MANAGE_ORDERS)
def one_import(import_id: str) -> Response:
    """How far it is, and what is wrong with which row."""
    block = "wrong_page" if request.args.get("after") else "import_state"
    return page(ONE, block=block, **_one(import_id))


@bp.post("/import/<import_id>/<any(confirm, drop):verb>")
@staff(Permission.MANAGE_ORDERS)
@UPLOADING
def settle_import(import_id: str, verb: str) -> Response:
    """Write what was checked, or decide against it."""
    queries.get_import(import_id)
    with transaction():
        held = steps.get(import_id)
        if verb == "confirm":
            steps.confirm(held, by=the_viewer())
            work_on_import.later(import_id)
        else:
            steps.drop(held, by=the_viewer())
    sentence = _("The orders are being written.") if verb == "confirm" else _("Nothing of it was written.")
    return done(
        url_for(".one_import", import_id=import_id),
        sentence,
        fragment=lambda: page(ONE, block="import_state", **_one(import_id)),
    )


def _keep(import_id: str, upload: Any) -> int:
    """Store what was sent. Raises Invalid when it is too large."""
    try:
        return storage().put_stream(file_key(import_id), upload.stream, limit=LARGEST_FILE)
    except TooLarge:
        raise Invalid(said(wrong("size", megabytes=LARGEST_FILE // MEGABYTE)), field="file") from None


def _list(form: FileForm | None = None) -> dict[str, Any]:
    found = queries.newest_imports(cursor=request.args.get("after") if request.method == "GET" else None)
    return {
        "imports": found.items,
        "next_cursor": found.next_cursor,
        "states": IMPORT_STATES,
        "columns": generic.COLUMNS,
        "form": form or FileForm(formdata=None),
    }


def _one(import_id: str) -> dict[str, Any]:
    held = queries.get_import(import_id)
    cursor = request.args.get("after") if request.method == "GET" else None
    rows = queries.wrong_rows(import_id, cursor=cursor)
    return {
        "held": held,
        "states": IMPORT_STATES,
        "working": held.state in steps.UNDER_WAY,
        "trouble": said(held.trouble) if held.trouble else "",
        "rows": [(row.line, row.order_no, [said(trouble) for trouble in row.errors]) for row in rows.items],
        "next_cursor": rows.next_cursor,
    }
