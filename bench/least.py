"""The least that a sign-up can be with the packages of this house: one form with its token, who is signed in, one transaction.

It has no rules, limits, languages, refusals, waiting list or second form, so no sign-up of the portal can be faster than this:
it tells how much of the way from a bare booking the packages take by themselves.
"""

from __future__ import annotations

import os
import secrets
import sys
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask, redirect, session
from flask_login import LoginManager, UserMixin, current_user, login_required
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import FlaskForm
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response
from wtforms import IntegerField, StringField
from wtforms.validators import InputRequired, Length, NumberRange

from bench import load

app = Flask(__name__)
app.secret_key = os.environ["PORTAL_SECRET_KEY"]
app.config["SQLALCHEMY_DATABASE_URI"] = f"sqlite:///{Path(os.environ['PORTAL_DATA_DIR']) / 'least.sqlite'}"
db = SQLAlchemy(app)
login = LoginManager(app)
ME, TREE = "ann", ("event", "pool", "type")


class Person(UserMixin, db.Model):  # type: ignore[name-defined]
    id = sa.Column(sa.String(26), primary_key=True)


class SignupForm(FlaskForm):
    name = StringField(validators=[InputRequired(), Length(max=80)])
    people = IntegerField(validators=[InputRequired(), NumberRange(1, 5)])


def _table(name: str, *columns: sa.Column[Any]) -> sa.Table:
    return db.Table(name, sa.Column("id", sa.String(26), primary_key=True), *columns)


seats = _table("seats", sa.Column("used", sa.Integer), sa.Column("capacity", sa.Integer))
registrations = _table(
    "registration", sa.Column("person_id", sa.String(26), index=True), sa.Column("name", sa.Text)
)
tickets = _table(
    "ticket", sa.Column("registration_id", sa.String(26), index=True), sa.Column("code", sa.Text)
)
letters = _table("letter", sa.Column("text", sa.Text))
take = sa.update(seats).where(seats.c.id == sa.bindparam("one"), seats.c.used < seats.c.capacity)
take = take.values(used=seats.c.used + 1)


@login.user_loader
def _person(person_id: str) -> Person | None:
    return db.session.get(Person, person_id)


@app.post("/signup")
@login_required
def signup() -> Response | tuple[str, int]:
    """Seats in a tree of three, a registration, a ticket and its letter, stored safely before the answer."""
    form, me = SignupForm(), current_user.id
    if not form.validate_on_submit():
        return "no", 422
    db.session.rollback()  # the write begins with its lock: a read that turns into a write would be refused
    for one in TREE:
        db.session.execute(take, {"one": one})
    key = secrets.token_hex(13)
    db.session.execute(sa.insert(registrations), {"id": key, "person_id": me, "name": form.name.data})
    db.session.execute(sa.insert(tickets), {"id": key, "registration_id": key, "code": secrets.token_hex(4)})
    db.session.execute(sa.insert(letters), {"id": key, "text": form.name.data * 500})
    db.session.commit()
    return redirect(f"/me/tickets/{key}", 303)


@app.get("/healthz")
def healthz() -> str:
    return "ok"


def fill() -> bytes:
    """Tables with one person and seats for all; returns the request of a sign-up."""
    with app.test_request_context():
        db.create_all()
        db.session.add(Person(id=ME))
        db.session.execute(
            sa.insert(seats), [{"id": one, "used": 0, "capacity": 1_000_000_000} for one in TREE]
        )
        db.session.commit()
        session["_user_id"] = ME
        token = generate_csrf()
        cookie = app.session_interface.get_signing_serializer(app).dumps(dict(session))  # type: ignore[attr-defined]
    body = f"name=Ann&people=1&csrf_token={token}"
    return load.post("/signup", body, cookie=f"session={cookie}", htmx=False)


if __name__ == "__main__":
    sys.stdout.buffer.write(fill())
