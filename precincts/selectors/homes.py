"""Where one of the chapter's people lives, as far as it is known."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from chapters.models import Member
from precincts.addresses import parse_line
from precincts.models import Building, Residence


@dataclass(frozen=True, slots=True)
class Home:
    """A home: the door, where it is known, and the place of its building in degrees."""

    household_id: int | None
    lon: float | None
    lat: float | None


def find_home(member: Member, on: date) -> Home | None:
    """The door a member lives behind on a day, else the building that their address names. Two queries at most."""
    home = Residence.objects.in_force(on).filter(member=member).select_related("household__building").first()
    if home is not None:
        building = home.household.building
        return Home(home.household_id, building.lon, building.lat)
    if not member.address:
        return None
    key = parse_line(member.address.split(",")[0]).building_key
    named = list(Building.objects.filter(chapter_id=member.chapter_id, address_key=key)[:2])
    return Home(None, named[0].lon, named[0].lat) if len(named) == 1 else None
