from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from chapters.models import ChapterOwned
from precincts.enums import SeatKind
from precincts.querysets import SeatQuerySet


class PartyRules(ChapterOwned):
    """What a chapter keeps in mind of its local party's rules on committee seats, in its own words."""

    text = models.TextField(_("rules"), blank=True)
    saved_by = models.ForeignKey("chapters.User", on_delete=models.SET_NULL, null=True, related_name="+")
    saved_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["chapter"], name="party_rules_once")]


class CommitteeSeat(ChapterOwned):
    """One official seat of the local party for a precinct: how it is filled, until when, and by whom."""

    precinct = models.ForeignKey("precincts.Precinct", on_delete=models.PROTECT, related_name="seats")
    title = models.CharField(_("title"), max_length=80)
    place = models.PositiveSmallIntegerField(_("seat number"), default=1)
    kind = models.CharField(_("filled by"), max_length=10, choices=SeatKind, default=SeatKind.ELECTED)
    term_starts_on = models.DateField(_("term begins"), null=True, blank=True)
    term_ends_on = models.DateField(_("term ends"), null=True, blank=True)
    filing_opens_on = models.DateField(_("filing opens"), null=True, blank=True)
    filing_closes_on = models.DateField(_("filing closes"), null=True, blank=True)
    signatures_needed = models.PositiveIntegerField(_("signatures needed"), null=True, blank=True)
    signatures_collected = models.PositiveIntegerField(_("signatures collected"), default=0)
    holder_name = models.CharField(_("holder"), max_length=120, blank=True)
    holder = models.ForeignKey(
        "chapters.Member",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("the holder, when one of ours"),
    )
    since = models.DateField(_("held, or vacant, since"), null=True, blank=True)

    objects = SeatQuerySet.as_manager()

    class Meta:
        ordering = ["precinct", "title", "place"]
        constraints = [
            models.UniqueConstraint(fields=["precinct", "title", "place"], name="seat_once"),
            models.CheckConstraint(
                condition=Q(term_ends_on__isnull=True) | Q(term_ends_on__gte=F("term_starts_on")),
                name="seat_term_ends_after_start",
                violation_error_message=_("The term ends before it begins."),
            ),
            models.CheckConstraint(
                condition=Q(filing_closes_on__isnull=True) | Q(filing_closes_on__gte=F("filing_opens_on")),
                name="seat_filing_closes_after_opening",
                violation_error_message=_("Filing closes before it opens."),
            ),
            models.CheckConstraint(
                condition=~Q(holder_name="") | Q(holder__isnull=True), name="seat_holder_has_a_name"
            ),
        ]
        indexes = [models.Index(fields=["chapter", "filing_closes_on"], name="seat_by_deadline")]

    def __str__(self) -> str:
        return f"{self.title} {self.place}" if self.place > 1 else self.title

    @property
    def is_vacant(self) -> bool:
        return not self.holder_name
