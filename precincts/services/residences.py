"""Where the chapter's people live: the door, and the voter they are there."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from chapters.models import Member
from chapters.services import audit
from core.actors import Actor
from core.errors import DomainError
from precincts.casing import in_plain_case
from precincts.models import Household, Residence, Voter


class SomebodyElse(DomainError):
    """The voter is known to be another one of the chapter's people, or the person another voter."""


@transaction.atomic
def settle_member(
    *, member: Member, household: Household, by: Actor, on: date, voter: Voter | None = None
) -> Residence:
    """Note that a member lives behind a door from a day on; a former home ends the day before.

    Raises:
        SomebodyElse: the voter is another member of the chapter, or the member another voter at that door.
    """
    member = Member.objects.select_for_update(no_key=True).get(pk=member.pk)
    if voter is not None:
        _require_free(voter, member, on)
    home = Residence.objects.in_force(on).filter(member=member).select_for_update(of=("self",)).first()
    if home is not None and home.household_id == household.pk:
        return _name_voter(home, voter)
    if home is not None and home.starts_on == on:
        home.delete()
    elif home is not None:
        home.ends_on = on - timedelta(days=1)
        home.save(update_fields=["ends_on"])
    later = Residence.objects.filter(member=member, starts_on__gt=on).order_by("starts_on").first()
    residence = Residence.objects.create(
        chapter_id=member.chapter_id,
        member=member,
        household=household,
        voter=voter,
        starts_on=on,
        ends_on=later.starts_on - timedelta(days=1) if later else None,
    )
    audit.record(
        by=by, verb="precincts.member_settled", row=member,
        summary=lambda: _("%(name)s lives at %(door)s") % {"name": member, "door": in_plain_case(str(household))},
    )  # fmt: skip
    return residence


def _require_free(voter: Voter, member: Member, on: date) -> None:
    other = (
        Residence.objects.in_force(on)
        .of_voter(voter.merged_into_id or voter.pk)
        .exclude(member=member)
        .first()
    )
    if other is not None:
        raise SomebodyElse(
            _("%(voter)s is %(name)s already; nothing was saved.")
            % {"voter": in_plain_case(str(voter)), "name": other.member},
            hint=_("Choose that person."),
        )


def _name_voter(home: Residence, voter: Voter | None) -> Residence:
    known = home.voter.merged_into_id or home.voter_id if home.voter is not None else None
    if voter is not None and known not in (None, voter.pk):
        raise SomebodyElse(
            _("%(name)s is another neighbour at this door; nothing was saved.") % {"name": home.member},
            hint=_("Choose another person, or leave the field empty."),
        )
    if voter is not None and home.voter_id is None:
        home.voter = voter
        home.save(update_fields=["voter"])
    return home
