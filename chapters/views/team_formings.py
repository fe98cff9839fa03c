"""Forming a team from one invitation: offering first calls, who comes, the team; and choosing by personal link."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chapters.enums import FormingAnswer, MemberKind
from chapters.forms.team_formings import ChooseForm, FormingForm, InviteForm
from chapters.models import FormingInvite, FormingSlot, Member, TeamForming
from chapters.selectors.actors import today_in
from chapters.selectors.teams import list_invites
from chapters.services import team_formings as services
from core.confirm import ask as confirm
from core.errors import DomainError
from core.http import ChapterRequest, chapter_url, read_id, require_perm
from core.recipients import get_recipients
from core.templatetags.formats import number, when
from core.tenancy import chapter_scope


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: ChapterRequest) -> HttpResponse:
    """Say which team is to be formed, and offer first calls or meetings."""
    require_perm(request, "chapters.edit_teams")
    now = timezone.now()
    form = FormingForm(request.POST if request.method == "POST" else None, now=now)
    organizer = Member.objects.filter(pk=request.actor.member_id).first()
    if organizer is None:
        raise Http404
    if request.method == "POST" and form.is_valid():
        forming = services.offer_forming(
            chapter=request.chapter, name=form.cleaned_data["name"], purpose=form.cleaned_data["purpose"],
            organizer=organizer, slots=form.slots, by=request.actor, at=now,
        )  # fmt: skip
        messages.success(request, gettext("Written. Nobody is invited yet: choose whom."))
        return redirect(chapter_url("chapters:forming", forming_id=forming.pk))
    return render(
        request, "chapters/team_formings/form.html", {"form": form}, status=422 if form.is_bound else 200
    )


def _get_forming(request: ChapterRequest, forming_id: int) -> TeamForming:
    rows = TeamForming.objects.visible_to(request.actor).select_related("organizer", "team", "chapter")
    forming: TeamForming = get_object_or_404(rows, pk=forming_id)
    require_perm(request, "chapters.edit_teams", forming)
    return forming


@require_safe
def detail(request: ChapterRequest, forming_id: int) -> HttpResponse:
    """Who comes to which first call, who has not answered, who came."""
    return _render(request, _get_forming(request, forming_id), None)


def _render(request: ChapterRequest, forming: TeamForming, invite_form: InviteForm | None) -> HttpResponse:
    now = timezone.now()
    invites = list_invites(forming)
    slots = list(forming.slots.order_by("starts_at", "pk"))
    of_slot = {slot.pk: [one for one in invites if one.slot_id == slot.pk] for slot in slots}
    groups = [
        {
            "title": f"{when(slot.starts_at)}: {slot.place}",
            "room": slot.capacity,
            "invites": of_slot[slot.pk],
        }
        for slot in slots
    ]
    rest = [
        (FormingAnswer.NO_TIME, gettext("Want to, at another time")),
        (FormingAnswer.NONE, gettext("No answer yet")),
        (FormingAnswer.NO, gettext("Do not want to")),
    ]
    groups += [
        {"title": title, "room": None, "invites": found}
        for answer, title in rest
        if (found := [one for one in invites if one.answer == answer])
    ]
    is_open = forming.is_open and forming.closes_at > now
    context = {
        "forming": forming,
        "groups": groups,
        "slots": slots,
        "invited": len(invites),
        "chose": sum(one.answer == FormingAnswer.SLOT for one in invites),
        "came": sum(one.came is True for one in invites),
        "without_mail": [one.member for one in invites if not one.member.email and not one.member.user_id],
        "is_open": is_open,
        "form": (invite_form or InviteForm(chapter=request.chapter)) if is_open else None,
        "choices": [
            (str(slot.pk), f"{when(slot.starts_at)}: {slot.place}") for slot in slots if slot.starts_at > now
        ],
    }
    wrong = invite_form is not None
    return render(request, "chapters/team_formings/forming.html", context, status=422 if wrong else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: ChapterRequest, forming_id: int) -> HttpResponse:
    """Say how many a group is, and invite them."""
    forming = _get_forming(request, forming_id)
    form = InviteForm(request.GET if "group" in request.GET else request.POST, chapter=request.chapter)
    if not form.is_valid():
        return _render(request, forming, form)
    name, value = form.wished
    people = get_recipients(name).list_members(request.chapter, value).exclude(kind=MemberKind.FORMER)
    people = people.exclude(pk__in=forming.invites.values("member_id"))
    if request.method == "POST":
        count, planned = services.invite_to_forming(
            forming=forming, members=people.select_related("chapter"), by=request.actor, at=timezone.now()
        )
        words = {"count": number(count)}
        messages.success(
            request, ngettext("%(count)s person is invited.", "%(count)s people are invited.", count) % words
        )
        if planned.without_address:
            missing = len(planned.without_address)
            says = ngettext(
                "%(count)s has no address: call them.", "%(count)s have no address: call them.", missing
            )
            messages.warning(request, says % {"count": number(missing)})
        return redirect(chapter_url("chapters:forming", forming_id=forming.pk))
    count = people.count()
    words = {"count": number(count), "name": forming.name}
    return confirm(
        request,
        title=ngettext("Invite %(count)s person?", "Invite %(count)s people?", count) % words,
        says=[
            gettext("Each gets one mail with a link of their own, in which to choose a first call for %(name)s.") % words,
            gettext("Who is invited already gets no second mail."),
        ],
        action=ngettext("Send to %(count)s person", "Send to %(count)s people", count) % words,
        cancel_url=chapter_url("chapters:forming", forming_id=forming.pk),
        icon="envelope",
        danger=False,
        crumbs=[(gettext("Teams"), chapter_url("chapters:teams"))],
    )  # fmt: skip


@require_POST
def answer(request: ChapterRequest, forming_id: int, invite_id: int) -> HttpResponse:
    """Note what somebody said by phone."""
    forming = _get_forming(request, forming_id)
    row = get_object_or_404(forming.invites.select_related("member", "forming"), pk=invite_id)
    choice = request.POST.get("choice", "")
    slot = forming.slots.filter(pk=read_id(choice) or 0).first()
    if slot is None and choice not in (FormingAnswer.NO_TIME, FormingAnswer.NO):
        raise Http404
    said = FormingAnswer.SLOT if slot is not None else FormingAnswer(choice)
    services.answer_forming(invite=row, answer=said, slot=slot, by=request.actor, at=timezone.now())
    messages.success(request, gettext("Noted for %(name)s.") % {"name": row.member})
    return redirect(chapter_url("chapters:forming", forming_id=forming.pk))


@require_POST
def came(request: ChapterRequest, forming_id: int) -> HttpResponse:
    """Note who came."""
    forming = _get_forming(request, forming_id)
    ids = [pk for text in request.POST.getlist("came") if (pk := read_id(text))]
    count = services.note_who_came(forming=forming, came=ids, by=request.actor, at=timezone.now())
    words = {"count": number(count)}
    messages.success(request, ngettext("%(count)s person came.", "%(count)s people came.", count) % words)
    return redirect(chapter_url("chapters:forming", forming_id=forming.pk))


@require_POST
def make(request: ChapterRequest, forming_id: int) -> HttpResponse:
    """Make the team of those who came."""
    forming = _get_forming(request, forming_id)
    team = services.make_team(forming=forming, by=request.actor, on=today_in(request.chapter))
    messages.success(request, gettext("The team %(team)s is there. Choose who leads it.") % {"team": team})
    return redirect(chapter_url("chapters:team", team_id=team.pk))


@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: ChapterRequest, forming_id: int) -> HttpResponse:
    """Ask before an invitation is taken back, and take it back."""
    forming = _get_forming(request, forming_id)
    if request.method == "POST":
        services.stop_forming(forming=forming, by=request.actor, at=timezone.now())
        messages.success(request, gettext("Taken back: its links open nothing any more."))
        return redirect(chapter_url("chapters:teams"))
    return confirm(
        request,
        title=gettext("Take back the invitation to form %(name)s?") % {"name": forming.name},
        says=[
            gettext("Its links open nothing any more, and mails that wait are not sent."),
            gettext("Who has chosen is told nothing: call them."),
        ],
        action=gettext("Take it back"),
        cancel_url=chapter_url("chapters:forming", forming_id=forming.pk),
        crumbs=[(gettext("Teams"), chapter_url("chapters:teams"))],
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest, code: str) -> HttpResponse:
    """The personal link: GET shows what is offered and changes nothing, POST chooses."""
    row = services.open_link(code, timezone.now())
    by = services.actor_of_link(row)
    language = row.member.language or row.forming.chapter.language
    with translation.override(language), chapter_scope(row.forming.chapter, by):
        return _choose(request, row, by)


def _choose(request: HttpRequest, row: FormingInvite, by: Any) -> HttpResponse:
    now = timezone.now()
    slots = [_say_slot(slot, row) for slot in services.list_free_slots(row.forming, now)]
    free = [slot for slot in slots if slot.pk == row.slot_id or slot.left is None or slot.left > 0]
    chosen = str(row.slot_id) if row.slot_id else row.answer
    form = ChooseForm(
        request.POST if request.method == "POST" else None, slots=free, initial={"choice": chosen}
    )
    refused = ""
    if request.method == "POST" and form.is_valid():
        try:
            services.answer_forming(invite=row, by=by, at=now, **form.wished)
        except DomainError as error:
            refused = str(error)
        else:
            return redirect(request.path)
    context = {"row": row, "forming": row.forming, "form": form, "refused": refused}
    status = 409 if refused else 422 if form.is_bound else 200
    return render(request, "chapters/team_formings/choose.html", context, status=status)


def _say_slot(slot: FormingSlot, row: FormingInvite) -> Any:
    """A slot with its words, and how much room is left."""
    one: Any = slot
    one.left = slot.capacity - one.taken if slot.capacity is not None else None
    one.says = f"{when(slot.starts_at)}: {slot.place}"
    if one.left is not None and one.left > 0 and slot.pk != row.slot_id:
        room = ngettext("%(count)s place left", "%(count)s places left", one.left) % {
            "count": number(one.left)
        }
        one.says = f"{one.says} ({room})"
    return one
