from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from chapters.models import ChapterOwned
from core.words import in_readers_language
from precincts.enums import BlockEditKind
from precincts.querysets import BlockQuerySet


class Block(ChapterOwned):
    """A permanent set of neighbouring households in one precinct; it outlives every re-cut.

    A block is an identity: its households change, its captains, notes and history stay. It closes when a
    re-cut leaves it no households of its own.
    """

    precinct = models.ForeignKey("precincts.Precinct", on_delete=models.PROTECT, related_name="blocks")
    number = models.PositiveIntegerField(_("number"))
    name = models.CharField(_("name"), max_length=80, blank=True)
    opened_on = models.DateField(_("since"))
    closed_on = models.DateField(_("closed on"), null=True, blank=True)

    objects = BlockQuerySet.as_manager()

    class Meta:
        ordering = ["precinct", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["precinct", "number"], condition=Q(closed_on__isnull=True), name="block_number_once"
            ),
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True) | Q(closed_on__gte=F("opened_on")),
                name="block_closes_after_opening",
            ),
        ]

    def __str__(self) -> str:
        return self.name or str(self.number)

    @property
    def block_id(self) -> int | None:
        """Itself: the rules ask every row for the block it belongs to."""
        return self.pk


class BlockEdit(ChapterOwned):
    """One change of a precinct's blocks (a cut, a move by hand, a placement): what undo takes back whole."""

    precinct = models.ForeignKey("precincts.Precinct", on_delete=models.PROTECT, related_name="edits")
    kind = models.CharField(_("what"), max_length=6, choices=BlockEditKind)
    summaries = models.JSONField(_("in words, by language"), default=dict)
    made_by = models.ForeignKey("chapters.User", on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    params = models.JSONField(_("as asked"), default=dict)
    report = models.JSONField(_("what it did"), default=dict)
    undoes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="undone_by"
    )

    class Meta:
        ordering = ["-made_at", "-pk"]
        indexes = [models.Index(fields=["precinct", "-made_at"], name="edit_latest_first")]

    @property
    def summary(self) -> str:
        """What was changed, in the reader's language."""
        return in_readers_language(self.summaries)


class BlockMove(ChapterOwned):
    """A household went from one block to another on a day: the dated record behind `Household.block`."""

    edit = models.ForeignKey(BlockEdit, on_delete=models.PROTECT, related_name="moves")
    household = models.ForeignKey("precincts.Household", on_delete=models.PROTECT, related_name="block_moves")
    from_block = models.ForeignKey(Block, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    to_block = models.ForeignKey(Block, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    on = models.DateField(_("on"))

    class Meta:
        ordering = ["-on", "-pk"]
        constraints = [models.UniqueConstraint(fields=["edit", "household"], name="move_once_per_edit")]
        indexes = [models.Index(fields=["household", "-on"], name="move_of_household")]
