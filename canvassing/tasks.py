"""What workers run for the canvassing app."""

from __future__ import annotations

import tempfile
import time
import zipfile
from collections.abc import Iterator
from functools import partial
from typing import IO, Any

from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from canvassing.documents.walk_list import file_stem, render_walk_list
from canvassing.models import WalkList
from canvassing.selectors.lists import PrintTarget
from canvassing.services import lists
from canvassing.services.lists import JOB_KIND
from chapters.models import Job
from core.files import private_storage
from core.http import chapter_url
from core.jobs import JobRun, job_kind
from core.pdf import merge_pdfs
from precincts.models import Block, Precinct

IN_MEMORY = 32 * 2**20
"""Bytes of a merged file that are kept in memory before it goes to disk."""


STRUCTURED = 20
"""Lists up to which the merged file, too, is made for screen readers; each list by itself always is."""


def _result_url(job: Any) -> str:
    numbers = job.result.get("numbers", [])
    if len(numbers) == 1:
        return chapter_url("canvassing:list", number=numbers[0])
    return chapter_url("canvassing:lists")


@job_kind(
    JOB_KIND,
    says=gettext_lazy("Print walk lists"),
    right="canvassing.print_lists",
    before_taking=lists.require_job_takeable,
    result_url=_result_url,
    figures={"lists": gettext_lazy("lists"), "pages": gettext_lazy("pages"), "doors": gettext_lazy("doors")},
)
def print_lists(run: JobRun) -> dict[str, Any]:
    """Freeze, draw and keep each list, then put all into one file.

    A second try of the same job finds the lists of the first under their numbers and draws only what is missing.
    """
    began = time.monotonic()
    chapter, params = run.chapter, run.params
    block, precinct = _read_place(params, chapter.pk)
    leaves_voted = bool(params.get("leaves_voted"))
    plan = lists.plan_order(
        chapter=chapter,
        by=run.actor,
        at=timezone.now(),
        precinct=precinct,
        block=block,
        leaves_voted=leaves_voted,
    )
    job = Job.objects.select_related("chapter").get(pk=run.job_id)
    printed: list[WalkList] = []
    for done, target in enumerate(plan.targets):
        run.progress(done, plan.lists, partial(_say_done, done, plan.lists))
        walk_list = _print_one(job, target, run)
        if walk_list is not None:
            printed.append(walk_list)
    if not printed:
        raise lists.NothingToPrint(gettext_lazy("There is no neighbour here to put on a list."))
    files = _keep_together(run, printed, _stem(chapter.slug, precinct, block, printed))
    lists.log_printed(chapter=chapter, by=run.actor, lists=printed, job=job)
    return {
        "lists": len(printed),
        "pages": sum(walk_list.pages for walk_list in printed),
        "doors": sum(walk_list.door_count for walk_list in printed),
        "neighbours": sum(walk_list.voter_count for walk_list in printed),
        "numbers": [walk_list.list_number for walk_list in printed],
        "files": files,
        "precincts_without_blocks": list(plan.uncut),
        "seconds": round(time.monotonic() - began, 1),
    }


def _say_done(done: int, total: int) -> str:
    return _("%(done)d of %(total)d lists") % {"done": done, "total": total}


def _read_place(params: dict[str, Any], chapter_id: int) -> tuple[Block | None, Precinct | None]:
    block = precinct = None
    if params.get("block") is not None:
        block = Block.objects.select_related("precinct").get(pk=params["block"], chapter_id=chapter_id)
    elif params.get("precinct") is not None:
        precinct = Precinct.objects.get(pk=params["precinct"], chapter_id=chapter_id)
    return block, precinct


def _print_one(job: Job, target: PrintTarget, run: JobRun) -> WalkList | None:
    """One list with its document; None when nobody is left to stand on it."""
    try:
        walk_list = lists.freeze_list(
            job=job, target=target, by=run.actor, at=timezone.now(),
            paper_size=run.params.get("paper_size") or "", leaves_voted=bool(run.params.get("leaves_voted")),
        )  # fmt: skip
    except lists.NobodyLeft:
        return None
    if not lists.has_pdf(walk_list):
        drawn = render_walk_list(walk_list)
        lists.keep_pdf(walk_list=walk_list, content=drawn.content, pages=drawn.pages)
    return walk_list


def _stem(slug: str, precinct: Precinct | None, block: Block | None, printed: list[WalkList]) -> str:
    """The files' common name: "river-city-precinct-3-2-lists-1001-1019"."""
    parts = [slug]
    if block is not None:
        parts += ["precinct", block.precinct.code, "block", str(block.number)]
    elif precinct is not None:
        parts += ["precinct", precinct.code]
    numbers = sorted({printed[0].list_number, printed[-1].list_number})
    return slugify("-".join([*parts, "lists", *map(str, numbers)]))


def _keep_together(run: JobRun, printed: list[WalkList], stem: str) -> int:
    """The merged file and, for several lists, a zip of the single ones; returns how many files there are."""
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as merged:
        merge_pdfs(
            _open_each(run, printed),
            title=stem,
            language=run.chapter.language,
            into=merged,
            structured=len(printed) <= STRUCTURED,
        )
        merged.seek(0)
        run.add_file(
            f"{stem}.pdf",
            merged,
            content_type="application/pdf",
            label=gettext_lazy("All lists, to print")
            if len(printed) <= STRUCTURED
            else gettext_lazy("All lists, to print (untagged; for screen readers take the single files)"),
            is_main=True,
        )
    if len(printed) == 1:
        return 1
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as packed:
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
            for walk_list, stream in zip(printed, _open_each(run, printed), strict=True):
                archive.writestr(f"{file_stem(walk_list)}.pdf", stream.read())
        packed.seek(0)
        run.add_file(
            f"{stem}.zip",
            packed,
            content_type="application/zip",
            label=gettext_lazy("Each list as a file of its own"),
        )
    return len(printed) + 2


def _open_each(run: JobRun, printed: list[WalkList]) -> Iterator[IO[bytes]]:
    """Each list's document; somebody who cancels waits for one list, not for the whole file."""
    for walk_list in printed:
        run.progress(len(printed), len(printed), gettext_lazy("Putting the lists together"))
        with private_storage().open(walk_list.pdf_path) as stream:
            yield stream
