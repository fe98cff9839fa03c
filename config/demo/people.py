"""The demo's chapters, their accounts and their people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from chapters.enums import ChapterKind, MemberKind, RoleName, Standing
from chapters.models import Chapter, Member
from chapters.selectors.actors import today_in
from chapters.services.accounts import open_account
from chapters.services.chapters import found_chapter
from chapters.services.members import add_member
from chapters.services.roles import give_role
from config import demo
from core.actors import Actor
from precincts.enums import VoterStatus
from precincts.models import Voter

COMMITTEE_EMAIL = "committee@demo.example"

NAMES = {
    demo.ORGANIZER: ("Ruth", "Calder"),
    demo.CHAIR: ("Amara", "Okafor"),
    demo.PRECINCT_CAPTAIN: ("Héctor", "Medina"),
    demo.CAPTAIN: ("Linh", "Tran"),
    demo.CANVASSER: ("Caleb", "Farlow"),
    demo.LIAISON: ("Leila", "Haddad"),
    demo.TREASURER: ("Otis", "Battle"),
    demo.MEMBER: ("Nadia", "Rahman"),
    demo.READER: ("Piotr", "Kowal"),
    demo.NEIGHBOUR: ("Denise", "Gorham"),
}

ROLES = {
    demo.CHAIR: (RoleName.ELECTORAL_COMMITTEE, RoleName.COMMITTEE_CHAIR),
    demo.PRECINCT_CAPTAIN: (RoleName.ELECTORAL_COMMITTEE,),
    demo.CAPTAIN: (),
    demo.CANVASSER: (RoleName.CANVASSER,),
    demo.LIAISON: (RoleName.PARTNER_LIAISON,),
    demo.TREASURER: (RoleName.TREASURER,),
    demo.MEMBER: (),
}

OTHERS: tuple[dict[str, Any], ...] = (
    {"kind": MemberKind.VOLUNTEER, "standing": Standing.NONE, "note": "Came by the farmers' market table."},
    {"kind": MemberKind.VOLUNTEER, "standing": Standing.NONE, "note": "Can drive people to the polls."},
    {"kind": MemberKind.SUPPORTER, "standing": Standing.NONE},
    {"kind": MemberKind.SUPPORTER, "standing": Standing.NONE, "language": "es"},
    {"kind": MemberKind.MEMBER, "standing": Standing.LAPSED, "since": date(2020, 2, 11)},
    {"kind": MemberKind.MEMBER, "standing": Standing.PENDING, "since": date(2026, 10, 3)},
    {"kind": MemberKind.MEMBER, "standing": Standing.GOOD, "since": date(2021, 6, 19), "language": "es"},
    {"kind": MemberKind.MEMBER, "standing": Standing.GOOD, "since": date(2024, 9, 2)},
    {"kind": MemberKind.MEMBER, "standing": Standing.GOOD, "since": date(2018, 4, 30)},
    {"kind": MemberKind.FORMER, "standing": Standing.NONE, "note": "Moved to the coast."},
)


@dataclass(frozen=True, slots=True)
class Resident:
    """A voter of the file who can become a member: at which door and in which block, and how often they voted."""

    voter_id: int
    first_name: str
    last_name: str
    household_id: int
    block_id: int | None
    street: str
    votes: int


def found_parents() -> Chapter:
    """The national committee and the region below it, made once; returns the region."""
    by = Actor.system(label="demo")
    national = Chapter.objects.filter(slug=demo.NATIONAL_SLUG).first()
    if national is None:
        national, _organizer = found_chapter(
            name="National committee", slug=demo.NATIONAL_SLUG, kind=ChapterKind.NATIONAL, by=by,
            organizer_email=COMMITTEE_EMAIL, organizer_name="Ingrid Novak", on=date(2019, 1, 12),
        )  # fmt: skip
    region = Chapter.objects.filter(slug=demo.REGION_SLUG).first()
    if region is None:
        region, _organizer = found_chapter(
            name="Piedmont region", slug=demo.REGION_SLUG, kind=ChapterKind.REGION, state="NC", parent=national,
            by=by, organizer_email=COMMITTEE_EMAIL, organizer_name="Ingrid Novak", on=date(2019, 1, 12),
        )  # fmt: skip
    return region


def open_accounts() -> None:
    """An account with the demo's password for every sign-in; existing ones stay as they are."""
    for sign_in, (first, last) in NAMES.items():
        open_account(email=sign_in.email, name=f"{first} {last}", password=sign_in.password, is_verified=True)


def add_staff(chapter: Chapter, *, by: Actor) -> dict[demo.SignIn, Member]:
    """The members behind the demo's sign-ins, with their roles since different years."""
    staff = {}
    for number, (sign_in, roles) in enumerate(ROLES.items()):
        since = date(2020, 3, 7) + timedelta(days=211 * number)
        staff[sign_in] = add_account_holder(chapter, sign_in, by=by, since=since)
        for role in roles:
            give_role(member=staff[sign_in], name=role, by=by, starts_on=since + timedelta(days=90))
    return staff


def add_account_holder(chapter: Chapter, sign_in: demo.SignIn, *, by: Actor, since: date) -> Member:
    """The member that one of the sign-ins is in a chapter."""
    first, last = NAMES[sign_in]
    user = open_account(email=sign_in.email)
    return add_member(
        chapter=chapter, by=by, first_name=first, last_name=last, email=sign_in.email, user=user, since=since
    )


def add_reader(region: Chapter, *, by: Actor) -> None:
    """The account that reads in all chapters of the region."""
    since = date(2022, 1, 15)
    member = add_account_holder(region, demo.READER, by=by, since=since)
    give_role(member=member, name=RoleName.READER, by=by, starts_on=since)


def add_second_organizer(chapter: Chapter, *, by: Actor) -> None:
    """The demo's organizer, who helps the neighbouring chapter too."""
    since = min(date(2026, 8, 15), today_in(chapter))
    member = add_account_holder(chapter, demo.ORGANIZER, by=by, since=since)
    give_role(member=member, name=RoleName.ORGANIZER, by=by, starts_on=since)


def list_residents(chapter: Chapter) -> list[Resident]:
    """Listed grown-up voters of the chapter, the most faithful first."""
    rows = (
        Voter.objects.filter(chapter=chapter, status=VoterStatus.ACTIVE, birth_year__range=(1950, 2003))
        .listed()
        .filter(household__isnull=False)
        .order_by("state_voter_id")
        .values_list(
            "pk", "first_name", "last_name", "household_id", "household__block_id",
            "household__building__street", "history",
        )
    )  # fmt: skip
    residents = [
        Resident(
            voter_id=pk,
            first_name=name_case(first),
            last_name=name_case(last),
            household_id=household_id,
            block_id=block_id,
            street=street,
            votes=int(history).bit_count(),
        )
        for pk, first, last, household_id, block_id, street, history in rows
    ]
    return sorted(residents, key=lambda resident: -resident.votes)


def add_resident(chapter: Chapter, resident: Resident, *, by: Actor, number: int, **values: Any) -> Member:
    """A member who lives in the town; `number` makes phone and address of the mailbox."""
    handle = f"{resident.first_name}.{resident.last_name}.{number}".lower()
    address = "".join(letter for letter in handle if letter.isascii() and (letter.isalnum() or letter == "."))
    return add_member(
        chapter=chapter, by=by, first_name=resident.first_name, last_name=resident.last_name,
        **({"email": f"{address}@town.example", "phone": f"919-555-{1000 + number:04d}"} | values),
    )  # fmt: skip


def add_others(chapter: Chapter, residents: Iterator[Resident], *, by: Actor) -> list[Member]:
    """Volunteers, supporters, lapsed and former members without any charge."""
    return [
        add_resident(chapter, next(residents), by=by, number=60 + number, **values)
        for number, values in enumerate(OTHERS)
    ]


def name_case(name: str) -> str:
    """A name of the file, which has capitals only, as people write it."""
    cased = name.title()
    return f"Mc{cased[2:].title()}" if cased.startswith("Mc") and len(cased) > 3 else cased


def spread(residents: Sequence[Resident]) -> Iterator[Resident]:
    """Residents one by one, at most one of each door."""
    doors: set[int] = set()
    for resident in residents:
        if resident.household_id not in doors:
            doors.add(resident.household_id)
            yield resident
