from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from canvassing.querysets import WalkListQuerySet
from chapters.models import ChapterOwned


class WalkList(ChapterOwned):
    """A frozen list of doors for one walk, known by its number.

    `doors` is what stood on the paper: `[{"household": id, "voters": [ids]}]` in walk order, so that what
    comes back on paper or phone lands on the right person whatever happened to the block since. A list
    without a block is its precinct's list-only sheet: doors nobody could place on the map.
    """

    list_number = models.PositiveIntegerField(_("list number"))
    precinct = models.ForeignKey("precincts.Precinct", on_delete=models.PROTECT, related_name="walk_lists")
    block = models.ForeignKey(
        "precincts.Block", on_delete=models.PROTECT, null=True, blank=True, related_name="walk_lists"
    )
    job = models.ForeignKey(
        "chapters.Job", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    doors = models.JSONField(default=list)
    door_count = models.PositiveIntegerField(_("doors"))
    voter_count = models.PositiveIntegerField(_("neighbours"))
    left_out_count = models.PositiveIntegerField(_("left out, not to be contacted"), default=0)
    voted_count = models.PositiveIntegerField(_("left out, have voted already"), default=0)
    walk_metres = models.PositiveIntegerField(_("length of the walk (m)"), default=0)
    walk_minutes = models.PositiveIntegerField(_("time for the walk (min)"), default=0)
    captain = models.CharField(_("captain"), max_length=200, blank=True)
    backup = models.CharField(_("backup"), max_length=200, blank=True)
    stand_in = models.CharField(_("stands in for the captain"), max_length=200, blank=True)
    file_terms = models.JSONField(_("source and permitted use of the voter file"), default=list)
    paper_size = models.CharField(_("paper"), max_length=6)
    pages = models.PositiveSmallIntegerField(_("pages"), default=0)
    pdf_path = models.CharField(_("key in private storage"), max_length=300, blank=True)
    made_by = models.ForeignKey("chapters.User", on_delete=models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(_("made"))

    objects = WalkListQuerySet.as_manager()

    class Meta:
        ordering = ["-list_number"]
        constraints = [
            models.UniqueConstraint(fields=["chapter", "list_number"], name="list_number_once"),
            models.UniqueConstraint(fields=["job", "block"], name="list_once_per_job"),
            models.UniqueConstraint(
                fields=["job", "precinct"],
                condition=Q(block__isnull=True, job__isnull=False),
                name="list_only_sheet_once_per_job",
            ),
        ]
        indexes = [
            models.Index(fields=["block", "-list_number"], name="list_latest_of_block"),
            models.Index(fields=["precinct", "-list_number"], name="list_latest_of_precinct"),
        ]

    def __str__(self) -> str:
        return str(self.list_number)

    @property
    def frozen_doors(self) -> list[tuple[int | None, list[int]]]:
        """The doors as (household, its voters), in walk order."""
        return [(door["household"], door["voters"]) for door in self.doors]
