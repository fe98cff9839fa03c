"""Growth of one precinct: the blocks that want somebody, whom to ask, which are too large, who is away."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from chapters.selectors.actors import today_in
from core.components import Stat
from core.http import ChapterRequest, chapter_url, require_perm
from core.permissions import has_right
from core.templatetags.formats import day, number
from precincts.forms.asks import AskForm
from precincts.models import Precinct
from precincts.selectors.block_map import hue_of
from precincts.selectors.growth import Growth, get_growth
from precincts.services.asks import ask_for_block
from precincts.views.growth_words import say_keepers, say_reasons


@require_http_methods(["GET", "HEAD", "POST"])
def growth(request: ChapterRequest, precinct_id: int) -> HttpResponse:
    """Whom to ask for each block that wants a captain or a backup; one press asks."""
    precinct = get_object_or_404(Precinct.objects.visible_to(request.actor), pk=precinct_id)
    require_perm(request, "precincts.ask_captains", precinct)
    on = today_in(request.chapter)
    form = AskForm(
        request.POST if request.method == "POST" else None, precinct=precinct, actor=request.actor, on=on
    )
    if request.method == "POST" and form.is_valid():
        row = ask_for_block(by=request.actor, on=on, **form.wished)
        said = _("%(who)s is to ask %(name)s by %(day)s.")
        messages.success(
            request,
            said % {"who": row.ask.asked_by, "name": row.ask.asked_name, "day": day(row.ask.due_on)},
        )
        return redirect(
            chapter_url("precincts:growth", precinct_id=precinct.pk) + f"#block-{row.block.number}"
        )
    found = get_growth(precinct, request.chapter, on)
    context = {
        "precinct": precinct,
        "form": form,
        "growth": found,
        "stats": _stats(request, found),
        "wanting": [
            (one, hue_of(one.block.number), say_keepers(one),
             [(who, say_reasons(who, found.rule.kind)) for who in one.proposed])
            for one in found.wanting
        ],
        "overloaded": [(one, hue_of(one.block.number), say_keepers(one)) for one in found.overloaded],
        "limit": request.chapter.most_voters,
        "may_edit": has_right(request.actor, "precincts.edit_blocks", precinct),
    }  # fmt: skip
    return render(request, "precincts/growth/precinct.html", context, status=422 if form.is_bound else 200)


def _stats(request: ChapterRequest, found: Growth) -> list[Stat]:
    vacant = sum(1 for one in found.blocks if one.captain is None)
    alone = sum(1 for one in found.blocks if one.captain is not None and not one.backups)
    asked = sum(len(one.asked) for one in found.blocks)
    large = len(found.overloaded)
    return [
        Stat(number=number(vacant), words=ngettext("block without a captain", "blocks without a captain", vacant)),
        Stat(number=number(alone), words=ngettext("captain without a backup", "captains without a backup", alone)),
        Stat(
            number=number(asked), words=ngettext("open ask", "open asks", asked),
            url=chapter_url("chapters:asks") + "?state=open",
        ),
        Stat(
            number=number(large),
            words=ngettext("block with more than %(limit)s voters", "blocks with more than %(limit)s voters", large)
            % {"limit": number(request.chapter.most_voters)},
            url="#too-large" if large else "",
        ),
    ]  # fmt: skip
