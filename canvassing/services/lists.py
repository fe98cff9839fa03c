"""Printing walk lists: ordered as one job, each list frozen under its number before it is drawn."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, ngettext_lazy

from canvassing.models import WalkList
from canvassing.selectors.lists import (
    Keepers,
    PrintPlan,
    PrintTarget,
    get_keepers,
    keep_not_voted,
    keep_reachable,
    list_doors_of_list,
    list_file_terms,
    plan_lists,
)
from chapters.enums import PaperSize
from chapters.models import Chapter, Job
from chapters.selectors.actors import today_in
from chapters.services import audit
from chapters.services.jobs import start_job
from core.actors import Actor
from core.errors import DomainError
from core.files import private_storage, storage_key
from core.permissions import has_right
from precincts.models import Block, Precinct
from precincts.partition import lonlat_to_metres
from precincts.route import walk_metres, walk_minutes
from precincts.selectors.neighbours import Door, list_doors, list_doors_without_block

JOB_KIND = "canvassing.print_lists"
FIRST_NUMBER = 1001
"""Four digits from the first list on: a number to be read out over the phone."""


class NothingToPrint(DomainError):
    """There is nobody to put on a list."""


class MayNotPrint(DomainError):
    """Whoever asks may not print these lists (any more)."""


class NobodyLeft(DomainError):
    """Since the order everybody of one list has become unlisted."""


class NotDrawn(DomainError):
    """The list was frozen, but its document never came to be."""


class ListIsOutdated(DomainError):
    """Somebody on the paper has become confidential, left the file, or is not to be contacted."""


def order_lists(
    *,
    chapter: Chapter,
    by: Actor,
    at: datetime,
    precinct: Precinct | None = None,
    block: Block | None = None,
    paper_size: str = "",
    leaves_voted: bool = False,
) -> Job:
    """Start the one job that prints a block, a precinct or (without either) the whole chapter.

    Raises:
        NothingToPrint: no listed neighbour there, or no blocks yet.
        MayNotPrint: the actor may not print these lists.
    """
    params = print_params(precinct=precinct, block=block, paper_size=paper_size, leaves_voted=leaves_voted)
    plan = plan_order(
        chapter=chapter, by=by, at=at, precinct=precinct, block=block, leaves_voted=leaves_voted
    )
    place = block.precinct.code if block is not None else precinct.code if precinct is not None else ""

    def title() -> str:
        words = ngettext("Print %(count)d walk list", "Print %(count)d walk lists", plan.lists)
        what = words % {"count": plan.lists}
        return _("%(what)s: precinct %(precinct)s") % {"what": what, "precinct": place} if place else what

    return start_job(kind=JOB_KIND, chapter=chapter, params=params, by=by, title=title)


def print_params(
    *,
    precinct: Precinct | None = None,
    block: Block | None = None,
    paper_size: str = "",
    leaves_voted: bool = False,
) -> dict[str, int | str | None]:
    """What the job is told."""
    return {
        "leaves_voted": leaves_voted,
        "block": block.pk if block is not None else None,
        "precinct": precinct.pk if precinct is not None else None,
        "paper_size": paper_size if paper_size in PaperSize.values else "",
    }


def plan_order(
    *,
    chapter: Chapter,
    by: Actor,
    at: datetime,
    precinct: Precinct | None = None,
    block: Block | None = None,
    leaves_voted: bool = False,
) -> PrintPlan:
    """What an order by this actor would print.

    Args:
        leaves_voted: whoever has voted in the election that is being voted in is left out.

    Raises:
        NothingToPrint: no listed neighbour there, or no blocks yet, or everybody has voted.
        MayNotPrint: the actor may not print these lists.
    """
    if block is not None or precinct is not None:
        allowed = has_right(by, "canvassing.print_lists", block if block is not None else precinct)
    else:
        allowed = has_right(by, "canvassing.print_all_lists")
    if not allowed:
        raise MayNotPrint(
            gettext_lazy("You may not print these walk lists."),
            hint=gettext_lazy("Ask an organizer of the chapter; nothing was printed."),
        )
    on = today_in(chapter, at)
    plan = plan_lists(chapter, precinct=precinct, block=block, on=on, leaves_voted=leaves_voted)
    if plan.targets:
        return plan
    if leaves_voted and plan_lists(chapter, precinct=precinct, block=block, on=on).targets:
        raise NothingToPrint(
            gettext_lazy("Everybody here has voted already."),
            hint=gettext_lazy("There is nobody left to remind; print with everybody to see them."),
        )
    if plan.uncut:
        raise NothingToPrint(
            gettext_lazy("There are no blocks here yet, so there is nothing to walk."),
            hint=gettext_lazy("Cut the precinct into blocks first."),
        )
    raise NothingToPrint(
        gettext_lazy("There is no neighbour here to put on a list."),
        hint=gettext_lazy("Import a voter file and cut blocks first."),
    )


@transaction.atomic
def freeze_list(
    *,
    job: Job,
    target: PrintTarget,
    by: Actor,
    at: datetime,
    paper_size: str,
    leaves_voted: bool = False,
) -> WalkList:
    """Write down who stands on one list and give it its number; asked again for one job, the same list.

    Numbers of a chapter are given one after another: the chapter's row is locked from here to the commit.

    Args:
        leaves_voted: whoever has voted in the election that is being voted in is left out.

    Raises:
        NobodyLeft: nobody listed lives there any more.
    """
    chapter = job.chapter
    if chapter is None:
        raise ValueError("Walk lists are printed for one chapter.")
    made = WalkList.objects.filter(job=job, precinct_id=target.precinct_id, block_id=target.block_id).first()
    if made is not None:
        return made
    on = today_in(chapter, at)
    keepers = Keepers()
    if target.block_id is not None:
        block = Block.objects.select_related("chapter", "precinct").get(pk=target.block_id, chapter=chapter)
        all_doors, keepers = list_doors(block, on=on), get_keepers(block, on=on)
    else:
        precinct = Precinct.objects.select_related("chapter").get(pk=target.precinct_id, chapter=chapter)
        all_doors = list_doors_without_block(precinct, on=on)
    reachable = keep_reachable(all_doors)
    doors = keep_not_voted(reachable) if leaves_voted else reachable
    if not doors:
        raise NobodyLeft(gettext_lazy("Nobody who may be listed lives there any more."))
    metres, minutes = measure_walk(doors)
    voter_ids = [one.voter_id for door in doors for one in door.neighbours]
    Chapter.objects.select_for_update(no_key=True).get(pk=chapter.pk)
    highest = WalkList.objects.filter(chapter=chapter).aggregate(top=Max("list_number"))["top"]
    return WalkList.objects.create(
        chapter=chapter,
        list_number=FIRST_NUMBER if highest is None else highest + 1,
        precinct_id=target.precinct_id,
        block_id=target.block_id,
        job=job,
        doors=[
            {"household": door.household_id, "voters": [one.voter_id for one in door.neighbours]}
            for door in doors
        ],
        door_count=len(doors),
        voter_count=len(voter_ids),
        left_out_count=_count_people(all_doors) - _count_people(reachable),
        voted_count=_count_people(reachable) - len(voter_ids),
        walk_metres=metres,
        walk_minutes=minutes,
        captain=keepers.captain[:200],
        backup=keepers.backup[:200],
        stand_in=keepers.stand_in[:200],
        file_terms=list_file_terms(chapter),
        paper_size=paper_size or chapter.paper_size,
        made_by_id=by.user_id,
        made_at=at,
    )


def _count_people(doors: Iterable[Door]) -> int:
    return sum(len(door.neighbours) for door in doors)


def measure_walk(doors: list[Door]) -> tuple[int, int]:
    """Metres and minutes of the walk in the order given; doors without coordinates cost time but no way."""
    placed = [
        (door.lon, door.lat, door.street, door.number)
        for door in doors
        if door.lon is not None and door.lat is not None
    ]
    metres = 0.0
    if len(placed) > 1:
        lon, lat, streets, numbers = zip(*placed, strict=True)
        metres = walk_metres(lonlat_to_metres(lon, lat), range(len(placed)), streets, numbers)
    return round(metres), round(walk_minutes(metres, len(doors)))


def keep_pdf(*, walk_list: WalkList, content: bytes, pages: int) -> WalkList:
    """Put a list's document into private storage; drawn again, it takes the former one's place."""
    storage = private_storage()
    path = storage_key("walk_lists", walk_list.chapter_id, f"{walk_list.list_number}.pdf")
    storage.delete(path)
    walk_list.pdf_path = storage.save(path, ContentFile(content))
    walk_list.pages = pages
    walk_list.save(update_fields=["pdf_path", "pages"])
    return walk_list


def has_pdf(walk_list: WalkList) -> bool:
    """Whether the list's document is in private storage."""
    return bool(walk_list.pdf_path) and bool(private_storage().exists(walk_list.pdf_path))


def log_printed(*, chapter: Chapter, by: Actor, lists: list[WalkList], job: Job) -> None:
    """Log once for a job that these lists left as paper."""
    neighbours = sum(walk_list.voter_count for walk_list in lists)

    def words() -> str:
        said = ngettext(
            "Printed %(count)d walk list, %(neighbours)d neighbours",
            "Printed %(count)d walk lists, %(neighbours)d neighbours",
            len(lists),
        )
        return said % {"count": len(lists), "neighbours": neighbours}

    audit.record(
        by=by,
        verb="export.walk_lists",
        summary=words,
        chapter=chapter,
        rows=neighbours,
        detail={"job": str(job.pk), "lists": [walk_list.list_number for walk_list in lists]},
    )


def take_pdf(*, walk_list: WalkList, by: Actor, on: date) -> str:
    """Hand out a list's document and log who took it; returns its key in private storage.

    Raises:
        ListIsOutdated: it names somebody whom this actor may not see, or nobody knock at, any more.
        NotDrawn: the document was never finished.
    """
    if not has_pdf(walk_list):
        raise NotDrawn(
            gettext_lazy("This list has no document: its printing was interrupted."),
            hint=gettext_lazy("The list itself is here on the page. Print the block again for a new one."),
        )
    require_current(walk_list=walk_list, by=by, on=on)
    audit.record(
        by=by,
        verb="export.walk_list",
        summary=lambda: _("Downloaded walk list %(number)d") % {"number": walk_list.list_number},
        row=walk_list,
        rows=walk_list.voter_count,
    )
    return walk_list.pdf_path


def require_current(*, walk_list: WalkList, by: Actor, on: date) -> None:
    """Refuse a document that names people whom this actor may not see (any more).

    Raises:
        ListIsOutdated: it names somebody whom this actor may not see, or nobody knock at, any more.
    """
    shown = sum(len(door.neighbours) for door in list_doors_of_list(walk_list, on=on, actor=by))
    if shown < walk_list.voter_count:
        raise ListIsOutdated(
            ngettext_lazy(
                "The paper names %(count)d neighbour who may not be shown any more.",
                "The paper names %(count)d neighbours who may not be shown any more.",
                "count",
            )
            % {"count": walk_list.voter_count - shown},
            hint=gettext_lazy(
                "Print the block again: the new list leaves them out. This one stays on its page."
            ),
        )


def require_job_takeable(by: Actor, job: Job) -> None:
    """The merged files of a job hold many lists: each must be one this actor may print, and still current.

    Raises:
        MayNotPrint: one of them is of a block this actor does not keep.
        ListIsOutdated: one of them names somebody who may not be shown any more.
    """
    rows = WalkList.objects.filter(job=job).select_related("chapter", "precinct", "block")
    for walk_list in rows:
        if not has_right(by, "canvassing.print_lists", walk_list):
            raise MayNotPrint(
                gettext_lazy("These files hold lists of blocks that are not yours (any more)."),
                hint=gettext_lazy("Print your own block's list from its page."),
            )
        require_current(walk_list=walk_list, by=by, on=today_in(walk_list.chapter))
