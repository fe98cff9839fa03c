"""The drive for registrations: a neighbour added by hand is given a form, and it is sent."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from chapters.services import audit
from core.actors import Actor
from core.errors import DomainError
from precincts.enums import VoterStatus
from precincts.models import RegistrationEffort, Voter


class AlreadyRegistered(DomainError):
    """The file knows the person: no form is needed."""


class FormOutOfOrder(DomainError):
    """A form is sent that was not given, or before it was given; or a day lies ahead."""


@transaction.atomic
def give_form(*, voter: Voter, by: Actor, on: date, today: date) -> RegistrationEffort:
    """Note that a neighbour was given the registration form; given again, the first day stays.

    Raises:
        AlreadyRegistered: the file knows the person.
        FormOutOfOrder: `on` lies after `today`.
    """
    voter = _lock_unregistered(voter)
    _require_past(on, today)
    effort, made = RegistrationEffort.objects.get_or_create(
        voter=voter, defaults={"chapter_id": voter.chapter_id, "given_on": on, "given_by_id": by.user_id}
    )
    if made:
        audit.record(
            by=by, verb="precincts.form_given", row=voter, detail={"on": on.isoformat()},
            summary=lambda: _("Gave a registration form to %(name)s") % {"name": voter},
        )  # fmt: skip
    return effort


@transaction.atomic
def send_form(*, voter: Voter, by: Actor, on: date, today: date) -> RegistrationEffort:
    """Note that a neighbour's form was sent; sent again, the first day stays.

    Raises:
        AlreadyRegistered: the file knows the person.
        FormOutOfOrder: no form was given, or only after `on`; or `on` lies after `today`.
    """
    voter = _lock_unregistered(voter)
    _require_past(on, today)
    effort = RegistrationEffort.objects.select_for_update().filter(voter=voter).first()
    if effort is None:
        raise FormOutOfOrder(_("No form was given to this neighbour yet."), hint=_("Note that first."))
    if effort.sent_on is not None:
        return effort
    if on < effort.given_on:
        raise FormOutOfOrder(
            _("A form is sent after it was given, not before."), hint=_("Nothing was saved.")
        )
    effort.sent_on, effort.sent_by_id = on, by.user_id
    effort.save(update_fields=["sent_on", "sent_by"])
    audit.record(
        by=by, verb="precincts.form_sent", row=voter, detail={"on": on.isoformat()},
        summary=lambda: _("Sent the registration form of %(name)s") % {"name": voter},
    )  # fmt: skip
    return effort


@transaction.atomic
def take_form_back(*, voter: Voter, by: Actor) -> None:
    """Take back the last step noted of a neighbour's form: that it was sent, else that it was given.

    Raises:
        AlreadyRegistered: the file knows the person.
        FormOutOfOrder: nothing was noted.
    """
    voter = _lock_unregistered(voter)
    effort = RegistrationEffort.objects.select_for_update().filter(voter=voter).first()
    if effort is None:
        raise FormOutOfOrder(_("No form was given to this neighbour yet."), hint=_("Nothing was changed."))
    if effort.sent_on is not None:
        effort.sent_on, effort.sent_by = None, None
        effort.save(update_fields=["sent_on", "sent_by"])
    else:
        effort.delete()
    audit.record(
        by=by, verb="precincts.form_taken_back", row=voter,
        summary=lambda: _("Took back what was noted of the registration form of %(name)s") % {"name": voter},
    )  # fmt: skip


def _lock_unregistered(voter: Voter) -> Voter:
    row = Voter.objects.select_for_update(of=("self",)).get(pk=voter.pk)
    if row.state_voter_id is not None or row.status != VoterStatus.UNREGISTERED:
        raise AlreadyRegistered(
            _("%(name)s is in the voter file already.") % {"name": row}, hint=_("No form is needed.")
        )
    return row


def _require_past(on: date, today: date) -> None:
    if on > today:
        raise FormOutOfOrder(_("This day lies ahead."), hint=_("Nothing was saved."))
