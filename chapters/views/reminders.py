"""The schedule of reminders: what comes again and again, and every line that is planned or was done."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chapters.models import Reminder
from chapters.selectors.reminders import Recurring, list_recurring, list_reminders
from chapters.services import audit
from chapters.services import reminders as services
from core.components import Action, Badge
from core.confirm import ask
from core.http import ChapterRequest, chapter_url, require_perm
from core.lists import Column, Filter, ListSpec, Rows
from core.reminders import say_reminder
from core.templatetags.formats import number, when

_STATES = [("open", _("planned")), ("done", _("done")), ("out", _("taken out")), ("wrong", _("went wrong"))]
_LOOKS = {
    "open": ("clock", "neutral"),
    "done": ("check-circle", "good"),
    "out": ("x-circle", "neutral"),
    "wrong": ("exclamation-octagon", "danger"),
}


def _state(reminder: Reminder) -> str:
    if reminder.done_at:
        return "done"
    if reminder.error:
        return "wrong"
    return "out" if reminder.cancelled_at else "open"


def _badge(reminder: Reminder) -> Badge:
    state = _state(reminder)
    icon, tone = _LOOKS[state]
    return Badge(word=dict(_STATES)[state], icon=icon, tone=tone)  # type: ignore[arg-type]


def _by_state(rows: Rows, state: str) -> Rows:
    if state == "done":
        return rows.filter(done_at__isnull=False)
    if state == "wrong":
        return rows.filter(done_at__isnull=True).exclude(error="")
    rows = rows.filter(done_at__isnull=True, error="")
    return rows.filter(cancelled_at__isnull=state == "open")


def _actions(reminder: Reminder) -> list[Action]:
    if not reminder.is_open:
        return []
    url = chapter_url("chapters:stop_reminder", reminder_id=reminder.pk)
    return [Action(label=_("Take out"), url=url, icon="x-circle")]


REMINDERS = ListSpec(
    key="reminders",
    columns=(
        Column(
            "kind",
            _("What"),
            lambda r: say_reminder(r.kind),
            sort=("kind",),
            title=True,
            line=lambda r: r.error,
        ),
        Column("state", _("State"), lambda r: dict(_STATES)[_state(r)], badge=_badge),
        Column("due", _("Due"), lambda r: r.try_after or r.due_at, sort=("due_at",)),
        Column("done", _("Done"), lambda r: r.done_at, sort=("done_at",)),
        Column("planned", _("Mails planned"), lambda r: r.planned_count if r.done_at else "", numeric=True),
    ),
    filters=(Filter("state", _("State"), _STATES, _by_state),),
    order=("-due_at", "-pk"),
    csv_right="chapters.export_messages",
    actions=_actions,
)


@require_safe
def index(request: ChapterRequest) -> HttpResponseBase:
    require_perm(request, "chapters.write_mail")
    page = REMINDERS.read(request, list_reminders(request.actor))
    if page.wants_csv:
        audit.log_export(by=request.actor, what="reminders", says=_("reminders"), count=page.total)
        return page.csv("reminders.csv")
    recurring = [(one, _say_next(one)) for one in list_recurring(request.actor)]
    return render(request, "chapters/reminders/index.html", {"page": page, "recurring": recurring})


def _say_next(one: Recurring) -> str:
    if one.reminder is None:
        said = gettext("Stopped")
    else:
        said = gettext("Next: %(time)s") % {"time": when(one.reminder.due_at)}
    if one.last_done_at is None:
        return said
    last = {"said": said, "time": when(one.last_done_at), "count": number(one.last_count)}
    return gettext("%(said)s. Last: %(time)s, %(count)s mails") % last


@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: ChapterRequest, reminder_id: int) -> HttpResponse:
    reminder = get_object_or_404(Reminder.objects.visible_to(request.actor), pk=reminder_id)
    require_perm(request, "chapters.write_mail", reminder)
    back = chapter_url("chapters:reminders")
    if request.method == "POST":
        services.stop_reminder(reminder=reminder, by=request.actor, at=timezone.now())
        messages.success(request, gettext("It is taken out of the schedule."))
        return redirect(back)
    said = {"what": say_reminder(reminder.kind), "time": when(reminder.due_at)}
    return ask(
        request,
        title=gettext("Take out “%(what)s”, due %(time)s?") % said,
        says=[
            gettext(
                "Nobody gets this reminder. One that comes again and again comes no more until you start it."
            )
        ],
        action=_("Take it out"),
        cancel_url=back,
        crumbs=[(_("Reminders"), back)],
    )


@require_POST
def start(request: ChapterRequest) -> HttpResponse:
    require_perm(request, "chapters.write_mail")
    reminder = services.start_recurring(
        kind=request.POST.get("kind", ""), chapter=request.chapter, by=request.actor, at=timezone.now()
    )
    said = {"what": say_reminder(reminder.kind), "time": when(reminder.due_at)}
    messages.success(request, gettext("%(what)s: next %(time)s.") % said)
    return redirect(chapter_url("chapters:reminders"))
