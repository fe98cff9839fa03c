"""What workers run for the precincts app."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.http import chapter_url
from core.jobs import job_kind
from precincts.documents import voter_invitations
from precincts.selectors.imports import get_page_of_upload
from precincts.services import cutting, meeting_prints
from precincts.services.imports import jobs


def _report(job: Any) -> str:
    return chapter_url("precincts:import_report", slug=job.chapter.slug, import_id=job.result["import_id"])


def _upload(job: Any) -> str:
    """The uploaded file's page; a command's file has none."""
    return get_page_of_upload(job.params.get("import_id"), job.chapter_id)


def _precincts(_job: Any) -> str:
    return chapter_url("precincts:index")


_import_kind = partial(
    job_kind,
    right="precincts.import_files",
    result_url=_report,
    mend_url=_upload,
    before_retry=jobs.require_same_reading,
)

_import_kind(
    "precincts.import_voters",
    says=_("Import a voter file"),
    figures={
        "rows": _("rows read"),
        "voters": _("voters"),
        "households": _("households"),
        "new": _("new"),
        "changed": _("changed"),
        "moved": _("moved"),
        "gone": _("gone"),
        "returned": _("returned"),
        "unchanged": _("unchanged"),
    },
)(jobs.run_voters)

_import_kind(
    "precincts.import_history",
    says=_("Import a vote history"),
    figures={"rows": _("rows read"), "matched": _("matched"), "unmatched": _("not matched")},
)(jobs.run_history)

_import_kind(
    "precincts.import_addresses",
    says=_("Import address points"),
    figures={
        "points": _("address points"),
        "households_placed": _("households placed on the map"),
        "households_unplaced": _("households without a place"),
    },
)(jobs.run_addresses)

_import_kind(
    "precincts.import_boundaries",
    says=_("Import precinct boundaries"),
    figures={"matched": _("matched"), "unmatched": _("not matched")},
)(jobs.run_boundaries)

_import_kind(
    "precincts.import_returned",
    says=_("Import ballots returned so far"),
    figures={
        "rows": _("rows read"),
        "newly_struck": _("newly struck off"),
        "new": _("named for the first time"),
        "changed": _("changed"),
        "unchanged": _("unchanged"),
        "unknown": _("not known here"),
    },
)(jobs.run_returned)

job_kind(
    "precincts.cut_blocks",
    says=_("Cut precincts into blocks"),
    right="precincts.cut_blocks",
    result_url=_precincts,
)(cutting.run_cut)

job_kind(
    meeting_prints.JOB_KIND,
    says=_("Print invitations and labels"),
    right="precincts.print_invitations",
    before_taking=meeting_prints.require_prints_takeable,
    figures={
        "invitations": _("invitations"),
        "pages": _("pages"),
        "label_pages": _("pages of labels"),
    },
)(voter_invitations.run_print_invitations)
