"""Groups of people as a form names them, looked up."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from chapters.enums import MemberKind
from chapters.models import Chapter, Member
from core.errors import DomainError
from core.recipients import get_recipients

MARK = "|"


class NoSuchGroup(DomainError):
    """No app knows the group any more."""


def list_members_of_group(chapter: Chapter, said: str) -> QuerySet[Member]:
    """The people of a group ("chapters.role|organizer") who have not left; nobody for "".

    Raises:
        NoSuchGroup: no app knows it.
    """
    if not said:
        return Member.objects.none()
    name, _mark, value = said.partition(MARK)
    try:
        group = get_recipients(name)
    except KeyError:
        raise NoSuchGroup(_("There is no such group any more."), hint=_("Nothing was sent.")) from None
    found: QuerySet[Member] = group.list_members(chapter, value)
    return found.exclude(kind=MemberKind.FORMER)
