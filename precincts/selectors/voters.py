"""Finding neighbours by name and doors by address."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from core.actors import Actor
from precincts.addresses import parse_line
from precincts.models import Household, Voter


def search_voters(actor: Actor, words: str) -> QuerySet[Voter]:
    """Listed voters the actor may see whose name begins with the words: "smith", "smith j", "jane smith".

    Both readings of two words (last first, first last) use the index on the upper-cased names.
    """
    rows = Voter.objects.visible_to(actor)
    parts = words.replace(",", " ").split()
    if not parts:
        return rows.none()
    wanted = Q(last_name__istartswith=" ".join(parts))
    for cut in range(1, len(parts)):
        before, after = " ".join(parts[:cut]), " ".join(parts[cut:])
        wanted |= Q(last_name__istartswith=before, first_name__istartswith=after)
        wanted |= Q(last_name__istartswith=after, first_name__istartswith=before)
    return rows.filter(wanted).order_by("last_name", "first_name", "pk")


def search_doors(actor: Actor, words: str) -> QuerySet[Household]:
    """Doors the actor may see whose address begins with the words ("12 lantern"), or whose street does."""
    address = parse_line(words)
    rows = Household.objects.visible_to(actor).filter(voters__is_listed=True)
    if not address.street:
        return rows.none()
    wanted = Q(building__address_key__startswith=address.building_key)
    if not address.number:
        wanted |= Q(building__street_key__startswith=address.street)
    if address.unit:
        wanted &= Q(unit_key__startswith=address.unit)
    found = rows.filter(wanted).order_by("building__street_key", "building__address_key", "unit_key", "pk")
    return found.distinct()
