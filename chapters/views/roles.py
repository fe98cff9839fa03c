"""Giving and ending roles, and the page that says what each role may do."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chapters.enums import RoleName
from chapters.forms.roles import GiveRoleForm
from chapters.models import Member, Role
from chapters.selectors.actors import today_in
from chapters.selectors.members import list_members
from chapters.selectors.roles import list_role_tables
from chapters.services import roles
from chapters.views.members import get_detail_context
from core.confirm import ask
from core.http import ChapterRequest, chapter_url, require_perm


@require_safe
def table(request: ChapterRequest) -> HttpResponse:
    require_perm(request, "chapters.see_roles")
    return render(
        request,
        "chapters/roles/index.html",
        {"tables": list_role_tables(), "roles": [(role.value, role.label) for role in RoleName]},
    )


@require_POST
def give(request: ChapterRequest, member_id: int) -> HttpResponse:
    member = get_object_or_404(Member.objects.visible_to(request.actor), pk=member_id)
    require_perm(request, "chapters.give_roles", member)
    form = GiveRoleForm(request.POST, chapter=request.chapter)
    if not form.is_valid():
        shown = get_object_or_404(list_members(request.actor, today_in(request.chapter)), pk=member_id)
        return render(
            request, "chapters/members/detail.html", get_detail_context(request, shown, form), status=422
        )
    role = roles.give_role(member=member, by=request.actor, **form.cleaned_data)
    messages.success(
        request, _("%(person)s is now: %(role)s.") % {"person": member, "role": role.get_name_display()}
    )
    return redirect(chapter_url("chapters:member", member_id=member.pk))


@require_http_methods(["GET", "POST"])
def end(request: ChapterRequest, role_id: int) -> HttpResponse:
    role = get_object_or_404(
        Role.objects.visible_to(request.actor).select_related("member__chapter"), pk=role_id
    )
    require_perm(request, "chapters.give_roles", role)
    page = chapter_url("chapters:member", member_id=role.member_id)
    words = {"person": role.member, "role": role.get_name_display()}
    if request.method == "POST":
        roles.end_role_now(role=role, by=request.actor)
        messages.success(request, _("%(person)s is no longer: %(role)s.") % words)
        return redirect(page)
    return ask(
        request,
        title=_("End the role “%(role)s” of %(person)s?") % words,
        says=[
            _("%(person)s loses what the role allows at once, also where they are signed in.") % words,
            _("That they held it, and when, stays on record."),
        ],
        action=_("End the role"),
        cancel_url=page,
    )
