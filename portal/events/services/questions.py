"""Questions of a sign-up. One that is removed is asked no more; what was answered stays."""

from __future__ import annotations

from portal.core import clock
from portal.core.access import Viewer
from portal.core.db import db
from portal.core.errors import Conflict, Invalid
from portal.core.i18n import _
from portal.events.models import Event, Question, QuestionKind, TicketType
from portal.events.queries.studio import questions_of
from portal.events.rules.words import QuestionWords
from portal.events.services import studio

MOST_QUESTIONS, MOST_CHOICES = 20, 12


def add_question(event: Event, words: QuestionWords, *, by: Viewer) -> Question:
    """One more question, last. Raises Invalid beside the field. Audited."""
    studio.hold(event, by)
    _check(event, words)
    others = questions_of(event.id)
    if len(others) >= MOST_QUESTIONS:
        raise Conflict(
            _("At most %(most)s questions: who signs up wants to come, not to write.", most=MOST_QUESTIONS)
        )
    made = Question(event_id=event.id, position=studio.next_position(others), **words.columns())
    db.session.add(made)
    db.session.flush()
    studio.note("question_added", event, by, question=made.id)
    return made


def change_question(question: Question, words: QuestionWords, *, event: Event, seen: str, by: Viewer) -> None:
    """Ask it in other words from now on. Raises Conflict for an old page, Invalid beside the field. Audited."""
    studio.hold(event, by)
    question = studio.find_part(Question, question.id, event)
    _check(event, words)
    changed = studio.change(question, QuestionWords.of(question), words, seen)
    if changed:
        studio.note("question_changed", event, by, question=question.id, fields=sorted(changed))


def move_question(question: Question, way: str, *, event: Event, by: Viewer) -> None:
    """One place ``up`` or ``down``. Audited."""
    studio.hold(event, by)
    question = studio.find_part(Question, question.id, event)
    order = questions_of(event.id)
    if question in order:
        studio.reorder(order, question, way)
        studio.note("question_moved", event, by, question=question.id)


def remove_question(question: Question, *, event: Event, by: Viewer) -> None:
    """Ask it no more. Twice is once. Audited."""
    studio.hold(event, by)
    question = studio.find_part(Question, question.id, event)
    if question.removed_at is None:
        question.removed_at = clock.now()
        db.session.flush()
        studio.note("question_removed", event, by, question=question.id)


def _check(event: Event, words: QuestionWords) -> None:
    if not words.label_zh and not words.label_en:
        raise Invalid(_("Please write it in at least one language."), field="label_zh")
    if words.kind is QuestionKind.CHOICE:
        choices = words.choices.get("all", [])
        if not 2 <= len(choices) <= MOST_CHOICES:
            raise Invalid(
                _("Please give 2 to %(most)s choices, one a line.", most=MOST_CHOICES), field="choices_zh"
            )
    if words.ticket_type_id is not None:
        ticket = db.session.get(TicketType, words.ticket_type_id)
        if ticket is None or ticket.event_id != event.id:
            raise Invalid(_("Please choose one of the tickets."), field="ticket_type_id")
