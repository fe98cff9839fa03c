"""Asking people to keep a block: the ask, the answer, and on a yes the charge itself."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from chapters.enums import AskResult, MemberKind, Standing
from chapters.models import Ask, Member
from chapters.services import asks
from chapters.services.members import add_member
from core.actors import Actor
from core.errors import DomainError
from core.ranges import in_force
from core.templatetags.formats import day
from precincts.casing import in_plain_case
from precincts.enums import CaptaincyKind, Channel
from precincts.models import Block, BlockAsk, BlockAssignment, Residence, Suppression, Voter
from precincts.selectors.asks import list_askers
from precincts.services.residences import settle_member
from precincts.services.roster import AlreadyAssigned, BlockHasCaptain, NotOpen, assign_captain


class AlreadyAsked(DomainError):
    """Somebody is to ask this person for this block already."""


class NotToBeAsked(DomainError):
    """The neighbour moved, died, or does not want to be contacted."""


class MayNotAsk(DomainError):
    """Whoever should ask does not see the one to be asked."""


class BeginsBeforeAsk(DomainError):
    """The charge would begin before anybody was asked."""


@transaction.atomic
def ask_for_block(
    *,
    block: Block,
    kind: str,
    asked_by: Member,
    due_on: date,
    by: Actor,
    on: date,
    voter: Voter | None = None,
    member: Member | None = None,
) -> BlockAsk:
    """Note that somebody is to ask a neighbour, or one of the chapter's people, to keep a block.

    To be asked makes nobody one of the chapter's people; only a yes does.

    Args:
        kind: captain or backup.
        voter, member: who is asked; at least one.

    Raises:
        NotOpen: the block is closed.
        MayNotAsk: `asked_by` does not see the one to be asked.
        NotToBeAsked: the neighbour moved, died, or does not want to be contacted.
        AlreadyAsked, AlreadyAssigned: somebody asks them already; they already are what they would be asked to be.
        CannotAsk, AskDatesOutOfOrder: as `chapters.services.asks.make_ask`.
    """
    block = Block.objects.select_for_update(of=("self",)).select_related("precinct").get(pk=block.pk)
    if block.closed_on is not None:
        raise NotOpen(_("Block %(block)s is closed; nobody was asked.") % {"block": block})
    # Who keeps the block sees its neighbours and nobody else's.
    lives_here = voter is None or (voter.household is not None and voter.household.block_id == block.pk)
    askers = list_askers(block.precinct, on, block if lives_here else None)
    if not askers.filter(pk=asked_by.pk).exists():
        raise MayNotAsk(
            _("%(name)s does not see the neighbour to be asked for block %(block)s; nobody was asked.")
            % {"name": asked_by, "block": block},
            hint=_("Choose an organizer, or somebody who keeps the block or the precinct."),
        )
    if voter is not None:
        _require_reachable(voter, on)
        member = member or find_member(voter, on)
    name = str(member) if member is not None else in_plain_case(str(voter))
    _require_not_asked(block, voter, member, name)
    _require_not_standing(block, member, kind, on)
    ask = asks.make_ask(
        chapter=block.precinct.chapter, what=lambda: _say_what(block, kind), asked_by=asked_by, due_on=due_on, by=by,
        on=on, asked=member, asked_name=name,
    )  # fmt: skip
    return BlockAsk.objects.create(
        chapter_id=block.chapter_id, ask=ask, block=block, voter=voter, kind=CaptaincyKind(kind)
    )


def find_member(voter: Voter, on: date) -> Member | None:
    """The one of the chapter's people whom a voter is known to be. One query."""
    home = (
        Residence.objects.in_force(on)
        .of_voter(voter.merged_into_id or voter.pk)
        .exclude(member__kind=MemberKind.FORMER)
    )
    found = home.select_related("member").first()
    return found.member if found is not None else None


def _say_what(block: Block, kind: str) -> str:
    words = {"block": block, "code": block.precinct.code}
    if kind == CaptaincyKind.BACKUP:
        return _("Be backup of block %(block)s in precinct %(code)s") % words
    return _("Keep block %(block)s in precinct %(code)s") % words


def _require_reachable(voter: Voter, on: date) -> None:
    # Also what was noted of a row added by hand, before it was merged into this one.
    of_them = Q(voter=voter) | Q(voter__merged_into=voter)
    barred = Suppression.objects.filter(of_them, in_force(on), channel__in=(Channel.ANY, Channel.DOOR))
    if not Voter.objects.listed().filter(pk=voter.pk).exists() or barred.exists():
        raise NotToBeAsked(
            _("%(name)s moved away, died, or does not want to be contacted; nobody was asked.")
            % {"name": in_plain_case(str(voter))},
            hint=_("Choose somebody else."),
        )


def _require_not_asked(block: Block, voter: Voter | None, member: Member | None, name: str) -> None:
    who = Q(pk__in=[])
    if voter is not None:
        who |= Q(voter=voter) | Q(voter__merged_into=voter)
    if member is not None:
        who |= Q(ask__asked=member)
    if BlockAsk.objects.open().filter(who, block=block).exists():
        raise AlreadyAsked(
            _("Somebody is to ask %(name)s for block %(block)s already.") % {"name": name, "block": block},
            hint=_("The list of asks says who, and by when."),
        )


def _require_not_standing(block: Block, member: Member | None, kind: str, on: date) -> None:
    standing = BlockAssignment.objects.in_force(on).filter(block=block, member=member, kind=kind)
    if member is not None and standing.exists():
        raise AlreadyAssigned(
            _("%(name)s is already %(kind)s of block %(block)s.")
            % {"name": member, "kind": CaptaincyKind(kind).label, "block": block}
        )


@transaction.atomic
def answer_block_ask(
    *,
    block_ask: BlockAsk,
    result: str,
    by: Actor,
    on: date,
    follow_up_on: date | None = None,
    note: str = "",
    kind: str = "",
    starts_on: date | None = None,
    member: Member | None = None,
) -> BlockAsk:
    """Note what somebody said; a yes gives them the block at once.

    A neighbour who says yes becomes one of the chapter's people, a volunteer who lives at that door, unless
    `member` says who of them it is.

    Args:
        kind: what they said yes to, where it differs from what was asked.
        starts_on: from which day on; today when not said.

    Raises:
        AskIsSettled, AskDatesOutOfOrder: as `chapters.services.asks.answer_ask`.
        BeginsBeforeAsk: the first day lies before the ask.
        BlockHasCaptain: the block has got another captain since the ask was made.
        SomebodyElse, and what `services.roster.assign_captain` raises; then nothing is saved.
    """
    row = BlockAsk.objects.select_for_update(of=("self",)).get(pk=block_ask.pk)
    if row.voter is not None:
        # The neighbour before the ask, as an import takes them; of two asks answered at once the second finds
        # whom the first has added.
        known_as = row.voter.merged_into_id or row.voter.pk
        Voter.objects.select_for_update(of=("self",), no_key=True).get(pk=known_as)
    row.ask = ask = asks.answer_ask(
        ask=row.ask, result=result, by=by, on=on, follow_up_on=follow_up_on, note=note
    )
    if ask.result != AskResult.YES:
        return row
    first, kind = starts_on or on, kind or row.kind
    if first < ask.asked_on:
        raise BeginsBeforeAsk(
            _("They were asked on %(day)s and cannot have begun before; nothing was saved.")
            % {"day": day(ask.asked_on)},
            hint=_("Choose that day or a later one."),
        )
    person = _welcome(row, ask, member, by=by, on=first)
    if kind == CaptaincyKind.CAPTAIN:
        _require_no_captain_since(row.block, ask, first)
    row.assignment = assign_captain(
        block=row.block, member=person, by=by, on=first, backup=kind == CaptaincyKind.BACKUP
    )
    row.save(update_fields=["assignment"])
    return row


def _welcome(row: BlockAsk, ask: Ask, member: Member | None, *, by: Actor, on: date) -> Member:
    """The person who said yes, as one of the chapter's people; their door is noted when it is known."""
    voter = row.voter
    person = member or ask.asked or (find_member(voter, on) if voter is not None else None)
    if person is None:
        assert voter is not None, "an ask names a neighbour or one of the chapter's people"
        person = add_member(
            chapter=ask.chapter, by=by, first_name=in_plain_case(voter.first_name or voter.last_name),
            last_name=in_plain_case(voter.last_name) if voter.first_name else "", phone=voter.phone,
            kind=MemberKind.VOLUNTEER, standing=Standing.NONE,
        )  # fmt: skip
    if voter is not None and voter.household is not None:
        settle_member(member=person, household=voter.household, voter=voter, by=by, on=on)
    if ask.asked_id != person.pk:
        asks.name_asked(ask=ask, member=person)
    return person


def _require_no_captain_since(block: Block, ask: Ask, first: date) -> None:
    """A captain of the time of the ask hands over; one who came since was not reckoned with."""
    Block.objects.select_for_update(of=("self",)).get(pk=block.pk)
    standing = BlockAssignment.objects.captains().filter(block=block).exclude(ends_on__lt=first)
    other = standing.filter(starts_on__gte=ask.asked_on).exclude(member=ask.asked).first()
    if other is not None:
        raise BlockHasCaptain(
            _(
                "%(name)s keeps block %(block)s since %(day)s; a second captain is not possible. Nothing was saved."
            )
            % {"name": other.member, "block": block, "day": day(other.starts_on)},
            hint=_("Note the yes as backup, or hand the block over on its own page first."),
        )


@transaction.atomic
def withdraw_block_ask(*, block_ask: BlockAsk, by: Actor, on: date) -> None:
    """Take an open ask back.

    Raises:
        AskIsSettled: it was answered with yes or no, or taken back.
    """
    asks.withdraw_ask(ask=block_ask.ask, by=by, on=on)
