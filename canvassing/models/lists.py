from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from canvassing.querysets import WalkListQuerySet
from chapters.models import ChapterOwned


class WalkList(ChapterOwned):
    """A frozen list of doors for one walk, known by its number.

    `doors` is what stood on the paper: `[{"household": id, "voters": [ids]}]` in walk order, so that what
    comes back on paper or phone lands on the right person whatever happened to the block since.
    """

    list_number = models.PositiveIntegerField(_("list number"))
    block = models.ForeignKey("precincts.Block", on_delete=models.PROTECT, related_name="walk_lists")
    job = models.ForeignKey("chapters.Job", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    doors = models.JSONField(default=list)
    door_count = models.PositiveIntegerField(_("doors"))
    voter_count = models.PositiveIntegerField(_("voters"))
    walk_metres = models.PositiveIntegerField(_("length of the walk (m)"), default=0)
    walk_minutes = models.PositiveIntegerField(_("time for the walk (min)"), default=0)
    pages = models.PositiveSmallIntegerField(_("pages"), default=0)
    pdf_path = models.CharField(_("key in private storage"), max_length=300, blank=True)
    made_by = models.ForeignKey("chapters.User", on_delete=models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(_("made"), auto_now_add=True)

    objects = WalkListQuerySet.as_manager()

    class Meta:
        ordering = ["-list_number"]
        constraints = [
            models.UniqueConstraint(fields=["chapter", "list_number"], name="list_number_once"),
            models.UniqueConstraint(fields=["job", "block"], name="list_once_per_job"),
        ]
        indexes = [models.Index(fields=["block", "-list_number"], name="list_latest_of_block")]

    def __str__(self) -> str:
        return str(self.list_number)
