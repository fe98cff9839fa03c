"""What neighbours and members need and offer: the lists, one person's, and who could meet a need."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chapters.models import Member
from chapters.selectors.actors import today_in
from chapters.services import audit
from core import tenancy
from core.components import Action
from core.confirm import ask
from core.http import ChapterRequest, chapter_url, require_perm
from core.lists import Column, Filter, ListSpec
from core.permissions import has_right
from core.templatetags.formats import ago, number
from precincts.casing import in_plain_case
from precincts.enums import HelpKind
from precincts.forms.needs import AskForm, EndForm, HelpForm, say_reach
from precincts.models import Need, Offer, Voter
from precincts.selectors.hand_shakes import count_awaited, list_open_hand_shakes_of
from precincts.selectors.help_matches import WITH_DOORS, list_offers_for
from precincts.selectors.needs import list_lines_of, list_needs
from precincts.services import hand_shakes as hand_shake_services
from precincts.services import needs as services
from precincts.views.help_words import (
    HAND_SHAKE_BADGES,
    NEED_BADGES,
    find_words,
    hand_shake_url,
    say_precinct,
    say_rough,
    say_who,
    sides_spoken_for,
    who_url,
)
from precincts.views.links import neighbour_url


def _need_actions(need: Any) -> list[Action]:
    if need.now != "waiting" or not has_right(tenancy.current().actor, "precincts.match_help", need):
        return []
    url = chapter_url("precincts:need", need_id=need.pk)
    return [Action(label=gettext("Find help"), url=url, icon="search-heart")]


NEEDS = ListSpec(
    key="needs",
    columns=(
        Column("words", _("What is needed"), str, title=True, line=lambda n: n.get_kind_display()),
        Column("kind", _("What about"), lambda n: n.get_kind_display(), only_csv=True),
        Column("who", _("Who"), say_who, url=who_url, csv=lambda n: ""),
        Column("precinct", _("Precinct"), say_precinct),
        Column("told", _("Told on"), lambda n: n.told_on, sort=("told_on",), line=lambda n: ago(n.told_on)),
        Column("state", _("State"), lambda n: str(NEED_BADGES[n.now].word), badge=lambda n: NEED_BADGES[n.now]),
    ),
    filters=(
        Filter(
            "state", _("State"), [(key, badge.word) for key, badge in NEED_BADGES.items()],
            lambda rows, value: rows.filter(now=value),
        ),
        Filter("kind", _("What about"), HelpKind.choices, lambda rows, value: rows.filter(kind=value)),
    ),
    search=find_words,
    search_label=_("What is needed"),
    order=("place", "told_on", "pk"),
    csv_right="precincts.export_needs",
    actions=_need_actions,
)  # fmt: skip


@require_safe
def needs(request: ChapterRequest) -> HttpResponseBase:
    """What people need: those nobody was found for first, the longest waiting on top."""
    require_perm(request, "precincts.see_needs")
    page = NEEDS.read(request, list_needs(request.actor, today_in(request.chapter)))
    if page.wants_csv:
        audit.log_export(by=request.actor, what="needs", says=_("needs, without names"), count=page.total)
        return page.csv("needs.csv")
    awaited = count_awaited(request.actor, today_in(request.chapter))
    context = {"page": page, "awaited": _say_awaited(awaited) if awaited else ""}
    return render(request, "precincts/needs/index.html", context)


def _say_awaited(count: int) -> str:
    return ngettext("%(count)s answer is awaited.", "%(count)s answers are awaited.", count) % {
        "count": number(count)
    }


@require_http_methods(["GET", "HEAD", "POST"])
def neighbour_help(request: ChapterRequest, voter_id: int) -> HttpResponse:
    """What one neighbour needs and offers, as they told a captain."""
    rows = Voter.objects.visible_to(request.actor).select_related("household__block", "household__precinct")
    voter: Voter = get_object_or_404(rows, pk=voter_id)
    require_perm(request, "precincts.speak_for", voter)
    return _draw_person(request, voter, neighbour_url(voter))


@require_http_methods(["GET", "HEAD", "POST"])
def my_help(request: ChapterRequest) -> HttpResponse:
    """What one needs and offers oneself."""
    member = Member.objects.filter(pk=request.actor.member_id, chapter=request.chapter).first()
    if member is None:
        raise PermissionDenied("precincts.speak_for")
    require_perm(request, "precincts.speak_for")
    return _draw_person(request, member, chapter_url("core:today"))


def _draw_person(request: ChapterRequest, person: Voter | Member, back: str) -> HttpResponse:
    is_own = isinstance(person, Member)
    today = today_in(request.chapter)
    form = HelpForm(
        request.POST if request.method == "POST" else None,
        is_own=is_own,
        initial={"on": today, "side": request.GET.get("side", "")},
    )
    if request.method == "POST" and form.is_valid():
        add = services.add_offer if form.is_offer else services.add_need
        told = form.told()
        add(person=person, by=request.actor, on=told.pop("on", today), **told)
        messages.success(request, gettext("Noted. Nobody learns whose it is before both sides agree."))
        return redirect(request.path)
    needs, offers = list_lines_of(person)
    running = list_open_hand_shakes_of([one.pk for one in needs], [one.pk for one in offers])
    context = {
        "person": person,
        "name": in_plain_case(str(person)),
        "is_own": is_own,
        "back": back,
        "needs": needs,
        "offers": [(offer, say_reach(offer.reach)) for offer in offers],
        "hand_shakes": [
            (one, HAND_SHAKE_BADGES[one.state], hand_shake_url(one, side))
            for one in running
            for side in sides_spoken_for(one)
            if one.line_of(side).pk in {line.pk for line in (needs if side == "need" else offers)}
        ],
        "form": form,
    }
    return render(request, "precincts/needs/person.html", context, status=422 if form.is_bound else 200)


def _get_need(request: ChapterRequest, need_id: int) -> Need:
    rows = Need.objects.visible_to(request.actor).open().select_related(*WITH_DOORS)
    need: Need = get_object_or_404(rows, pk=need_id)
    require_perm(request, "precincts.match_help", need)
    return need


@require_safe
def need(request: ChapterRequest, need_id: int) -> HttpResponse:
    """Who could meet one need, the nearest first; shown are words and rough distance, and no names."""
    return _draw_need(request, _get_need(request, need_id))


@require_POST
def ask_both(request: ChapterRequest, need_id: int) -> HttpResponse:
    """Ask both sides whether they want to meet."""
    row = _get_need(request, need_id)
    form = AskForm(request.POST)
    if not form.is_valid():
        return _draw_need(request, row, form, status=422)
    offer = get_object_or_404(Offer.objects.filter(chapter=request.chapter), pk=form.cleaned_data["offer"])
    hand_shake_services.ask_both(need=row, offer=offer, by=request.actor, on=today_in(request.chapter))
    messages.success(
        request, gettext("Both are asked now: each side's captain, or the member, carries the answer back.")
    )
    return redirect(chapter_url("precincts:need", need_id=row.pk))


def _draw_need(
    request: ChapterRequest, row: Need, form: AskForm | None = None, *, status: int = 200
) -> HttpResponse:
    on = today_in(request.chapter)
    running = list_open_hand_shakes_of([row.pk], []).first()
    fitting = [] if running else list_offers_for(row, on)
    context = {
        "need": row,
        "who": say_who(row),
        "who_url": who_url(row),
        "precinct_code": say_precinct(row),
        "fitting": [(one.offer, say_rough(one.metres)) for one in fitting[:SHOWN_OFFERS]],
        "more": max(0, len(fitting) - SHOWN_OFFERS),
        "has_place": row.household is not None and row.household.building.lon is not None,
        "running": running and {
            "badge": HAND_SHAKE_BADGES[running.state],
            "asked_on": running.asked_on,
            "offer": running.offer,
            "rough": say_rough(running.metres),
            "urls": [(side, hand_shake_url(running, side)) for side in sides_spoken_for(running)],
        },
        "form": form,
    }  # fmt: skip
    return render(request, "precincts/needs/need.html", context, status=status)


SHOWN_OFFERS = 12


@require_http_methods(["GET", "HEAD", "POST"])
def end_need(request: ChapterRequest, need_id: int) -> HttpResponse:
    """A need is met, or none any more."""
    rows = Need.objects.visible_to(request.actor).select_related(*WITH_DOORS)
    return _end(request, get_object_or_404(rows, pk=need_id))


@require_http_methods(["GET", "HEAD", "POST"])
def end_offer(request: ChapterRequest, offer_id: int) -> HttpResponse:
    """An offer is taken back."""
    rows = Offer.objects.visible_to(request.actor).select_related(*WITH_DOORS)
    return _end(request, get_object_or_404(rows, pk=offer_id))


def _end(request: ChapterRequest, line: Need | Offer) -> HttpResponse:
    require_perm(request, "precincts.speak_for", line)
    form = EndForm(request.POST if request.method == "POST" else None)
    back = who_url(line)
    if request.method == "POST" and form.is_valid():
        how, on = form.cleaned_data["how"], today_in(request.chapter)
        services.end_line(line=line, how=how, by=request.actor, on=on)
        messages.success(request, gettext("Noted."))
        return redirect(back)
    return ask(
        request,
        title=gettext("End “%(words)s”?") % {"words": line.words},
        says=[
            gettext(
                "Nobody is asked for it any more. What was agreed ends with a need, and stays with an offer."
            )
        ],
        action=gettext("End it"),
        cancel_url=back,
        crumbs=[(say_who(line), back)],
        form=form,
        danger=False,
        icon="check2-circle",
        status=422 if form.is_bound else 200,
    )
