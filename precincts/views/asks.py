"""Asks for blocks: the list with what is due, one ask with its answer."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from chapters.enums import OPEN_ASK_RESULTS, AskResult
from chapters.selectors.actors import today_in
from chapters.services import audit
from core.components import Badge, Detail, Stat
from core.confirm import ask as confirm
from core.http import ChapterRequest, chapter_url, require_perm
from core.lists import Column, Filter, ListSpec, Rows
from core.permissions import has_right
from core.templatetags.formats import day, number
from precincts.casing import in_plain_case
from precincts.forms.asks import AnswerForm
from precincts.models import BlockAsk, Precinct
from precincts.querysets import BlockAskQuerySet
from precincts.selectors.asks import SOON, get_ask_summary, list_asks
from precincts.services import asks as services

_RESULTS: dict[str, tuple[str, Any]] = {
    AskResult.OPEN: ("hourglass-split", "neutral"),
    AskResult.YES: ("check-circle", "good"),
    AskResult.MAYBE: ("question-circle", "mark"),
    AskResult.LATER: ("clock", "mark"),
    AskResult.NO: ("x-circle", "neutral"),
    AskResult.WITHDRAWN: ("arrow-counterclockwise", "neutral"),
    AskResult.CLOSED: ("person-slash", "neutral"),
}


def result_badge(row: BlockAsk) -> Badge:
    """The answer, or why there is none, as icon and word."""
    icon, tone = _RESULTS[row.ask.result]
    return Badge(word=row.ask.answer, icon=icon, tone=tone)


def _by_state(rows: Rows, value: str) -> Rows:
    if value == "open":
        return rows.filter(ask__result__in=OPEN_ASK_RESULTS)
    if value == "due":
        soon = timezone.localdate() + SOON
        return rows.filter(ask__result__in=OPEN_ASK_RESULTS, next_day__lte=soon)
    return rows.exclude(ask__result__in=OPEN_ASK_RESULTS)


def _say_next(row: BlockAsk) -> str:
    if row.ask.next_on is None:
        return gettext("settled on %(day)s") % {"day": day(row.ask.answered_on)}
    late = row.ask.next_on < timezone.localdate()
    return gettext("%(day)s, late") % {"day": day(row.ask.next_on)} if late else day(row.ask.next_on)


ASKS = ListSpec(
    key="asks",
    columns=(
        Column(
            "who", _("Asked"), lambda r: r.ask.asked_name, sort=("ask__asked_name",), title=True,
            url=lambda r: chapter_url("precincts:ask", ask_id=r.pk),
        ),
        Column("what", _("For"), lambda r: r.ask.what, sort=("block__precinct__county", "code_order", "block__number")),
        Column("by", _("By whom"), lambda r: str(r.ask.asked_by), sort=("ask__asked_by__last_name",)),
        Column("next", _("By when"), _say_next, sort=("next_day",), csv=lambda r: r.ask.next_on),
        Column("result", _("Answer"), lambda r: str(result_badge(r).word), badge=result_badge, sort=("ask__result",)),
        Column("asked_on", _("Since"), lambda r: r.ask.asked_on, only_csv=True),
        Column("answered_on", _("Answered on"), lambda r: r.ask.answered_on, only_csv=True),
        Column("note", _("In their words"), lambda r: r.ask.note, only_csv=True),
    ),
    filters=(
        Filter("state", _("State"), [("due", _("Due")), ("open", _("Open")), ("settled", _("Settled"))], _by_state),
        Filter(
            "result", _("Answer"), [(one.value, one.label) for one in AskResult if one != AskResult.OPEN],
            lambda rows, value: rows.filter(ask__result=value),
        ),
    ),
    search=lambda rows, words: (
        rows.filter(ask__asked_name__icontains=words) | rows.filter(ask__asked_by__last_name__istartswith=words)
    ),
    search_label=_("Who is asked, or who asks"),
    order=("next_day", "pk"),
    csv_right="precincts.export_asks",
)  # fmt: skip


@require_safe
def asks(request: ChapterRequest) -> HttpResponseBase:
    """Everybody who is being asked to keep a block, by whom, by when, and what they said."""
    require_perm(request, "precincts.see_asks")
    on = today_in(request.chapter)
    page = ASKS.read(request, list_asks(request.actor))
    if page.wants_csv:
        audit.log_export(by=request.actor, what="asks", says=_("asks"), count=page.total)
        return page.csv("asks.csv")
    summary = get_ask_summary(request.actor, on)
    context = {
        "page": page,
        "stats": [
            Stat(number=number(summary.due), words=_("due within three days"), url="?state=due"),
            Stat(number=number(summary.open), words=_("open"), url="?state=open"),
            Stat(number=number(summary.said_yes), words=_("said yes so far"), url="?result=yes"),
        ],
        "precincts": _list_precincts(request) if has_right(request.actor, "precincts.ask_captains") else [],
    }
    return render(request, "precincts/asks/index.html", context)


def _list_precincts(request: ChapterRequest) -> Any:
    """Where new asks begin: the precincts whose captains the reader may look for."""
    rows = Precinct.objects.visible_to(request.actor).in_force(today_in(request.chapter)).with_code_order()
    rows = (
        rows
        if has_right(request.actor, "precincts.see_all")
        else rows.filter(pk__in=request.actor.precinct_ids)
    )
    return list(rows.order_by("county", "code_order")[:200])


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: ChapterRequest, ask_id: int) -> HttpResponse:
    """One ask: whom, where they live, and what they said; a yes gives them the block at once."""
    row = _get_ask(request, ask_id)
    on = today_in(request.chapter)
    form = AnswerForm(
        request.POST if request.method == "POST" else None, row=row, on=on,
        may_link=has_right(request.actor, "precincts.assign_captain", row.block),
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        row = services.answer_block_ask(block_ask=row, by=request.actor, on=on, **form.cleaned_data)
        messages.success(request, _say_answer(row))
        return redirect(_back_url(request, row))
    context = {
        "row": row,
        "form": form,
        "details": _list_details(row),
        "badge": result_badge(row),
        "precinct": row.block.precinct,
        "may_grow": has_right(request.actor, "precincts.ask_captains", row.block.precinct),
        "may_assign": has_right(request.actor, "precincts.assign_captain", row.block),
    }
    return render(request, "precincts/asks/ask.html", context, status=422 if form.is_bound else 200)


def _get_ask(request: ChapterRequest, ask_id: int) -> BlockAsk:
    rows: BlockAskQuerySet = BlockAsk.objects.visible_to(request.actor)
    rows = rows.select_related(
        "ask__asked", "ask__asked_by", "block__precinct", "voter__household__building", "assignment"
    )
    row: BlockAsk = get_object_or_404(rows, pk=ask_id)
    require_perm(request, "precincts.see_asks", row)
    return row


def _back_url(request: ChapterRequest, row: BlockAsk) -> str:
    if has_right(request.actor, "precincts.ask_captains", row.block.precinct):
        return (
            chapter_url("precincts:growth", precinct_id=row.block.precinct_id) + f"#block-{row.block.number}"
        )
    return chapter_url("precincts:asks")


def _say_answer(row: BlockAsk) -> str:
    words = {"name": row.ask.asked_name, "answer": row.ask.get_result_display(), "what": row.ask.what}
    if row.assignment is not None:
        words |= {"kind": row.assignment.get_kind_display(), "day": day(row.assignment.starts_on)}
        return gettext("%(name)s said yes and is %(kind)s from %(day)s on.") % words
    if row.ask.next_on is not None:
        words["day"] = day(row.ask.next_on)
        return gettext("Noted: %(name)s said %(answer)s. It comes back on %(day)s.") % words
    return gettext("Noted: %(name)s said %(answer)s.") % words


def _list_details(row: BlockAsk) -> list[Detail]:
    ask, voter = row.ask, row.voter
    details = [
        Detail(label=_("For"), value=ask.what),
        Detail(label=_("Who asks"), value=str(ask.asked_by)),
        Detail(label=_("Asked since"), value=day(ask.asked_on)),
    ]
    if ask.next_on is not None:
        details.append(Detail(label=_("By when"), value=day(ask.next_on)))
    if voter is not None and voter.household is not None:
        url = ""
        if voter.household.block_id is not None:
            url = (
                chapter_url("precincts:block_book", block_id=voter.household.block_id) + f"#voter-{voter.pk}"
            )
        details.append(Detail(label=_("Lives at"), value=in_plain_case(str(voter.household)), url=url))
    if voter is not None and voter.phone:
        details.append(Detail(label=_("Phone in the file"), value=voter.phone))
    if ask.answered_on is not None:
        details.append(Detail(label=_("Answered on"), value=day(ask.answered_on)))
    if ask.note and not ask.is_open:
        details.append(Detail(label=_("In their words"), value=ask.note))
    return details


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw_ask(request: ChapterRequest, ask_id: int) -> HttpResponse:
    """Ask before an ask is taken back, and take it back."""
    row = _get_ask(request, ask_id)
    if request.method == "POST":
        services.withdraw_block_ask(block_ask=row, by=request.actor, on=today_in(request.chapter))
        messages.success(
            request, gettext("Taken back: nobody asks %(name)s now.") % {"name": row.ask.asked_name}
        )
        return redirect(_back_url(request, row))
    words = {"name": row.ask.asked_name, "what": row.ask.what}
    return confirm(
        request,
        title=gettext("Take back asking %(name)s?") % words,
        says=[
            gettext("%(what)s: nobody is sent to ask any more.") % words,
            gettext("It stays on record that it was meant; they can be asked again."),
        ],
        action=gettext("Take the ask back"),
        cancel_url=chapter_url("precincts:ask", ask_id=row.pk),
        crumbs=[(gettext("Asks"), chapter_url("precincts:asks"))],
    )
