"""A precinct's meeting: its neighbours invited on paper, and the screen on which blocks are given away."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chapters.enums import MeetingAnswer
from chapters.models import Attendance, Meeting, Member
from chapters.selectors.actors import today_in
from chapters.services import audit
from chapters.services.attendance import DOORS_OPEN
from core.components import Action, Badge, LegendEntry, MapPanel
from core.http import ChapterRequest, chapter_url, require_perm
from core.lists import Column, Filter, ListSpec
from core.permissions import has_right
from precincts.casing import in_plain_case
from precincts.forms.precinct_meetings import GiveBlockForm, InviteVotersForm, MeetingPrecinctForm
from precincts.models import PrecinctMeeting, VoterInvitation
from precincts.selectors.precinct_meetings import (
    get_paper_answers,
    list_party_attendance,
    list_party_blocks,
    list_present,
    list_voter_invitations,
)
from precincts.services import precinct_meetings as services
from precincts.services.meeting_prints import order_invitations
from precincts.services.roster import assign_captain
from precincts.views.captain_cards import state_badge


@require_safe
def meeting_part(request: ChapterRequest, meeting_id: int) -> HttpResponse:
    """What the precinct adds to a meeting's page; nothing for who may not invite neighbours."""
    meeting = _get_meeting(request, meeting_id)
    require_perm(request, "chapters.run_meetings", meeting)
    party = PrecinctMeeting.objects.visible_to(request.actor).filter(meeting=meeting).first()
    if not has_right(request.actor, "precincts.invite_voters", party):
        return HttpResponse("")
    context = {
        "meeting": meeting,
        "party": party,
        "answers": get_paper_answers(party) if party else None,
        "form": MeetingPrecinctForm(actor=request.actor),
        "is_open": meeting.is_planned and not meeting.is_over(timezone.now()),
        "doors_open": meeting.is_planned and meeting.starts_at - timezone.now() <= DOORS_OPEN,
    }
    return render(request, "precincts/meetings/part.html", context)


def _get_meeting(request: ChapterRequest, meeting_id: int) -> Meeting:
    rows = Meeting.objects.visible_to(request.actor).select_related("chapter")
    meeting: Meeting = get_object_or_404(rows, pk=meeting_id)
    return meeting


@require_POST
def set_precinct(request: ChapterRequest, meeting_id: int) -> HttpResponse:
    """Make the meeting a precinct's."""
    meeting = _get_meeting(request, meeting_id)
    require_perm(request, "chapters.run_meetings", meeting)
    require_perm(request, "precincts.invite_voters")
    form = MeetingPrecinctForm(request.POST, actor=request.actor)
    if not form.is_valid():
        context = {"meeting": meeting, "form": form}
        return render(request, "precincts/meetings/set_precinct.html", context, status=422)
    party = services.set_precinct(meeting=meeting, precinct=form.cleaned_data["precinct"], by=request.actor)
    return redirect(_url("voter_invitations", party))


def _url(name: str, party: PrecinctMeeting) -> str:
    return chapter_url(f"precincts:{name}", meeting_id=party.meeting_id)


def _get(request: ChapterRequest, meeting_id: int, right: str) -> PrecinctMeeting:
    rows = PrecinctMeeting.objects.visible_to(request.actor).select_related("meeting__chapter", "precinct")
    party: PrecinctMeeting = get_object_or_404(rows, meeting_id=meeting_id)
    require_perm(request, right, party)
    return party


_BADGES = {"yes": ("check-circle", "good"), "maybe": ("question-circle", "mark"), "no": ("x-circle", "neutral"),
           "": ("hourglass-split", "neutral")}  # fmt: skip


def _answer_badge(row: VoterInvitation) -> Badge:
    if row.came_as_id is not None:
        return Badge(word=_("was there"), icon="person-check", tone="good")
    icon, tone = _BADGES[row.answer]
    return Badge(word=MeetingAnswer(row.answer).label, icon=icon, tone=tone)  # type: ignore[arg-type]


def _actions(row: VoterInvitation) -> list[Action]:
    if row.came_as_id is not None or row.party.meeting.starts_at - timezone.now() > DOORS_OPEN:
        return []
    url = chapter_url("precincts:sign_in_voter", voter_invitation_id=row.pk)
    return [Action(label=_("Is here"), url=url, icon="person-check", post=True)]


def _door(row: VoterInvitation) -> str:
    return in_plain_case(str(row.voter.household)) if row.voter.household else "–"


INVITATIONS = ListSpec(
    key="voter-invitations",
    columns=(
        Column("name", _("Neighbour"), lambda r: in_plain_case(str(r.voter)), title=True,
               sort=("voter__last_name", "voter__first_name")),
        Column("door", _("Door"), _door, sort=("voter__household__building__street_key", "house_order")),
        Column("answer", _("Answer"), lambda r: str(_answer_badge(r).word), sort=("answer",), badge=_answer_badge),
        Column("bringing", _("Brings along"), lambda r: r.bringing, sort=("bringing",), numeric=True),
    ),
    filters=(
        Filter("answer", _("Answer"), [(a.value or "none", a.label) for a in MeetingAnswer],
               lambda rows, value: rows.filter(answer="" if value == "none" else value)),
    ),
    search=lambda rows, words: (
        rows.filter(voter__last_name__istartswith=words) | rows.filter(voter__first_name__istartswith=words)
    ),
    search_label=_("Name"),
    order=("voter__household__building__street_key", "house_order", "pk"),
    csv_right="precincts.print_invitations",
    actions=_actions,
)  # fmt: skip


@require_safe
def voter_invitations(request: ChapterRequest, meeting_id: int) -> HttpResponseBase:
    """The neighbours invited on paper, and what they answered."""
    party = _get(request, meeting_id, "precincts.invite_voters")
    now = timezone.now()
    page = INVITATIONS.read(request, list_voter_invitations(party, request.actor, today_in(request.chapter)))
    if page.wants_csv:
        audit.log_export(
            by=request.actor, what="voter_invitations", says=_("neighbours invited to a meeting"),
            count=page.total, detail={"meeting": party.meeting.title},
        )  # fmt: skip
        return page.csv("invited-neighbours.csv")
    context = {
        "page": page,
        "party": party,
        "meeting": party.meeting,
        "has_any": page.is_narrowed or page.total > 0,
        "is_open": party.meeting.is_planned and not party.meeting.is_over(now),
        "may_print": has_right(request.actor, "precincts.print_invitations", party),
        "may_assign": has_right(request.actor, "precincts.assign_captain", party),
    }
    return render(request, "precincts/meetings/invitations.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def invite_voters(request: ChapterRequest, meeting_id: int) -> HttpResponse:
    """Invite the precinct's consistent neighbours."""
    party = _get(request, meeting_id, "precincts.invite_voters")
    form = InviteVotersForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        invited = services.invite_voters(
            party=party, heats=form.cleaned_data["heats"], by=request.actor, at=timezone.now()
        )
        messages.success(request, _say_invited(invited))
        return redirect(_url("voter_invitations", party))
    context = {"form": form, "party": party, "meeting": party.meeting}
    return render(request, "precincts/meetings/invite.html", context, status=422 if form.is_bound else 200)


def _say_invited(invited: services.InvitedVoters) -> str:
    words = [
        ngettext(
            "%(count)d neighbour is invited: print the invitation.",
            "%(count)d neighbours are invited: print the invitations.",
            invited.new,
        ) % {"count": invited.new}
    ]  # fmt: skip
    if invited.mailed:
        words.append(
            ngettext(
                "%(count)d of your own people is invited by mail.",
                "%(count)d of your own people are invited by mail.",
                invited.mailed,
            ) % {"count": invited.mailed}
        )  # fmt: skip
    return " ".join(words)


@require_POST
def print_invitations(request: ChapterRequest, meeting_id: int) -> HttpResponse:
    """Have the invitations and labels printed; the page of the work has the files."""
    party = _get(request, meeting_id, "precincts.print_invitations")
    job = order_invitations(party=party, by=request.actor)
    return redirect(chapter_url("chapters:job", job_id=job.pk))


@require_POST
def sign_in_voter(request: ChapterRequest, voter_invitation_id: int) -> HttpResponse:
    """Sign an invited neighbour in, who becomes one of the chapter's people."""
    rows = VoterInvitation.objects.visible_to(request.actor).select_related("party__precinct", "voter")
    row: VoterInvitation = get_object_or_404(rows, pk=voter_invitation_id)
    require_perm(request, "precincts.invite_voters", row.party)
    attendance = services.sign_in_voter(invitation=row, by=request.actor, at=timezone.now())
    messages.success(request, gettext("%(person)s is signed in.") % {"person": attendance.member})
    return redirect(_url("voter_invitations", row.party))


# --- Who takes which block ---------------------------------------------------------------------------------


@require_safe
def party(request: ChapterRequest, meeting_id: int) -> HttpResponse:
    """Map, people present, blocks: drag a name onto a block, or choose it there."""
    row = _get(request, meeting_id, "precincts.assign_captain")
    return render(request, "precincts/meetings/party.html", _party_context(request, row))


def _party_context(request: ChapterRequest, row: PrecinctMeeting) -> dict[str, Any]:
    on = today_in(request.chapter)
    blocks = [_with_words(block) for block in list_party_blocks(row, on)]
    return {
        "party": row,
        "meeting": row.meeting,
        "precinct": row.precinct,
        "present": list_present(row, on),
        "blocks": blocks,
        "vacant": sum(block["row"].captain_id is None for block in blocks),
        "runs": has_right(request.actor, "chapters.run_meetings", row.meeting),
        "map": MapPanel(
            key="party-map",
            title=gettext("Blocks"),
            data_url=chapter_url("precincts:precinct_map", precinct_id=row.precinct_id),
            say=gettext(
                "A map of the precinct's buildings, coloured and numbered by block. The list has the same blocks."
            ),
            list_url="#party-blocks",
            legend=[
                LegendEntry(label=gettext("Circle: a building, larger with more voters"), mark="dot", hue=0),
                LegendEntry(label=gettext("Pale: no captain yet"), mark="pale"),
            ],
        )
        if has_right(request.actor, "precincts.see_precinct", row.precinct)
        else None,
    }


def _with_words(block: Any) -> dict[str, Any]:
    return {"row": block, "badge": state_badge(block)}


@require_POST
def give_block(request: ChapterRequest, meeting_id: int) -> HttpResponse:
    """Give a block to somebody who is there, from today on."""
    row = _get(request, meeting_id, "precincts.assign_captain")
    on: date = today_in(request.chapter)
    people = Member.objects.filter(
        chapter_id=row.chapter_id,
        pk__in=Attendance.objects.filter(meeting_id=row.meeting_id).values("member_id"),
    )
    form = GiveBlockForm(request.POST, blocks=row.precinct.blocks.open(), people=people)
    if not form.is_valid():
        says = " ".join(words for errors in form.errors.values() for words in errors)
        context = _party_context(request, row) | {"says": says}
        return render(request, "precincts/meetings/party.html", context, status=422)
    block, member = form.cleaned_data["block"], form.cleaned_data["member"]
    assign_captain(block=block, member=member, by=request.actor, on=on, seen=form.cleaned_data["seen"])
    messages.success(
        request, gettext("%(person)s takes block %(block)s.") % {"person": member, "block": block}
    )
    return redirect(_url("party", row))


# --- Strength: who came to which party meeting -------------------------------------------------------------


def _meeting_url(row: Attendance) -> str:
    return chapter_url("chapters:meeting", meeting_id=row.meeting_id)


def _precinct_of(row: Attendance) -> str:
    found = getattr(row.meeting, "precinct_meeting", None)
    return str(found.precinct.code) if found is not None else "–"


PARTY_ATTENDANCE = ListSpec(
    key="party-attendance",
    columns=(
        Column("name", _("Name"), lambda r: str(r.member), sort=("member__last_name", "member__first_name"), title=True),
        Column("home", _("Lives in precinct"), lambda r: r.home_code or "–", sort=("home_code",)),
        Column("meeting", _("Meeting"), lambda r: r.meeting.title, sort=("meeting__title",), url=_meeting_url,
               line=lambda r: r.meeting.get_kind_display()),
        Column("of", _("Precinct's meeting"), _precinct_of, sort=("meeting__precinct_meeting__precinct__code",)),
        Column("on", _("On"), lambda r: r.meeting.starts_at.astimezone(r.meeting.zone).date(), sort=("meeting__starts_at",)),
        Column("brought_by", _("Brought by"), lambda r: r.brought_by or "–",
               sort=("brought_by__last_name", "brought_by__first_name")),
    ),
    filters=(
        Filter("brought", _("Company"), [("yes", _("brought by somebody"))],
               lambda rows, _v: rows.filter(brought_by__isnull=False)),
    ),
    search=lambda rows, words: (
        rows.filter(member__first_name__icontains=words) | rows.filter(member__last_name__icontains=words)
    ),
    search_label=_("Name"),
    order=("-meeting__starts_at", "member__last_name", "member__first_name", "pk"),
    csv_right="precincts.export_party_attendance",
)  # fmt: skip


@require_safe
def party_attendance(request: ChapterRequest) -> HttpResponseBase:
    """Who came to which party meeting, from which precinct, brought by whom."""
    require_perm(request, "precincts.see_party_attendance")
    page = PARTY_ATTENDANCE.read(request, list_party_attendance(request.actor, today_in(request.chapter)))
    if page.wants_csv:
        audit.log_export(
            by=request.actor, what="party_attendance", says=_("who came to party meetings"), count=page.total
        )
        return page.csv("party-attendance.csv")
    context = {"page": page, "has_any": page.is_narrowed or page.total > 0}
    return render(request, "precincts/meetings/attendance.html", context)
