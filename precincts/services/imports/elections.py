"""Elections found by the labels of files, and the bits that the latest 63 of them hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import formats
from django.utils.translation import gettext_lazy as _

from chapters.models import Chapter
from chapters.selectors.actors import today_in
from core.dates import read_date
from core.errors import DomainError
from precincts.enums import ElectionKind
from precincts.models import Election
from precincts.services.imports.staging import execute
from precincts.voterfile.elections import ElectionName, label_key, may_have_been_held, read_election
from precincts.voterfile.history import Labels

BITS = 63
ASKED_BEFORE, ASKED_AFTER = timedelta(days=120), timedelta(days=60)
"""How long before its election, and after, a list of returned ballots can be of it."""


class NotBeingVotedIn(DomainError):
    """The election is too far away for ballots to be coming back."""


class HistoryIsIn(DomainError):
    """The official history of the election was imported."""


@dataclass(frozen=True, slots=True)
class KnownElection:
    """An election a label stands for, and whether this file brought it."""

    election: Election
    created: bool


def match_elections(
    chapter: Chapter, labels: Labels, said: Mapping[str, Mapping[str, str]]
) -> dict[int, KnownElection]:
    """For each label's number its election: by label, else by date and kind, else made new.

    A label that names a day on which nobody can have voted (before 1900, later than next week) stands for none.

    Args:
        said: what a mapping says of labels that do not speak for themselves.
    """
    today = today_in(chapter)
    elections = list(Election.objects.filter(chapter=chapter))
    by_label = {label_key(label): election for election in elections for label in election.labels}
    by_day = {(election.held_on, election.kind): election for election in elections}
    said_keys = {label_key(label): _said(says) for label, says in said.items()}
    matched: dict[int, KnownElection] = {}
    for label, number in labels.numbers.items():
        key = label_key(label)
        election = by_label.get(key)
        created = False
        if election is None:
            name = said_keys.get(key) or read_election(label)
            if name is None or not may_have_been_held(name.held_on, today):
                continue
            election = by_day.get((name.held_on, name.kind))
            created = election is None or election.is_awaited
            election = _add_label(election, label) if election else _make(chapter, name, label)
        by_label[key] = by_day[(election.held_on, election.kind)] = election
        matched[number] = KnownElection(election, created)
    if any(known.created for known in matched.values()):
        give_bits(chapter)
        fresh = {election.pk: election for election in Election.objects.filter(chapter=chapter)}
        matched = {
            number: KnownElection(fresh[known.election.pk], known.created)
            for number, known in matched.items()
        }
    return matched


def await_election(chapter: Chapter, *, held_on: date, kind: str) -> Election:
    """The election that is being voted in, by its day and kind; made when nobody has named it yet.

    Raises:
        NotBeingVotedIn: its day is too far away for ballots to be coming back.
        HistoryIsIn: its official history was imported, which says more than any list.
    """
    today = today_in(chapter)
    if kind not in ElectionKind.values or not today - ASKED_AFTER <= held_on <= today + ASKED_BEFORE:
        raise NotBeingVotedIn(
            lambda: _("Nobody is voting in an election of %(day)s now.") % {"day": _shown(held_on)},
            hint=_("Say the day of the election that the list is of; nothing was changed."),
        )
    election = Election.objects.filter(chapter=chapter, held_on=held_on, kind=kind).order_by("pk").first()
    if election is None:
        name = f"{held_on.year} {kind.capitalize()}"
        election = Election.objects.create(chapter=chapter, held_on=held_on, kind=kind, name=name)
    if not election.is_awaited:
        raise HistoryIsIn(
            lambda: (
                _("The official history of the election of %(day)s is in; it says who voted.")
                % {"day": _shown(held_on)}
            ),
            hint=_("A list of returned ballots adds nothing to it; nothing was changed."),
        )
    return election


def _shown(day: date) -> str:
    return formats.date_format(day, "j M Y")


def give_bits(chapter: Chapter) -> None:
    """Give the latest 63 elections a bit each; what loses its bit stays in the detail text.

    An election that gains a bit after its votes were written has them set from the detail text. One whose
    history is awaited has none: as an election in which nobody voted, it would count against everybody.
    """
    elections = list(Election.objects.filter(chapter=chapter).exclude(labels=[]).order_by("-held_on", "-pk"))
    latest, older = elections[:BITS], elections[BITS:]
    lost = [election for election in older if election.bit is not None]
    for election in lost:
        _clear_bit(chapter, election.bit or 0)
        election.bit = None
        election.save(update_fields=["bit"])
    free = [bit for bit in range(BITS) if bit not in {election.bit for election in latest}]
    for election in sorted((e for e in latest if e.bit is None), key=lambda e: (e.held_on, e.pk)):
        election.bit = free.pop(0)
        election.save(update_fields=["bit"])
        _set_bit(chapter, election)


def _clear_bit(chapter: Chapter, bit: int) -> None:
    execute(
        "UPDATE precincts_voter SET history = history & ~(1::bigint << %(bit)s)"
        " WHERE chapter_id = %(chapter)s AND history & (1::bigint << %(bit)s) <> 0",
        {"chapter": chapter.pk, "bit": bit},
    )


def _set_bit(chapter: Chapter, election: Election) -> None:
    if not Election.objects.filter(chapter=chapter, pk__lt=election.pk).exists():
        return
    execute(
        "UPDATE precincts_voter SET history = history | (1::bigint << %(bit)s)"
        " WHERE chapter_id = %(chapter)s AND history_detail ~ %(vote)s",
        {"chapter": chapter.pk, "bit": election.bit, "vote": rf"\m{election.pk}[A-Z]"},
    )


def _make(chapter: Chapter, name: ElectionName, label: str) -> Election:
    return Election.objects.create(
        chapter=chapter, held_on=name.held_on, kind=name.kind, name=name.name[:120], labels=[label[:120]]
    )


def _add_label(election: Election, label: str) -> Election:
    election.labels = [*election.labels, label[:120]]
    election.save(update_fields=["labels"])
    return election


def _said(says: Mapping[str, str]) -> ElectionName:
    held_on: date | None = read_date(says["date"])
    assert held_on is not None, "the mapping was checked"
    kind = says.get("kind", "")
    kind = kind if kind in ElectionKind.values else ElectionKind.OTHER.value
    return ElectionName(held_on, kind, says.get("name") or f"{held_on.year} {kind.capitalize()}")
