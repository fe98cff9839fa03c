"""Who lives behind a door: somebody the file does not know is added, somebody has moved away or is still here."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from chapters.selectors.actors import today_in
from core.confirm import ask
from core.http import ChapterRequest, chapter_url, read_id, require_perm
from core.undo import offer_undo
from precincts.casing import in_plain_case
from precincts.enums import SuppressionKind
from precincts.forms.neighbours import NeighbourForm
from precincts.models import Household, Voter
from precincts.services import neighbours as services
from precincts.services.suppressions import is_suppressed, lift, suppress
from precincts.views.links import area_of, door_url, neighbour_url


@require_http_methods(["GET", "HEAD", "POST"])
def add_neighbour(request: ChapterRequest, household_id: int) -> HttpResponse:
    """A form for somebody at a door whom the file does not know; also asked when somebody has moved away."""
    rows = Household.objects.visible_to(request.actor).select_related("building", "block", "precinct")
    door: Household = get_object_or_404(rows, pk=household_id)
    require_perm(request, "precincts.add_neighbour", door)
    back = door_url(door)
    form = NeighbourForm(request.POST if request.method == "POST" else None, household=door)
    if request.method == "POST" and form.is_valid():
        voter = services.add_neighbour(
            household=door, by=request.actor, at=timezone.now(), **form.cleaned_data
        )
        messages.success(request, _("%(name)s stands in the book now.") % {"name": voter})
        return redirect(neighbour_url(voter))
    context = {
        "form": form,
        "door": door,
        "address": in_plain_case(str(door)),
        "moved": _find_moved(request, door),
        "back": back,
        "area": area_of(request, door),
    }
    return render(request, "precincts/neighbours/add.html", context, status=422 if form.is_bound else 200)


def _find_moved(request: ChapterRequest, door: Household) -> dict[str, Any] | None:
    """Whoever has just moved away from the door, to take it back here; None when the page was opened otherwise.

    A message over the page would lie on its button on a phone, so the page itself says it.
    """
    voter_id = read_id(request.GET.get("moved", ""))
    left = Voter.objects.visible_to(request.actor).filter(pk=voter_id, household=door).first()
    if left is None or not is_suppressed(left, SuppressionKind.MOVED, today_in(request.chapter)):
        return None
    undo_url = chapter_url("precincts:neighbour_still_here", voter_id=left.pk)
    return {"name": in_plain_case(str(left)), "undo_url": undo_url}


def _get_voter(request: ChapterRequest, voter_id: int) -> Voter:
    rows = Voter.objects.visible_to(request.actor).select_related("household__building", "household__block")
    voter: Voter = get_object_or_404(rows, pk=voter_id)
    require_perm(request, "precincts.add_neighbour", voter)
    return voter


@require_POST
def neighbour_moved(request: ChapterRequest, voter_id: int) -> HttpResponse:
    """Somebody has moved away: nobody knocks for them any more; who lives there now is asked at once."""
    voter = _get_voter(request, voter_id)
    back = neighbour_url(voter)
    suppress(voter=voter, kind=SuppressionKind.MOVED, by=request.actor, on=today_in(request.chapter))
    if voter.household_id is None:
        said = _("Noted: %(name)s has moved away.") % {"name": in_plain_case(str(voter))}
        offer_undo(request, said, chapter_url("precincts:neighbour_still_here", voter_id=voter.pk))
        return redirect(back)
    ask_url = chapter_url("precincts:add_neighbour", household_id=voter.household_id)
    return redirect(f"{ask_url}?moved={voter.pk}")


@require_POST
def neighbour_still_here(request: ChapterRequest, voter_id: int) -> HttpResponse:
    """They have not moved away after all."""
    voter = _get_voter(request, voter_id)
    back = neighbour_url(voter)
    lift(voter=voter, kind=SuppressionKind.MOVED, by=request.actor, on=today_in(request.chapter))
    messages.success(request, _("%(name)s lives here after all.") % {"name": in_plain_case(str(voter))})
    return redirect(back)


@require_http_methods(["GET", "HEAD", "POST"])
def remove_neighbour(request: ChapterRequest, voter_id: int) -> HttpResponse:
    """Ask before somebody who was added by mistake is taken out, and take them out."""
    voter = _get_voter(request, voter_id)
    back = neighbour_url(voter)
    name = in_plain_case(str(voter))
    if request.method == "POST":
        services.remove_neighbour(voter=voter, by=request.actor, on=today_in(request.chapter))
        messages.success(request, _("%(name)s has been taken out of the book.") % {"name": name})
        return redirect(door_url(voter.household) if voter.household is not None else back)
    return ask(
        request,
        title=_("Take %(name)s out of the book?") % {"name": name},
        says=[
            _(
                "Do this when they were added by mistake. Somebody who has moved away is marked as moved instead."
            ),
            _("What was noted of them stays on record."),
        ],
        action=_("Take them out"),
        cancel_url=back,
    )
