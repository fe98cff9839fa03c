"""What each reader sees of the precincts app: the neighbours' data is walled off here."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db.models import CharField, F, Func, Q, Value
from django.db.models.functions import Coalesce

from chapters.enums import OPEN_ASK_RESULTS, MemberKind
from core.actors import Actor
from core.permissions import get_right, has_right
from core.ranges import in_force
from core.tenancy import ChapterQuerySet
from precincts.enums import CaptaincyKind, VoterStatus


def natural_order(column: str) -> Func:
    """The text with every number in it padded to eight digits, so that it sorts as people count."""
    padded = Func(F(column), Value(r"(\d+)"), Value(r"0000000\1"), Value("g"), function="regexp_replace")
    return Func(
        padded,
        Value(r"0*(\d{8})"),
        Value(r"\1"),
        Value("g"),
        function="regexp_replace",
        output_field=CharField(),
    )


def in_led_precinct(actor: Actor, prefix: str = "") -> Q:
    """Voters behind a door of the actor's precincts, or without a door and of them by the file.

    Args:
        prefix: the way to the voter from the rows asked for ("voter__").
    """
    at_door = Q(**{f"{prefix}household__precinct_id__in": actor.precinct_ids})
    doorless = {f"{prefix}household__isnull": True, f"{prefix}precinct_id__in": actor.precinct_ids}
    return at_door | Q(**doorless)


def kept_by(actor: Actor, prefix: str = "") -> Q:
    """Voters who are the actor's neighbours: in a block or a precinct that the actor keeps."""
    return Q(**{f"{prefix}household__block_id__in": actor.block_ids}) | in_led_precinct(actor, prefix)


class PrecinctQuerySet(ChapterQuerySet):
    def visible_to(self, actor: Actor) -> Self:
        """All precincts for whoever sees the precincts; captains see their own."""
        rows = super().visible_to(actor)
        if actor.is_system or has_right(actor, "precincts.see_all"):
            return rows
        return rows.filter(Q(pk__in=actor.precinct_ids) | Q(blocks__pk__in=actor.block_ids)).distinct()

    def in_force(self, on: date) -> Self:
        return self.filter(in_force(on, first="valid_from", last="valid_until"))

    def with_code_order(self) -> Self:
        """Adds `code_order`: codes as people count them, 2-1 before 10-1."""
        return self.annotate(code_order=natural_order("code"))


class BlockQuerySet(ChapterQuerySet):
    def visible_to(self, actor: Actor) -> Self:
        """All blocks for whoever sees the precincts; captains see their block or their precinct's blocks."""
        rows = super().visible_to(actor)
        if actor.is_system or has_right(actor, "precincts.see_all"):
            return rows
        return rows.filter(Q(pk__in=actor.block_ids) | Q(precinct_id__in=actor.precinct_ids))

    def on_roster_of(self, actor: Actor) -> Self:
        """All blocks for the roles that see the roster; precinct captains see their precincts' blocks."""
        if actor.holds(*get_right("precincts.see_roster").roles):
            return super().visible_to(actor)
        return self.visible_to(actor)

    def open(self) -> Self:
        return self.filter(closed_on__isnull=True)


class HouseholdQuerySet(ChapterQuerySet):
    def visible_to(self, actor: Actor) -> Self:
        rows = super().visible_to(actor)
        if actor.is_system or has_right(actor, "precincts.see_all"):
            return rows
        return rows.filter(Q(block_id__in=actor.block_ids) | Q(precinct_id__in=actor.precinct_ids))


class VoterQuerySet(ChapterQuerySet):
    def visible_to(self, actor: Actor) -> Self:
        """The listed voters of what the actor may see; confidential and exempt people never."""
        rows = super().visible_to(actor).filter(is_listed=True)
        if actor.is_system or has_right(actor, "precincts.see_all"):
            return rows
        return rows.filter(kept_by(actor))

    def living_in(self, *precinct_ids: int) -> Self:
        """The neighbours of some precincts: their door is there, whatever the file says of the person; without
        a door, listed ones only.

        A file may name two precincts at one door. Its people are one captain's neighbours all the same; who has
        no door belongs where the file says.
        """
        # As a union, for each half has an index; asked with "or", a million voters are read.
        behind_doors = self.model.objects.filter(household__precinct_id__in=precinct_ids)
        doorless = self.model.objects.listed().filter(household__isnull=True, precinct_id__in=precinct_ids)
        ids = behind_doors.order_by().values("pk").union(doorless.order_by().values("pk"), all=True)
        return self.filter(pk__in=ids)

    def by_hand(self) -> Self:
        """The neighbours somebody added whom no file has named yet."""
        return self.filter(state_voter_id__isnull=True, status=VoterStatus.UNREGISTERED)

    def listed(self) -> Self:
        """Whoever may stand on a list: registered or known by hand, still here, not confidential."""
        return self.filter(is_listed=True)


class CorrectionQuerySet(ChapterQuerySet):
    def visible_to(self, actor: Actor) -> Self:
        """All corrections for whoever sees the precincts; captains see their neighbours'; nobody confidential."""
        rows = super().visible_to(actor).filter(voter__is_confidential=False)
        if actor.is_system or has_right(actor, "precincts.see_all"):
            return rows
        return rows.filter(kept_by(actor, "voter__"))

    def open(self) -> Self:
        return self.filter(state="open")


class OfPrecinctQuerySet(ChapterQuerySet):
    """Rows that belong to one precinct through a column `precinct`."""

    def visible_to(self, actor: Actor) -> Self:
        """All rows for whoever sees the precincts; precinct captains see those of their precincts."""
        rows = super().visible_to(actor)
        if has_right(actor, "precincts.see_all"):
            return rows
        return rows.filter(precinct_id__in=actor.precinct_ids)


class VoterInvitationQuerySet(ChapterQuerySet):
    def visible_to(self, actor: Actor) -> Self:
        """All of them for whoever sees the precincts; precinct captains see those of their precincts."""
        rows = super().visible_to(actor)
        if has_right(actor, "precincts.see_all"):
            return rows
        return rows.filter(party__precinct_id__in=actor.precinct_ids)


class MatchDecisionQuerySet(ChapterQuerySet):
    def visible_to(self, actor: Actor) -> Self:
        """All decisions for whoever sees the precincts; precinct captains see those on their neighbours."""
        rows = super().visible_to(actor)
        if has_right(actor, "precincts.see_all"):
            return rows
        return rows.filter(in_led_precinct(actor, "added__"))

    def standing(self) -> Self:
        """The decisions that were not taken back."""
        return self.filter(undone_at__isnull=True)


class SeatQuerySet(ChapterQuerySet):
    def visible_to(self, actor: Actor) -> Self:
        """All seats for the roles that see them; precinct captains see their precincts' seats."""
        rows = super().visible_to(actor)
        if actor.is_system or actor.holds(*get_right("precincts.see_seats").roles):
            return rows
        return rows.filter(precinct_id__in=actor.precinct_ids)

    def vacant(self) -> Self:
        return self.filter(holder_name="")


class DatedQuerySet(ChapterQuerySet):
    """Assignments from one day to another; both days count."""

    def in_force(self, on: date) -> Self:
        return self.filter(in_force(on))


class ResidenceQuerySet(DatedQuerySet):
    def of_voter(self, voter_id: int) -> Self:
        """Those of one voter, also under a row added by hand that was merged into theirs."""
        return self.filter(Q(voter=voter_id) | Q(voter__merged_into=voter_id))


class CaptaincyQuerySet(DatedQuerySet):
    """Captains and backups; a former member stands with nothing, whatever the days say."""

    def in_force(self, on: date) -> Self:
        return super().in_force(on).exclude(member__kind=MemberKind.FORMER)

    def captains(self) -> Self:
        return self.filter(kind=CaptaincyKind.CAPTAIN)

    def backups(self) -> Self:
        return self.filter(kind=CaptaincyKind.BACKUP)


class AbsenceQuerySet(DatedQuerySet):
    def visible_to(self, actor: Actor) -> Self:
        """All absences for whoever sees the precincts; captains see those of their block or precinct."""
        rows = super().visible_to(actor)
        if has_right(actor, "precincts.see_all"):
            return rows
        block = "assignment__block"
        own = Q(**{f"{block}_id__in": actor.block_ids}) | Q(
            **{f"{block}__precinct_id__in": actor.precinct_ids}
        )
        return rows.filter(own)


class BlockAskQuerySet(ChapterQuerySet):
    def visible_to(self, actor: Actor) -> Self:
        """All asks for whoever sees the precincts; precinct captains see their precinct's, captains those they make.

        Nobody confidential is shown.
        """
        rows = super().visible_to(actor).without_confidential()
        if has_right(actor, "precincts.see_all"):
            return rows
        own = Q(ask__asked_by_id=actor.member_id, block_id__in=actor.block_ids)
        return rows.filter(own | Q(block__precinct_id__in=actor.precinct_ids))

    def without_confidential(self) -> Self:
        """Those of nobody confidential, be it the person in the file whom a row added by hand was merged into."""
        return self.exclude(voter__is_confidential=True).exclude(voter__merged_into__is_confidential=True)

    def open(self) -> Self:
        """Those somebody has to come back to."""
        return self.filter(ask__result__in=OPEN_ASK_RESULTS)

    def with_next_day(self) -> Self:
        """Adds `next_day`, the day on which somebody has to come back to an open one."""
        return self.annotate(next_day=Coalesce("ask__follow_up_on", "ask__due_on"))


def listed_neighbour(prefix: str = "voter__") -> Q:
    """Rows about somebody who may stand on a list: themself, or the person in the file they were merged into."""
    return Q(**{f"{prefix}is_listed": True}) | Q(**{f"{prefix}merged_into__is_listed": True})


def about_neighbour_of(actor: Actor, prefix: str = "voter__") -> Q:
    """Rows about a listed neighbour whom the actor sees; told of a row added by hand, where the merged one lives."""
    if actor.is_system or has_right(actor, "precincts.see_all"):
        return listed_neighbour(prefix)
    own = Q(**{f"{prefix}is_listed": True}) & kept_by(actor, prefix)
    merged = Q(**{f"{prefix}merged_into__is_listed": True}) & kept_by(actor, f"{prefix}merged_into__")
    return own | merged


class SkillQuerySet(ChapterQuerySet):
    def visible_to(self, actor: Actor) -> Self:
        """What is known of the actor's neighbours, and one's own; whoever sees the precincts sees the members' too."""
        rows = super().visible_to(actor)
        own = Q(member_id=actor.member_id, member__isnull=False)
        if actor.is_system or has_right(actor, "precincts.see_all"):
            own = Q(member__isnull=False) & ~Q(member__kind=MemberKind.FORMER)
        return rows.filter(own | about_neighbour_of(actor, "fact__voter__"))

    def standing(self) -> Self:
        """What was neither taken back nor, of a neighbour, corrected since."""
        return self.filter(taken_back_at__isnull=True, fact__superseded_by__isnull=True)


class HelpQuerySet(ChapterQuerySet):
    """What people need or offer."""

    def visible_to(self, actor: Actor) -> Self:
        """What the actor speaks for, and, without the name, what members of the actor's precincts have told."""
        rows = super().visible_to(actor)
        if actor.is_system or has_right(actor, "precincts.see_all"):
            return rows.filter(spoken_for(actor) | Q(member__isnull=False))
        return rows.filter(spoken_for(actor) | Q(home__precinct_id__in=actor.precinct_ids))

    def open(self) -> Self:
        """What stands, of somebody who may be helped or help."""
        somebody = listed_neighbour() | (Q(member__isnull=False) & ~Q(member__kind=MemberKind.FORMER))
        return self.filter(somebody, ended_on__isnull=True)


def spoken_for(actor: Actor, prefix: str = "") -> Q:
    """Needs and offers of the actor's neighbours, who have told the actor, and the actor's own.

    Args:
        prefix: the way to the need or offer from the rows asked for ("need__").
    """
    own = Q(**{f"{prefix}member_id": actor.member_id, f"{prefix}member__isnull": False})
    return own | about_neighbour_of(actor, f"{prefix}voter__")


class HandShakeQuerySet(ChapterQuerySet):
    def visible_to(self, actor: Actor) -> Self:
        """The hand-shakes of which the actor speaks for one side; nobody else sees them."""
        rows = super().visible_to(actor)
        return rows.filter(spoken_for(actor, "need__") | spoken_for(actor, "offer__"))
