from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Greatest, Least
from django.utils.translation import gettext_lazy as _

from chapters.models.base import ChapterOwned


class MemberMerge(ChapterOwned):
    """Two rows were one person: which stayed, and all that is needed to have both again.

    Attributes:
        kept_id_then: who was kept; another than `kept` once that row was merged into a third.
        dropped: the row that went, whole.
        before, after: what the kept row said, and says, in the fields that were taken from the other.
        moved: for each key to a person what was done with its rows (`core.people`), in order.
    """

    kept = models.ForeignKey("chapters.Member", on_delete=models.CASCADE, related_name="merges")
    kept_id_then = models.BigIntegerField()
    dropped_id = models.BigIntegerField(_("number of the row that went"))
    dropped_name = models.CharField(_("name of the row that went"), max_length=180)
    dropped = models.JSONField(default=dict)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    moved = models.JSONField(default=list)
    moved_rows = models.PositiveIntegerField(_("rows moved"), default=0)
    merged_by = models.ForeignKey("chapters.User", on_delete=models.SET_NULL, null=True, related_name="+")
    merged_at = models.DateTimeField(_("merged"))
    undone_by = models.ForeignKey(
        "chapters.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True)

    class Meta:
        verbose_name = _("merge")
        ordering = ["-merged_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["dropped_id"], condition=Q(undone_at__isnull=True), name="member_merge_drops_once"
            ),
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True) | Q(undone_at__gte=F("merged_at")),
                name="member_merge_undone_after_merging",
            ),
        ]
        indexes = [models.Index(fields=["chapter", "-merged_at"], name="member_merge_latest")]

    def __str__(self) -> str:
        return self.dropped_name

    @property
    def can_be_undone(self) -> bool:
        """Whether nothing that the row itself knows speaks against it."""
        return self.undone_at is None and bool(self.dropped) and self.kept_id == self.kept_id_then


class TwoPeople(ChapterOwned):
    """Somebody's word that two who look alike are two people; they are not shown as one again."""

    first = models.ForeignKey("chapters.Member", on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey("chapters.Member", on_delete=models.CASCADE, related_name="+")
    decided_by = models.ForeignKey("chapters.User", on_delete=models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField(_("decided"))

    class Meta:
        verbose_name = _("word that two are two people")
        ordering = ["-decided_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                Least("first", "second"), Greatest("first", "second"), name="two_people_said_once"
            ),
            models.CheckConstraint(condition=~Q(first=F("second")), name="two_people_are_two"),
        ]

    def __str__(self) -> str:
        return f"{self.first} – {self.second}"
