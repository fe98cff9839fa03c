"""Mail to many: written, looked at, tried, sent off, and how it stands."""

from __future__ import annotations

from typing import Any

from csp.constants import NONE, SELF
from csp.decorators import csp_replace, csp_update
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chapters.enums import MailingState, MessageState
from chapters.forms.mailings import MailingForm, list_group_choices
from chapters.models import Mailing, Member, Message
from chapters.selectors.messages import count_by_mailing, count_states, get_next_start
from chapters.services import audit
from chapters.services import mailings as services
from chapters.views.message_words import list_stats
from core.components import Badge, Step
from core.confirm import ask
from core.http import ChapterRequest, chapter_url, require_perm
from core.lists import Column, ListSpec
from core.templatetags.formats import number

_LOOKS = {
    MailingState.DRAFT: ("pencil", "mark"),
    MailingState.SENT: ("send-check", "good"),
    MailingState.STOPPED: ("stop-circle", "neutral"),
}


def _badge(mailing: Mailing) -> Badge:
    icon, tone = _LOOKS[MailingState(mailing.state)]
    return Badge(word=mailing.get_state_display(), icon=icon, tone=tone)  # type: ignore[arg-type]


def _load(rows: Any) -> list[Any]:
    counts = count_by_mailing(rows)
    for row in rows:
        row.counts = counts[row.pk]
    return list(rows)


MAILINGS = ListSpec(
    key="mailings",
    columns=(
        Column(
            "subject", _("Subject"), lambda m: m.subject, title=True,
            url=lambda m: chapter_url("chapters:mailing", mailing_id=m.pk),
        ),
        Column("state", _("State"), lambda m: m.get_state_display(), badge=_badge),
        Column("written", _("Written"), lambda m: m.created_at, sort=("created_at",), line=lambda m: m.written_by or ""),
        Column("sent_off", _("Sent off"), lambda m: m.sent_off_at, sort=("sent_off_at",)),
        Column("planned", _("People"), lambda m: m.planned_count or "", numeric=True, sort=("planned_count",)),
        Column("sent", _("Sent"), lambda m: m.counts.get(MessageState.SENT, ""), numeric=True),
        Column("failed", _("Failed"), lambda m: m.counts.get(MessageState.FAILED, ""), numeric=True),
    ),
    order=("-created_at", "-pk"),
    csv_right="chapters.export_messages",
)  # fmt: skip


@require_safe
def index(request: ChapterRequest) -> Any:
    require_perm(request, "chapters.write_mail")
    rows = Mailing.objects.visible_to(request.actor).select_related("written_by")
    page = MAILINGS.read(request, rows, load=_load)
    if page.wants_csv:
        audit.log_export(by=request.actor, what="mailings", says=_("mails to many"), count=page.total)
        return page.csv("mailings.csv")
    return render(request, "chapters/mailings/index.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: ChapterRequest) -> HttpResponse:
    require_perm(request, "chapters.write_mail")
    form = MailingForm(
        request.POST if request.method == "POST" else None,
        chapter=request.chapter,
        initial={"group": request.GET.get("group", "")},
    )
    if request.method == "POST" and form.is_valid():
        mailing = services.write_mailing(
            chapter=request.chapter, by=request.actor, at=timezone.now(), **form.values()
        )
        return redirect(_url(mailing))
    return _render_form(request, form, None)


def _url(mailing: Mailing) -> str:
    return chapter_url("chapters:mailing", mailing_id=mailing.pk)


def _render_form(request: ChapterRequest, form: MailingForm, mailing: Mailing | None) -> HttpResponse:
    context = {"form": form, "mailing": mailing}
    return render(request, "chapters/mailings/form.html", context, status=422 if form.is_bound else 200)


def _get(request: ChapterRequest, mailing_id: int) -> Mailing:
    rows = Mailing.objects.visible_to(request.actor).select_related("chapter", "written_by", "sent_off_by")
    mailing = get_object_or_404(rows, pk=mailing_id)
    require_perm(request, "chapters.write_mail", mailing)
    return mailing


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: ChapterRequest, mailing_id: int) -> HttpResponse:
    mailing = _get(request, mailing_id)
    posted = request.POST if request.method == "POST" else None
    form = MailingForm(posted, chapter=request.chapter, mailing=mailing)
    if request.method == "POST" and form.is_valid():
        services.change_mailing(mailing=mailing, by=request.actor, **form.values())
        return redirect(_url(mailing))
    return _render_form(request, form, mailing)


@csp_update({"frame-src": [SELF]})  # type: ignore[arg-type]
@require_safe
def detail(request: ChapterRequest, mailing_id: int) -> HttpResponse:
    """One mail to many: what is to be done next, how it looks, or how it went."""
    mailing = _get(request, mailing_id)
    is_draft = mailing.state == MailingState.DRAFT
    mark = services.mark_of(mailing)
    is_looked_at, is_tried = mailing.previewed_mark == mark, mailing.tried_mark == mark
    count = services.list_recipients_of(mailing).distinct().count() if is_draft else mailing.planned_count
    names = dict(settings.LANGUAGES)
    context = {
        "mailing": mailing,
        "badge": _badge(mailing),
        "is_draft": is_draft,
        "who": _say_group(request, mailing),
        "count": count,
        "looks": [(code, names[code]) for code in services.list_languages(mailing)],
        "is_looked_at": is_looked_at,
        "is_tried": is_tried,
        "steps": _list_steps(is_looked_at, is_tried) if is_draft else [],
        "my_address": _own_member(request).email if is_draft else "",
        **_get_counts(mailing),
    }
    return render(request, "chapters/mailings/detail.html", context)


def _list_steps(is_looked_at: bool, is_tried: bool) -> list[Step]:
    states = ["done", "done" if is_looked_at else "current"]
    states.append("done" if is_tried else "current" if is_looked_at else "todo")
    states.append("current" if is_looked_at and is_tried else "todo")
    labels = [_("Write"), _("Look at it"), _("Send a test to yourself"), _("Send it off")]
    return [Step(label=label, state=state) for label, state in zip(labels, states, strict=True)]  # type: ignore[arg-type]


def _say_group(request: ChapterRequest, mailing: Mailing) -> str:
    wanted = f"{mailing.group}|{mailing.group_value}"
    for value, words in list_group_choices(request.chapter):
        inner = words if isinstance(words, list) else []
        for choice, said in inner:
            if choice == wanted:
                return f"{value}: {said}"
        if value == wanted:
            return str(words)
    return mailing.group


def _own_member(request: ChapterRequest) -> Member:
    member = Member.objects.select_related("user").filter(pk=request.actor.member_id).first()
    if member is None:
        raise Http404
    if not member.email and member.user:
        member.email = member.user.email
    return member


def _get_counts(mailing: Mailing) -> dict[str, Any]:
    rows = Message.objects.filter(mailing=mailing)
    counts = count_states(rows)
    is_moving = bool(counts[MessageState.PENDING] or counts[MessageState.SENDING])
    log = chapter_url("chapters:messages")
    return {
        "stats": list_stats(counts, f"{log}?mailing={mailing.pk}&state=") if sum(counts.values()) else [],
        "is_moving": is_moving and mailing.state == MailingState.SENT,
        "next_start": get_next_start(rows, timezone.now()) if is_moving else None,
        "counts_url": chapter_url("chapters:mailing_counts", mailing_id=mailing.pk),
        "log_url": f"{log}?mailing={mailing.pk}",
    }


@require_safe
def counts(request: ChapterRequest, mailing_id: int) -> HttpResponse:
    """The part of the page that shows how far it is; asked again while something moves."""
    mailing = _get(request, mailing_id)
    return render(request, "chapters/mailings/counts.html", {"mailing": mailing, **_get_counts(mailing)})


_MAIL_POLICY = {
    **{key: [NONE] for key in ("script-src", "connect-src", "form-action", "worker-src", "manifest-src")},
    "style-src": ["'unsafe-inline'"],
    "frame-ancestors": [SELF],
}


@csp_replace(_MAIL_POLICY)  # type: ignore[arg-type]  # a mail carries its styles in its elements; it runs nothing and loads nothing
@xframe_options_sameorigin
@require_safe
def look(request: ChapterRequest, mailing_id: int, language: str) -> HttpResponse:
    """The mail itself in one language, for the frames of its page."""
    mailing = _get(request, mailing_id)
    if language not in services.list_languages(mailing):
        raise Http404
    drawn = services.draw_mailing(mailing=mailing, language=language, member=_own_member(request))
    return HttpResponse(drawn.html)


@require_POST
def looked_at(request: ChapterRequest, mailing_id: int) -> HttpResponse:
    mailing = _get(request, mailing_id)
    services.note_looked_at(mailing=mailing, by=request.actor)
    return redirect(_url(mailing))


@require_POST
def try_out(request: ChapterRequest, mailing_id: int) -> HttpResponse:
    mailing = _get(request, mailing_id)
    member = _own_member(request)
    services.try_mailing(mailing=mailing, member=member, by=request.actor, at=timezone.now())
    messages.success(request, gettext("A test is on its way to %(address)s.") % {"address": member.email})
    return redirect(_url(mailing))


@require_http_methods(["GET", "HEAD", "POST"])
def send(request: ChapterRequest, mailing_id: int) -> HttpResponse:
    """Asked first: it says to how many."""
    mailing = _get(request, mailing_id)
    if request.method == "POST":
        services.send_off(mailing=mailing, by=request.actor, at=timezone.now())
        return redirect(_url(mailing))
    count = services.list_recipients_of(mailing).distinct().count()
    to_many = ngettext("%(count)s person", "%(count)s people", count) % {"count": number(count)}
    chapter = request.chapter
    hours = {"from": when_clock(chapter.quiet_from), "until": when_clock(chapter.quiet_until)}
    return ask(
        request,
        title=gettext("Send “%(subject)s” to %(many)s?") % {"subject": mailing.subject, "many": to_many},
        says=[
            gettext("Goes to: %(who)s. Who turned such mail off, or cannot be reached, is left out.")
            % {"who": _say_group(request, mailing)},
            gettext("From %(from)s to %(until)s, on each person's own clock, it waits for the morning.")
            % hours,
            gettext("What has gone out cannot be called back."),
        ],
        action=gettext("Send it to %(many)s") % {"many": to_many},
        cancel_url=_url(mailing),
        danger=False,
        crumbs=[(_("Mails to many"), chapter_url("chapters:mailings"))],
    )


def when_clock(value: Any) -> str:
    """An hour of the chapter's settings as "21:00"."""
    return str(value.strftime("%H:%M"))


@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: ChapterRequest, mailing_id: int) -> HttpResponse:
    mailing = _get(request, mailing_id)
    if request.method == "POST":
        kept_back = services.stop_mailing(mailing=mailing, by=request.actor, at=timezone.now())
        said = ngettext("%(count)d mail was kept back.", "%(count)d mails were kept back.", kept_back)
        messages.success(request, said % {"count": kept_back})
        return redirect(_url(mailing))
    waiting = count_states(Message.objects.filter(mailing=mailing))[MessageState.PENDING]
    says = ngettext(
        "%(count)s mail has not gone out yet and stays here.", "%(count)s mails have not gone out yet and stay here.",
        waiting,
    )  # fmt: skip
    return ask(
        request,
        title=gettext("Stop “%(subject)s”?") % {"subject": mailing.subject},
        says=[says % {"count": number(waiting)}, gettext("What has gone out cannot be called back.")],
        action=_("Stop it"),
        cancel_url=_url(mailing),
        crumbs=[(_("Mails to many"), chapter_url("chapters:mailings"))],
    )
