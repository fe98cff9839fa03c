"""A precinct's group: its people, what it works on, what it can do, and who could help whom."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from chapters.selectors.actors import today_in
from core.components import Action, Badge, Card, Stat
from core.http import ChapterRequest, chapter_url, require_perm
from core.permissions import has_right
from core.templatetags.formats import ago, number
from precincts.enums import CaptaincyKind
from precincts.models import LocalIssue, Precinct
from precincts.selectors.groups import GroupMember, list_group
from precincts.selectors.help_matches import list_unmatched_needs, propose
from precincts.selectors.issues import list_issues_named, list_open_issues
from precincts.selectors.needs import NeedSummary, get_need_summary, list_needs_in
from precincts.selectors.skills import count_skills
from precincts.views.help_words import say_rough
from precincts.views.issues import issue_badge

SHOWN_PROPOSALS = 6


@require_safe
def group(request: ChapterRequest, precinct_id: int) -> HttpResponse:
    """The people of a precinct and what they do together. A fixed number of queries, whatever its size."""
    row: Precinct = get_object_or_404(Precinct.objects.visible_to(request.actor), pk=precinct_id)
    require_perm(request, "precincts.see_group", row)
    on = today_in(request.chapter)
    members = list_group(row, on)
    issues = list(list_open_issues(row))
    leads = has_right(request.actor, "precincts.edit_plan", row)
    needs = get_need_summary(request.actor, on, precinct_id=row.pk)
    context = {
        "precinct": row,
        "stats": _make_stats(row, members, issues, needs, on),
        "members": [_say_member(request, one) for one in members],
        "issues": [_say_issue(one, leads) for one in issues],
        "leads": leads,
        "proposals": _list_issue_proposals(row, issues) if leads else [],
        "matches": _list_matches(request, row, on),
        "oldest": needs.oldest,
        "unmatched": needs.unmatched,
        "may_see_precinct": has_right(request.actor, "precincts.see_precinct", row),
        "may_assign": has_right(request.actor, "precincts.assign_captain", row),
    }
    return render(request, "precincts/groups/group.html", context)


def _make_stats(
    row: Precinct, members: list[GroupMember], issues: list[LocalIssue], needs: NeedSummary, on: date
) -> list[Stat]:
    skills = count_skills(row, on)
    return [
        Stat(number=number(len(members)), words=ngettext("person of ours", "people of ours", len(members))),
        Stat(number=number(len(issues)), words=ngettext("open issue", "open issues", len(issues))),
        Stat(
            number=number(skills),
            words=ngettext("skill or language noted", "skills and languages noted", skills),
            url=chapter_url("precincts:skills"),
        ),
        Stat(
            number=_("%(part)s of %(whole)s") % {"part": number(needs.unmatched), "whole": number(needs.open)},
            words=_("open needs wait for somebody"),
            change=_("the oldest %(ago)s") % {"ago": ago(needs.oldest)} if needs.oldest else "",
            url=chapter_url("precincts:needs"),
        ),
    ]  # fmt: skip


def _say_member(request: ChapterRequest, one: GroupMember) -> Card:
    charges = []
    if one.leads:
        charges.append(
            _("precinct captain")
            if one.leads == CaptaincyKind.CAPTAIN
            else _("backup of the precinct captain")
        )
    if one.blocks:
        charges.append(
            ngettext("keeps block %(blocks)s", "keeps blocks %(blocks)s", len(one.blocks))
            % {"blocks": ", ".join(str(block) for block in one.blocks)}
        )
    if one.backed_up:
        charges.append(
            ngettext("backup of block %(blocks)s", "backup of blocks %(blocks)s", len(one.backed_up))
            % {"blocks": ", ".join(str(block) for block in one.backed_up)}
        )
    if one.lives_here:
        charges.append(_("lives here"))
    is_oneself = one.member.pk == request.actor.member_id
    may_open = is_oneself or has_right(request.actor, "chapters.see_members")
    badge = Badge(word=_("leads"), icon="star", tone="good") if one.leads == CaptaincyKind.CAPTAIN else None
    return Card(
        title=_("%(name)s (you)") % {"name": one.member} if is_oneself else str(one.member),
        line=" · ".join(charges),
        url=chapter_url("chapters:member", member_id=one.member.pk) if may_open else "",
        icon="person",
        badge=badge,
    )


def _say_issue(issue: LocalIssue, leads: bool) -> Card:
    led = _("led by %(name)s") % {"name": issue.leader} if issue.leader else _("nobody leads it yet")
    return Card(
        title=issue.title,
        line=_("%(led)s, open since %(ago)s") % {"led": led, "ago": ago(issue.opened_on)},
        url=chapter_url("precincts:issue", issue_id=issue.pk) if leads else "",
        icon="megaphone",
        badge=issue_badge(issue),
    )


def _list_issue_proposals(row: Precinct, issues: list[LocalIssue]) -> list[Card]:
    """What several neighbours named and nobody works on yet, as a press to write it down."""
    add_url = chapter_url("precincts:add_issue", precinct_id=row.pk)
    return [
        Card(
            title=one.title,
            line=ngettext(
                "named by %(count)s neighbour", "named by %(count)s neighbours", one.neighbours
            ) % {"count": number(one.neighbours)}
            + (": " + " · ".join(one.sayings[1:3]) if one.sayings[1:] else ""),
            icon="lightbulb",
            action=Action(
                label=_("Write it down"), url=f"{add_url}?{urlencode({'title': one.title[:120]})}", icon="plus-lg"
            ),
        )
        for one in list_issues_named(row, [issue.title for issue in issues])[:SHOWN_PROPOSALS]
    ]  # fmt: skip


def _list_matches(request: ChapterRequest, row: Precinct, on: date) -> list[dict[str, Any]]:
    """Needs of the precinct for which somebody near was found, for whoever may ask both."""
    if not has_right(request.actor, "precincts.match_help", row):
        return []
    needs = list(list_unmatched_needs(list_needs_in(request.actor, row.pk, on)))
    found = propose(needs, row.chapter_id, on) if needs else []
    return [
        {"need": one.need, "offer": one.offer, "rough": say_rough(one.metres)}
        for one in found[:SHOWN_PROPOSALS]
    ]
