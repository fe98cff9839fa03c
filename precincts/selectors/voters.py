"""Finding neighbours by name and doors by address."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet, Value

from core.actors import Actor
from precincts.addresses import Address, parse_line
from precincts.models import Household, Voter
from precincts.querysets import natural_order


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
    """Doors the actor may see by number ("12"), by number and street ("12 lant") or by street, in order.

    The words begin the street's name or a later word of it: "main" finds North Main Street.
    """
    address = parse_line(words)
    if not address.number and not address.street:
        return Household.objects.none()
    wanted = _on_street(words, address)
    if address.number:
        wanted = Q(building__address_key__startswith=f"{address.number} ") & wanted
    if address.unit:
        wanted &= Q(unit_key__startswith=address.unit)
    found = _listed_doors(actor).filter(wanted).annotate(in_order=natural_order("building__address_key"))
    return found.order_by("building__street_key", "in_order", "unit_key", "pk")


def search_streets(actor: Actor, words: str) -> QuerySet[Any, Any]:
    """Streets the words begin, with how many doors the actor may see there, in which precincts.

    Rows are dicts of `building__street_key`, `street`, `doors` and `codes`; none for words with a number.
    """
    address = parse_line(words)
    rows = _listed_doors(actor)
    rows = rows.none() if address.number or not address.street else rows.filter(_on_street(words, address))
    return (
        rows.values("building__street_key")
        .annotate(
            street=Min("building__street"),
            doors=Count("pk", distinct=True),
            codes=StringAgg("precinct__code", ", ", distinct=True, default=Value("")),
        )
        .order_by("building__street_key")
    )


def _listed_doors(actor: Actor) -> QuerySet[Household]:
    someone = Voter.objects.listed().filter(household=OuterRef("pk"))
    doors = Household.objects.visible_to(actor).filter(building__chapter_id=actor.chapter_id)
    return doors.filter(Exists(someone))


def _on_street(words: str, address: Address) -> Q:
    """The street in the standard's short forms, and as it was typed: "mill" is Mill Street before it is a mill."""
    typed = " ".join(words.upper().split())
    typed = typed.partition(" ")[2] if address.number else typed
    wanted = Q()
    for street in {address.street, typed}:
        wanted |= Q(building__street_key__startswith=street) | Q(building__street_key__contains=f" {street}")
    return wanted
