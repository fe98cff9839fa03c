"""The local party's committee seats: the list with vacancies and deadlines, one seat, the rules in words."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from chapters.selectors.actors import today_in
from chapters.services import audit
from core import tenancy
from core.components import Badge, Card, Stat
from core.confirm import ask
from core.http import ChapterRequest, chapter_url, read_id, require_perm
from core.lists import Column, Filter, ListSpec, Rows
from core.permissions import has_right
from core.templatetags.formats import ago, day, number
from precincts.enums import SeatKind
from precincts.forms.seats import RulesForm, SeatForm
from precincts.models import CommitteeSeat
from precincts.selectors.seats import (
    AHEAD,
    SOON,
    Deadline,
    get_rules,
    get_seat_summary,
    list_deadlines,
    list_seats,
)
from precincts.services import seats as services


def _badge(seat: CommitteeSeat) -> Badge:
    if seat.is_vacant:
        return Badge(word=_("vacant"), icon="person-dash", tone="mark")
    if seat.holder_id:
        return Badge(word=_("one of ours"), icon="person-check", tone="good")
    return Badge(word=_("filled"), icon="person", tone="neutral")


def _say_since(seat: CommitteeSeat) -> str:
    if seat.since is None:
        return ""
    if seat.is_vacant:
        return gettext("since %(day)s, %(ago)s") % {"day": day(seat.since), "ago": ago(seat.since)}
    return gettext("since %(day)s") % {"day": day(seat.since)}


def _say_filing(seat: CommitteeSeat) -> str:
    first, last = seat.filing_opens_on, seat.filing_closes_on
    if first and last:
        return gettext("%(first)s to %(last)s") % {"first": day(first), "last": day(last)}
    if last:
        return gettext("until %(last)s") % {"last": day(last)}
    return gettext("from %(first)s") % {"first": day(first)} if first else ""


def _say_signatures(seat: CommitteeSeat) -> str:
    if seat.signatures_needed is None:
        return ""
    words = {"have": number(seat.signatures_collected), "needed": number(seat.signatures_needed)}
    return gettext("%(have)s of %(needed)s") % words


def _seat_url(seat: CommitteeSeat) -> str:
    if not has_right(tenancy.current().actor, "precincts.edit_seats"):
        return ""
    return chapter_url("precincts:seat", seat_id=seat.pk)


def _by_state(rows: Rows, value: str) -> Rows:
    if value == "vacant":
        return rows.filter(holder_name="")
    if value == "ours":
        return rows.filter(holder__isnull=False)
    on = timezone.localdate()
    return rows.filter(filing_closes_on__range=(on, on + AHEAD))


SEATS = ListSpec(
    key="seats",
    columns=(
        Column("precinct", _("Precinct"), lambda s: s.precinct.code, sort=("precinct__county", "code_order")),
        Column("county", _("County"), lambda s: s.precinct.county, only_csv=True),
        Column("title", _("Seat"), str, sort=("title", "place"), title=True, url=_seat_url, csv=lambda s: s.title),
        Column("place", _("Seat number"), lambda s: s.place, only_csv=True),
        Column("kind", _("Filled by"), lambda s: s.get_kind_display(), sort=("kind",)),
        Column(
            "holder", _("Holder"), lambda s: s.holder_name or "–", sort=("holder_name",), line=_say_since,
            csv=lambda s: s.holder_name or _("vacant"),
        ),
        Column("state", _("State"), lambda s: str(_badge(s).word), badge=_badge),
        Column("since", _("Since"), lambda s: s.since, only_csv=True),
        Column("term_starts_on", _("Term begins"), lambda s: s.term_starts_on, only_csv=True),
        Column("term_ends_on", _("Term ends"), lambda s: s.term_ends_on, sort=("term_ends_on",)),
        Column("filing", _("Filing"), _say_filing, sort=("filing_closes_on",), csv=lambda s: s.filing_closes_on),
        Column("filing_opens_on", _("Filing opens"), lambda s: s.filing_opens_on, only_csv=True),
        Column("signatures", _("Signatures"), _say_signatures, csv=lambda s: s.signatures_collected),
        Column("signatures_needed", _("Signatures needed"), lambda s: s.signatures_needed, only_csv=True),
    ),
    filters=(
        Filter(
            "state", _("State"),
            [("vacant", _("Vacant")), ("ours", _("One of ours")), ("closing", _("Filing closes soon"))], _by_state,
        ),
        Filter("kind", _("Filled by"), SeatKind.choices, lambda rows, value: rows.filter(kind=value)),
    ),
    search=lambda rows, words: (
        rows.filter(holder_name__icontains=words)
        | rows.filter(title__icontains=words)
        | rows.filter(precinct__code__istartswith=words)
    ),
    search_label=_("Holder, seat or precinct"),
    order=("precinct__county", "code_order", "title", "place", "pk"),
    csv_right="precincts.export_seats",
)  # fmt: skip


@require_safe
def seats(request: ChapterRequest) -> HttpResponseBase:
    """All seats with holder or vacancy, the deadlines ahead, and the rules in the chapter's words."""
    require_perm(request, "precincts.see_seats")
    on = today_in(request.chapter)
    page = SEATS.read(request, list_seats(request.actor))
    if page.wants_csv:
        audit.log_export(by=request.actor, what="seats", says=_("committee seats"), count=page.total)
        return page.csv("seats.csv")
    summary = get_seat_summary(request.actor, on)
    context = {
        "page": page,
        "summary": summary,
        "stats": [
            Stat(number=number(summary.seats), words=ngettext("seat", "seats", summary.seats)),
            Stat(
                number=number(summary.vacant),
                words=gettext("vacant, the longest since %(day)s") % {"day": day(summary.vacant_longest)}
                if summary.vacant_longest
                else gettext("vacant"),
                url="?state=vacant",
            ),
            Stat(
                number=number(summary.closing),
                words=_("close their filing within ninety days"),
                url="?state=closing",
            ),
        ],
        "deadlines": [_say_deadline(one, on) for one in list_deadlines(request.actor, on)],
        "rules": get_rules(request.chapter.pk),
        "may_edit": has_right(request.actor, "precincts.edit_seats"),
    }
    return render(request, "precincts/seats/index.html", context)


_DEADLINES = {
    "filing_opens_on": (_("Filing opens"), "door-open"),
    "filing_closes_on": (_("Filing closes"), "door-closed"),
    "term_ends_on": (_("Term ends"), "hourglass-bottom"),
}


def _say_deadline(deadline: Deadline, on: date) -> Card:
    what, icon = _DEADLINES[deadline.what]
    seats_words = ngettext("%(count)s seat", "%(count)s seats", deadline.seats) % {
        "count": number(deadline.seats)
    }
    left = (deadline.on - on).days
    in_days = (
        ngettext("in %(count)d day", "in %(count)d days", left) % {"count": left}
        if left
        else gettext("today")
    )
    return Card(
        title=gettext("%(what)s %(day)s") % {"what": what, "day": day(deadline.on)},
        line=f"{deadline.title}, {seats_words}",
        icon=icon,
        badge=Badge(word=in_days, icon="clock", tone="mark" if deadline.on - on <= SOON else "neutral"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def add_seat(request: ChapterRequest) -> HttpResponse:
    """A form for one more seat."""
    require_perm(request, "precincts.edit_seats")
    form = SeatForm(
        request.POST if request.method == "POST" else None,
        chapter=request.chapter,
        initial={"precinct": read_id(request.GET.get("precinct", "")), "place": 1},
    )
    if request.method == "POST" and form.is_valid():
        seat = services.add_seat(precinct=form.cleaned_data["precinct"], by=request.actor, **form.values())
        messages.success(request, gettext("The seat %(seat)s has been added.") % {"seat": seat})
        return redirect(chapter_url("precincts:seats"))
    return _render_form(request, form, None)


@require_http_methods(["GET", "HEAD", "POST"])
def seat(request: ChapterRequest, seat_id: int) -> HttpResponse:
    """One seat: fill it, leave it vacant, change its dates."""
    row = _get_seat(request, seat_id)
    form = SeatForm(
        request.POST if request.method == "POST" else None,
        chapter=request.chapter,
        instance=CommitteeSeat.objects.get(pk=row.pk),
    )
    if request.method == "POST" and form.is_valid():
        services.change_seat(seat=row, by=request.actor, **form.values())
        messages.success(request, gettext("Saved."))
        return redirect(chapter_url("precincts:seats"))
    return _render_form(request, form, row)


def _get_seat(request: ChapterRequest, seat_id: int) -> CommitteeSeat:
    rows = CommitteeSeat.objects.visible_to(request.actor).select_related("precinct")
    row: CommitteeSeat = get_object_or_404(rows, pk=seat_id)
    require_perm(request, "precincts.edit_seats", row)
    return row


def _render_form(request: ChapterRequest, form: SeatForm, row: CommitteeSeat | None) -> HttpResponse:
    context = {"form": form, "seat": row}
    return render(request, "precincts/seats/form.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def remove_seat(request: ChapterRequest, seat_id: int) -> HttpResponse:
    """Ask before a seat is removed, and remove it."""
    row = _get_seat(request, seat_id)
    if request.method == "POST":
        services.remove_seat(seat=row, by=request.actor)
        messages.success(request, gettext("The seat %(seat)s has been removed.") % {"seat": row})
        return redirect(chapter_url("precincts:seats"))
    words = {"seat": row, "code": row.precinct.code}
    return ask(
        request,
        title=gettext("Remove the seat %(seat)s of precinct %(code)s?") % words,
        says=[
            gettext(
                "Do this when the party no longer has the seat. When only its holder left, empty the name instead."
            ),
            gettext("The log keeps that the seat was there."),
        ],
        action=gettext("Remove the seat"),
        cancel_url=chapter_url("precincts:seat", seat_id=row.pk),
        crumbs=[(gettext("Committee seats"), chapter_url("precincts:seats"))],
    )


@require_http_methods(["GET", "HEAD", "POST"])
def party_rules(request: ChapterRequest) -> HttpResponse:
    """The rules in the chapter's own words."""
    require_perm(request, "precincts.edit_seats")
    rules = get_rules(request.chapter.pk)
    form = RulesForm(
        request.POST if request.method == "POST" else None, initial={"text": rules.text if rules else ""}
    )
    if request.method == "POST" and form.is_valid():
        services.save_rules(chapter=request.chapter, text=form.cleaned_data["text"], by=request.actor)
        messages.success(request, gettext("Saved."))
        return redirect(chapter_url("precincts:seats"))
    context = {"form": form}
    return render(request, "precincts/seats/rules.html", context, status=422 if form.is_bound else 200)
