"""The blueprint of the staff pages about people."""

from flask import Blueprint

bp = Blueprint("accounts_console", __name__)
