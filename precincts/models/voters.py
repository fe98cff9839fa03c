from __future__ import annotations

from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Coalesce, Now, Upper
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chapters.models import ChapterOwned
from precincts.enums import LISTED_STATUSES, VoterStatus
from precincts.querysets import VoterQuerySet


class Voter(ChapterOwned):
    """One person of the state's voter file as this chapter imported it, or a neighbour added by hand.

    A voter without a state id is somebody the file does not know. What was learned of a person stands in
    `Fact`; these columns hold only what the file says. Once found in a file, the row added by hand names the
    file's (`merged_into`) and is listed no more; what was learned of both is read together.
    """

    # The database does not check these keys row by row: for a million voters that takes longer than the rest
    # of their import, whose one statement takes the keys from their own tables. Django still protects them.
    chapter = models.ForeignKey(
        "chapters.Chapter", on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    precinct = models.ForeignKey(
        "precincts.Precinct",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="voters",
        db_index=False,
        db_constraint=False,
    )
    last_import = models.ForeignKey(
        "precincts.VoterImport",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        db_constraint=False,
        verbose_name=_("the file that brought or last changed them"),
    )
    state = models.CharField(_("state"), max_length=2)
    state_voter_id = models.CharField(_("state voter id"), max_length=40, null=True, blank=True)
    county = models.CharField(_("county"), max_length=60, blank=True)
    household = models.ForeignKey(
        "precincts.Household",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="voters",
        db_index=False,
        db_constraint=False,
    )
    household_since = models.DateField(_("at this door since"), null=True, blank=True)
    last_name = models.CharField(_("last name"), max_length=80)
    first_name = models.CharField(_("first name"), max_length=80, blank=True)
    middle_name = models.CharField(_("middle name"), max_length=80, blank=True)
    suffix = models.CharField(_("suffix"), max_length=20, blank=True)
    gender = models.CharField(_("gender"), max_length=10, blank=True)
    birth_date = models.DateField(_("date of birth"), null=True, blank=True)
    birth_year = models.PositiveSmallIntegerField(_("year of birth"), null=True, blank=True)
    party = models.CharField(_("party in the file"), max_length=40, blank=True)
    registered_on = models.DateField(_("registered on"), null=True, blank=True)
    status = models.CharField(_("status"), max_length=12, choices=VoterStatus, default=VoterStatus.ACTIVE)
    merged_into = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="merged_from",
        db_index=False,
        verbose_name=_("the same person in the file"),
    )
    is_confidential = models.BooleanField(_("confidential or exempt"), default=False)
    gone_on = models.DateField(_("missing from the file since"), null=True, blank=True)
    phone = models.CharField(_("phone in the file"), max_length=30, blank=True)
    language = models.CharField(_("language"), max_length=20, blank=True)
    fingerprint = models.BigIntegerField(_("fingerprint of the row last read"), null=True, editable=False)
    history = models.BigIntegerField(_("elections voted in, a bit each"), default=0, db_default=0)
    history_detail = models.TextField(
        _("method and ballot pulled, election by election"), blank=True, default="", db_default=""
    )
    added_by = models.ForeignKey(
        "chapters.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    added_at = models.DateTimeField(default=timezone.now, db_default=Now())
    is_listed = models.GeneratedField(
        expression=Case(
            When(
                Q(status__in=LISTED_STATUSES, is_confidential=False, gone_on__isnull=True), then=Value(True)
            ),
            default=Value(False),
        ),
        output_field=models.BooleanField(),
        db_persist=True,
    )
    objects = VoterQuerySet.as_manager()

    class Meta:
        ordering = ["last_name", "first_name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["chapter", "state", "state_voter_id"], name="voter_once"),
            models.CheckConstraint(
                condition=Q(state_voter_id__isnull=False)
                | Q(status__in=(VoterStatus.UNREGISTERED, VoterStatus.MERGED)),
                name="voter_by_hand_is_unregistered",
            ),
            models.UniqueConstraint(
                F("household"),
                Upper("first_name"),
                Upper("last_name"),
                Coalesce("birth_year", 0),
                condition=Q(state_voter_id__isnull=True, gone_on__isnull=True, merged_into__isnull=True),
                name="voter_by_hand_once_at_a_door",
            ),
            models.CheckConstraint(
                condition=(
                    Q(merged_into__isnull=False, status=VoterStatus.MERGED, state_voter_id__isnull=True)
                    | (Q(merged_into__isnull=True) & ~Q(status=VoterStatus.MERGED))
                ),
                name="voter_merged_names_the_other",
            ),
        ]
        indexes = [
            models.Index(fields=["household"], name="voter_at_door"),
            models.Index(
                OpClass(Upper("last_name"), name="varchar_pattern_ops"), F("chapter"), name="voter_by_name"
            ),
            models.Index(fields=["merged_into"], name="voter_merged", condition=Q(merged_into__isnull=False)),
            models.Index(fields=["chapter"], name="voter_by_hand", condition=Q(state_voter_id__isnull=True)),
            models.Index(fields=["precinct"], name="voter_in_precinct", condition=Q(is_listed=True)),
        ]

    def __str__(self) -> str:
        return " ".join(part for part in (self.first_name, self.last_name, self.suffix) if part)
