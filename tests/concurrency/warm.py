"""Read by the process that hands out the others: whoever it forks finds the portal imported and built once."""

from __future__ import annotations

import tempfile
from pathlib import Path

from portal import create_app
from tests import databases
from tests import make as make

# The first application of a process pays for imports, templates and routes; the later ones find them ready.
with tempfile.TemporaryDirectory() as _folder:
    create_app(databases.settings_for(f"sqlite:///{_folder}/never.sqlite", Path(_folder)), testing=True)
