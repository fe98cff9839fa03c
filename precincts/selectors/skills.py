"""The inventory of skills and languages: who can do what, for whoever may know it."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from chapters.enums import MemberKind
from chapters.models import Member
from core.actors import Actor
from core.permissions import has_right
from precincts.folding import list_words
from precincts.models import Block, Precinct, Skill
from precincts.querysets import about_neighbour_of, listed_neighbour
from precincts.selectors.groups import in_group_of
from precincts.selectors.suppressions import leave_out_barred

_READ = (
    "member", "fact__voter__household__block", "fact__voter__household__precinct", "fact__voter__precinct",
    "fact__voter__merged_into__household__block", "fact__voter__merged_into__household__precinct",
    "fact__voter__merged_into__precinct", "noted_by", "fact__member",
)  # fmt: skip


def list_skills(actor: Actor, on: date) -> QuerySet[Skill]:
    """What the inventory shows the actor of whoever may be contacted on a day: organizers all, precinct captains the group and the neighbours of their
    precincts, block captains the neighbours of their blocks. One query."""
    rows = Skill.objects.visible_to(actor).standing()
    if not has_right(actor, "precincts.see_all"):
        group = Q(member__in=in_group_of(actor.precinct_ids, on).values("pk"))
        rows = Skill.objects.filter(chapter_id=actor.chapter_id).standing()
        rows = rows.filter(about_neighbour_of(actor, "fact__voter__") | group)
    return leave_out_barred(rows, on, voter="fact__voter").select_related(*_READ)


def find_words(rows: QuerySet[Skill], words: str) -> QuerySet[Skill]:
    """Those in which every word begins some word, whatever its case, its accents and the order."""
    for word in list_words(words):
        rows = rows.filter(search_words__contains=f" {word}")
    return rows


def list_skills_of(member: Member) -> QuerySet[Skill]:
    """What is written down of one member, latest first. One query."""
    return Skill.objects.filter(member=member).standing().order_by("kind", "-noted_at", "-pk")


def count_elsewhere(actor: Actor, words: str, on: date) -> int:
    """How many people of the precincts of the actor's blocks fit the words and stay unnamed to the actor. Two queries.

    For a block captain, who sees the own neighbours only: whether it is worth asking the precinct captain.
    """
    precinct_ids = set(
        Block.objects.filter(pk__in=actor.block_ids).order_by().values_list("precinct_id", flat=True)
    )
    precinct_ids -= actor.precinct_ids
    if not precinct_ids:
        return 0
    neighbours = listed_neighbour("fact__voter__") & (
        Q(fact__voter__household__precinct__in=precinct_ids, fact__voter__merged_into=None)
        | Q(fact__voter__merged_into__household__precinct__in=precinct_ids)
    )
    group = Q(member__in=in_group_of(precinct_ids, on).exclude(pk=actor.member_id).values("pk"))
    rows = Skill.objects.filter(chapter_id=actor.chapter_id).standing().filter(neighbours | group)
    rows = leave_out_barred(rows, on, voter="fact__voter")
    seen = list_skills(actor, on).order_by().values("pk")
    found = find_words(rows, words).exclude(pk__in=seen).order_by()
    return len(set(found.values_list("member_id", "fact__voter_id")))


def count_skills(precinct: Precinct, on: date) -> int:
    """How many entries the inventory has of one precinct's neighbours and members. One query."""
    neighbours = listed_neighbour("fact__voter__") & (
        Q(fact__voter__household__precinct=precinct, fact__voter__merged_into=None)
        | Q(fact__voter__merged_into__household__precinct=precinct)
    )
    group = Q(member__in=in_group_of([precinct.pk], on).values("pk")) & ~Q(member__kind=MemberKind.FORMER)
    rows = Skill.objects.filter(chapter_id=precinct.chapter_id).standing().filter(neighbours | group)
    return int(leave_out_barred(rows, on, voter="fact__voter").count())
