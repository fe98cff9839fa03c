from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from chapters.models import ChapterOwned
from precincts.enums import ElectionKind, Heat
from precincts.querysets import OfPrecinctQuerySet


class SavedList(ChapterOwned):
    """Some neighbours of a precinct as they met a rule on one day; who is on it is never changed."""

    precinct = models.ForeignKey("precincts.Precinct", on_delete=models.PROTECT, related_name="saved_lists")
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("elections that count"), max_length=10, choices=ElectionKind)
    asked = models.PositiveSmallIntegerField(_("how many elections back"))
    at_least = models.PositiveSmallIntegerField(_("voted at least"), default=0)
    heat = models.CharField(_("how consistent"), max_length=4, choices=Heat, blank=True)
    hot_from = models.PositiveSmallIntegerField(_("hot from"))
    warm_from = models.PositiveSmallIntegerField(_("warm from"))
    elections = models.JSONField(_("the elections counted, the latest first"), default=list)
    voter_count = models.PositiveIntegerField(_("neighbours"))
    made_by = models.ForeignKey("chapters.User", on_delete=models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(_("saved"))

    objects = OfPrecinctQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["precinct", "name"], name="saved_list_once"),
            models.CheckConstraint(
                condition=Q(asked__range=(1, 12)) & Q(at_least__lte=F("asked")), name="saved_list_k_of_n"
            ),
            models.CheckConstraint(
                condition=Q(hot_from__gte=F("warm_from")) & Q(warm_from__gte=1),
                name="saved_list_hot_above_warm",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class SavedListVoter(ChapterOwned):
    """One neighbour on a saved list, and why: `votes` has bit i set where they voted in the list's election i."""

    saved_list = models.ForeignKey(SavedList, on_delete=models.CASCADE, related_name="rows", db_index=False)
    voter = models.ForeignKey("precincts.Voter", on_delete=models.CASCADE, related_name="+")
    votes = models.PositiveSmallIntegerField(_("elections voted in, a bit each"), default=0)
    voted = models.PositiveSmallIntegerField(_("voted"))
    possible = models.PositiveSmallIntegerField(_("elections since registration"))
    heat = models.CharField(_("how consistent"), max_length=4, choices=Heat)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["saved_list", "voter"], name="saved_list_voter_once"),
            models.CheckConstraint(
                condition=Q(voted__lte=F("possible")) & Q(votes__lt=4096), name="saved_list_voted_of_possible"
            ),
        ]
