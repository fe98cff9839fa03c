"""The log of mail, one mail, and sending one again whose fate is unknown."""

from __future__ import annotations

from typing import Any

from django.contrib import messages as notes
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from chapters.enums import MessageState
from chapters.models import MailSuppression, Member, Message
from chapters.selectors.messages import (
    count_overdue,
    count_states,
    list_kind_filters,
    list_messages,
    search_messages,
)
from chapters.services import audit, suppressions
from chapters.services.messages import release_message
from chapters.services.suppressions import list_suppressions
from chapters.views.message_words import list_stats, state_badge
from core.components import Detail
from core.confirm import ask
from core.http import ChapterRequest, chapter_url, read_id, require_perm
from core.lists import Column, Filter, ListSpec, Rows
from core.messages import say_kind
from core.permissions import has_right
from core.templatetags.formats import when


def _who(message: Message) -> str:
    return str(message.member) if message.member else message.email


def _kinds(request: ChapterRequest) -> list[tuple[str, Any]]:
    return list_kind_filters(request.actor)


def _settled_or_next(message: Message) -> Any:
    return message.finished_at or message.send_after


MESSAGES = ListSpec(
    key="messages",
    columns=(
        Column(
            "who", _("To"), _who, title=True, url=lambda m: chapter_url("chapters:message", message_id=m.pk),
            line=lambda m: m.email if m.member else "",
        ),
        Column("email", _("E-mail"), lambda m: m.email, sort=("email",), only_csv=True),
        Column("kind", _("What"), lambda m: say_kind(m.kind), sort=("kind",), line=lambda m: m.subject),
        Column("subject", _("Subject"), lambda m: m.subject, only_csv=True),
        Column(
            "state", _("State"), lambda m: m.get_state_display(), sort=("state",),
            badge=lambda m: state_badge(m.state), line=lambda m: m.reason,
        ),
        Column("planned", _("Planned"), lambda m: m.planned_at, only_csv=True),
        Column("settled", _("When"), _settled_or_next, sort=("planned_at",)),
        Column("reason", _("Why not"), lambda m: m.reason, only_csv=True),
        Column("answer", _("What the mail server said"), lambda m: m.answer, only_csv=True),
    ),
    filters=(
        Filter("state", _("State"), MessageState.choices, lambda rows, value: rows.filter(state=value)),
        Filter("kind", _("What"), _kinds, lambda rows, value: rows.filter(kind=value)),
    ),
    search=search_messages,
    search_label=_("Name, address or subject"),
    order=("-planned_at", "-pk"),
    csv_right="chapters.export_messages",
)  # fmt: skip


@require_safe
def index(request: ChapterRequest) -> HttpResponseBase:
    """Who got what; narrowed to one mailing or one person by the address."""
    require_perm(request, "chapters.see_messages")
    rows, kept = _narrow(request, list_messages(request.actor))
    page = MESSAGES.read(request, rows, kept=kept)
    if page.wants_csv:
        audit.log_export(
            by=request.actor,
            what="messages",
            says=_("log of mail"),
            count=page.total,
            detail=request.GET.dict(),
        )
        return page.csv("mail.csv")
    counts = count_states(rows)
    context = {
        "page": page,
        "stats": list_stats(
            counts, "?" + "".join(f"{key}={value}&" for key, value in kept.items()) + "state="
        ),
        "count": sum(counts.values()),
        "overdue": count_overdue(request.chapter, timezone.now()),
        "is_narrowed": bool(kept),
        "may_write": has_right(request.actor, "chapters.write_mail"),
    }
    return render(request, "chapters/messages/index.html", context)


def _narrow(request: ChapterRequest, rows: Rows) -> tuple[Rows, dict[str, str]]:
    kept: dict[str, str] = {}
    for name in ("mailing", "member"):
        found = read_id(request.GET.get(name, ""))
        if found is not None:
            rows, kept[name] = rows.filter(**{f"{name}_id": found}), str(found)
    return rows, kept


@require_safe
def detail(request: ChapterRequest, message_id: int) -> HttpResponse:
    """One mail as it was sent, and what the mail server said."""
    message = get_object_or_404(_with_all(request), pk=message_id)
    require_perm(request, "chapters.see_messages", message)
    may_write = has_right(request.actor, "chapters.write_mail")
    suppression = list_suppressions(message.chapter_id, [message.email]).get(message.email)
    context = {
        "message": message,
        "kind": say_kind(message.kind),
        "badge": state_badge(message.state),
        "facts": _list_facts(message),
        "suppression": suppression,
        "may_release": may_write and message.state in (MessageState.UNKNOWN, MessageState.FAILED),
        "may_lift": may_write,
    }
    return render(request, "chapters/messages/detail.html", context)


def _with_all(request: ChapterRequest) -> Rows:
    return Message.objects.visible_to(request.actor).select_related("member", "mailing", "released_by")


def _list_facts(message: Message) -> list[Detail]:
    facts = [
        Detail(
            label=_("To"), value=_who(message),
            url=chapter_url("chapters:member", member_id=message.member_id) if message.member_id else "",
        ),
        Detail(label=_("E-mail"), value=message.email),
        Detail(label=_("Planned"), value=when(message.planned_at)),
    ]  # fmt: skip
    if message.mailing:
        url = chapter_url("chapters:mailing", mailing_id=message.mailing_id)
        facts.append(Detail(label=_("Mail to many"), value=message.mailing.subject, url=url))
    if message.state == MessageState.PENDING:
        facts.append(
            Detail(
                label=_("Goes out"), value=gettext("from %(time)s on") % {"time": when(message.send_after)}
            )
        )
    if message.started_at:
        facts.append(Detail(label=_("Last tried"), value=when(message.started_at)))
    if message.finished_at:
        facts.append(Detail(label=_("Settled"), value=when(message.finished_at)))
    if message.attempts > 1:
        facts.append(Detail(label=_("Tries"), value=message.attempts))
    if message.reason:
        facts.append(Detail(label=_("Why not"), value=message.reason))
    if message.answer:
        facts.append(Detail(label=_("What the mail server said"), value=message.answer))
    if message.released_at:
        said = {"name": message.released_by or "–", "time": when(message.released_at)}
        facts.append(Detail(label=_("Sent again"), value=gettext("%(time)s by %(name)s") % said))
    return facts


@require_http_methods(["GET", "HEAD", "POST"])
def release(request: ChapterRequest, message_id: int) -> HttpResponse:
    """Asked first: a mail whose fate is unknown may have arrived."""
    message = get_object_or_404(_with_all(request), pk=message_id)
    require_perm(request, "chapters.write_mail", message)
    back = chapter_url("chapters:message", message_id=message.pk)
    if request.method == "POST":
        release_message(message=message, by=request.actor, at=timezone.now())
        notes.success(request, gettext("The mail to %(who)s goes out again.") % {"who": _who(message)})
        return redirect(back)
    says = [gettext("It goes to %(address)s, as it is written today.") % {"address": message.email}]
    if message.state == MessageState.UNKNOWN:
        says.insert(0, gettext("The first one may have arrived: then this person gets it twice."))
    return ask(
        request,
        title=gettext("Send this mail to %(who)s again?") % {"who": _who(message)},
        says=says,
        action=_("Send it again"),
        cancel_url=back,
        danger=False,
        crumbs=[(_("Mail"), chapter_url("chapters:messages"))],
    )


@require_http_methods(["GET", "HEAD", "POST"])
def lift(request: ChapterRequest, suppression_id: int) -> HttpResponse:
    """Asked first: an address that bounced or complained harms all other mail when it is written to again."""
    row = get_object_or_404(MailSuppression.objects.visible_to(request.actor), pk=suppression_id)
    require_perm(request, "chapters.write_mail", row)
    back = _page_of_person(request) or chapter_url("chapters:messages")
    if request.method == "POST":
        suppressions.lift_suppression(suppression=row, by=request.actor, at=timezone.now())
        notes.success(request, gettext("Mail goes to this address again."))
        return redirect(back)
    return ask(
        request,
        title=_("Let mail go to this address again?"),
        says=[
            gettext("Since %(time)s none goes there: %(why)s.")
            % {"time": when(row.since), "why": row.get_reason_display()},
            gettext(
                "Do so only when the person has told you that the mailbox works, or that they want mail."
            ),
        ],
        action=_("Let mail go there again"),
        cancel_url=back,
        danger=False,
        crumbs=[(_("Mail"), chapter_url("chapters:messages"))],
    )


def _page_of_person(request: ChapterRequest) -> str:
    member_id = read_id(request.GET.get("member", ""))
    if member_id is None or not Member.objects.visible_to(request.actor).filter(pk=member_id).exists():
        return ""
    return chapter_url("chapters:member", member_id=member_id)


@require_safe
def of_member(request: ChapterRequest, member_id: int) -> HttpResponse:
    """The part of a person's page that tells of their mail."""
    member = get_object_or_404(Member.objects.visible_to(request.actor).select_related("user"), pk=member_id)
    require_perm(request, "chapters.see_messages", member)
    email = member.email or (member.user.email if member.user else "")
    rows = list_messages(request.actor).filter(member=member)
    context = {
        "member": member,
        "suppression": list_suppressions(member.chapter_id, [email]).get(email.strip().lower()),
        "rows": [(row, say_kind(row.kind), state_badge(row.state)) for row in rows[:5]],
        "may_lift": has_right(request.actor, "chapters.write_mail"),
    }
    return render(request, "chapters/messages/of_member.html", context)
