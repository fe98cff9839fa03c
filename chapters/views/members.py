"""The chapter's people: the list, one person, adding and changing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from chapters.enums import MemberKind, RoleName, Standing
from chapters.forms.members import MemberForm
from chapters.forms.roles import GiveRoleForm
from chapters.models import AuditEvent, Chapter, Invitation, Member, Role
from chapters.selectors.actors import today_in
from chapters.selectors.asks import narrow_by_asked, narrow_by_next_step, with_next_asks
from chapters.selectors.duplicates import list_merges
from chapters.selectors.ladder import list_steps
from chapters.selectors.members import list_members
from chapters.services import audit, members
from chapters.services.suppressions import list_suppressions
from chapters.views.member_parts import get_parts
from core.components import Badge, Detail, Event
from core.http import ChapterRequest, chapter_url, optional_url, read_id, require_perm
from core.lists import Column, Filter, ListSpec, Load, Rows
from core.permissions import has_right
from core.templatetags.formats import day

_STANDING_BADGES = {
    Standing.GOOD: ("check-circle", "good"),
    Standing.LAPSED: ("hourglass-bottom", "mark"),
    Standing.PENDING: ("hourglass-split", "neutral"),
    Standing.NONE: ("dash-circle", "neutral"),
}


def standing_badge(member: Member) -> Badge:
    """A membership's state as icon and word."""
    icon, tone = _STANDING_BADGES[Standing(member.standing)]
    return Badge(word=member.get_standing_display(), icon=icon, tone=tone)  # type: ignore[arg-type]


def _roles_in_words(member: Any) -> str:
    return ", ".join(str(role.get_name_display()) for role in member.roles_now)


def _narrow_by_role(rows: Rows, name: str) -> Rows:
    today = timezone.localdate()
    holders = Role.objects.in_force(today).filter(name=name).values("member_id")
    return rows.filter(pk__in=holders)


def _phone_or_stop(member: Any) -> str:
    """The phone, and why no mail goes to the address, where that is so."""
    why = (
        gettext("no mail: %(why)s") % {"why": member.suppression.get_reason_display()}
        if member.suppression
        else ""
    )
    return " · ".join(filter(None, (member.phone, why)))


def _say_next_ask(member: Any) -> str:
    """What is asked of them, or what to ask next."""
    if member.open_ask is not None:
        return str(member.open_ask.what)
    return str(member.next_ask.step) if member.next_ask is not None else ""


def _say_why_asked(member: Any) -> str:
    if member.open_ask is not None:
        words = {"who": member.open_ask.asked_by, "day": day(member.open_ask.next_on)}
        return gettext("%(who)s asks by %(day)s") % words
    return member.next_ask.why if member.next_ask is not None else ""


def _list_steps_to_ask(request: Any) -> list[tuple[str, Any]]:
    return [(str(step.pk), str(step)) for step in list_steps(request.chapter.pk) if step.retired_on is None]


def _with_parts(chapter: Chapter, on: date) -> Load:
    """Gives people the suppression of their address and the next ask; the same queries for a page."""
    with_asks = with_next_asks(chapter, on)

    def load(rows: Sequence[Any]) -> Sequence[Any]:
        rows, chapter_id = with_asks(rows), chapter.pk
        found = list_suppressions(chapter_id, [member.email for member in rows])
        for member in rows:
            member.suppression = found.get(member.email.strip().lower())
        return rows

    return load


MEMBERS = ListSpec(
    key="members",
    columns=(
        Column(
            "name",
            _("Name"),
            str,
            sort=("last_name", "first_name"),
            title=True,
            url=lambda m: chapter_url("chapters:member", member_id=m.pk),
        ),
        Column("first_name", _("First name"), lambda m: m.first_name, only_csv=True),
        Column("last_name", _("Last name"), lambda m: m.last_name, only_csv=True),
        Column("email", _("E-mail"), lambda m: m.email, line=_phone_or_stop),
        Column("mail", _("No mail since"), lambda m: m.suppression and m.suppression.since, only_csv=True),
        Column("phone", _("Phone"), lambda m: m.phone, only_csv=True),
        Column("address", _("Address"), lambda m: m.address, only_csv=True),
        Column("language", _("Language"), lambda m: m.language, only_csv=True),
        Column("roles", _("Roles"), _roles_in_words),
        Column("kind", _("Kind"), lambda m: m.get_kind_display(), sort=("kind",)),
        Column(
            "standing",
            _("Standing"),
            lambda m: m.get_standing_display(),
            sort=("standing",),
            badge=standing_badge,
        ),
        Column(
            "since",
            _("Since"),
            lambda m: m.since,
            sort=("since",),
            csv=lambda m: m.since and m.since.isoformat(),
        ),
        Column("asks", _("Next ask"), _say_next_ask, line=_say_why_asked),
        Column("note", _("Note"), lambda m: m.note, only_csv=True),
    ),
    filters=(
        Filter(
            "asked",
            _("Asked"),
            [("due", _("an ask is due")), ("open", _("is being asked")), ("none", _("nobody asks"))],
            lambda rows, value: narrow_by_asked(rows, value, timezone.localdate()),
        ),
        # Read by the page itself, which knows the chapter.
        Filter("next", _("Next ask"), _list_steps_to_ask, lambda rows, _step: rows),
        Filter("kind", _("Kind"), MemberKind.choices, lambda rows, value: rows.filter(kind=value)),
        Filter("standing", _("Standing"), Standing.choices, lambda rows, value: rows.filter(standing=value)),
        Filter("role", _("Role"), RoleName.choices, _narrow_by_role),
        Filter(
            "account",
            _("Account"),
            [("yes", _("signs in")), ("no", _("no account"))],
            lambda rows, value: rows.filter(user__isnull=value == "no"),
        ),
    ),
    search=lambda rows, words: rows.search(words),  # type: ignore[attr-defined]
    search_label=_("Name or e-mail"),
    order=("last_name", "first_name", "pk"),
    csv_right="chapters.export_members",
    by_key=True,
)


@require_safe
def index(request: ChapterRequest) -> HttpResponseBase:
    require_perm(request, "chapters.see_members")
    on = today_in(request.chapter)
    rows = list_members(request.actor, on)
    if step_id := read_id(request.GET.get("next", "")):
        rows = narrow_by_next_step(rows, step_id, request.chapter, on)
    page = MEMBERS.read(request, rows, load=_with_parts(request.chapter, on))
    if page.wants_csv:
        audit.log_export(
            by=request.actor, what="members", says=_("people"), count=page.total, detail=request.GET.dict()
        )
        return page.csv("people.csv")
    return render(request, "chapters/members/index.html", {"page": page})


@require_http_methods(["GET", "POST"])
def add(request: ChapterRequest) -> HttpResponse:
    require_perm(request, "chapters.edit_members")
    form = MemberForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        member = members.add_member(chapter=request.chapter, by=request.actor, **form.values())
        messages.success(request, gettext("%(person)s has been added.") % {"person": member})
        return redirect(chapter_url("chapters:member", member_id=member.pk))
    return render(
        request,
        "chapters/members/form.html",
        {"form": form, "member": None},
        status=422 if form.errors else 200,
    )


@require_http_methods(["GET", "POST"])
def edit(request: ChapterRequest, member_id: int) -> HttpResponse:
    member = get_object_or_404(Member.objects.visible_to(request.actor), pk=member_id)
    require_perm(request, "chapters.edit_members", member)
    form = MemberForm(
        request.POST if request.method == "POST" else None, instance=Member.objects.get(pk=member.pk)
    )
    if request.method == "POST" and form.is_valid():
        members.change_member(member=member, by=request.actor, **form.values())
        messages.success(request, gettext("Saved."))
        return redirect(chapter_url("chapters:member", member_id=member.pk))
    return render(
        request,
        "chapters/members/form.html",
        {"form": form, "member": member},
        status=422 if form.errors else 200,
    )


@require_safe
def detail(request: ChapterRequest, member_id: int) -> HttpResponse:
    rows = list_members(request.actor, timezone.localdate()).select_related("user")
    member = rows.filter(pk=member_id).first()
    if member is None:  # an address kept from before the row was merged into another
        merge = get_object_or_404(
            list_merges(request.actor).filter(kept__in=rows, undone_at=None), dropped_id=member_id
        )
        return redirect(chapter_url("chapters:member", member_id=merge.kept_id))
    require_perm(request, "chapters.see_member", member)
    return render(request, "chapters/members/detail.html", get_detail_context(request, member))


def get_detail_context(
    request: ChapterRequest, member: Member, role_form: GiveRoleForm | None = None
) -> dict[str, Any]:
    """What a person's page shows; also drawn again when a role could not be given."""
    today = today_in(request.chapter)
    may_see_log = has_right(request.actor, "chapters.see_audit")
    return {
        "member": member,
        "standing": standing_badge(member),
        "facts": _list_facts(member),
        "roles": _list_roles(member),
        "today": today,
        "role_form": role_form or GiveRoleForm(chapter=request.chapter, initial={"starts_on": today}),
        "invitation": Invitation.objects.filter(
            member=member, accepted_at__isnull=True, revoked_at__isnull=True, expires_at__gt=timezone.now()
        ).first(),
        "may_edit": has_right(request.actor, "chapters.edit_members"),
        "may_give_roles": has_right(request.actor, "chapters.give_roles"),
        "may_invite": has_right(request.actor, "chapters.invite") and member.kind != MemberKind.FORMER,
        "mail_url": chapter_url("chapters:member_mail", member_id=member.pk)
        if has_right(request.actor, "chapters.see_messages")
        else "",
        # A team's leader sees their own people, but not the inventory of what they can do.
        "skills_url": optional_url("precincts:member_skills", member_id=member.pk)
        if has_right(request.actor, "chapters.see_members") or member.pk == request.actor.member_id
        else "",
        "events": _list_events(request, member) if may_see_log else None,
        **get_parts(request, member),
    }


def _list_facts(member: Member) -> list[Detail]:
    nothing = "–"
    return [
        Detail(
            label=_("E-mail"),
            value=member.email or nothing,
            url=f"mailto:{member.email}" if member.email else "",
        ),
        Detail(
            label=_("Phone"), value=member.phone or nothing, url=f"tel:{member.phone}" if member.phone else ""
        ),
        Detail(label=_("Address"), value=member.address or nothing),
        Detail(label=_("Kind"), value=member.get_kind_display()),
        Detail(label=_("Member since"), value=day(member.since)),
        Detail(label=_("Language"), value=dict(settings.LANGUAGES).get(member.language, _("as the chapter"))),
        Detail(label=_("Signs in as"), value=member.user.email if member.user else _("no account")),
        Detail(label=_("Note"), value=member.note or nothing),
    ]


def _list_roles(member: Member) -> list[Role]:
    return list(member.roles.select_related("given_by").order_by("-starts_on", "name"))


def _list_events(request: ChapterRequest, member: Member) -> list[Event]:
    rows = AuditEvent.objects.visible_to(request.actor).filter(
        row_kind="chapters.member", row_id=str(member.pk)
    )
    return [Event(at=row.at, what=row.summary, who=row.actor_label) for row in rows[:20]]
