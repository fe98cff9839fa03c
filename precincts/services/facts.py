"""What is learned of a neighbour: added, corrected by a later fact, taken back; never changed."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core.actors import Actor
from core.errors import DomainError
from precincts.enums import ONE_AT_A_TIME, FactKind, FactSource
from precincts.models import Fact, Voter
from precincts.services.figures import note_news
from precincts.services.skills import file_fact


class EmptyFact(DomainError):
    """Neither a value nor words."""


class FactSuperseded(DomainError):
    """A later fact already corrects this one or takes it back."""


class VoterNotListed(DomainError):
    """Nothing is added about somebody who may not stand on a list."""


@transaction.atomic
def record_fact(
    *,
    voter: Voter,
    kind: FactKind | str,
    source: FactSource | str,
    by: Actor,
    at: datetime,
    value: str = "",
    text: str = "",
    supersedes: Fact | None = None,
    client_id: UUID | None = None,
) -> Fact:
    """Add one thing learned of a neighbour.

    Args:
        at: when it was learned.
        value: the machine's word for it, at most 60 characters ("needs_ride"); or
        text: the captain's own words.
        supersedes: the fact it corrects; of the same voter. Without one, a fact of a kind `ONE_AT_A_TIME` takes
            the place of the one that stands.
        client_id: the sender's own name for it; sent again, the fact of the first time is returned.

    Raises:
        EmptyFact: neither value nor text.
        VoterNotListed: the voter is confidential, gone or removed.
        FactSuperseded: that fact was corrected or taken back already.
    """
    value, text = value.strip()[:60], text.strip()
    if not value and not text:
        raise EmptyFact(_("Nothing was written down: the note is empty."))
    if not voter.is_listed:
        raise VoterNotListed(_("This person is no longer on the chapter's lists; nothing was added."))
    if supersedes is None and kind in ONE_AT_A_TIME:
        supersedes = _find_former(voter, FactKind(kind), at, client_id)
    return _add(
        voter=voter, kind=FactKind(kind), value=value, text=text, source=FactSource(source), by=by, at=at,
        supersedes=supersedes, is_retraction=False, client_id=client_id,
    )  # fmt: skip


def _find_former(voter: Voter, kind: FactKind, at: datetime, client_id: UUID | None) -> Fact | None:
    """The fact of a kind that stands until another one is learned; none when this one was sent before."""
    Voter.objects.select_for_update(of=("self",)).only("pk").get(pk=voter.pk)
    if (
        client_id is not None
        and Fact.objects.filter(chapter_id=voter.chapter_id, client_id=client_id).exists()
    ):
        return None
    standing = Fact.objects.filter(
        voter=voter, kind=kind, superseded_by=None, is_retraction=False, occurred_at__lte=at
    )
    return standing.order_by("-occurred_at", "-pk").first()


@transaction.atomic
def retract_fact(*, fact: Fact, by: Actor, at: datetime) -> Fact:
    """Take a fact back: it stays on record and no longer counts.

    Raises:
        FactSuperseded: it was corrected or taken back already.
    """
    return _add(
        voter=fact.voter, kind=FactKind(fact.kind), value=fact.value, text="", source=FactSource(fact.source),
        by=by, at=at, supersedes=fact, is_retraction=True,
    )  # fmt: skip


def _add(
    *, voter: Voter, kind: FactKind, value: str, text: str, source: FactSource, by: Actor, at: datetime,
    supersedes: Fact | None, is_retraction: bool, client_id: UUID | None = None,
) -> Fact:  # fmt: skip
    if supersedes is not None and supersedes.voter_id != voter.pk:
        raise ValueError("A fact corrects only facts of the same voter.")
    try:
        with transaction.atomic():
            fact = Fact.objects.create(
                chapter_id=voter.chapter_id,
                voter=voter,
                kind=kind,
                value=value,
                text=text,
                source=source,
                member_id=by.member_id,
                recorded_by_id=by.user_id,
                occurred_at=at,
                supersedes=supersedes,
                is_retraction=is_retraction,
                client_id=client_id,
            )
            if not is_retraction:
                file_fact(fact)
            if source != FactSource.IMPORT:
                note_news(voter=voter, at=at)
            return fact
    except IntegrityError as error:
        known = Fact.objects.filter(chapter_id=voter.chapter_id, voter=voter, client_id=client_id)
        if client_id is not None and (first := known.first()) is not None:
            return first
        raise FactSuperseded(
            _("Somebody corrected this or took it back meanwhile; nothing was changed."),
            hint=_("Load the page again to see what stands now."),
        ) from error
