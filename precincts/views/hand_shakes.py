"""Hand-shakes: which answers are awaited, the question to one side, its answer, and what came of it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chapters.selectors.actors import today_in
from core.components import Action
from core.http import ChapterRequest, chapter_url, require_perm
from core.lists import Column, Filter, ListSpec
from core.permissions import has_right
from core.templatetags.formats import day
from precincts.enums import HandShakeState, HelpSide
from precincts.forms.needs import AnswerForm
from precincts.models import HandShake
from precincts.selectors.hand_shakes import list_hand_shakes
from precincts.services import hand_shakes as services
from precincts.views.help_words import (
    HAND_SHAKE_BADGES,
    hand_shake_url,
    name_of,
    phone_of,
    say_rough,
    sides_spoken_for,
)


def _say_names(hand_shake: Any) -> str:
    """Both names once both agreed; before, and when one of them is gone, nobody's."""
    if not hand_shake.shows_names:
        if hand_shake.state in (HandShakeState.AGREED, HandShakeState.DONE):
            return "–"
        return gettext("told when both agree")
    words = {"offer": name_of(hand_shake.offer), "need": name_of(hand_shake.need)}
    return gettext("%(offer)s helps %(need)s") % words


def _actions(hand_shake: Any) -> list[Action]:
    sides = sides_spoken_for(hand_shake)
    if hand_shake.state != HandShakeState.ASKED:
        return [Action(label=gettext("See it"), url=hand_shake_url(hand_shake, side)) for side in sides[:1]]
    return [
        Action(
            label=gettext("Ask about the need") if side == HelpSide.NEED else gettext("Ask about the offer"),
            url=hand_shake_url(hand_shake, side),
            icon="chat-left-text",
        )
        for side in sides
        if hand_shake.answer_of(side) is None
    ]


HAND_SHAKES = ListSpec(
    key="hand-shakes",
    columns=(
        Column("need", _("Needed"), lambda h: h.need.words, title=True, line=lambda h: h.need.get_kind_display()),
        Column("offer", _("Offered"), lambda h: h.offer.words, line=lambda h: say_rough(h.metres)),
        Column("who", _("Who"), _say_names),
        Column("asked", _("Asked on"), lambda h: h.asked_on, sort=("asked_on",)),
        Column("state", _("State"), lambda h: str(HAND_SHAKE_BADGES[h.state].word), badge=lambda h: HAND_SHAKE_BADGES[h.state]),
    ),
    filters=(
        Filter(
            "state", _("State"), [(key, badge.word) for key, badge in HAND_SHAKE_BADGES.items()],
            lambda rows, value: rows.filter(state=value),
        ),
    ),
    order=("-asked_on", "-pk"),
    actions=_actions,
)  # fmt: skip


@require_safe
def hand_shakes(request: ChapterRequest) -> HttpResponseBase:
    """The hand-shakes of which one speaks for a side: whose word is awaited, what was agreed, what ended."""
    require_perm(request, "precincts.speak_for")
    page = HAND_SHAKES.read(request, list_hand_shakes(request.actor))
    context = {"page": page, "may_see_needs": has_right(request.actor, "precincts.see_needs")}
    return render(request, "precincts/hand_shakes/index.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def hand_shake(request: ChapterRequest, hand_shake_id: int, side: str) -> HttpResponse:
    """The question to one side, told without the other's name; the answer; and, once both agreed, who it is."""
    row = _get(request, hand_shake_id)
    if side not in HelpSide:
        raise Http404
    line = row.line_of(side)
    require_perm(request, "precincts.speak_for", line)
    today = today_in(request.chapter)
    is_own = line.member_id is not None
    form = AnswerForm(
        request.POST if request.method == "POST" else None, is_own=is_own, initial={"on": today}
    )
    if request.method == "POST" and form.is_valid():
        answered = services.answer(
            hand_shake=row, side=side, by=request.actor, **({"on": today} | form.cleaned_data)
        )
        messages.success(request, _say_answered(answered))
        return redirect(hand_shake_url(row, side))
    context = _describe(row, HelpSide(side), form, today)
    status = 422 if form.is_bound else 200
    return render(request, "precincts/hand_shakes/hand_shake.html", context, status=status)


def _get(request: ChapterRequest, hand_shake_id: int) -> HandShake:
    row: HandShake = get_object_or_404(list_hand_shakes(request.actor), pk=hand_shake_id)
    return row


def _say_answered(row: HandShake) -> str:
    if row.state == HandShakeState.AGREED:
        return gettext("Both agree. Here is who it is.")
    if row.state == HandShakeState.DECLINED:
        return gettext("Noted. The other side only learns that it does not come about.")
    return gettext("Noted. When the other side agrees too, you learn who it is.")


def _describe(row: HandShake, side: HelpSide, form: AnswerForm, today: Any) -> dict[str, Any]:
    line = row.line_of(side)
    other = row.offer if side == HelpSide.NEED else row.need
    is_late = row.state == HandShakeState.ASKED and row.expires_on < today
    state = HandShakeState.EXPIRED if is_late else HandShakeState(row.state)
    return {
        "hand_shake": row,
        "side": str(side),
        "is_need": side == HelpSide.NEED,
        "is_own": line.member_id is not None,
        "line": line,
        "name": name_of(line),
        "other": other,
        "other_name": name_of(other) if row.shows_names else "",
        "other_phone": phone_of(other) if row.shows_names else "",
        "rough": say_rough(row.metres),
        "state": str(state),
        "badge": HAND_SHAKE_BADGES[state],
        "answer": row.answer_of(side),
        "answered": _say_answer(row, side),
        "form": form,
    }


def _say_answer(row: HandShake, side: HelpSide) -> str:
    """What this side answered, who told it and when; "" while it is awaited. The other side does not read it."""
    says = row.answer_of(side)
    if says is None:
        return ""
    said_by, said_on = getattr(row, f"{side}_said_by"), getattr(row, f"{side}_said_on")
    words = {"answer": gettext("yes") if says else gettext("no"), "who": said_by, "day": day(said_on)}
    if said_by:
        return gettext("%(answer)s, told by: %(who)s, %(day)s") % words
    return gettext("%(answer)s, %(day)s") % words


@require_POST
def take_back(request: ChapterRequest, hand_shake_id: int) -> HttpResponse:
    """They do not meet after all."""
    row = _get(request, hand_shake_id)
    _require_side(row)
    services.take_back(hand_shake=row, by=request.actor, on=today_in(request.chapter))
    messages.success(request, gettext("Taken back. The need waits for somebody again."))
    return redirect(chapter_url("precincts:hand_shakes"))


@require_POST
def finish(request: ChapterRequest, hand_shake_id: int) -> HttpResponse:
    """The help was given."""
    row = _get(request, hand_shake_id)
    _require_side(row)
    services.finish(hand_shake=row, by=request.actor, on=today_in(request.chapter))
    messages.success(request, gettext("Noted as done. The need is met."))
    return redirect(chapter_url("precincts:hand_shakes"))


def _require_side(row: HandShake) -> None:
    """Raises Http404 unless the reader speaks for a side; whoever does not, does not see the hand-shake."""
    if not sides_spoken_for(row):
        raise Http404
