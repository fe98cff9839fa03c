from __future__ import annotations

from datetime import time
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from chapters.enums import AffiliationRegime, ChapterKind, PaperSize
from chapters.querysets import ChapterTreeQuerySet
from chapters.validators import validate_colour, validate_time_zone

_STATE = RegexValidator(r"^[A-Z]{2}$", _("Two capital letters."))


def _states_field(words: Any) -> ArrayField:
    return ArrayField(
        models.CharField(max_length=2, validators=[_STATE]), verbose_name=words, default=list, blank=True
    )


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
        validators=[_STATE],
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
    # For a chapter that works in several states; each state stands in one of these at most.
    party_states = _states_field(_("states where people register by party"))
    ballot_states = _states_field(_("states where the primary ballot tells the party"))
    door_states = _states_field(_("states where only the door tells the party"))
    paper_size = models.CharField(_("paper"), max_length=6, choices=PaperSize, default=PaperSize.LETTER)
    voters_per_block = models.PositiveSmallIntegerField(
        _("voters in a block"), default=150, validators=[MinValueValidator(10), MaxValueValidator(2000)]
    )
    block_limit = models.PositiveSmallIntegerField(
        _("most voters in a block"),
        null=True,
        blank=True,
        validators=[MinValueValidator(10), MaxValueValidator(4000)],
    )
    quiet_weeks = models.PositiveSmallIntegerField(
        _("weeks without news until a captain is lapsing"),
        default=8,
        validators=[MinValueValidator(1), MaxValueValidator(52)],
    )
    mail_colour = models.CharField(
        _("colour of mail"), max_length=7, default="#0F5C4D", validators=[validate_colour]
    )
    mail_reply_to = models.EmailField(_("where answers go"), blank=True)
    mail_address = models.CharField(_("postal address"), max_length=300, blank=True)
    quiet_from = models.TimeField(_("no mail from"), default=time(21))
    quiet_until = models.TimeField(_("no mail until"), default=time(8))
    mails_per_minute = models.PositiveSmallIntegerField(
        _("most mails a minute"), default=120, validators=[MinValueValidator(1), MaxValueValidator(6000)]
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
            models.CheckConstraint(
                condition=~Q(party_states__overlap=F("ballot_states"))
                & ~Q(party_states__overlap=F("door_states"))
                & ~Q(ballot_states__overlap=F("door_states")),
                name="chapter_one_regime_a_state",
                violation_error_message=_("A state has one way in which affiliation is known."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def most_voters(self) -> int:
        """The listed voters above which a block is too large for one person: as set, else half as many again."""
        return self.block_limit or self.voters_per_block * 3 // 2

    def regime_in(self, state: str) -> AffiliationRegime:
        """How the party of a voter of that state can be known; where the chapter has said nothing else, as usual."""
        for states, regime in (
            (self.party_states, AffiliationRegime.REGISTERED),
            (self.ballot_states, AffiliationRegime.BALLOT),
            (self.door_states, AffiliationRegime.LEARNED),
        ):
            if state in states:
                return regime
        return AffiliationRegime(self.affiliation_regime)
