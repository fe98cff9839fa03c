"""The parts of a person's page that tell what they did, when they have time, and what else may be known of them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext, ngettext

from chapters.enums import MemberKind
from chapters.models import Member
from chapters.selectors.duplicates import list_alike, list_merges
from chapters.selectors.erasures import get_erasure
from core.components import Card, Stat
from core.http import ChapterRequest, chapter_url, optional_url
from core.people import HistoryLine, list_history
from core.permissions import has_right
from core.templatetags.formats import day, number, when

_LINES = 40
_FIGURES = 4


def get_parts(request: ChapterRequest, member: Member) -> dict[str, Any]:
    """What the page shows beside the person's own row. The same queries, however much there is."""
    may_merge = has_right(request.actor, "chapters.merge_members")
    lines = list_history(member.pk, request.actor, _LINES)
    return {
        "holds": [_card(line) for line in lines if line.goes_on],
        "did": [_card(line) for line in lines if not line.goes_on],
        "did_figures": _count(lines),
        "availability": list(member.availability.all()),
        "may_edit_availability": has_right(request.actor, "chapters.edit_availability", member)
        and member.kind != MemberKind.FORMER,
        "erasure": get_erasure(member),
        "may_ask_erasure": has_right(request.actor, "chapters.ask_erasure", member),
        "alike": list_alike(member, request.actor) if may_merge else [],
        "merged": [_merge_card(merge) for merge in list_merges(request.actor, kept=member)[:10]]
        if may_merge
        else [],
        "asks_url": _asks_url(request, member),
    }


def _asks_url(request: ChapterRequest, member: Member) -> str:
    """The part of the page with the last asks and the next one; nobody asks a former member."""
    url = optional_url("chapters:member_asks", member_id=member.pk)
    if (
        not url
        or member.kind == MemberKind.FORMER
        or not has_right(request.actor, "chapters.make_asks", member)
    ):
        return ""
    return url


def _card(line: HistoryLine) -> Card:
    days = [_say_days(line), *([str(line.line)] if line.line else [])]
    return Card(title=line.what, line=" · ".join(days), url=line.url, icon=line.icon)


def _say_days(line: HistoryLine) -> str:
    if line.goes_on:
        return gettext("since %(first)s") % {"first": day(line.on)}
    if line.until is not None and line.until != line.on:
        return gettext("from %(first)s to %(last)s") % {"first": day(line.on), "last": day(line.until)}
    return day(line.on)


def _count(lines: list[HistoryLine]) -> list[Stat]:
    """How much of each kind, the most first."""
    kinds: dict[str, int] = {}
    for line in lines:
        kinds[str(line.kind)] = kinds.get(str(line.kind), 0) + 1
    most = sorted(kinds.items(), key=lambda one: -one[1])[:_FIGURES]
    return [Stat(number=number(count), words=kind) for kind, count in most]


def _merge_card(merge: Any) -> Card:
    line = ngettext("%(count)d row moved, %(when)s", "%(count)d rows moved, %(when)s", merge.moved_rows)
    state = "" if merge.undone_at is None else gettext("; undone")
    return Card(
        title=gettext("Merged: %(name)s") % {"name": merge.dropped_name},
        line=line % {"count": merge.moved_rows, "when": when(merge.merged_at)} + state,
        url=chapter_url("chapters:undo_merge", merge_id=merge.pk) if merge.can_be_undone else "",
        icon="person-check",
    )
