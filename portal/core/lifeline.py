"""A process ends with the one that started it, however that one ends: ``kill -9`` of ``serve`` leaves nothing running."""

from __future__ import annotations

import os
import signal
import threading
import time

LOOK_EVERY = 0.5
#: for what is still being answered or worked on; then the process ends at once
PATIENCE = 20


def end_with_parent(parent: int) -> None:
    """Stop this process, as Ctrl-C does, once ``parent`` (the id of the process that started it) is gone."""
    threading.Thread(target=_watch, args=(parent,), name="lifeline", daemon=True).start()


def _watch(parent: int) -> None:
    """An orphan gets another parent on every system; asking for it needs nothing that the parent would have to do."""
    while os.getppid() == parent:
        time.sleep(LOOK_EVERY)
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(PATIENCE)
    os._exit(1)
