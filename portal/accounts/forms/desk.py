"""What staff type about members."""

from __future__ import annotations

from typing import Any

from flask import request
from werkzeug.datastructures import MultiDict
from wtforms import DateField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

from portal.accounts.models import MemberState, Role
from portal.accounts.queries.desk import MemberFilter
from portal.accounts.roles import ROLE_LABELS
from portal.accounts.services.erasing import Way
from portal.core.forms import Form, line, paragraphs
from portal.core.i18n import _
from portal.core.i18n import lazy as _l

STATE_LABELS: dict[MemberState, Any] = {
    MemberState.ACTIVE: _l("Active"),
    MemberState.SUSPENDED: _l("Suspended"),
    MemberState.ERASED: _l("Left"),
}
NO_CODE = "-"


class DeskForm(Form):
    """The filters of the list of members; sent by GET, so it carries no token. What makes no sense is left out."""

    class Meta(Form.Meta):
        csrf = False

    q = line(_l("Name, number or region"), most=200, required=False, type="search", autocomplete="off")
    role = SelectField(_l("Role"), validate_choice=False)
    state = SelectField(_l("State"), validate_choice=False)
    since = DateField(_l("Joined from"), validators=[Optional()])
    until = DateField(_l("Joined until"), validators=[Optional()])
    source = line(
        _l("Code they came with"), most=64, required=False, autocapitalize="none", autocomplete="off"
    )
    mine = SelectField(_l("Looked after by"), validate_choice=False)

    @classmethod
    def sent(cls, fields: MultiDict[str, str] | None = None) -> DeskForm:
        form = cls(formdata=request.args if fields is None else fields)
        form.role.choices = [("", _("Everyone")), *((role.value, str(ROLE_LABELS[role])) for role in Role)]
        form.state.choices = [
            ("", _("All but those who left")),
            *((state.value, str(label)) for state, label in STATE_LABELS.items()),
        ]
        form.mine.choices = [("", _("Anybody")), ("1", _("Me"))]
        form.validate()
        return form

    def wanted(self, me: str) -> MemberFilter:
        """What was asked for; ``me`` is who asks."""
        role, state, source = self.role.data or "", self.state.data or "", (self.source.data or "").lower()
        return MemberFilter(
            words=self.q.data or "",
            role=Role(role) if role in list(Role) else None,
            state=MemberState(state) if state in list(MemberState) else None,
            since=self.since.data,
            until=self.until.data,
            source={"": None, NO_CODE: ""}.get(source, source),
            looked_after_by=me if self.mine.data == "1" else None,
        )

    def address(self) -> dict[str, Any]:
        """The filters as an address carries them; empty ones are left out."""
        return {field.name: str(field.data) for field in self if field.data}


class NoteForm(Form):
    body = paragraphs(_l("A note for colleagues"), most=2000)


class LookAfterForm(Form):
    staff = SelectField(_l("Looked after by"), validate_choice=False)


WAY_LABELS: dict[Way, Any] = {
    Way.MAIL: _l("By mail"),
    Way.LETTER: _l("By letter"),
    Way.PHONE: _l("By phone"),
    Way.IN_PERSON: _l("In person"),
}


class ErasureForm(Form):
    """Somebody asked a colleague to erase them."""

    way = SelectField(
        _l("How did they ask?"), choices=[SelectChoice(way.value, label) for way, label in WAY_LABELS.items()]
    )
