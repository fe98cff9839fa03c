from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from chapters.models.base import ChapterOwned


class PeopleColumns(ChapterOwned):
    """What the columns of a file of people mean, as somebody said once; a file with the same header needs no asking.

    Attributes:
        mark: of the header, so that the same one is found again.
        fields: the field's name for each column in order, "" for one that is left out.
    """

    mark = models.CharField(max_length=64)
    header = models.JSONField(_("columns"), default=list)
    fields = models.JSONField(_("what they mean"), default=list)
    saved_by = models.ForeignKey("chapters.User", on_delete=models.SET_NULL, null=True, related_name="+")
    saved_at = models.DateTimeField(_("saved"))

    class Meta:
        ordering = ["-saved_at"]
        constraints = [models.UniqueConstraint(fields=["chapter", "mark"], name="people_columns_once")]

    def __str__(self) -> str:
        return ", ".join(str(name) for name in self.header)
