from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from chapters.models import ChapterOwned


class Returned(ChapterOwned):
    """A neighbour's ballot in an election that is being voted in, as the newest list of the officials names it.

    Kept apart from the vote history: when that comes, it counts and these rows do not.
    """

    # One statement of the import takes both keys from their own tables; the unique constraint begins with one.
    voter = models.ForeignKey(
        "precincts.Voter",
        on_delete=models.CASCADE,
        related_name="returned",
        db_index=False,
        db_constraint=False,
    )
    election = models.ForeignKey("precincts.Election", on_delete=models.PROTECT, related_name="returned")
    on = models.DateField(_("on"), null=True, blank=True)
    how = models.CharField(_("how"), max_length=1, default="V")
    status = models.CharField(_("status in the list"), max_length=60, blank=True)
    is_accepted = models.BooleanField(_("counts as voted"), default=True)
    voter_import = models.ForeignKey(
        "precincts.VoterImport", on_delete=models.PROTECT, related_name="+", db_index=False
    )

    class Meta:
        ordering = ["voter", "election"]
        constraints = [models.UniqueConstraint(fields=["voter", "election"], name="returned_once")]
