"""What each reader sees of the chapters app."""

from __future__ import annotations

from datetime import date, datetime
from functools import reduce
from operator import or_
from typing import Any, Self

from django.contrib.postgres.search import SearchQuery, SearchVectorField
from django.db import models
from django.db.models import Func, Q
from django.db.models.functions import Coalesce

from chapters.enums import OPEN_ASK_RESULTS
from core.actors import Actor
from core.asks import seen_in_other_apps, without_kinds
from core.ranges import in_force
from core.tenancy import ChapterQuerySet


class ChapterTreeQuerySet(models.QuerySet):
    def with_member(self, user_id: int) -> Self:
        """The chapters a user is a member of; former members are not."""
        return self.filter(Q(members__user_id=user_id) & ~Q(members__kind="former")).distinct()


_MARKS = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
_ALL = 10_000_000
_APART = str.maketrans(dict.fromkeys(_MARKS, " "))


class InWords(Func):
    """Texts as the words that a search finds, marks between them left out; the index `member_by_words` has the same."""

    template = "to_tsvector('simple'::regconfig, translate(%(expressions)s, '%(marks)s', '%(spaces)s'))"
    arg_joiner = " || ' ' || "
    output_field = SearchVectorField()

    def as_sql(self, compiler: Any, connection: Any, **more: Any) -> Any:  # type: ignore[override]
        marks = _MARKS.replace("'", "''").replace("%", "%%")
        return super().as_sql(compiler, connection, marks=marks, spaces=" " * len(_MARKS), **more)


class MemberQuerySet(ChapterQuerySet):
    def visible_to(self, actor: Actor) -> Self:
        """Whoever manages people sees the chapter's members, leaders their teams' people, everybody themself."""
        from core.permissions import has_right

        rows = super().visible_to(actor)
        if has_right(actor, "chapters.see_members"):
            return rows
        return rows.filter(pk__in=actor.people_ids | {actor.member_id})

    def search(self, words: str) -> Self:
        """Members in whose name or e-mail a word begins with each of these, all without a word; read from an index."""
        begin = words.translate(_APART).split()
        if not begin:
            return self.none() if words.strip() else self.all()
        query = SearchQuery(" & ".join(f"'{word}':*" for word in begin), config="simple", search_type="raw")
        found = self.alias(in_words=InWords("first_name", "last_name", "email")).filter(in_words=query)
        # The limit keeps the planner from walking the list's order and looking for the words row by row.
        return self.filter(pk__in=found.order_by().values("pk")[:_ALL])

    def search_names(self, words: str) -> Self:
        """Members whose name contains every word: who may not see addresses must not find them by guessing."""
        return self._search(words, "first_name", "last_name")

    def _search(self, words: str, *columns: str) -> Self:
        rows = self
        for word in words.split():
            rows = rows.filter(reduce(or_, (Q((f"{column}__icontains", word)) for column in columns)))
        return rows


class RoleQuerySet(ChapterQuerySet):
    def in_force(self, on: date) -> Self:
        """Roles that have begun and not ended on that day (the last day counts)."""
        return self.filter(in_force(on))


class AskQuerySet(ChapterQuerySet):
    def visible_to(self, actor: Actor) -> Self:
        """The asks a person makes, and of whom they lead; whoever manages people sees the chapter's.

        Which asks of another app somebody sees, that app says (`core.asks`).
        """
        from core.permissions import has_right

        rows = super().visible_to(actor)
        own = Q(asked_by_id=actor.member_id) | Q(asked_id__in=actor.people_ids)
        if has_right(actor, "chapters.see_members"):
            own = Q()
        return rows.filter((without_kinds() & own) | seen_in_other_apps(actor))

    def plain(self) -> Self:
        """Those that belong to no other app."""
        return self.filter(without_kinds())

    def without_asker(self) -> Self:
        """Open ones whose asker has left: somebody else has to take them."""
        return self.open().filter(asked_by__kind="former")

    def open(self) -> Self:
        """Those somebody has to come back to."""
        return self.filter(result__in=OPEN_ASK_RESULTS)

    def with_next_day(self) -> Self:
        """Adds `next_day`, the day on which somebody has to come back to an open one."""
        return self.annotate(next_day=Coalesce("follow_up_on", "due_on"))


class MessageQuerySet(ChapterQuerySet):
    def visible_to(self, actor: Actor) -> Self:
        """Whoever may read the log of mail sees the chapter's; everybody else what was sent to themself."""
        from core.permissions import has_right

        rows = super().visible_to(actor)
        if has_right(actor, "chapters.see_messages"):
            return rows
        return rows.filter(member_id=actor.member_id) if actor.member_id else rows.none()


class JobQuerySet(ChapterQuerySet):
    def visible_to(self, actor: Actor) -> Self:
        """One's own jobs; whoever runs the office sees the chapter's."""
        from core.permissions import has_right

        rows = super().visible_to(actor)
        if has_right(actor, "chapters.see_all_jobs"):
            return rows
        return rows.filter(asked_by_id=actor.user_id) if actor.user_id else rows.none()


class MeetingQuerySet(ChapterQuerySet):
    """Everybody of the chapter sees when and where its people meet."""

    def planned(self) -> Self:
        return self.filter(state="planned")

    def ahead(self, at: datetime) -> Self:
        """Those that are not over at that time, cancelled ones too."""
        return self.filter(ends_at__gt=at)

    def past(self, at: datetime) -> Self:
        """Those that are over and took place."""
        return self.planned().filter(ends_at__lte=at)


class MeetingInvitationQuerySet(ChapterQuerySet):
    def visible_to(self, actor: Actor) -> Self:
        """Organizers see who is asked to what, hosts for their own meetings, everybody else what they are asked to."""
        from core.permissions import has_right

        rows = super().visible_to(actor)
        if has_right(actor, "chapters.plan_meetings"):
            return rows
        return rows.filter(Q(meeting__host_id=actor.member_id) | Q(member_id=actor.member_id))


class TeamQuerySet(ChapterQuerySet):
    def visible_to(self, actor: Actor) -> Self:
        """Whoever manages people sees the chapter's teams, leaders the ones they lead."""
        from core.permissions import has_right

        rows = super().visible_to(actor)
        if has_right(actor, "chapters.see_members"):
            return rows
        return rows.filter(pk__in=actor.team_ids)

    def in_force(self, on: date) -> Self:
        """Teams that have formed and not ended on that day."""
        return self.filter(in_force(on, first="formed_on", last="ended_on"))


class TeamMembershipQuerySet(ChapterQuerySet):
    def in_force(self, on: date) -> Self:
        """Those that have begun and not ended on that day (the last day counts)."""
        return self.filter(in_force(on))

    def leaders(self) -> Self:
        return self.filter(is_leader=True)


class CallQuerySet(ChapterQuerySet):
    def visible_to(self, actor: Actor) -> Self:
        """Calls to the people whom the actor sees, and one's own calls."""
        from core.permissions import has_right

        rows = super().visible_to(actor)
        if has_right(actor, "chapters.see_members"):
            return rows
        return rows.filter(Q(member_id__in=actor.people_ids) | Q(called_by_id=actor.member_id))
