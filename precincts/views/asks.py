"""One ask for a block with its answer; the board of all asks is the chapters app's."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from chapters.enums import AskResult
from chapters.selectors.actors import today_in
from core.components import Badge, Detail
from core.confirm import ask as confirm
from core.http import ChapterRequest, chapter_url, require_perm
from core.permissions import has_right
from core.templatetags.formats import day
from precincts.casing import in_plain_case
from precincts.forms.asks import AnswerForm
from precincts.models import BlockAsk
from precincts.querysets import BlockAskQuerySet
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
    return chapter_url("chapters:asks")


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
        crumbs=[(gettext("Asks"), chapter_url("chapters:asks"))],
    )
