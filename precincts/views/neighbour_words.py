"""A neighbour as the block book says them: what a captain should know at the door, in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from core.components import Badge
from precincts.ballots import ReturnedBallot
from precincts.casing import in_plain_case
from precincts.enums import ChangeKind, FactKind, SuppressionKind, VoterStatus
from precincts.selectors.neighbours import KnownFact, Neighbour
from precincts.views.correction_words import SaidCorrection
from precincts.views.vote_dots import draw_votes
from precincts.words import VOTED_BY, fact_icon, list_quick_groups, say_affiliation, say_ballot, say_heat


@dataclass(frozen=True, slots=True)
class SaidFact:
    """One fact in words, with who noted it; `lead` stands before it, `end` on the button that takes it back."""

    fact_id: int
    kind: Any
    words: Any
    who: str
    on: date
    icon: str
    lead: Any = ""
    end: Any = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidNeighbour:
    """One neighbour, ready to be drawn."""

    row: Neighbour
    name: str
    heat: Badge | None
    record: str
    votes: SafeString
    affiliation: str
    badges: list[Badge]
    facts: list[SaidFact]
    voted_by: str = ""
    corrections: list[SaidCorrection] = field(default_factory=list)

    @property
    def line(self) -> str:
        """How they vote and where they stand, in one line."""
        return " · ".join(part for part in (self.record, self.voted_by, self.affiliation) if part)

    @property
    def icons(self) -> set[str]:
        """The icons that stand at this neighbour."""
        badges = [*self.badges, *([self.heat] if self.heat else [])]
        facts = {fact.icon for fact in self.facts}
        return facts | {badge.icon for badge in badges} | {one.icon for one in self.corrections}

    @property
    def quick_groups(self) -> list[tuple[Any, list[tuple[str, Any]]]]:
        """What can be noted with one press and is not known yet, by what it is about."""
        known = {f"{fact.kind}:{fact.value}" for fact in self.row.facts if fact.kind != FactKind.CONTACT}
        return list_quick_groups(known)


def say_neighbour(neighbour: Neighbour) -> SaidNeighbour:
    """Everything the book shows of one person, in the reader's language."""
    return SaidNeighbour(
        row=neighbour,
        name=in_plain_case(neighbour.name),
        heat=say_heat(neighbour.heat) if neighbour.marks and _is_registered(neighbour) else None,
        record=_say_record(neighbour),
        votes=draw_votes(neighbour.marks),
        affiliation=say_affiliation(neighbour.affiliation),
        badges=_badges(neighbour),
        facts=[_say_fact(fact) for fact in _in_order(neighbour.facts)],
        voted_by=_say_voted_by(neighbour),
    )


_ORDER = (
    FactKind.NEXT_STEP, FactKind.CONTACT, FactKind.ISSUE, FactKind.SUPPORT, FactKind.METHOD, FactKind.RIDE,
    FactKind.NEED, FactKind.LANGUAGE, FactKind.HELP, FactKind.SKILL, FactKind.AFFILIATION, FactKind.NOTE,
)  # fmt: skip

_LEADS: dict[str, Any] = {
    FactKind.NEXT_STEP: gettext_lazy("Next step"),
    FactKind.CONTACT: gettext_lazy("Last contact"),
}


def _in_order(facts: Iterable[KnownFact]) -> list[KnownFact]:
    """What to do next first, then the last contact, the rest by what it is about and the newest first."""
    facts = list(facts)
    last = next((fact for fact in facts if fact.kind == FactKind.CONTACT), None)
    kept = [fact for fact in facts if fact.kind != FactKind.CONTACT or fact is last]
    return sorted(kept, key=lambda fact: _ORDER.index(FactKind(fact.kind)))


def _say_voted_by(neighbour: Neighbour) -> str:
    """ "last voted by mail, 2024", as the file says; "" where it does not say."""
    words = VOTED_BY.get(neighbour.voted_by)
    if words is None or neighbour.voted_by_on is None:
        return ""
    return _("last voted %(how)s, %(year)d") % {"how": words, "year": neighbour.voted_by_on.year}


def _is_registered(neighbour: Neighbour) -> bool:
    return neighbour.status != VoterStatus.UNREGISTERED


def _say_record(neighbour: Neighbour) -> str:
    if not _is_registered(neighbour):
        return _("not registered, as far as the file says")
    if not neighbour.marks:
        return _("no vote history imported yet")
    if not neighbour.counted:
        return _("no such election since they registered")
    return _say_count(get_language(), neighbour.voted, neighbour.counted)


@lru_cache(maxsize=1024)
def _say_count(_language: str | None, voted: int, counted: int) -> str:
    return _("voted %(voted)d of %(counted)d") % {"voted": voted, "counted": counted}


def _badges(neighbour: Neighbour) -> list[Badge]:
    badges = []
    if neighbour.ballot is not None:
        badges.append(_ballot_badge(neighbour.ballot))
    if neighbour.suppression:
        word = SuppressionKind(neighbour.suppression).label
        badges.append(Badge(word=word, icon="slash-circle", tone="danger"))
    if neighbour.status == VoterStatus.INACTIVE:
        badges.append(Badge(word=_("inactive registration"), icon="exclamation-circle", tone="mark"))
    elif neighbour.status == VoterStatus.TEMPORARY:
        badges.append(Badge(word=_("temporary"), icon="hourglass", tone="neutral"))
    elif neighbour.status == VoterStatus.UNREGISTERED:
        badges.append(Badge(word=_("not in the file"), icon="person-dash", tone="mark"))
    if neighbour.changes:
        news = neighbour.changes[0]
        badges += _news_badges(news.kind, news.turned_18, news.party_before)
    return badges


def _ballot_badge(ballot: ReturnedBallot) -> Badge:
    word = say_ballot(ballot, on=timezone.localdate())
    if ballot.is_accepted:
        return Badge(word=word, icon="check-circle", tone="good")
    return Badge(word=word, icon="exclamation-triangle", tone="mark")


def _news_badges(kind: str, turned_18: bool, party_before: str) -> list[Badge]:
    if turned_18:
        return [Badge(word=_("turned 18"), icon="balloon", tone="good")]
    if kind == ChangeKind.NEW:
        return [Badge(word=_("new"), icon="star", tone="good")]
    if kind == ChangeKind.MOVED:
        return [Badge(word=_("moved in"), icon="box-seam", tone="good")]
    if kind == ChangeKind.RETURNED:
        return [Badge(word=_("back in the file"), icon="arrow-return-left", tone="neutral")]
    if party_before:
        return [Badge(word=_("changed party"), icon="arrow-left-right", tone="mark")]
    return []


def _say_fact(fact: KnownFact) -> SaidFact:
    return SaidFact(
        fact_id=fact.fact_id,
        kind=FactKind(fact.kind).label,
        words=fact.words,
        who=fact.who,
        on=fact.on,
        icon=fact_icon(fact.kind),
        lead=_LEADS.get(fact.kind, ""),
        end=_("Done") if fact.kind == FactKind.NEXT_STEP else _("Take back"),
    )
