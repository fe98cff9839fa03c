"""Closed lists of the chapters app."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class ChapterKind(models.TextChoices):
    NATIONAL = "national", _("national committee")
    REGION = "region", _("region")
    CHAPTER = "chapter", _("chapter")


class AffiliationRegime(models.TextChoices):
    """How a voter's party can be known where the chapter works."""

    REGISTERED = "registered", _("registered by party")
    BALLOT = "ballot", _("by the primary ballot pulled")
    LEARNED = "learned", _("only as learned at the door")


class PaperSize(models.TextChoices):
    LETTER = "letter", _("Letter")
    A4 = "a4", _("A4")


class MemberKind(models.TextChoices):
    MEMBER = "member", _("member")
    VOLUNTEER = "volunteer", _("volunteer")
    SUPPORTER = "supporter", _("supporter")
    FORMER = "former", _("former member")


class Standing(models.TextChoices):
    """Whether a membership is in force."""

    GOOD = "good", _("in good standing")
    LAPSED = "lapsed", _("lapsed")
    PENDING = "pending", _("pending")
    NONE = "none", _("no membership")


class RoleName(models.TextChoices):
    """The dated roles. Captaincies are assignments to blocks and precincts, not roles."""

    ORGANIZER = "organizer", _("organizer")
    ELECTORAL_COMMITTEE = "electoral_committee", _("electoral committee")
    COMMITTEE_CHAIR = "committee_chair", _("committee chair")
    CANVASSER = "canvasser", _("canvasser")
    PARTNER_LIAISON = "partner_liaison", _("partner liaison")
    TREASURER = "treasurer", _("treasurer")
    READER = "reader", _("reader")


class Weekday(models.IntegerChoices):
    """As Python counts them."""

    MONDAY = 0, _("Monday")
    TUESDAY = 1, _("Tuesday")
    WEDNESDAY = 2, _("Wednesday")
    THURSDAY = 3, _("Thursday")
    FRIDAY = 4, _("Friday")
    SATURDAY = 5, _("Saturday")
    SUNDAY = 6, _("Sunday")


class JobState(models.TextChoices):
    QUEUED = "queued", _("waiting")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")
    CANCELLED = "cancelled", _("cancelled")


OPEN_JOB_STATES = (JobState.QUEUED, JobState.RUNNING)


class AskResult(models.TextChoices):
    """What somebody said who was asked for something; empty as long as nothing was heard."""

    OPEN = "", _("no answer yet")
    YES = "yes", _("yes")
    MAYBE = "maybe", _("maybe")
    LATER = "later", _("later")
    NO = "no", _("no")
    WITHDRAWN = "withdrawn", _("taken back")
    CLOSED = "closed", _("closed")


class AskEnd(models.TextChoices):
    """Why nobody is to be asked any more, though no answer came."""

    MOVED = "moved", _("moved away")
    DIED = "died", _("died")
    GONE = "gone", _("no longer on the lists")
    NO_CONTACT = "no_contact", _("does not want to be contacted")
    LEFT = "left", _("left the chapter")
    ASKER_LEFT = "asker_left", _("who should ask left the chapter")


OPEN_ASK_RESULTS = (AskResult.OPEN, AskResult.MAYBE, AskResult.LATER)
"""Asks that somebody has to come back to."""


class MessageState(models.TextChoices):
    """How one mail to one person stands."""

    PENDING = "pending", _("waiting")
    SENDING = "sending", _("being sent")
    SENT = "sent", _("sent")
    FAILED = "failed", _("failed")
    UNKNOWN = "unknown", _("unknown")
    DROPPED = "dropped", _("not sent")


OPEN_MESSAGE_STATES = (MessageState.PENDING, MessageState.SENDING)


class SuppressionReason(models.TextChoices):
    """Why an address gets no mail."""

    BOUNCED = "bounced", _("the mail came back: no such mailbox")
    COMPLAINED = "complained", _("the reader called it spam")
    UNSUBSCRIBED = "unsubscribed", _("the reader wants none")


class MailingState(models.TextChoices):
    """How a mail to many stands."""

    DRAFT = "draft", _("being written")
    SENT = "sent", _("sent off")
    STOPPED = "stopped", _("stopped")


class MeetingKind(models.TextChoices):
    PRECINCT_PARTY = "precinct_party", _("precinct party")
    CHAPTER_MEETING = "chapter_meeting", _("chapter meeting")
    PARTY_MEETING = "party_meeting", _("party meeting")
    FORUM = "forum", _("forum")
    RALLY = "rally", _("rally")
    TRAINING = "training", _("training")
    CULTURE = "culture", _("culture")
    STUDY = "study", _("study group")
    SOCIAL = "social", _("social")
    LAUNCH = "launch", _("launch")


class MeetingState(models.TextChoices):
    PLANNED = "planned", _("planned")
    CANCELLED = "cancelled", _("cancelled")


class MeetingAnswer(models.TextChoices):
    """What somebody invited to a meeting said; empty as long as nothing was heard."""

    NONE = "", _("no answer yet")
    YES = "yes", _("yes")
    MAYBE = "maybe", _("maybe")
    NO = "no", _("no")


GIVEN_ANSWERS = (MeetingAnswer.YES, MeetingAnswer.MAYBE, MeetingAnswer.NO)
"""What somebody can say to an invitation."""


class AnswerChannel(models.TextChoices):
    """How an answer to an invitation came."""

    LINK = "link", _("by the link")
    PAGE = "page", _("signed in")
    TOLD = "told", _("told somebody")


class StepSize(models.TextChoices):
    """How much a step of the ladder asks of somebody."""

    SMALL = "small", _("small")
    MEDIUM = "medium", _("medium")
    BIG = "big", _("big")


class CallResult(models.TextChoices):
    """What came of calling somebody."""

    TALKED = "talked", _("talked")
    NO_ANSWER = "no_answer", _("no answer")
    CALL_BACK = "call_back", _("call back later")
    WRONG = "wrong", _("wrong number")


class FormingAnswer(models.TextChoices):
    """What somebody invited to form a team said; empty as long as nothing was heard."""

    NONE = "", _("no answer yet")
    SLOT = "slot", _("comes")
    NO_TIME = "no_time", _("wants to, at another time")
    NO = "no", _("does not want to")
