from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from chapters.enums import CallResult, FormingAnswer
from chapters.models.base import ChapterOwned
from chapters.querysets import CallQuerySet, TeamMembershipQuerySet, TeamQuerySet
from core.ranges import date_range, id_range


class Team(ChapterOwned):
    """Some of a chapter's people who do something together, led by one or more of them."""

    name = models.CharField(_("name"), max_length=80)
    purpose = models.CharField(_("what it is for"), max_length=300, blank=True)
    formed_on = models.DateField(_("formed on"))
    ended_on = models.DateField(_("last day"), null=True, blank=True)

    objects = TeamQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="team_has_a_name"),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("formed_on")), name="team_ends_after_start"
            ),
            models.UniqueConstraint(
                fields=["chapter", "name"], condition=Q(ended_on__isnull=True), name="team_one_of_a_name",
                violation_error_message=_("Another team has that name."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name

    @property
    def team_id(self) -> int:
        """The rules ask every row for its team."""
        return self.pk


class TeamMembership(ChapterOwned):
    """Somebody's time in a team, as leader or member, from one day to another (both count)."""

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="memberships")
    member = models.ForeignKey("chapters.Member", on_delete=models.PROTECT, related_name="team_memberships")
    is_leader = models.BooleanField(_("leads it"), default=False)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)

    objects = TeamMembershipQuerySet.as_manager()

    class Meta:
        ordering = ["-is_leader", "member__last_name", "member__first_name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="team_membership_ends_after_start",
            ),
            ExclusionConstraint(
                name="team_membership_once_at_a_time",
                expressions=[
                    (id_range("team_id"), RangeOperators.OVERLAPS),
                    (id_range("member_id"), RangeOperators.OVERLAPS),
                    (date_range("starts_on", "ends_on"), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("The person is in this team on some of these days already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member}, {self.team}"


class Call(ChapterOwned):
    """One call to one of the chapter's people: what came of it. Rows are added and never changed."""

    member = models.ForeignKey("chapters.Member", on_delete=models.PROTECT, related_name="calls")
    called_by = models.ForeignKey("chapters.Member", on_delete=models.PROTECT, related_name="calls_made")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, blank=True, related_name="calls")
    called_at = models.DateTimeField(_("called"))
    result = models.CharField(_("what came of it"), max_length=10, choices=CallResult)
    note = models.TextField(_("note"), blank=True)
    call_back_at = models.DateTimeField(_("call back at"), null=True, blank=True)
    ask = models.ForeignKey(
        "chapters.Ask", on_delete=models.PROTECT, null=True, blank=True, related_name="calls",
        verbose_name=_("next step"),
    )  # fmt: skip
    client_id = models.UUIDField(_("the form it came from"))

    objects = CallQuerySet.as_manager()

    class Meta:
        ordering = ["-called_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["chapter", "client_id"], name="call_once_a_form"),
            models.CheckConstraint(
                condition=Q(result=CallResult.CALL_BACK, call_back_at__isnull=False)
                | (~Q(result=CallResult.CALL_BACK) & Q(call_back_at__isnull=True)),
                name="call_back_has_a_time",
            ),
            models.CheckConstraint(condition=~Q(member=F("called_by")), name="call_of_somebody_else"),
        ]
        indexes = [models.Index(fields=["member", "-called_at"], name="call_latest")]

    def __str__(self) -> str:
        return self.get_result_display()


class TeamForming(ChapterOwned):
    """One invitation to form a team: first calls or meetings are offered, people choose one, a team comes of it."""

    name = models.CharField(_("name of the team"), max_length=80)
    purpose = models.CharField(_("what it is for"), max_length=300, blank=True)
    organizer = models.ForeignKey(
        "chapters.Member",
        on_delete=models.PROTECT,
        related_name="team_formings",
        verbose_name=_("who invites"),
    )
    closes_at = models.DateTimeField(_("people can choose until"))
    made_at = models.DateTimeField(_("written"))
    sent_at = models.DateTimeField(_("first sent"), null=True, blank=True)
    stopped_at = models.DateTimeField(_("stopped"), null=True, blank=True)
    team = models.OneToOneField(
        Team, on_delete=models.PROTECT, null=True, blank=True, related_name="forming",
        verbose_name=_("the team that came of it"),
    )  # fmt: skip

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="team_forming_has_a_name"),
            models.CheckConstraint(condition=Q(closes_at__gt=F("made_at")), name="team_forming_closes_later"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_open(self) -> bool:
        return self.stopped_at is None and self.team_id is None


class FormingSlot(ChapterOwned):
    """One first call or meeting that is offered: where and when."""

    forming = models.ForeignKey(TeamForming, on_delete=models.CASCADE, related_name="slots")
    place = models.CharField(_("where, or how to dial in"), max_length=200)
    starts_at = models.DateTimeField(_("when"))
    capacity = models.PositiveSmallIntegerField(_("room for"), null=True, blank=True)

    class Meta:
        ordering = ["starts_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["forming", "starts_at", "place"], name="forming_slot_once"),
            models.CheckConstraint(
                condition=Q(capacity__isnull=True) | Q(capacity__gte=1), name="forming_slot_has_room"
            ),
        ]

    def __str__(self) -> str:
        return self.place


class FormingInvite(ChapterOwned):
    """One person invited to form a team, what they chose and whether they came; their link is kept as a hash (`core.codes`)."""

    forming = models.ForeignKey(TeamForming, on_delete=models.CASCADE, related_name="invites")
    member = models.ForeignKey("chapters.Member", on_delete=models.PROTECT, related_name="forming_invites")
    seed = models.CharField(max_length=32)
    code_hash = models.CharField(max_length=64, unique=True)
    answer = models.CharField(
        _("answer"), max_length=8, choices=FormingAnswer, default=FormingAnswer.NONE, blank=True
    )
    slot = models.ForeignKey(
        FormingSlot, on_delete=models.PROTECT, null=True, blank=True, related_name="invites"
    )
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    came = models.BooleanField(_("came"), null=True, blank=True)

    class Meta:
        ordering = ["member__last_name", "member__first_name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["forming", "member"], name="forming_invite_once"),
            models.CheckConstraint(
                condition=Q(answer=FormingAnswer.SLOT, slot__isnull=False)
                | (~Q(answer=FormingAnswer.SLOT) & Q(slot__isnull=True)),
                name="forming_answer_names_its_slot",
            ),
        ]

    def __str__(self) -> str:
        return str(self.member)
