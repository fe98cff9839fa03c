"""Rows of a chapter's people that may be one person."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Func, Q, QuerySet, Value
from django.db.models.functions import Lower, Right
from django.utils.translation import gettext_lazy as _

from chapters.models import Erasure, Member, MemberMerge, TwoPeople
from chapters.same_people import LookAlike, Person, Reason, find_look_alikes
from core.actors import Actor

REASON_WORDS: dict[Reason, Any] = {
    "email": _("same e-mail"),
    "phone": _("same phone"),
    "address": _("same name and address"),
}

_NATIONAL = 10


def phone_digits() -> Right:
    """The last ten digits of a member's phone, as the index on them has it."""
    digits = Func(F("phone"), Value(r"\D"), Value(""), Value("g"), function="regexp_replace")
    return Right(digits, _NATIONAL)


@dataclass(frozen=True, slots=True)
class PossiblePair:
    """Two people who may be one, and why, in words."""

    first: Member
    second: Member
    reasons: list[Any]


def list_pairs(actor: Actor) -> list[PossiblePair]:
    """Every two of the chapter's people who may be one and of whom nobody has said that they are two.

    Six queries, whatever there is.
    """
    people = _list_comparable(Member.objects.visible_to(actor))
    alike = _find(people.filter(_shared(people)))
    said = {
        frozenset(pair) for pair in TwoPeople.objects.visible_to(actor).values_list("first_id", "second_id")
    }
    open_pairs = [pair for pair in alike if frozenset((pair.first, pair.second)) not in said]
    rows = people.in_bulk({pk for pair in open_pairs for pk in (pair.first, pair.second)})
    return [PossiblePair(rows[pair.first], rows[pair.second], _say(pair)) for pair in open_pairs]


def list_alike(member: Member, actor: Actor) -> list[PossiblePair]:
    """Who else may be this person. Three queries."""
    people = _list_comparable(Member.objects.visible_to(actor)).exclude(pk=member.pk)
    said = TwoPeople.objects.visible_to(actor).filter(Q(first=member) | Q(second=member))
    two = {pk for pair in said.values_list("first_id", "second_id") for pk in pair}
    same = Q(first_name__iexact=member.first_name, last_name__iexact=member.last_name)
    if member.email:
        same |= Q(email__iexact=member.email)
    digits = "".join(letter for letter in member.phone if letter.isascii() and letter.isdigit())
    if digits:
        same |= Q(digits=digits[-_NATIONAL:])
    others = list(people.annotate(digits=phone_digits()).filter(same).exclude(pk__in=two)[:20])
    by_id = {other.pk: other for other in others}
    pairs = find_look_alikes(map(_as_person, [member, *others]))
    found = [
        (pair.first if pair.second == member.pk else pair.second, pair)
        for pair in pairs
        if member.pk in (pair.first, pair.second)
    ]
    return [PossiblePair(member, by_id[pk], _say(pair)) for pk, pair in found]


def list_merges(actor: Actor, *, kept: Member | None = None) -> QuerySet[MemberMerge]:
    """The merges of a chapter, or of one of its people, the latest first."""
    rows = MemberMerge.objects.visible_to(actor).select_related("kept", "merged_by")
    return rows.filter(kept=kept) if kept is not None else rows


def _list_comparable(people: Any) -> Any:
    erased = Erasure.objects.filter(done_at__isnull=False).values("member_id")
    return people.exclude(pk__in=erased).order_by("pk")


def _shared(people: Any) -> Q:
    """Who shares an e-mail, digits or a name with somebody: few of many, found by the database."""
    keys = people.order_by().annotate(
        mail=Lower("email"), digits=phone_digits(), first=Lower("first_name"), last=Lower("last_name")
    )

    def twice(*columns: str, **filled: Any) -> list[Any]:
        rows = keys.exclude(**filled).values(*columns).annotate(times=Count("pk")).filter(times__gt=1)
        return list(rows.values_list(*columns))

    mails = [mail for (mail,) in twice("mail", email="")]
    digits = [one for (one,) in twice("digits", phone="")]
    names = twice("first", "last", address="")
    ids = keys.filter(
        Q(mail__in=mails)
        | Q(digits__in=digits)
        | Q(first__in=[first for first, _last in names], last__in=[last for _first, last in names])
    ).values("pk")
    return Q(pk__in=ids)


def _find(rows: Iterable[Member]) -> list[LookAlike]:
    return find_look_alikes(map(_as_person, rows))


def _as_person(member: Member) -> Person:
    return Person(member.pk, member.first_name, member.last_name, member.email, member.phone, member.address)


def _say(pair: LookAlike) -> list[Any]:
    return [REASON_WORDS[reason] for reason in pair.reasons]
