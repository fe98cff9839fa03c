from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from chapters.enums import AffiliationRegime, ChapterKind, PaperSize
from chapters.querysets import ChapterTreeQuerySet
from chapters.validators import validate_time_zone


class Chapter(models.Model):
    """A node of the organization: the national committee, a region, or a local chapter with its settings."""

    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    kind = models.CharField(_("kind"), max_length=10, choices=ChapterKind, default=ChapterKind.CHAPTER)
    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(_("short name in addresses"), max_length=50, unique=True)
    state = models.CharField(
        _("state"),
        max_length=2,
        blank=True,
        validators=[RegexValidator(r"^[A-Z]{2}$", _("Two capital letters."))],
    )
    time_zone = models.CharField(
        _("time zone"), max_length=60, default="America/New_York", validators=[validate_time_zone]
    )
    language = models.CharField(_("language"), max_length=8, default="en")
    captain_title = models.CharField(_("title of a block's captain"), max_length=60, default="Block captain")
    affiliation_regime = models.CharField(
        _("how affiliation is known"),
        max_length=10,
        choices=AffiliationRegime,
        default=AffiliationRegime.REGISTERED,
    )
    paper_size = models.CharField(_("paper"), max_length=6, choices=PaperSize, default=PaperSize.LETTER)
    voters_per_block = models.PositiveSmallIntegerField(
        _("voters in a block"), default=150, validators=[MinValueValidator(10), MaxValueValidator(2000)]
    )
    consistency_kind = models.CharField(_("elections that count"), max_length=12, default="primary")
    consistency_elections = models.PositiveSmallIntegerField(
        _("how many elections back"), default=4, validators=[MinValueValidator(1), MaxValueValidator(12)]
    )
    hot_from = models.PositiveSmallIntegerField(_("hot from"), default=3)
    warm_from = models.PositiveSmallIntegerField(_("warm from"), default=1)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ChapterTreeQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(hot_from__gte=F("warm_from"))
                & Q(warm_from__gte=1)
                & Q(hot_from__lte=F("consistency_elections")),
                name="chapter_hot_above_warm",
                violation_error_message=_(
                    "Hot needs at least as many votes as warm, and no more than are counted."
                ),
            ),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="chapter_not_its_own_parent"),
        ]

    def __str__(self) -> str:
        return self.name
