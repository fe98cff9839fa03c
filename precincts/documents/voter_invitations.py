"""Invitations for neighbours who have no mailbox here: letters with a code, and labels for the envelopes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from chapters.enums import PaperSize
from chapters.meeting_words import say_time
from core.codes import show_code
from core.jobs import JobRun
from core.pdf import RenderedPdf, render_document
from core.qr import qr_data_uri
from precincts.casing import in_plain_case
from precincts.models import PrecinctMeeting, VoterInvitation
from precincts.services.meeting_prints import (
    NobodyToPrint,
    get_party_of,
    list_to_print,
    log_printed,
    require_may_print,
)
from precincts.services.precinct_meetings import code_of

STYLESHEET = "css/print_invitations.css"
_ROWS = {PaperSize.LETTER: 10, PaperSize.A4: 7}
"""Labels are three abreast: 1 by 2 5/8 inches on Letter (thirty), 63.5 by 38.1 mm on A4 (twenty-one)."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One neighbour's invitation, as paper shows it."""

    name: str
    first_name: str
    street: str
    city: str
    code: str
    qr: str
    url_words: str


def run_print_invitations(run: JobRun) -> dict[str, Any]:
    """Draw the letters and the labels of everybody who has not answered, and keep both with the job."""
    party = get_party_of(run.params, run.chapter_id)
    require_may_print(run.actor, party)
    letters = [_letter(row) for row in list_to_print(party)]
    if not letters:
        raise NobodyToPrint(_("Nobody is invited on paper who has not answered."))
    run.progress(0, 2, _("Invitations"))
    drawn = draw_letters(party, letters)
    run.add_file(
        "invitations.pdf", drawn.content, content_type="application/pdf", label=_("Invitations, one a page"),
        is_main=True,
    )  # fmt: skip
    run.progress(1, 2, _("Labels"))
    labels = draw_labels(party, letters)
    run.add_file("labels.pdf", labels.content, content_type="application/pdf", label=_("Address labels"))
    log_printed(party=party, by=run.actor, count=len(letters))
    return {"invitations": len(letters), "pages": drawn.pages, "label_pages": labels.pages}


def _letter(row: VoterInvitation) -> Letter:
    code = code_of(row)
    url = settings.SITE_URL + reverse("precincts_site:voter_rsvp", kwargs={"code": code})
    door = row.voter.household
    building = door.building if door is not None else None
    street = f"{building.number} {building.street}" if building is not None else ""
    unit = f", {door.unit}" if door is not None and door.unit else ""
    city = f"{in_plain_case(building.city)}, {building.state}" if building is not None else ""
    return Letter(
        name=in_plain_case(str(row.voter)),
        first_name=in_plain_case(row.voter.first_name),
        street=in_plain_case(street) + in_plain_case(unit),
        city=city,
        code=show_code(code),
        qr=qr_data_uri(url),
        url_words=settings.SITE_URL.partition("://")[2] + reverse("entrance:rsvp_code"),
    )


def draw_letters(party: PrecinctMeeting, letters: Sequence[Letter]) -> RenderedPdf:
    """One page for each neighbour: what, when, where, and how to answer."""
    return _draw("precincts/documents/invitations.html", party, {"letters": letters})


def draw_labels(party: PrecinctMeeting, letters: Sequence[Letter]) -> RenderedPdf:
    """Sheets of labels, three abreast, each with the code that stands in its letter."""
    rows = _ROWS[PaperSize(party.meeting.chapter.paper_size)]
    lines = [letters[place : place + 3] for place in range(0, len(letters), 3)]
    sheets = [lines[place : place + rows] for place in range(0, len(lines), rows)]
    return _draw("precincts/documents/labels.html", party, {"sheets": sheets})


def _draw(template: str, party: PrecinctMeeting, context: dict[str, Any]) -> RenderedPdf:
    meeting = party.meeting
    html = render_to_string(
        template,
        {
            "meeting": meeting,
            "chapter": meeting.chapter,
            "precinct": party.precinct,
            "paper": meeting.chapter.paper_size,
            "when": say_time(meeting.starts_at, meeting.ends_at, meeting.time_zone),
            **context,
        },
    )
    return render_document(html, stylesheet=STYLESHEET)
