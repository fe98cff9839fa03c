"""Invitations as organizers see them."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chapters.forms.invitations import InviteForm
from chapters.models import Invitation, Member
from chapters.services import invitations
from core.components import Action, Badge
from core.http import ChapterRequest, chapter_url, read_id, require_perm
from core.lists import Column, Filter, ListSpec, Rows

_STATES = [
    ("open", _("open")),
    ("accepted", _("accepted")),
    ("revoked", _("taken back")),
    ("expired", _("expired")),
]
_BADGES = {
    "open": ("envelope", "neutral"),
    "accepted": ("check-circle", "good"),
    "revoked": ("x-circle", "neutral"),
    "expired": ("hourglass-bottom", "mark"),
}


def _state_of(invitation: Invitation) -> str:
    if invitation.accepted_at:
        return "accepted"
    if invitation.revoked_at:
        return "revoked"
    return "open" if invitation.expires_at > timezone.now() else "expired"


def _badge(invitation: Invitation) -> Badge:
    state = _state_of(invitation)
    icon, tone = _BADGES[state]
    return Badge(word=dict(_STATES)[state], icon=icon, tone=tone)  # type: ignore[arg-type]


def _narrow_by_state(rows: Rows, state: str) -> Rows:
    if state == "accepted":
        return rows.filter(accepted_at__isnull=False)
    if state == "revoked":
        return rows.filter(revoked_at__isnull=False)
    waiting = rows.filter(accepted_at__isnull=True, revoked_at__isnull=True)
    now = timezone.now()
    return waiting.filter(expires_at__gt=now) if state == "open" else waiting.filter(expires_at__lte=now)


def _actions(invitation: Invitation) -> list[Action]:
    if _state_of(invitation) != "open":
        return []
    return [
        Action(
            label=_("Show the link"),
            url=chapter_url("chapters:invitation", invitation_id=invitation.pk),
            icon="link-45deg",
        )
    ]


INVITATIONS = ListSpec(
    key="invitations",
    columns=(
        Column("email", _("E-mail"), lambda i: i.email, sort=("email",), title=True),
        Column("role", _("Role"), lambda i: i.get_role_display() if i.role else _("member")),
        Column("state", _("State"), _state_of, badge=_badge),
        Column("sent", _("Mail sent"), lambda i: i.sent_at),
        Column("expires", _("Good until"), lambda i: i.expires_at, sort=("expires_at",)),
        Column("by", _("Invited by"), lambda i: i.invited_by),
    ),
    filters=(Filter("state", _("State"), _STATES, _narrow_by_state),),
    search=lambda rows, words: rows.filter(email__icontains=words),
    search_label=_("E-mail"),
    order=("-created_at", "-pk"),
    actions=_actions,
)


@require_safe
def index(request: ChapterRequest) -> HttpResponse:
    require_perm(request, "chapters.invite")
    page = INVITATIONS.read(
        request, Invitation.objects.visible_to(request.actor).select_related("invited_by")
    )
    return render(request, "chapters/invitations/index.html", {"page": page})


@require_http_methods(["GET", "POST"])
def new(request: ChapterRequest) -> HttpResponse:
    require_perm(request, "chapters.invite")
    member = _member_named(request)
    initial = {"email": member.email} if member else {}
    form = InviteForm(
        request.POST if request.method == "POST" else None, chapter=request.chapter, initial=initial
    )
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["role"]:
            require_perm(request, "chapters.give_roles")
        invitation = invitations.invite(
            chapter=request.chapter, by=request.actor, at=timezone.now(), member=member, **form.cleaned_data
        )
        return redirect(chapter_url("chapters:invitation", invitation_id=invitation.pk))
    return render(
        request,
        "chapters/invitations/new.html",
        {"form": form, "member": member},
        status=422 if form.errors else 200,
    )


def _member_named(request: ChapterRequest) -> Member | None:
    """The person the invitation is for, when the page was opened from theirs."""
    member_id = read_id(request.GET.get("member", ""))
    if member_id is None:
        return None
    return get_object_or_404(Member.objects.visible_to(request.actor), pk=member_id, user__isnull=True)


@require_safe
def detail(request: ChapterRequest, invitation_id: int) -> HttpResponse:
    invitation = get_object_or_404(Invitation.objects.visible_to(request.actor), pk=invitation_id)
    require_perm(request, "chapters.invite", invitation)
    is_open = _state_of(invitation) == "open"
    return render(
        request,
        "chapters/invitations/detail.html",
        {
            "invitation": invitation,
            "badge": _badge(invitation),
            "link": invitations.get_link(invitation) if is_open else "",
        },
    )


@require_POST
def revoke(request: ChapterRequest, invitation_id: int) -> HttpResponse:
    invitation = get_object_or_404(Invitation.objects.visible_to(request.actor), pk=invitation_id)
    require_perm(request, "chapters.invite", invitation)
    invitations.revoke_invitation(invitation=invitation, by=request.actor, at=timezone.now())
    messages.success(
        request, gettext("The invitation to %(email)s no longer works.") % {"email": invitation.email}
    )
    return redirect(chapter_url("chapters:invitations"))
