"""The board of all asks, one ask of one of the chapter's people, and whom nobody asks."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from chapters.enums import OPEN_ASK_RESULTS, AskResult, StepSize
from chapters.forms.asks import AnswerForm, HandOnForm
from chapters.models import Ask
from chapters.querysets import AskQuerySet
from chapters.selectors import asks as selectors
from chapters.selectors.actors import today_in
from chapters.selectors.ladder import list_steps
from chapters.services import asks as services
from chapters.services import audit
from core.components import Action, Badge, Detail, Stat
from core.confirm import ask as confirm
from core.http import ChapterRequest, chapter_url, read_id, require_perm
from core.lists import Column, Filter, ListSpec, Rows
from core.permissions import has_right
from core.templatetags.formats import day, number

_RESULTS: dict[str, tuple[str, Any]] = {
    AskResult.OPEN: ("hourglass-split", "neutral"),
    AskResult.YES: ("check-circle", "good"),
    AskResult.MAYBE: ("question-circle", "mark"),
    AskResult.LATER: ("clock", "mark"),
    AskResult.NO: ("x-circle", "neutral"),
    AskResult.WITHDRAWN: ("arrow-counterclockwise", "neutral"),
    AskResult.CLOSED: ("person-slash", "neutral"),
}


def result_badge(ask: Ask) -> Badge:
    """The answer, or why there is none, as icon and word."""
    icon, tone = _RESULTS[ask.result]
    return Badge(word=ask.answer, icon=icon, tone=tone)


def say_next(ask: Ask) -> str:
    """By when somebody has to ask or come back, or since when it is settled."""
    if ask.next_on is None:
        return gettext("settled on %(day)s") % {"day": day(ask.answered_on)}
    if ask.next_on < timezone.localdate():
        return gettext("%(day)s, late") % {"day": day(ask.next_on)}
    if ask.follow_up_on is not None:
        return gettext("come back on %(day)s") % {"day": day(ask.follow_up_on)}
    return day(ask.next_on)


def _say_asker(ask: Ask) -> str:
    if ask.is_open and ask.asked_by.kind == "former":
        return gettext("%(name)s, who has left") % {"name": ask.asked_by}
    return str(ask.asked_by)


def _by_state(rows: Rows, value: str) -> Rows:
    today = timezone.localdate()
    is_open = rows.filter(result__in=OPEN_ASK_RESULTS)
    if value == "due":
        return is_open.filter(next_day__lte=today + selectors.SOON)
    if value == "late":
        return is_open.filter(next_day__lt=today)
    if value == "back":
        return is_open.filter(follow_up_on__isnull=False)
    if value == "open":
        return is_open
    return rows.exclude(result__in=OPEN_ASK_RESULTS)


def _list_who_asks(request: Any) -> list[tuple[str, Any]]:
    mine = str(request.actor.member_id)
    return [
        (value, _("Mine") if value == mine else words)
        for value, words in selectors.list_who_asks(request.actor)
    ]


ASKS = ListSpec(
    key="asks",
    columns=(
        Column("who", _("Asked"), lambda a: a.asked_name, sort=("asked_name",), title=True, url=lambda a: a.page),
        Column("what", _("For"), lambda a: a.what, sort=("step__position", "whats__en")),
        Column("by", _("By whom"), _say_asker, sort=("asked_by__last_name", "asked_by__first_name")),
        Column("next", _("By when"), say_next, sort=("next_day",), csv=lambda a: a.next_on),
        Column("result", _("Answer"), lambda a: a.answer, badge=result_badge, sort=("result",)),
        Column("step", _("Size"), lambda a: a.step.get_size_display() if a.step else "", only_csv=True),
        Column("asked_on", _("Since"), lambda a: a.asked_on, only_csv=True),
        Column("answered_on", _("Answered on"), lambda a: a.answered_on, only_csv=True),
        Column("note", _("In their words"), lambda a: a.note, only_csv=True),
    ),
    filters=(
        Filter(
            "state", _("State"),
            [
                ("due", _("Due")), ("late", _("Overdue")), ("back", _("Come back")), ("open", _("Open")),
                ("settled", _("Settled")),
            ],
            _by_state,
        ),
        Filter("by", _("Who asks"), _list_who_asks, lambda rows, value: rows.filter(asked_by=value)),
        Filter(
            "result", _("Answer"), [(one.value, one.label) for one in AskResult if one != AskResult.OPEN],
            lambda rows, value: rows.filter(result=value),
        ),
        Filter("size", _("Size"), StepSize.choices, lambda rows, value: rows.filter(step__size=value)),
    ),
    search=lambda rows, words: (
        rows.filter(asked_name__icontains=words) | rows.filter(asked_by__last_name__istartswith=words)
    ),
    search_label=_("Who is asked, or who asks"),
    order=("is_settled", "next_day", "pk"),
    csv_right="chapters.export_asks",
)  # fmt: skip


@require_safe
def index(request: ChapterRequest) -> HttpResponseBase:
    """Everybody who is being asked for something, by whom, by when, and what they said."""
    require_perm(request, "chapters.see_asks")
    page = ASKS.read(request, selectors.list_asks(request.actor), load=selectors.with_pages)
    if page.wants_csv:
        audit.log_export(
            by=request.actor, what="asks", says=_("asks"), count=page.total, detail=request.GET.dict()
        )
        return page.csv("asks.csv")
    on = today_in(request.chapter)
    summary = selectors.get_ask_summary(request.actor, on)
    may_hand_on = has_right(request.actor, "chapters.hand_on_asks")
    may_ask = has_right(request.actor, "chapters.make_asks")
    context = {
        "page": page,
        "stats": [
            Stat(number=number(summary.late), words=_("overdue"), url="?state=late"),
            Stat(number=number(summary.due), words=_("due within three days"), url="?state=due"),
            Stat(number=number(summary.open), words=_("open"), url="?state=open"),
            Stat(number=number(summary.said_yes), words=_("said yes so far"), url="?result=yes"),
        ],
        "without_asker": summary.without_asker if may_hand_on else 0,
        "may_ask": may_ask,
        "may_edit_ladder": has_right(request.actor, "chapters.edit_ladder"),
        "may_see_members": has_right(request.actor, "chapters.see_members"),
    }
    return render(request, "chapters/asks/index.html", context)


def _get_ask(request: ChapterRequest, ask_id: int) -> Ask:
    rows: AskQuerySet = Ask.objects.visible_to(request.actor).plain()
    ask: Ask = get_object_or_404(rows.select_related("asked", "asked_by", "step", "chapter"), pk=ask_id)
    require_perm(request, "chapters.see_asks", ask)
    return ask


@require_http_methods(["GET", "HEAD", "POST"])
def detail(request: ChapterRequest, plain_ask_id: int) -> HttpResponse:
    """One ask: whom, for what, their number to call, and what they said."""
    ask = _get_ask(request, plain_ask_id)
    on = today_in(request.chapter)
    form = AnswerForm(request.POST if request.method == "POST" else None, ask=ask, on=on)
    if request.method == "POST" and form.is_valid():
        ask = services.answer_ask(ask=ask, by=request.actor, on=on, **form.cleaned_data)
        messages.success(request, _say_answer(ask))
        return redirect(chapter_url("chapters:ask", plain_ask_id=ask.pk))
    may_ask = ask.asked is not None and has_right(request.actor, "chapters.make_asks", ask.asked)
    context = {
        "ask": ask,
        "form": form,
        "badge": result_badge(ask),
        "details": _list_details(request, ask),
        "may_hand_on": ask.is_open and has_right(request.actor, "chapters.hand_on_asks", ask),
        "next_steps": list(ask.step.next_steps.filter(retired_on__isnull=True)) if ask.step else [],
        "may_ask": may_ask,
    }
    return render(request, "chapters/asks/ask.html", context, status=422 if form.is_bound else 200)


def _say_answer(ask: Ask) -> str:
    words = {"name": ask.asked_name, "answer": ask.get_result_display()}
    if ask.next_on is not None:
        return gettext("Noted: %(name)s said %(answer)s. It comes back on %(day)s.") % {
            **words, "day": day(ask.next_on)
        }  # fmt: skip
    return gettext("Noted: %(name)s said %(answer)s.") % words


def _list_details(request: ChapterRequest, ask: Ask) -> list[Detail]:
    details = [Detail(label=_("For"), value=ask.what)]
    if ask.step is not None and ask.step.text:
        details.append(Detail(label=_("How to ask"), value=ask.step.text))
    if ask.asked is not None:
        person_url = ""
        if has_right(request.actor, "chapters.see_member", ask.asked):
            person_url = chapter_url("chapters:member", member_id=ask.asked_id)
        details.append(Detail(label=_("Person"), value=ask.asked_name, url=person_url))
        if ask.asked.phone and ask.is_open:
            details.append(Detail(label=_("Phone"), value=ask.asked.phone, url=f"tel:{ask.asked.phone}"))
        if ask.asked.email and ask.is_open:
            details.append(Detail(label=_("E-mail"), value=ask.asked.email, url=f"mailto:{ask.asked.email}"))
    details += [
        Detail(label=_("Who asks"), value=_say_asker(ask)),
        Detail(label=_("Asked since"), value=day(ask.asked_on)),
    ]
    if ask.next_on is not None:
        details.append(Detail(label=_("By when"), value=say_next(ask)))
    if ask.answered_on is not None:
        details.append(Detail(label=_("Answered on"), value=day(ask.answered_on)))
    if ask.note and not ask.is_open:
        details.append(Detail(label=_("In their words"), value=ask.note))
    return details


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: ChapterRequest, plain_ask_id: int) -> HttpResponse:
    """Ask before an ask is taken back, and take it back."""
    ask = _get_ask(request, plain_ask_id)
    if request.method == "POST":
        services.withdraw_ask(ask=ask, by=request.actor, on=today_in(request.chapter))
        messages.success(request, gettext("Taken back: nobody asks %(name)s now.") % {"name": ask.asked_name})
        return redirect(chapter_url("chapters:asks"))
    words = {"name": ask.asked_name, "what": ask.what}
    return confirm(
        request,
        title=gettext("Take back asking %(name)s?") % words,
        says=[
            gettext("%(what)s: nobody is sent to ask any more.") % words,
            gettext("It stays on record that it was meant; they can be asked again."),
        ],
        action=gettext("Take the ask back"),
        cancel_url=chapter_url("chapters:ask", plain_ask_id=ask.pk),
        crumbs=[(gettext("Asks"), chapter_url("chapters:asks"))],
    )


@require_http_methods(["GET", "HEAD", "POST"])
def hand_on(request: ChapterRequest, plain_ask_id: int) -> HttpResponse:
    """Let somebody else make an ask, of whichever app it is."""
    rows = Ask.objects.visible_to(request.actor).select_related("asked", "asked_by", "chapter")
    ask: Ask = get_object_or_404(rows, pk=plain_ask_id)
    require_perm(request, "chapters.hand_on_asks", ask)
    on = today_in(request.chapter)
    form = HandOnForm(request.POST if request.method == "POST" else None, ask=ask, on=on)
    if request.method == "POST" and form.is_valid():
        ask = services.reassign_ask(ask=ask, by=request.actor, on=on, **form.cleaned_data)
        messages.success(
            request,
            gettext("%(who)s asks %(name)s from now on.") % {"who": ask.asked_by, "name": ask.asked_name},
        )
        left = Ask.objects.visible_to(request.actor).without_asker().exists()
        return redirect(chapter_url("chapters:asks_without_asker" if left else "chapters:asks"))
    context = {"ask": ask, "form": form, "page": selectors.find_pages([ask])[ask.pk]}
    return render(request, "chapters/asks/hand_on.html", context, status=422 if form.is_bound else 200)


WITHOUT_ASKER = ListSpec(
    key="without-asker",
    columns=(
        Column("who", _("Asked"), lambda a: a.asked_name, sort=("asked_name",), title=True, url=lambda a: a.page),
        Column("what", _("For"), lambda a: a.what),
        Column("by", _("Who wanted to ask"), lambda a: str(a.asked_by), sort=("asked_by__last_name",)),
        Column("next", _("By when"), say_next, sort=("next_day",)),
    ),
    actions=lambda a: [
        Action(
            label=_("Choose who asks"), icon="person-check",
            url=chapter_url("chapters:hand_on_ask", plain_ask_id=a.pk),
        )
    ],
    order=("next_day", "pk"),
)  # fmt: skip


@require_safe
def without_asker(request: ChapterRequest) -> HttpResponse:
    """Open asks whose asker has left: nobody makes them until somebody else takes them."""
    require_perm(request, "chapters.hand_on_asks")
    rows = selectors.list_asks(request.actor).without_asker()
    page = WITHOUT_ASKER.read(request, rows, load=selectors.with_pages)
    return render(request, "chapters/asks/without_asker.html", {"page": page})


def _say_last(member: Any) -> str:
    if member.last_asked_on is None:
        return gettext("never")
    return gettext("%(day)s: %(answer)s") % {
        "day": day(member.last_asked_on), "answer": AskResult(member.last_result).label
    }  # fmt: skip


def say_next_ask(member: Any) -> str:
    """What to ask somebody next, in words."""
    return str(member.next_ask.step) if member.next_ask is not None else gettext("nothing left to ask")


def ask_next_actions(member: Any) -> list[Action]:
    """Ask for it in one tap, or choose something else."""
    actions = []
    if member.next_ask is not None:
        url = chapter_url("chapters:ask_next", member_id=member.pk, step_id=member.next_ask.step.pk)
        actions.append(Action(label=_("Ask this"), url=url, icon="chat-dots", post=True))
    choose = chapter_url("chapters:ask_member", member_id=member.pk)
    return [*actions, Action(label=_("Something else"), url=choose, icon="three-dots")]


UNASKED = ListSpec(
    key="unasked",
    columns=(
        Column(
            "name", _("Name"), str, sort=("last_name", "first_name"), title=True,
            url=lambda m: chapter_url("chapters:member", member_id=m.pk),
        ),
        Column("last", _("Last asked"), _say_last, sort=("last_asked_on",), csv=lambda m: m.last_asked_on),
        Column(
            "next", _("Next ask"), say_next_ask, line=lambda m: m.next_ask.why if m.next_ask else "",
        ),
        Column("why", _("Why"), lambda m: m.next_ask.why if m.next_ask else "", only_csv=True),
    ),
    filters=(
        Filter(
            "step", _("Next ask"),
            lambda request: [
                (str(step.pk), str(step)) for step in list_steps(request.chapter.pk) if step.retired_on is None
            ],
            lambda rows, _value: rows,
        ),
    ),
    search=lambda rows, words: rows.search_names(words),  # type: ignore[attr-defined]
    search_label=_("Name"),
    actions=ask_next_actions,
    order=("last_name", "first_name", "pk"),
    csv_right="chapters.export_asks",
)  # fmt: skip


@require_safe
def unasked(request: ChapterRequest) -> HttpResponseBase:
    """The people whom nobody has asked for some weeks, each with the next ask."""
    require_perm(request, "chapters.make_asks")
    on = today_in(request.chapter)
    weeks = read_id(request.GET.get("weeks", "")) or 0
    weeks = weeks if weeks in selectors.WEEKS else selectors.WEEKS[1]
    rows = selectors.list_unasked(request.actor, on, weeks)
    step_id = read_id(request.GET.get("step", ""))
    if step_id:
        rows = selectors.narrow_by_next_step(rows, step_id, request.chapter, on)
    load = selectors.with_next_asks(request.chapter, on)
    page = UNASKED.read(request, rows, load=load, kept={"weeks": str(weeks)})
    if page.wants_csv:
        audit.log_export(
            by=request.actor, what="unasked", says=_("people whom nobody asks"), count=page.total,
            detail=request.GET.dict(),
        )  # fmt: skip
        return page.csv("unasked.csv")
    choices = [
        {
            "url": f"?weeks={count}",
            "words": ngettext("%(count)d week", "%(count)d weeks", count) % {"count": count},
            "chosen": count == weeks,
        }
        for count in selectors.WEEKS
    ]
    return render(request, "chapters/asks/unasked.html", {"page": page, "weeks": choices})
