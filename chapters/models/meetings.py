from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from chapters.enums import AnswerChannel, MeetingAnswer, MeetingKind, MeetingState
from chapters.models.base import ChapterOwned
from chapters.querysets import MeetingInvitationQuerySet, MeetingQuerySet
from chapters.validators import validate_time_zone

MOST_GUESTS = 9
"""So many people may one person bring along by a link; more are invited by themselves."""


class Meeting(ChapterOwned):
    """People come together: what for, where, from when to when. It knows no voter and no campaign."""

    kind = models.CharField(
        _("kind"), max_length=16, choices=MeetingKind, default=MeetingKind.CHAPTER_MEETING
    )
    title = models.CharField(_("title"), max_length=120)
    place = models.CharField(_("place"), max_length=200)
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    time_zone = models.CharField(_("time zone"), max_length=60, validators=[validate_time_zone])
    host = models.ForeignKey(
        "chapters.Member",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="meetings_hosted",
        verbose_name=_("host"),
    )
    capacity = models.PositiveIntegerField(
        _("places"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(100_000)]
    )
    text = models.TextField(_("what it is about"), blank=True)
    state = models.CharField(_("state"), max_length=9, choices=MeetingState, default=MeetingState.PLANNED)
    version = models.PositiveIntegerField(_("how often it was changed"), default=0)
    made_by = models.ForeignKey("chapters.User", on_delete=models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="meeting_ends_after_start"),
            models.CheckConstraint(condition=~Q(title=""), name="meeting_has_a_title"),
            models.CheckConstraint(
                condition=Q(capacity__isnull=True) | Q(capacity__gte=1), name="meeting_has_places"
            ),
        ]
        indexes = [models.Index(fields=["chapter", "starts_at"], name="meeting_by_start")]

    def __str__(self) -> str:
        return self.title

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def is_planned(self) -> bool:
        return self.state == MeetingState.PLANNED

    def is_over(self, at: datetime) -> bool:
        return self.ends_at <= at


class MeetingInvitation(ChapterOwned):
    """Somebody of the chapter is asked to a meeting, and what they answered.

    `code_hash` is what is kept of the code in the personal link (`core.codes`); the link is good for this one
    answer and until `expires_at`.
    """

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="invitations")
    member = models.ForeignKey(
        "chapters.Member", on_delete=models.CASCADE, related_name="meeting_invitations"
    )
    seed = models.CharField(max_length=32)
    code_hash = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField(_("good until"))
    answer = models.CharField(
        _("answer"), max_length=5, choices=MeetingAnswer, default=MeetingAnswer.NONE, blank=True
    )
    bringing = models.PositiveSmallIntegerField(
        _("brings along"), default=0, validators=[MaxValueValidator(MOST_GUESTS)]
    )
    is_waiting = models.BooleanField(_("waits for a place"), default=False)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    channel = models.CharField(_("how the answer came"), max_length=9, choices=AnswerChannel, blank=True)
    invited_at = models.DateTimeField(_("invited"))
    invited_by = models.ForeignKey("chapters.User", on_delete=models.SET_NULL, null=True, related_name="+")

    objects = MeetingInvitationQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "member"], name="meeting_invitation_once"),
            models.CheckConstraint(
                condition=Q(answer="", answered_at__isnull=True, channel="")
                | (~Q(answer="") & Q(answered_at__isnull=False) & ~Q(channel="")),
                name="meeting_invitation_answered_when",
            ),
            models.CheckConstraint(
                condition=Q(bringing=0) | Q(answer__in=("yes", "maybe")),
                name="meeting_invitation_guests_of_who_comes",
            ),
            models.CheckConstraint(
                condition=Q(is_waiting=False) | Q(answer="yes"), name="meeting_invitation_waits_with_yes"
            ),
            models.CheckConstraint(
                condition=Q(bringing__lte=MOST_GUESTS), name="meeting_invitation_few_guests"
            ),
        ]

    def __str__(self) -> str:
        return str(self.member)


class Attendance(ChapterOwned):
    """Somebody was at a meeting, and who brought them."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="attendances")
    member = models.ForeignKey("chapters.Member", on_delete=models.CASCADE, related_name="attendances")
    brought_by = models.ForeignKey(
        "chapters.Member", on_delete=models.SET_NULL, null=True, blank=True, related_name="brought_along",
        verbose_name=_("brought by"),
    )  # fmt: skip
    signed_in_at = models.DateTimeField(_("signed in"))
    walk_in = models.BooleanField(_("came without an invitation"), default=False)
    noted_by = models.ForeignKey("chapters.User", on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["signed_in_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "member"], name="attendance_once"),
            models.CheckConstraint(
                condition=~Q(brought_by=F("member")), name="attendance_brought_by_another"
            ),
        ]

    def __str__(self) -> str:
        return str(self.member)


class CalendarFeed(ChapterOwned):
    """A member's meetings under a random address, for a calendar program; only the address's hash is kept."""

    member = models.OneToOneField("chapters.Member", on_delete=models.CASCADE, related_name="calendar_feed")
    code_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.member)
