"""What may know whom, beyond the layers that import-linter keeps."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from portal import features

ROOT = Path(__file__).resolve().parents[2]
PORTAL = ROOT / "portal"
FEATURES = tuple(feature.name for feature in features())
DOMAIN = ("models", "queries", "services", "rules", "signals")
#: what of a feature is known above it beyond its domain
BESIDES = {
    "accounts": {"roles", "kept", "birthdays", "showing"},
    "brand": {"showing"},
    "deliveries": {"showing"},
}
WEB = ("flask", "flask_login", "flask_wtf", "wtforms", "flask_babel", "flask_htmx")
#: ``desk`` has network between two, ``kept`` what a lost session left, ``sources`` is a page of the staff
OPENS_TRANSACTIONS = ("views", "console", "cli", "jobs", "desk", "kept", "sources")


def _imports(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def _files() -> list[Path]:
    return sorted(path for feature in FEATURES for path in (PORTAL / feature).rglob("*.py"))


def _role(path: Path) -> str:
    """``services`` for services.py and for every file of a services/ package."""
    return path.relative_to(PORTAL).parts[1].removesuffix(".py")


@pytest.mark.parametrize("path", _files(), ids=lambda path: str(path.relative_to(ROOT)))
def test_domain_files_know_no_web(path: Path) -> None:
    if _role(path) in DOMAIN:
        known = {name for name in _imports(path) if name.split(".")[0] in WEB}
        assert not known, f"{path.name} imports {known}"


@pytest.mark.parametrize("path", _files(), ids=lambda path: str(path.relative_to(ROOT)))
def test_other_features_are_known_by_their_domain_only(path: Path) -> None:
    own = path.relative_to(PORTAL).parts[0]
    for name in _imports(path):
        parts = name.split(".")
        if len(parts) >= 3 and parts[0] == "portal" and parts[1] in FEATURES and parts[1] != own:
            allowed = {*DOMAIN, *BESIDES.get(parts[1], ())}
            if parts[1] == "brand" and _role(path) == "forms":
                allowed.add("fields")
            assert parts[2] in allowed, f"{path.relative_to(ROOT)} reaches into {name}"


@pytest.mark.parametrize("path", _files(), ids=lambda path: str(path.relative_to(ROOT)))
def test_only_the_rim_opens_transactions(path: Path) -> None:
    if "portal.core.db.transaction" in _imports(path):
        assert _role(path) in OPENS_TRANSACTIONS, f"{path.relative_to(ROOT)} opens a transaction"
