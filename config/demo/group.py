"""The demo's groups: what neighbours and members can do, what they need and offer, and who agreed to meet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.utils import timezone

from chapters.models import Chapter, Member
from config import demo
from core.actors import Actor
from precincts.enums import FactKind, FactSource, HelpEnd, HelpKind, HelpSide, SkillKind
from precincts.models import Block, Need, Offer, Voter
from precincts.selectors.suppressions import list_barred
from precincts.services.facts import record_fact
from precincts.services.hand_shakes import answer, ask_both, expire_old, finish, take_back
from precincts.services.needs import add_need, add_offer, end_line
from precincts.services.residences import settle_member
from precincts.services.skills import add_skill

_OF_NEIGHBOURS = (
    (FactKind.SKILL, "", "Plays the accordion"),
    (FactKind.SKILL, "repairs", ""),
    (FactKind.LANGUAGE, "am", ""),
    (FactKind.SKILL, "", "Can fix bikes"),
    (FactKind.LANGUAGE, "es", ""),
    (FactKind.SKILL, "cooks", ""),
    (FactKind.SKILL, "", "Kept the books of the mill for thirty years"),
    (FactKind.SKILL, "", "Toca el acordeón y la guitarra"),
    (FactKind.LANGUAGE, "vi", ""),
    (FactKind.SKILL, "sews", ""),
    (FactKind.SKILL, "", "Coaches the girls' football team"),
    (FactKind.SKILL, "computers", ""),
    (FactKind.SKILL, "", "Draws posters by hand"),
)
_OF_MEMBERS = (
    (SkillKind.LANGUAGE, "vi", ""),
    (SkillKind.SKILL, "drives", ""),
    (SkillKind.SKILL, "", "Speaks well before a full room"),
    (SkillKind.SKILL, "music", ""),
    (SkillKind.LANGUAGE, "", "Sign language"),
)
TOWN = 20_000
"""Metres: anywhere in town."""


@dataclass(frozen=True, slots=True)
class _Wish:
    """What one neighbour needs or offers: about what, in words, so many days ago, as whom they told it."""

    kind: HelpKind
    words: str
    days: int
    said_by: str = "Themself, at the door"
    capacity: int = 0


_NEEDS = (
    _Wish(HelpKind.RIDE, "On Tuesdays to the clinic, with a walker", 44, "Her daughter, on the phone"),
    _Wish(HelpKind.REPAIRS, "The kitchen tap drips", 12),
    _Wish(HelpKind.PAPERWORK, "A letter about the rent, in plain words", 19),
    _Wish(HelpKind.CHILD_CARE, "Two children, on election day from four to seven", 5),
    _Wish(HelpKind.ERRANDS, "Groceries while the foot heals", 33),
    _Wish(HelpKind.MEALS, "Something warm twice a week after the operation", 9),
    _Wish(HelpKind.COMPANY, "Somebody to play dominoes with", 58),
    _Wish(HelpKind.INTERPRETER, "With the school, in Spanish", 74),
    _Wish(HelpKind.RIDE, "To the polls, on election day", 3),
    _Wish(HelpKind.COMPANY, "A walk in the evening, with the dog", 21),
)
_OFFERS = (
    _Wish(HelpKind.RIDE, "Can drive on weekdays, small car", 40, capacity=2),
    _Wish(HelpKind.REPAIRS, "Has tools and time on Saturdays", 30, capacity=3),
    _Wish(HelpKind.PAPERWORK, "Reads and writes letters, patient", 44, capacity=2),
    _Wish(HelpKind.CHILD_CARE, "Two of my own, two more are no trouble", 14, capacity=2),
    _Wish(HelpKind.ERRANDS, "Shops on Fridays anyway", 50, "Her husband, at the door", capacity=2),
    _Wish(HelpKind.MEALS, "Cooks for six, eats for two", 20, capacity=3),
    _Wish(HelpKind.COMPANY, "Home in the afternoons, likes games", 66, capacity=1),
)


def fill_group(
    chapter: Chapter, captains: dict[Block, Member], staff: dict[demo.SignIn, Member], *, by: Actor, on: date
) -> int:
    """Skills in every kept block; needs, offers and hand-shakes of every state in the first precinct.

    Returns how many needs were told. Nothing when there are needs already.
    """
    if Need.objects.filter(chapter=chapter).exists() or not captains:
        return 0
    _tell_skills(captains, staff, on=on)
    first = next(iter(captains))
    told_by = {block: member for block, member in captains.items() if block.precinct_id == first.precinct_id}
    neighbours = _choose_neighbours(list(told_by), on)
    needs = [_need(one, wish, told_by, on=on) for one, wish in zip(neighbours[0], _NEEDS, strict=False)]
    offers = [_offer(one, wish, told_by, on=on) for one, wish in zip(neighbours[1], _OFFERS, strict=False)]
    if len(needs) == len(_NEEDS) and len(offers) == len(_OFFERS):
        _shake_hands(needs, offers, by=by, on=on)
    _let_a_member_offer(staff, neighbours[0][-1] if neighbours[0] else None, needs, by=by, on=on)
    return len(needs)


def _tell_skills(captains: dict[Block, Member], staff: dict[demo.SignIn, Member], *, on: date) -> None:
    """Three neighbours of every block can do something, and so can some of the members."""
    for place, (block, member) in enumerate(captains.items()):
        voters = Voter.objects.listed().filter(household__block=block).order_by("-state_voter_id")[:3]
        for number, voter in enumerate(voters):
            kind, value, text = _OF_NEIGHBOURS[(3 * place + number) % len(_OF_NEIGHBOURS)]
            record_fact(
                voter=voter, kind=kind, value=value, text=text, source=FactSource.DOOR, by=_as(member),
                at=_at(on - timedelta(days=10 + 5 * place + number)),
            )  # fmt: skip
    some = [*staff.values(), *list(captains.values())[1::4]]
    for place, member in enumerate(dict.fromkeys(some)):
        kind_of_member, value, text = _OF_MEMBERS[place % len(_OF_MEMBERS)]
        add_skill(
            member=member, kind=kind_of_member, value=value, text=text, by=_as(member),
            at=_at(on - timedelta(days=30 + place)),
        )  # fmt: skip


def _choose_neighbours(blocks: list[Block], on: date) -> tuple[list[Voter], list[Voter]]:
    """Two rows of neighbours of different doors on the map: who needs, and who offers; block after block."""
    rows: list[list[Voter]] = []
    for block in blocks[:6]:
        doors: dict[int | None, Voter] = {}
        voters = Voter.objects.listed().filter(household__block=block, household__building__lon__isnull=False)
        # Somebody who is said to have moved away is asked nothing.
        voters = voters.exclude(pk__in=list_barred(on))
        for voter in voters.select_related("household").order_by("household__walk_position", "pk"):
            doors.setdefault(voter.household_id, voter)
        rows.append(list(doors.values()))
    depth = range(max(map(len, rows), default=0))
    found = [row[place] for place in depth for row in rows if place < len(row)]
    return found[0::2][: len(_NEEDS)], found[1::2][: len(_OFFERS)]


def _need(voter: Voter, wish: _Wish, captains: dict[Block, Member], *, on: date) -> Need:
    return add_need(
        person=voter, kind=wish.kind, words=wish.words, said_by=wish.said_by, by=_captain_of(voter, captains),
        on=on - timedelta(days=wish.days),
    )  # fmt: skip


def _offer(voter: Voter, wish: _Wish, captains: dict[Block, Member], *, on: date) -> Offer:
    return add_offer(
        person=voter, kind=wish.kind, words=wish.words, said_by=wish.said_by, by=_captain_of(voter, captains),
        on=on - timedelta(days=wish.days), capacity=wish.capacity, reach=TOWN,
    )  # fmt: skip


def _shake_hands(needs: list[Need], offers: list[Offer], *, by: Actor, on: date) -> None:
    """A hand-shake in every state; ride, repairs and the last company stay unmatched."""
    offer_of = {offer.kind: offer for offer in offers}
    need_of = {need.kind: need for need in needs[:-1]}

    def ask(kind: HelpKind, days: int) -> dict[str, object]:
        hand_shake = ask_both(need=need_of[kind], offer=offer_of[kind], by=by, on=on - timedelta(days=days))
        return {"hand_shake": hand_shake, "by": by, "on": on - timedelta(days=max(0, days - 4))}

    ask(HelpKind.PAPERWORK, 4)
    half = ask(HelpKind.CHILD_CARE, 2)
    answer(**half, side=HelpSide.OFFER, agrees=True, said_by="Herself, at the door")  # type: ignore[arg-type]
    for kind in (HelpKind.MEALS, HelpKind.ERRANDS):
        both = ask(kind, 8)
        for side in HelpSide:
            answer(**both, side=side, agrees=True, said_by="Themself, on the phone")  # type: ignore[arg-type]
        if kind == HelpKind.ERRANDS:
            finish(**both)  # type: ignore[arg-type]
    answer(**ask(HelpKind.COMPANY, 15), side=HelpSide.NEED, agrees=False, said_by="His son")  # type: ignore[arg-type]
    take_back(**ask(HelpKind.REPAIRS, 6))  # type: ignore[arg-type]
    ask_both(need=needs[0], offer=offer_of[HelpKind.RIDE], by=by, on=on - timedelta(days=35))
    expire_old(timezone.now())
    end_line(line=need_of[HelpKind.INTERPRETER], how=HelpEnd.TAKEN_BACK, by=by, on=on - timedelta(days=20))


def _let_a_member_offer(
    staff: dict[demo.SignIn, Member], voter: Voter | None, needs: list[Need], *, by: Actor, on: date
) -> None:
    """A member without a role offers a ride to the polls, and is asked; the answer is the member's own."""
    member = staff.get(demo.MEMBER)
    rides = [need for need in needs if need.kind == HelpKind.RIDE]
    if member is None or voter is None or voter.household is None or len(rides) < 2:
        return
    settle_member(member=member, household=voter.household, by=by, on=on - timedelta(days=90))
    offer = add_offer(
        person=member, kind=HelpKind.RIDE, words="Drives past the polls on election day, four seats", capacity=4,
        by=_as(member), on=on - timedelta(days=6), reach=TOWN,
    )  # fmt: skip
    add_need(
        person=member, kind=HelpKind.COMPANY, words="Somebody to run with before work", by=_as(member),
        on=on - timedelta(days=8),
    )  # fmt: skip
    ask_both(need=rides[-1], offer=offer, by=by, on=on - timedelta(days=1))


def _captain_of(voter: Voter, captains: dict[Block, Member]) -> Actor:
    block_id = voter.household.block_id if voter.household is not None else None
    return _as(next(member for block, member in captains.items() if block.pk == block_id))


def _as(member: Member) -> Actor:
    return Actor(
        kind="user", label=str(member), chapter_id=member.chapter_id, user_id=member.user_id, member_id=member.pk
    )  # fmt: skip


def _at(day: date) -> datetime:
    return datetime.combine(day, time(18, 20), tzinfo=UTC)
