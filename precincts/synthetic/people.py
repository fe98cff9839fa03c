"""The made-up town's registered people and how they voted; the same people some months later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from precincts.synthetic.elections import ELECTIONS, FILE_DAY, LATER_FILE_DAY, LATEST, SyntheticElection
from precincts.synthetic.names import ORIGINS
from precincts.synthetic.town import APARTMENTS, TOWER, Town

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

PARTIES = ("DEM", "REP", "UNA", "LIB", "GRE")
UNAFFILIATED = 2
STATUSES = ("A", "I", "R", "D", "S")
REASONS = (("AV",), ("IN", "IU"), ("RD", "RL", "RM", "RS"), ("DN", "DU"), ("SM", "SO"))
GENDERS = ("F", "M", "U")
RACES = ("W", "B", "U", "A", "B", "U", "U", "U")
METHODS = ("", "IN-PERSON", "ABSENTEE ONESTOP", "ABSENTEE BY MAIL", "PROVISIONAL", "CURBSIDE")
SUFFIXES = ("", "JR", "SR", "III")
AREA_CODES = (252, 336, 704, 743, 828, 910, 919, 980, 984)

LAST_NAMES = tuple(name for origin in ORIGINS for name in origin.last)
WOMEN = tuple(name for origin in ORIGINS for name in origin.women)
MEN = tuple(name for origin in ORIGINS for name in origin.men)

_SHARES = np.array([origin.share for origin in ORIGINS])
_LAST_COUNTS = np.array([len(origin.last) for origin in ORIGINS])
_WOMEN_COUNTS = np.array([len(origin.women) for origin in ORIGINS])
_MEN_COUNTS = np.array([len(origin.men) for origin in ORIGINS])


@dataclass(frozen=True)
class People:
    """One row per registered person (V), in the order of the file.

    `identity` is the number within the state's id; `household` an index into the town's; the names, `party`, `status`,
    `gender` index the word lists of this module, -1 for no middle name; `woman_name` says which list the first name
    is from; `registered` and `birth_year` as dates and years; `phone` the subscriber's place among the fictional
    numbers, -1 for none; `habit` how readily the person votes (standard normal); `lean` -1 to 1 between the two
    parties; `method` (V, E) index into METHODS, 0 for not voted; `ballot` (V, E) party whose ballot or registration.
    """

    elections: tuple[SyntheticElection, ...]
    as_of: date
    identity: IntArray
    household: IntArray
    origin: IntArray
    last: IntArray
    first: IntArray
    woman_name: NDArray[np.bool_]
    middle: IntArray
    suffix: IntArray
    gender: IntArray
    birth_year: IntArray
    registered: NDArray[np.datetime64]
    party: IntArray
    status: IntArray
    reason: IntArray
    confidential: NDArray[np.bool_]
    phone: IntArray
    habit: FloatArray
    lean: FloatArray
    method: NDArray[np.int8]
    ballot: NDArray[np.int8]

    def __len__(self) -> int:
        return len(self.identity)

    def take(self, rows: NDArray[np.bool_] | IntArray) -> People:
        """These rows, in this order."""
        columns: dict[str, Any] = {name: getattr(self, name)[rows] for name in _COLUMNS}
        return replace(self, **columns)

    def joined(self, other: People) -> People:
        """These rows, then the other's."""
        columns: dict[str, Any] = {
            name: np.concatenate([getattr(self, name), getattr(other, name)]) for name in _COLUMNS
        }
        return replace(self, **columns)


_COLUMNS = tuple(field.name for field in fields(People) if field.name not in {"elections", "as_of"})


@dataclass(frozen=True)
class Changes:
    """What happened between two files, by identity number; no one is in two groups, `turned_18` is part of `new`."""

    gone: IntArray
    moved: IntArray
    new: IntArray
    turned_18: IntArray
    name_changed: IntArray
    party_changed: IntArray
    became_inactive: IntArray


def make_people(
    town: Town, seed: int, *, as_of: date = FILE_DAY, elections: Sequence[SyntheticElection] = ELECTIONS
) -> People:
    """Everyone registered in the town on a day, shuffled, with their votes; the same arguments give the same people."""
    rng = np.random.default_rng([seed, 8111])
    voters = town.household_voters
    household = np.repeat(np.arange(voters.size), voters)
    place = np.arange(household.size) - np.repeat(np.cumsum(voters) - voters, voters)
    people = _settle(town, household, place, rng, as_of=as_of)
    people = people.take(rng.permutation(len(people)))
    people = replace(people, identity=np.arange(len(people)) + 100_001)
    return vote(replace(people, elections=()), elections, rng)


def make_later(
    town: Town,
    people: People,
    seed: int,
    *,
    as_of: date = LATER_FILE_DAY,
    election: SyntheticElection = LATEST,
) -> tuple[People, Changes]:
    """The same town some months and one election later: gone, moved, changed, new, and just turned 18."""
    rng = np.random.default_rng([seed, 8112])
    count = len(people)
    draw = rng.random(count)
    gone = draw < 0.012
    moved = (draw >= 0.012) & (draw < 0.032)
    renamed = (draw >= 0.032) & (draw < 0.035)
    switched = (draw >= 0.035) & (draw < 0.044)
    lapsed = (draw >= 0.044) & (draw < 0.050) & (people.status == 0)
    household = people.household.copy()
    shift = rng.integers(1, len(town.household_voters), int(moved.sum()))
    household[moved] = (household[moved] + shift) % len(town.household_voters)
    last, party = people.last.copy(), people.party.copy()
    last[renamed] = (last[renamed] + rng.integers(1, len(LAST_NAMES), int(renamed.sum()))) % len(LAST_NAMES)
    party[switched] = np.where(party[switched] == UNAFFILIATED, people.lean[switched] < 0, UNAFFILIATED)
    after = replace(
        people,
        as_of=as_of,
        household=household,
        last=last,
        party=party,
        status=np.where(lapsed, 1, people.status),
        reason=np.where(lapsed, 0, people.reason),
    ).take(~gone)
    new, turned_18 = _arrivals(town, people, rng, as_of=as_of, count=max(2, round(count * 0.021)))
    ids = people.identity
    changes = Changes(
        gone=ids[gone],
        moved=ids[moved],
        new=new.identity,
        turned_18=new.identity[turned_18],
        name_changed=ids[renamed],
        party_changed=ids[switched],
        became_inactive=ids[lapsed],
    )
    return vote(after.joined(new), (election,), rng), changes


def vote(people: People, elections: Sequence[SyntheticElection], rng: np.random.Generator) -> People:
    """Let people vote in some more elections: those of age, registered in time and with the habit to."""
    method, ballot = [people.method], [people.ballot]
    for election in elections:
        may = (people.registered <= np.datetime64(election.day)) & (
            people.birth_year <= election.day.year - 18
        )
        may &= np.isin(people.status, (0, 1, 4)) | (rng.random(len(people)) < 0.5)
        age = election.day.year - people.birth_year
        pull = 1.5 * people.habit + 0.9 * np.tanh((age - 45) / 25) - 1.4 * (people.status == 1)
        went = may & (rng.random(len(people)) < _share(pull, may, election.turnout))
        column = np.where(went, _choose_method(people, election, rng), 0)
        method.append(column.astype(np.int8)[:, None])
        pulled = people.party
        if election.kind == "PRIMARY":
            leaning = np.where(people.lean + rng.normal(0.0, 0.25, len(people)) < 0, 1, 0)
            pulled = np.where(people.party == UNAFFILIATED, leaning, people.party)
        ballot.append(pulled.astype(np.int8)[:, None])
    return replace(
        people,
        elections=(*people.elections, *elections),
        method=np.concatenate(method, axis=1),
        ballot=np.concatenate(ballot, axis=1),
    )


def _share(pull: FloatArray, may: NDArray[np.bool_], turnout: float) -> FloatArray:
    """Chances to vote that follow `pull` and average to the turnout among those who may."""
    low, high = -12.0, 12.0
    sample = pull[may][:20_000]
    for _ in range(30):
        middle = (low + high) / 2
        if sample.size and float((1 / (1 + np.exp(-(sample + middle)))).mean()) > turnout:
            high = middle
        else:
            low = middle
    chances: FloatArray = 1 / (1 + np.exp(-(pull + (low + high) / 2)))
    return chances


def _choose_method(people: People, election: SyntheticElection, rng: np.random.Generator) -> IntArray:
    """How each votes, were they to vote; people keep to their way, which follows from their identity."""
    own = (people.identity * 2654435761 % 1_000_003) / 1_000_003
    draw = np.where(rng.random(len(people)) < 0.75, own, rng.random(len(people)))
    bounds = np.cumsum([election.mail, election.early, 0.006, 0.012])
    ways = np.array([3, 2, 4, 5, 1])
    return ways[np.searchsorted(bounds, draw, side="right")]


def _settle(
    town: Town, household: IntArray, place: IntArray, rng: np.random.Generator, *, as_of: date
) -> People:
    """Persons for the given places (0 first, 1 partner, 2 and on grown children or flat-mates) in households."""
    count, homes = household.size, len(town.household_voters)
    kind = town.kind[town.household_building]
    flat = (kind == APARTMENTS) | (kind == TOWER)
    home_origin = rng.choice(len(ORIGINS), homes, p=_SHARES / _SHARES.sum())
    home_age = np.where(flat, 22 + rng.gamma(2.0, 9.0, homes), 27 + rng.gamma(3.2, 8.5, homes)).clip(20, 92)
    family = rng.random(homes) < np.where(flat, 0.55, 0.85)
    home_last = rng.random(homes)
    precinct = town.precinct[town.household_building]
    home_lean = rng.normal(0.10, 0.22, precinct.max() + 1)[precinct] + rng.normal(0.0, 0.45, homes)
    same = family[household] & (rng.random(count) < 0.86)
    origin = np.where(
        same, home_origin[household], rng.choice(len(ORIGINS), count, p=_SHARES / _SHARES.sum())
    )
    child = family[household] & (place >= 2) & (home_age[household] >= 40)
    age = home_age[household] + np.where(place > 0, rng.normal(0.0, 4.0, count), 0.0)
    age = np.where(child, home_age[household] - rng.uniform(20, 36, count), age)
    age = np.where((place >= 2) & ~child, rng.uniform(19, 45, count), age).clip(18, 99).astype(np.int64)
    female = np.where((place == 1) & family[household], household % 20 < 10, rng.random(count) < 0.53)
    female = np.where((place == 0) & family[household], household % 20 >= 9, female)
    return _person(
        rng,
        as_of=as_of,
        household=household,
        origin=origin,
        last_draw=np.where(same, home_last[household], rng.random(count)),
        female=female,
        age=age,
        lean=(home_lean[household] + rng.normal(0.0, 0.2, count)).clip(-1, 1),
    )


def _person(
    rng: np.random.Generator,
    *,
    as_of: date,
    household: IntArray,
    origin: IntArray,
    last_draw: FloatArray,
    female: NDArray[np.bool_],
    age: IntArray,
    lean: FloatArray,
) -> People:
    """Everything else of a person, once household, family, sex and age are known; nobody has voted yet."""
    count = household.size
    birth_year = as_of.year - age
    last = _pick(origin, _LAST_COUNTS, last_draw**1.3)
    first_draw = rng.random(count) ** 1.2
    first = np.where(female, _pick(origin, _WOMEN_COUNTS, first_draw), _pick(origin, _MEN_COUNTS, first_draw))
    middle_draw = rng.random(count)
    middle = np.where(
        female, _pick(origin, _WOMEN_COUNTS, middle_draw), _pick(origin, _MEN_COUNTS, middle_draw)
    )
    years = np.minimum(rng.exponential(9.5, count), np.maximum(age - 18, 0) + rng.random(count) * 0.35)
    status = np.searchsorted(np.cumsum([0.875, 0.085, 0.025, 0.005]), rng.random(count), side="right")
    reasons = np.array([len(words) for words in REASONS])
    return People(
        elections=(),
        as_of=as_of,
        identity=np.zeros(count, dtype=np.int64),
        household=household,
        origin=origin,
        last=last,
        first=first,
        woman_name=female,
        middle=np.where((rng.random(count) < 0.85) & (middle != first), middle, -1),
        suffix=np.where(~female & (rng.random(count) < 0.03), rng.integers(1, len(SUFFIXES), count), 0),
        gender=np.where(rng.random(count) < 0.04, 2, np.where(female, 0, 1)),
        birth_year=birth_year,
        registered=np.datetime64(as_of) - (years * 365.25).astype("timedelta64[D]") - np.timedelta64(3, "D"),
        party=_choose_party(lean, age, rng),
        status=status,
        reason=(rng.random(count) * reasons[status]).astype(np.int64),
        confidential=rng.random(count) < 0.003,
        phone=np.where(rng.random(count) < 0.38, rng.integers(0, 100 * len(AREA_CODES), count), -1),
        habit=rng.normal(0.0, 1.0, count),
        lean=lean,
        method=np.zeros((count, 0), dtype=np.int8),
        ballot=np.zeros((count, 0), dtype=np.int8),
    )


def _choose_party(lean: FloatArray, age: IntArray, rng: np.random.Generator) -> IntArray:
    """Party by lean; the young are more often unaffiliated, one in fifty is in a small party."""
    loose = rng.random(lean.size) < np.clip(0.62 - 0.0055 * age, 0.18, 0.6)
    party = np.where(lean + rng.normal(0.0, 0.15, lean.size) >= 0, 0, 1)
    party = np.where(loose, UNAFFILIATED, party)
    return np.where(rng.random(lean.size) < 0.02, rng.integers(3, len(PARTIES), lean.size), party)


def _arrivals(
    town: Town, people: People, rng: np.random.Generator, *, as_of: date, count: int
) -> tuple[People, NDArray[np.bool_]]:
    """People new in the file: a fifth just turned 18 in a household of their name, the others moved in."""
    grown = np.arange(count) < max(1, count // 5)
    parents = np.flatnonzero((as_of.year - people.birth_year >= 38) & (as_of.year - people.birth_year <= 58))
    parent = rng.choice(parents if parents.size else np.arange(len(people)), count)
    elsewhere = rng.choice(len(ORIGINS), count, p=_SHARES / _SHARES.sum())
    new = _person(
        rng,
        as_of=as_of,
        household=np.where(
            grown, people.household[parent], rng.integers(0, len(town.household_voters), count)
        ),
        origin=np.where(grown, people.origin[parent], elsewhere),
        last_draw=rng.random(count),
        female=rng.random(count) < 0.51,
        age=np.where(grown, 18, (20 + rng.gamma(2.0, 8.0, count)).astype(np.int64)),
        lean=np.where(grown, people.lean[parent], rng.normal(0.1, 0.5, count)).clip(-1, 1),
    )
    since = (as_of - people.as_of).days
    recently = np.datetime64(as_of) - rng.integers(3, max(4, since), count).astype("timedelta64[D]")
    new = replace(
        new,
        identity=int(people.identity.max()) + 1 + np.arange(count),
        last=np.where(grown, people.last[parent], new.last),
        registered=recently,
        status=np.zeros(count, dtype=np.int64),
        reason=np.zeros(count, dtype=np.int64),
        method=np.zeros((count, people.method.shape[1]), dtype=np.int8),
        ballot=np.zeros((count, people.ballot.shape[1]), dtype=np.int8),
    )
    return new, grown


def _pick(origin: IntArray, counts: IntArray, draw: FloatArray) -> IntArray:
    """Places in the flat list of names of each one's origin."""
    start = np.cumsum(counts) - counts
    return start[origin] + (draw * counts[origin]).astype(np.int64)
