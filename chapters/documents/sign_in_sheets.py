"""The sign-in sheet on paper: everybody invited by surname, and empty lines for who walks in."""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from chapters.meeting_words import say_time
from chapters.models import Meeting
from chapters.selectors.meetings import list_sheet
from chapters.services.sign_in_sheets import get_meeting_of, require_may_run
from core.jobs import JobRun
from core.pdf import RenderedPdf, render_document

FEWEST_LINES = 12


def render_sign_in_sheet(meeting: Meeting, language: str) -> RenderedPdf:
    """The sheet as it stands now, on the chapter's paper."""
    with translation.override(language):
        lines = list_sheet(meeting)
        html = render_to_string(
            "chapters/documents/sign_in_sheet.html",
            {
                "meeting": meeting,
                "chapter": meeting.chapter,
                "paper": meeting.chapter.paper_size,
                "when": say_time(meeting.starts_at, meeting.ends_at, meeting.time_zone),
                "lines": lines,
                "empty_lines": range(max(FEWEST_LINES, len(lines) // 3)),
                "language": language,
            },
        )
    return render_document(html, stylesheet="css/print_meeting.css", tagged=True)


def run_print_sheet(run: JobRun) -> dict[str, Any]:
    """Draw one meeting's sheet and keep it with the job."""
    meeting = get_meeting_of(run.params, run.chapter_id)
    require_may_run(run.actor, meeting)
    document = render_sign_in_sheet(meeting, translation.get_language() or meeting.chapter.language)
    run.add_file(
        "sign-in-sheet.pdf", document.content, content_type="application/pdf", label=_("Sign-in sheet"),
        is_main=True,
    )  # fmt: skip
    return {"pages": document.pages}
