from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from chapters.models import ChapterOwned


class WalkingGroup(ChapterOwned):
    """People who came to a rally and walk together: where they meet, who leads, which blocks are theirs."""

    meeting = models.ForeignKey("chapters.Meeting", on_delete=models.CASCADE, related_name="walking_groups")
    number = models.PositiveSmallIntegerField(_("number"))
    precinct = models.ForeignKey(
        "precincts.Precinct", on_delete=models.PROTECT, related_name="walking_groups"
    )
    leader = models.ForeignKey(
        "chapters.Member", on_delete=models.SET_NULL, null=True, blank=True, related_name="+",
        verbose_name=_("leader"),
    )  # fmt: skip
    corner = models.CharField(_("where the group meets"), max_length=200, blank=True)
    blocks = models.ManyToManyField("precincts.Block", related_name="walking_groups", blank=True)
    mailed_at = models.DateTimeField(_("mailed"), null=True, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "number"], name="walking_group_number_once"),
        ]

    def __str__(self) -> str:
        return str(self.number)


class Walker(ChapterOwned):
    """Somebody walks with a group; at one meeting with one."""

    meeting = models.ForeignKey("chapters.Meeting", on_delete=models.CASCADE, related_name="walkers")
    group = models.ForeignKey(WalkingGroup, on_delete=models.CASCADE, related_name="walkers")
    member = models.ForeignKey("chapters.Member", on_delete=models.CASCADE, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "member"], name="walker_in_one_group"),
        ]

    def __str__(self) -> str:
        return str(self.member)
