from __future__ import annotations

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from chapters.enums import AnswerChannel, MeetingAnswer
from chapters.models import ChapterOwned
from chapters.models.meetings import MOST_GUESTS
from precincts.querysets import OfPrecinctQuerySet, VoterInvitationQuerySet


class PrecinctMeeting(ChapterOwned):
    """A meeting is a precinct's: its neighbours are invited to it, and its blocks are given away there."""

    meeting = models.OneToOneField(
        "chapters.Meeting", on_delete=models.CASCADE, related_name="precinct_meeting"
    )
    precinct = models.ForeignKey("precincts.Precinct", on_delete=models.PROTECT, related_name="meetings")

    objects = OfPrecinctQuerySet.as_manager()

    class Meta:
        ordering = ["-meeting__starts_at", "pk"]

    def __str__(self) -> str:
        return str(self.meeting)


class VoterInvitation(ChapterOwned):
    """A neighbour of the voter file is asked to a precinct's meeting, on paper, and what they answered.

    `code_hash` is what is kept of the code that is printed on it (`core.codes`); it is good until the meeting ends. Who is signed in at the meeting
    becomes one of the chapter's people, `came_as`.
    """

    party = models.ForeignKey(PrecinctMeeting, on_delete=models.CASCADE, related_name="invitations")
    voter = models.ForeignKey("precincts.Voter", on_delete=models.CASCADE, related_name="+")
    seed = models.CharField(max_length=32)
    code_hash = models.CharField(max_length=64, unique=True)
    answer = models.CharField(
        _("answer"), max_length=5, choices=MeetingAnswer, default=MeetingAnswer.NONE, blank=True
    )
    bringing = models.PositiveSmallIntegerField(
        _("brings along"), default=0, validators=[MaxValueValidator(MOST_GUESTS)]
    )
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    channel = models.CharField(_("how the answer came"), max_length=9, choices=AnswerChannel, blank=True)
    invited_at = models.DateTimeField(_("invited"))
    came_as = models.ForeignKey(
        "chapters.Member", on_delete=models.SET_NULL, null=True, blank=True, related_name="+",
        verbose_name=_("signed in as"),
    )  # fmt: skip

    objects = VoterInvitationQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["party", "voter"], name="voter_invitation_once"),
            models.CheckConstraint(
                condition=Q(answer="", answered_at__isnull=True, channel="")
                | (~Q(answer="") & Q(answered_at__isnull=False) & ~Q(channel="")),
                name="voter_invitation_answered_when",
            ),
            models.CheckConstraint(
                condition=Q(bringing=0) | Q(answer__in=("yes", "maybe")),
                name="voter_invitation_guests_of_who_comes",
            ),
            models.CheckConstraint(
                condition=Q(bringing__lte=MOST_GUESTS), name="voter_invitation_few_guests"
            ),
        ]

    def __str__(self) -> str:
        return str(self.voter)
