"""Pages of staff about people."""

from portal.accounts.console import staff
from portal.accounts.console.blueprint import bp

__all__ = ["bp", "staff"]
