"""Photos of members and of the brand.

A photo belongs to an owner (a kind and an id; this room knows nothing above it) and lives in four states::

    received ──claim──▶ processing ──▶ ready
        ▲                 │   │
        └── house failed ─┘   └──▶ refused (with a reason; what the house failed may be tried again)

**received** The original lies in a private quarantine, judged by its bytes; no address ever serves it.
**processing** A worker holds the photo until its lease ends: upright, in sRGB, without metadata, in three widths.
**ready** The pictures exist and the original is gone. Seen by the uploader and moderators, by all once ``published``.
**refused** With a sentence for the member; the original is gone unless a retry makes sense.

Rows are the truth: a lost hint, a killed worker or a full disk leaves a row with ``due_at``, which the sweep finds.
``reasons``, ``inspection``, ``colors`` and ``images`` are pure; ``storage`` is where files lie; ``services`` arranges
photos for their owners, ``preparation`` and ``sweeping`` are the worker's side.
"""

from __future__ import annotations

from flask import Flask, url_for


def install(app: Flask) -> None:
    """Bind the address of pictures and the worker's tasks to the application."""
    from portal.core.media import jobs, views

    assert jobs
    app.register_blueprint(views.bp)
    app.jinja_env.globals["photo_url"] = photo_url


def photo_url(photo_id: str, width: int) -> str:
    """The address of a photo at one of the prepared widths (400, 800 or 1600)."""
    return url_for("media.photo", photo_id=photo_id, width=width)
