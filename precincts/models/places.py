from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chapters.models import ChapterOwned
from precincts.querysets import HouseholdQuerySet, PrecinctQuerySet


class Precinct(ChapterOwned):
    """The smallest area that is counted on election night, in one version of its boundaries."""

    county = models.CharField(_("county"), max_length=60, blank=True)
    code = models.CharField(_("code"), max_length=40)
    name = models.CharField(_("name"), max_length=120, blank=True)
    valid_from = models.DateField(_("from"), default=timezone.localdate)
    valid_until = models.DateField(_("until"), null=True, blank=True)
    boundary = models.JSONField(_("boundary (GeoJSON geometry, degrees)"), null=True, blank=True)

    objects = PrecinctQuerySet.as_manager()

    class Meta:
        ordering = ["county", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["chapter", "county", "code"],
                condition=Q(valid_until__isnull=True),
                name="precinct_one_version_in_force",
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="precinct_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def precinct_id(self) -> int | None:
        """Itself: the rules ask every row for the precinct it belongs to."""
        return self.pk


class Building(ChapterOwned):
    """One address point: street and number, once per chapter and locality, with coordinates when known."""

    chapter = models.ForeignKey(
        "chapters.Chapter", on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    address_key = models.CharField(_("normalised number and street"), max_length=160)
    locality = models.CharField(_("city, upper case"), max_length=80, blank=True)
    number = models.CharField(_("house number"), max_length=20, blank=True)
    street = models.CharField(_("street"), max_length=120)
    street_key = models.CharField(_("normalised street"), max_length=120)
    city = models.CharField(_("city"), max_length=80, blank=True)
    state = models.CharField(_("state"), max_length=2, blank=True)
    postcode = models.CharField(_("postcode"), max_length=10, blank=True)
    lon = models.FloatField(_("longitude (degrees)"), null=True, blank=True)
    lat = models.FloatField(_("latitude (degrees)"), null=True, blank=True)
    located_by = models.ForeignKey(
        "precincts.VoterImport",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )

    class Meta:
        ordering = ["street", "number"]
        constraints = [
            models.UniqueConstraint(fields=["chapter", "address_key", "locality"], name="building_once"),
            models.CheckConstraint(
                condition=Q(lon__isnull=True, lat__isnull=True)
                | Q(lon__range=(-180, 180), lat__range=(-90, 90)),
                name="building_coordinates_on_earth",
            ),
        ]
        indexes = [
            models.Index(
                fields=["located_by"], name="building_located", condition=Q(located_by__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.street}".strip()


class Household(ChapterOwned):
    """One door: a unit of a building, in a precinct and (once cut) in a block.

    `block` is where it belongs today; `BlockMove` has the dated record, and one service writes both.
    """

    # The unique constraint and the indexes below begin with the keys that are asked for; why the database
    # does not check some of them row by row, see `Voter`.
    chapter = models.ForeignKey(
        "chapters.Chapter", on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    building = models.ForeignKey(
        Building, on_delete=models.PROTECT, related_name="households", db_index=False, db_constraint=False
    )
    unit = models.CharField(_("unit"), max_length=40, blank=True)
    unit_key = models.CharField(_("normalised unit"), max_length=40, blank=True)
    precinct = models.ForeignKey(
        Precinct,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="households",
        db_index=False,
        db_constraint=False,
    )
    block = models.ForeignKey(
        "precincts.Block",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="households",
        db_index=False,
    )
    walk_position = models.PositiveIntegerField(_("place in the block's walk"), null=True, blank=True)
    placed_by_street = models.BooleanField(
        _("in this block by its street, not by coordinates"), default=False
    )

    objects = HouseholdQuerySet.as_manager()

    class Meta:
        ordering = ["building", "unit_key"]
        constraints = [models.UniqueConstraint(fields=["building", "unit_key"], name="household_once")]
        indexes = [
            models.Index(fields=["precinct", "block"], name="household_in_precinct"),
            models.Index(
                fields=["block", "walk_position"],
                name="household_in_walk",
                condition=Q(block__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.building}, {self.unit}" if self.unit else str(self.building)
