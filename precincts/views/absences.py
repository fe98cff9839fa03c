"""A captain away for a time: who stands in, from when to when; and back before that."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from chapters.selectors.actors import today_in
from core.confirm import ask
from core.http import ChapterRequest, chapter_url, require_perm
from core.permissions import has_right
from core.templatetags.formats import day
from precincts.forms.absences import AwayForm
from precincts.models import Absence, Block, BlockAssignment
from precincts.selectors.absences import list_absences
from precincts.services import absences as services


@require_http_methods(["GET", "HEAD", "POST"])
def captain_away(request: ChapterRequest, captaincy_id: int) -> HttpResponse:
    """Hand a block to a backup for a time; the captain takes it back the day after by itself."""
    on = today_in(request.chapter)
    rows = BlockAssignment.objects.visible_to(request.actor).captains().exclude(ends_on__lt=on)
    rows = rows.filter(block__in=Block.objects.visible_to(request.actor).open().values("pk"))
    assignment: BlockAssignment = get_object_or_404(
        rows.select_related("member", "block__precinct"), pk=captaincy_id
    )
    require_perm(request, "precincts.hand_over", assignment.block)
    form = AwayForm(request.POST if request.method == "POST" else None, assignment=assignment, on=on)
    if request.method == "POST" and form.is_valid():
        absence = services.hand_over_for_a_time(
            assignment=assignment, by=request.actor, on=on, **form.cleaned_data
        )
        words = {
            "name": absence.stand_in, "first": day(absence.starts_on), "last": day(absence.ends_on),
            "captain": assignment.member,
        }  # fmt: skip
        said = _(
            "%(name)s stands in from %(first)s to %(last)s; then the block is %(captain)s's again by itself."
        )
        messages.success(request, said % words)
        return redirect(_back_url(request, assignment.block))
    context = {
        "assignment": assignment,
        "block_row": assignment.block,
        "precinct": assignment.block.precinct,
        "form": form,
        "has_backups": bool(form.fields["stand_in"].queryset),  # type: ignore[attr-defined]
        "absences": list_absences(assignment.block, on),
        "is_own": assignment.member_id == request.actor.member_id,
        "may_assign": has_right(request.actor, "precincts.assign_captain", assignment.block),
        "back": _back_url(request, assignment.block),
        "area": "my_block" if assignment.block_id in request.actor.block_ids else "",
    }
    return render(request, "precincts/absences/away.html", context, status=422 if form.is_bound else 200)


def _back_url(request: ChapterRequest, block: Block) -> str:
    if has_right(request.actor, "precincts.assign_captain", block):
        return chapter_url("precincts:block_captain", block_id=block.pk)
    return chapter_url("precincts:block_book", block_id=block.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def end_absence(request: ChapterRequest, absence_id: int) -> HttpResponse:
    """The captain is back before the last day, or does not go at all."""
    on = today_in(request.chapter)
    rows = Absence.objects.visible_to(request.actor).select_related(
        "assignment__member", "assignment__block__precinct", "stand_in"
    )
    absence: Absence = get_object_or_404(rows, pk=absence_id)
    block = absence.assignment.block
    require_perm(request, "precincts.hand_over", block)
    words = {
        "name": absence.assignment.member, "stand_in": absence.stand_in, "last": day(absence.ends_on), "block": block,
    }  # fmt: skip
    if request.method == "POST":
        services.end_absence(absence=absence, by=request.actor, on=on)
        messages.success(request, _("%(name)s keeps block %(block)s again from today on.") % words)
        return redirect(_back_url(request, block))
    return ask(
        request,
        title=_("Is %(name)s back already?") % words,
        says=[
            _("%(stand_in)s was to stand in until %(last)s; that ends today.") % words,
            _("%(stand_in)s stays backup of the block.") % words,
        ],
        action=_("Take the block back"),
        cancel_url=_back_url(request, block),
        icon="suitcase-lg",
        danger=False,
    )
