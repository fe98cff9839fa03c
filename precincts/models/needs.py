from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from chapters.enums import MemberKind
from chapters.models import ChapterOwned, Member
from precincts.enums import HelpEnd, HelpKind
from precincts.models.places import Household
from precincts.models.voters import Voter
from precincts.querysets import HelpQuerySet


class HelpLine(ChapterOwned):
    """What somebody needs or offers, in a few words; a neighbour told a captain, a member says it themself.

    Attributes:
        home: where a member lives, as far as it was known; a neighbour's door is the voter's own.
        said_by: who told the captain; "" when a member says it themself.
    """

    voter = models.ForeignKey(
        "precincts.Voter", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    member = models.ForeignKey(
        "chapters.Member", on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    home = models.ForeignKey(
        "precincts.Household", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    kind = models.CharField(_("what about"), max_length=12, choices=HelpKind)
    words = models.CharField(_("in a few words"), max_length=160)
    said_by = models.CharField(_("who said so"), max_length=120, blank=True)
    told_on = models.DateField(_("told on"))
    noted_by = models.ForeignKey("chapters.User", on_delete=models.SET_NULL, null=True, related_name="+")
    noted_at = models.DateTimeField(auto_now_add=True)
    ended_on = models.DateField(_("ended on"), null=True, blank=True)
    ended_as = models.CharField(_("ended as"), max_length=10, choices=HelpEnd, blank=True)

    objects = HelpQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["told_on", "pk"]

    def __str__(self) -> str:
        return self.words

    @property
    def neighbour(self) -> Voter | None:
        """The neighbour whose it is: of a row added by hand, the person in the file it was merged into."""
        return None if self.voter is None else self.voter.merged_into or self.voter

    @property
    def person(self) -> Voter | Member | None:
        return self.neighbour or self.member

    @property
    def household(self) -> Household | None:
        """The door; the rules ask every row for the place it belongs to."""
        return self.neighbour.household if self.neighbour is not None else self.home

    @property
    def is_open(self) -> bool:
        return self.ended_on is None

    @property
    def may_be_named(self) -> bool:
        """Whether the person is still on the chapter's lists: of who is gone or confidential no page says the name."""
        if self.neighbour is not None:
            return self.neighbour.is_listed
        return self.member is not None and self.member.kind != MemberKind.FORMER


def _of_one_person(what: str) -> list[models.BaseConstraint]:
    """What the database holds of every need and offer."""
    said: Any = _("This is written down already.")
    open_now = Q(ended_on__isnull=True)
    return [
        models.CheckConstraint(
            condition=Q(voter__isnull=True, member__isnull=False) | Q(voter__isnull=False, member__isnull=True, home__isnull=True),
            name=f"{what}_of_one_person",
        ),
        models.CheckConstraint(
            condition=Q(voter__isnull=True) | ~Q(said_by=""), name=f"{what}_of_a_neighbour_was_told"
        ),
        models.CheckConstraint(
            condition=Q(ended_on__isnull=True, ended_as="") | (Q(ended_on__isnull=False) & ~Q(ended_as="")),
            name=f"{what}_ends_for_a_reason",
        ),
        models.UniqueConstraint(
            F("voter"), F("kind"), Upper("words"), condition=open_now, name=f"{what}_of_a_neighbour_once",
            violation_error_message=said,
        ),
        models.UniqueConstraint(
            F("member"), F("kind"), Upper("words"), condition=open_now, name=f"{what}_of_a_member_once",
            violation_error_message=said,
        ),
    ]  # fmt: skip


class Need(HelpLine):
    """What somebody needs help with."""

    class Meta(HelpLine.Meta):
        constraints = _of_one_person("need")
        indexes = [models.Index(fields=["chapter"], name="need_open", condition=Q(ended_on__isnull=True))]


class Offer(HelpLine):
    """What somebody would help with: for how many at a time, and how far away on foot."""

    capacity = models.PositiveSmallIntegerField(_("for how many at a time"), default=1)
    reach = models.PositiveIntegerField(_("how far, in metres"), default=1000)

    class Meta(HelpLine.Meta):
        constraints = [
            *_of_one_person("offer"),
            models.CheckConstraint(condition=Q(capacity__range=(1, 20)), name="offer_for_one_to_twenty"),
            models.CheckConstraint(condition=Q(reach__range=(100, 20_000)), name="offer_reach_on_foot"),
        ]
        indexes = [models.Index(fields=["chapter"], name="offer_open", condition=Q(ended_on__isnull=True))]
