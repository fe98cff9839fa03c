"""Reading meetings: what lies ahead, who comes, what past ones tell of the next."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from chapters.enums import MeetingAnswer, MemberKind
from chapters.forecast import Forecast, Shows, forecast_attendance
from chapters.models import Attendance, Meeting, MeetingInvitation, Member
from core.actors import Actor
from core.invitees import count_other_answers

RECENT = 60
"""So many past meetings tell of the next one: older ones were other people's."""


def list_meetings(actor: Actor) -> QuerySet[Meeting]:
    """The meetings the actor may see, each with `yes`, `maybe`, `invited`, `came` and the actor's own `answer`.

    One query; the figures are subqueries, so that they do not multiply each other.
    """
    asked = MeetingInvitation.objects.filter(meeting=OuterRef("pk")).order_by()
    own = asked.filter(member_id=actor.member_id).values("answer")[:1]
    return (
        Meeting.objects.visible_to(actor)
        .select_related("host")
        .annotate(
            invited=_count(asked, "meeting"),
            yes=_heads(asked.filter(answer=MeetingAnswer.YES)),
            maybe=_heads(asked.filter(answer=MeetingAnswer.MAYBE)),
            came=_count(Attendance.objects.filter(meeting=OuterRef("pk")).order_by(), "meeting"),
            answer=Subquery(own),
        )
    )


def _count(rows: QuerySet, column: str) -> Coalesce:
    return Coalesce(
        Subquery(rows.values(column).annotate(n=Count("pk")).values("n"), output_field=IntegerField()), 0
    )


def _heads(rows: QuerySet) -> Coalesce:
    heads = rows.values("meeting").annotate(n=Sum(F("bringing") + 1)).values("n")
    return Coalesce(Subquery(heads, output_field=IntegerField()), 0)


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers to one meeting's invitations; heads count who is brought along, too."""

    invited: int
    people: dict[str, int]
    heads: dict[str, int]
    waiting: int

    @property
    def yes(self) -> int:
        return self.heads.get(MeetingAnswer.YES, 0)

    @property
    def maybe(self) -> int:
        return self.heads.get(MeetingAnswer.MAYBE, 0)


def read_invitees(meeting: Meeting) -> Counter[tuple[str, int]]:
    """How many of the invited gave which answer and bring how many; those who wait are left out. One query.

    Who was invited by another app (neighbours, on paper) counts once they have answered; one query for each app.
    """
    rows = (
        MeetingInvitation.objects.filter(meeting=meeting, is_waiting=False)
        .order_by()
        .values_list("answer", "bringing")
        .annotate(n=Count("pk"))
    )
    own = Counter({(answer, bringing): n for answer, bringing, n in rows})
    return own + count_other_answers(meeting.pk)


def get_answers(meeting: Meeting) -> Answers:
    """The answers in figures. One query."""
    people: Counter[str] = Counter()
    heads: Counter[str] = Counter()
    waiting = 0
    rows = (
        MeetingInvitation.objects.filter(meeting=meeting)
        .order_by()
        .values_list("answer", "is_waiting")
        .annotate(n=Count("pk"), guests=Sum("bringing"))
    )
    for answer, is_waiting, n, guests in rows:
        if is_waiting:
            waiting += n
            continue
        people[answer] += n
        heads[answer] += n + guests
    return Answers(sum(people.values()) + waiting, dict(people), dict(heads), waiting)


def read_shows(meeting: Meeting, at: datetime) -> Shows:
    """What the chapter's past meetings tell: of each kind and answer how many were invited, and how many came.

    Two queries. Meetings at which nobody was signed in tell nothing: the sheet was not kept.
    """
    kept = Exists(Attendance.objects.filter(meeting=OuterRef("pk")))
    past = Meeting.objects.filter(kept, chapter_id=meeting.chapter_id).past(at).exclude(pk=meeting.pk)
    recent = list(past.order_by("-starts_at").values_list("pk", "kind")[:RECENT])
    came = Exists(Attendance.objects.filter(meeting=OuterRef("meeting"), member=OuterRef("member")))
    rows = (
        MeetingInvitation.objects.filter(meeting__in=[pk for pk, _kind in recent])
        .annotate(was_there=came)
        .order_by()
        .values_list("meeting__kind", "answer")
        .annotate(n=Count("pk"), there=Count("pk", filter=Q(was_there=True)))
    )
    shows = Shows(kind=meeting.kind)
    for kind, answer, n, there in rows:
        shows.add(kind, answer, came=there, of=n)
    walk_ins = Attendance.objects.filter(meeting__in=[pk for pk, _kind in recent], walk_in=True)
    by_kind = dict(walk_ins.order_by().values_list("meeting__kind").annotate(n=Count("pk")))
    for kind, meetings in Counter(kind for _pk, kind in recent).items():
        shows.add_walk_ins(kind, came=by_kind.get(kind, 0), meetings=meetings)
    return shows


def get_forecast(meeting: Meeting, at: datetime) -> Forecast:
    """How many will come, as a range. Four queries."""
    return forecast_attendance(read_invitees(meeting), read_shows(meeting, at))


def list_invitations(meeting: Meeting) -> QuerySet[MeetingInvitation]:
    """Who is asked, with the person and `was_there`. One query."""
    came = Exists(Attendance.objects.filter(meeting=OuterRef("meeting"), member=OuterRef("member")))
    return meeting.invitations.select_related("member").annotate(was_there=came)


def list_attendance(meeting: Meeting) -> QuerySet[Attendance]:
    """Who was there, with the person, who brought them, and `is_first`: they were at none before. One query."""
    before = Attendance.objects.filter(
        member=OuterRef("member"), meeting__starts_at__lt=meeting.starts_at
    ).exclude(meeting=meeting)
    return (
        Attendance.objects.filter(meeting=meeting)
        .select_related("member", "brought_by")
        .annotate(is_first=~Exists(before))
    )


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One line of the sign-in sheet.

    Attributes:
        attendance_id: of whom has signed in; None else.
    """

    member_id: int
    name: str
    answer: str
    bringing: int
    attendance_id: int | None
    brought_by: str

    @property
    def is_there(self) -> bool:
        return self.attendance_id is not None


_FIRST = {MeetingAnswer.YES: 0, MeetingAnswer.MAYBE: 1, MeetingAnswer.NONE: 2, MeetingAnswer.NO: 3}


def list_sheet(meeting: Meeting) -> list[SheetLine]:
    """Everybody invited or there, by surname; two queries."""
    there = {
        row.member_id: row
        for row in Attendance.objects.filter(meeting=meeting).select_related("member", "brought_by")
    }
    invited = {
        row.member_id: row
        for row in MeetingInvitation.objects.filter(meeting=meeting).select_related("member")
    }
    people: dict[int, Member] = {pk: row.member for pk, row in invited.items()}
    people |= {pk: row.member for pk, row in there.items()}
    lines = []
    for pk, member in sorted(people.items(), key=lambda pair: _by_surname(pair[1])):
        row, asked = there.get(pk), invited.get(pk)
        lines.append(
            SheetLine(
                member_id=pk,
                name=str(member),
                answer=asked.answer if asked else "",
                bringing=asked.bringing if asked else 0,
                attendance_id=row.pk if row else None,
                brought_by=str(row.brought_by) if row and row.brought_by else "",
            )
        )
    return lines


def get_sheet_line(meeting: Meeting, member: Member) -> SheetLine:
    """One person's line of the sheet. Two queries."""
    row = Attendance.objects.filter(meeting=meeting, member=member).select_related("brought_by").first()
    asked = MeetingInvitation.objects.filter(meeting=meeting, member=member).first()
    return SheetLine(
        member_id=member.pk,
        name=str(member),
        answer=asked.answer if asked else "",
        bringing=asked.bringing if asked else 0,
        attendance_id=row.pk if row else None,
        brought_by=str(row.brought_by) if row and row.brought_by else "",
    )


def _by_surname(member: Member) -> tuple[str, str, int]:
    return (member.last_name or member.first_name).casefold(), member.first_name.casefold(), member.pk


def list_people(meeting: Meeting) -> QuerySet[Member]:
    """Everybody of the chapter who has not left, by name: who may host, be invited, or bring somebody along."""
    people = Member.objects.filter(chapter_id=meeting.chapter_id).exclude(kind=MemberKind.FORMER)
    return people.order_by("last_name", "first_name", "pk")


FIRST_TIME, NO_SHOW, MAYBE_SHOW = "first", "no_show", "maybe"


def list_to_follow_up(meeting: Meeting) -> QuerySet[Member]:
    """Whom to call after a meeting, with `why`: came for the first time, or said yes (or maybe) and did not come."""
    from django.db.models import Case, CharField, Value, When

    there = Attendance.objects.filter(meeting=meeting, member=OuterRef("pk"))
    before = Attendance.objects.filter(member=OuterRef("pk"), meeting__starts_at__lt=meeting.starts_at)
    asked = MeetingInvitation.objects.filter(meeting=meeting, member=OuterRef("pk"))
    why = Case(
        When(Exists(there) & ~Exists(before.exclude(meeting=meeting)), then=Value(FIRST_TIME)),
        When(~Exists(there) & Exists(asked.filter(answer="yes", is_waiting=False)), then=Value(NO_SHOW)),
        When(~Exists(there) & Exists(asked.filter(answer="maybe")), then=Value(MAYBE_SHOW)),
        default=Value(""),
        output_field=CharField(),
    )
    return list_people(meeting).annotate(why=why).exclude(why="")
