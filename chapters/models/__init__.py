from chapters.models.asks import Ask
from chapters.models.audit import AuditEvent
from chapters.models.availability import Availability
from chapters.models.base import ChapterOwned
from chapters.models.chapters import Chapter
from chapters.models.erasures import Erasure
from chapters.models.jobs import Job, JobFile
from chapters.models.ladder import LadderStep
from chapters.models.mailings import Mailing
from chapters.models.meetings import Attendance, CalendarFeed, Meeting, MeetingInvitation
from chapters.models.member_files import PeopleColumns
from chapters.models.merges import MemberMerge, TwoPeople
from chapters.models.messages import MailPreference, MailSuppression, Message
from chapters.models.people import Invitation, Member, Role
from chapters.models.reminders import Reminder
from chapters.models.teams import Call, FormingInvite, FormingSlot, Team, TeamForming, TeamMembership
from chapters.models.users import User

__all__ = [
    "Ask",
    "Attendance",
    "AuditEvent",
    "Availability",
    "CalendarFeed",
    "Call",
    "Chapter",
    "ChapterOwned",
    "Erasure",
    "FormingInvite",
    "FormingSlot",
    "Invitation",
    "Job",
    "JobFile",
    "LadderStep",
    "MailPreference",
    "MailSuppression",
    "Mailing",
    "Meeting",
    "MeetingInvitation",
    "Member",
    "MemberMerge",
    "Message",
    "PeopleColumns",
    "Reminder",
    "Role",
    "Team",
    "TeamForming",
    "TeamMembership",
    "TwoPeople",
    "User",
]
