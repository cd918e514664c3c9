"""Small programs that readers download to check us. They run with Python alone, and see nothing but downloaded files."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from flask import Response

from portal.core.web import download


@dataclass(frozen=True)
class Program:
    """``file`` lies beside the code whose result it computes again; readers get that very file under ``name``."""

    file: Path
    name: str

    @cached_property
    def content(self) -> bytes:
        return self.file.read_bytes()

    @property
    def lines(self) -> int:
        """How many there are to read; empty ones do not count."""
        return sum(1 for line in self.content.splitlines() if line.strip())

    def sent(self) -> Response:
        return download(self.content, "text/x-python; charset=utf-8", self.name)
