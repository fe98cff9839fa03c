"""Local issues: what a precinct works on, who leads it, what was won."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from chapters.enums import MemberKind
from chapters.models import Member
from chapters.selectors.actors import today_in
from chapters.services import audit
from core.components import Badge
from core.http import ChapterRequest, chapter_url, read_id, require_perm
from core.lists import Column, Filter, ListSpec
from core.permissions import has_right
from precincts.enums import IssueState
from precincts.forms.issues import IssueForm
from precincts.models import LocalIssue, Precinct
from precincts.selectors.candidates import list_candidates
from precincts.selectors.issues import list_issues
from precincts.services import issues as services

SHOWN_CANDIDATES = 8

_BADGES = {
    IssueState.OPEN: Badge(word=_("open"), icon="circle", tone="neutral"),
    IssueState.WORKING: Badge(word=_("being worked on"), icon="hammer", tone="mark"),
    IssueState.WON: Badge(word=_("won"), icon="trophy", tone="good"),
    IssueState.CLOSED: Badge(word=_("closed"), icon="x-circle", tone="neutral"),
}


def issue_badge(issue: Any) -> Badge:
    """How far an issue has come, as icon and word."""
    return _BADGES[IssueState(issue.state)]


ISSUES = ListSpec(
    key="issues",
    columns=(
        Column(
            "title", _("Issue"), lambda i: i.title, sort=("title",), title=True,
            url=lambda i: chapter_url("precincts:issue", issue_id=i.pk),
        ),
        Column("state", _("State"), lambda i: str(issue_badge(i).word), badge=issue_badge, sort=("state",)),
        Column(
            "leader", _("Who leads"), lambda i: str(i.leader or "–"), sort=("leader__last_name", "leader__first_name"),
            csv=lambda i: str(i.leader or ""),
        ),
        Column("opened", _("Opened on"), lambda i: i.opened_on, sort=("opened_on",)),
        Column("closed", _("Closed on"), lambda i: i.closed_on, sort=("closed_on",)),
        Column("note", _("Note"), lambda i: i.note, only_csv=True),
    ),
    filters=(
        Filter("state", _("State"), IssueState.choices, lambda rows, value: rows.filter(state=value)),
    ),
    search=lambda rows, words: rows.filter(title__icontains=words) | rows.filter(note__icontains=words),
    search_label=_("Issue or note"),
    order=("-opened_on", "pk"),
    csv_right="precincts.export_plans",
)  # fmt: skip


@require_safe
def issues(request: ChapterRequest, precinct_id: int) -> HttpResponseBase:
    """What a precinct works on and has worked on."""
    row = _get_precinct(request, precinct_id, "precincts.see_plan")
    page = ISSUES.read(request, list_issues(request.actor, row))
    if page.wants_csv:
        audit.log_export(by=request.actor, what="issues", says=_("local issues"), count=page.total)
        return page.csv("issues.csv")
    context = {
        "page": page,
        "precinct": row,
        "may_edit": has_right(request.actor, "precincts.edit_plan", row),
    }
    return render(request, "precincts/issues/index.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def add_issue(request: ChapterRequest, precinct_id: int) -> HttpResponse:
    """A form for one more issue."""
    row = _get_precinct(request, precinct_id, "precincts.edit_plan")
    form = IssueForm(
        request.POST if request.method == "POST" else None,
        chapter=request.chapter,
        instance=LocalIssue(chapter=request.chapter, precinct=row),
        initial={"opened_on": today_in(request.chapter), "title": request.GET.get("title", "")[:120]},
    )
    if request.method == "POST" and form.is_valid():
        issue = services.add_issue(precinct=row, by=request.actor, **form.values())
        messages.success(request, gettext("The issue “%(issue)s” has been written down.") % {"issue": issue})
        return redirect(chapter_url("precincts:issues", precinct_id=row.pk))
    return _render_form(request, form, row, None)


@require_http_methods(["GET", "HEAD", "POST"])
def issue(request: ChapterRequest, issue_id: int) -> HttpResponse:
    """One issue: how far it has come, who leads, what was done."""
    rows = LocalIssue.objects.visible_to(request.actor).select_related("precinct", "leader")
    row: LocalIssue = get_object_or_404(rows, pk=issue_id)
    require_perm(request, "precincts.edit_plan", row)
    form = IssueForm(
        request.POST if request.method == "POST" else None,
        chapter=request.chapter,
        instance=LocalIssue.objects.get(pk=row.pk),
    )
    if request.method == "POST" and form.is_valid():
        services.change_issue(issue=row, by=request.actor, **form.values())
        messages.success(request, gettext("Saved."))
        return redirect(chapter_url("precincts:issues", precinct_id=row.precinct_id))
    return _render_form(request, form, row.precinct, row)


def _get_precinct(request: ChapterRequest, precinct_id: int, right: str) -> Precinct:
    row: Precinct = get_object_or_404(Precinct.objects.visible_to(request.actor), pk=precinct_id)
    require_perm(request, right, row)
    return row


def _render_form(
    request: ChapterRequest, form: IssueForm, precinct: Precinct, row: LocalIssue | None
) -> HttpResponse:
    chosen = read_id(str(request.GET.get("leader", form["leader"].value() or "")))
    members = Member.objects.filter(~Q(kind=MemberKind.FORMER) | Q(pk=row.leader_id if row else None))
    leader = members.filter(chapter=request.chapter, pk=chosen).first() if chosen else None
    words = request.GET.get("q", "").replace("\x00", "").strip()[:80]
    found = list_candidates(
        request.actor, words, today_in(request.chapter), near=precinct, without={chosen} if chosen else set()
    )
    context = {
        "form": form,
        "precinct": precinct,
        "issue": row,
        "words": words,
        "candidates": Paginator(found, SHOWN_CANDIDATES).get_page(request.GET.get("page")),
        "chosen": leader.pk if leader else "",
        "chosen_member": leader,
        "may_see_people": has_right(request.actor, "chapters.see_members"),
    }
    return render(request, "precincts/issues/form.html", context, status=422 if form.is_bound else 200)
