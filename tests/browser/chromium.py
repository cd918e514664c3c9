"""Finds the browser for the browser tests, or installs Debian's, or says in one sentence what is missing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MISSING = (
    "The browser tests need Chromium: install Debian's package `chromium`, "
    "or set PORTAL_TEST_BROWSER to the path of a Chromium or Chrome."
)
FONT_PACKAGE = "fonts-noto-cjk"


def find() -> str | None:
    """The path of a Chromium on this machine, or None."""
    chosen = os.environ.get("PORTAL_TEST_BROWSER")
    if chosen:
        return chosen if os.access(chosen, os.X_OK) else None
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def find_or_install() -> str:
    """As find(); installs the package when this user may. Raises SystemExit with one sentence."""
    if found := find():
        return found
    if not os.environ.get("PORTAL_TEST_BROWSER") and shutil.which("apt-get") and os.geteuid() == 0:
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        subprocess.run(["apt-get", "update", "-qq"], check=False, **quiet)  # type: ignore[call-overload]
        install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium", FONT_PACKAGE]
        subprocess.run(install, check=False, env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"}, **quiet)  # type: ignore[call-overload]
        if found := find():
            return found
    raise SystemExit(MISSING)


if __name__ == "__main__":
    print(f"browser: {find_or_install()}", file=sys.stderr)
