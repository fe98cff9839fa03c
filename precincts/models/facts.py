from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from chapters.models import ChapterOwned
from precincts.enums import Channel, FactKind, FactSource, SuppressionKind


class Fact(ChapterOwned):
    """One thing learned of a neighbour: by whom, when, how. Rows are added, never changed.

    A correction is a later fact that names the one it supersedes; to take one back, `is_retraction`.
    `client_id` is what the sender calls it: sent twice, it is one fact.
    """

    voter = models.ForeignKey("precincts.Voter", on_delete=models.PROTECT, related_name="facts")
    kind = models.CharField(_("kind"), max_length=12, choices=FactKind)
    value = models.CharField(_("value"), max_length=60, blank=True)
    text = models.TextField(_("in words"), blank=True)
    source = models.CharField(_("source"), max_length=10, choices=FactSource)
    member = models.ForeignKey(
        "chapters.Member", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    recorded_by = models.ForeignKey(
        "chapters.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    occurred_at = models.DateTimeField(_("when"))
    recorded_at = models.DateTimeField(auto_now_add=True)
    supersedes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="superseded_by"
    )
    is_retraction = models.BooleanField(default=False)
    client_id = models.UUIDField(_("sent as"), null=True, blank=True, editable=False)

    class Meta:
        ordering = ["-occurred_at", "-pk"]
        indexes = [models.Index(fields=["voter", "kind", "-occurred_at"], name="fact_of_voter")]
        constraints = [
            models.CheckConstraint(
                condition=Q(is_retraction=False) | Q(supersedes__isnull=False),
                name="fact_retraction_names_one",
            ),
            models.UniqueConstraint(fields=["chapter", "client_id"], name="fact_once_sent"),
        ]

    def __str__(self) -> str:
        return self.text or self.value


class Suppression(ChapterOwned):
    """A dated, reversible reason not to reach somebody on one channel or any."""

    voter = models.ForeignKey("precincts.Voter", on_delete=models.PROTECT, related_name="suppressions")
    kind = models.CharField(_("reason"), max_length=16, choices=SuppressionKind)
    channel = models.CharField(_("channel"), max_length=6, choices=Channel, default=Channel.ANY)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)
    recorded_by = models.ForeignKey("chapters.User", on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["-starts_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="suppression_ends_after_start",
            ),
            models.UniqueConstraint(
                fields=["voter", "kind", "channel"],
                condition=Q(ends_on__isnull=True),
                name="suppression_once_in_force",
            ),
        ]
