"""What one of the chapter's people did in precincts and blocks: kept, led, trained, learned."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from django.db.models import Count
from django.db.models.functions import TruncDate
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from core.actors import Actor
from core.http import chapter_url
from core.people import HistoryLine
from core.permissions import has_right
from precincts.models import BlockAssignment, Fact, PrecinctAssignment, Training


def list_charges(member_id: int, reader: Actor, limit: int) -> Iterable[HistoryLine]:
    """The blocks and precincts a person kept, from when until when. Two queries."""
    may_open = has_right(reader, "precincts.see_all")
    own = {"chapter_id": reader.chapter_id, "member_id": member_id}
    for row in (
        BlockAssignment.objects.filter(**own).select_related("block__precinct").order_by("-starts_on")[:limit]
    ):
        yield HistoryLine(
            on=row.starts_on, until=row.ends_on, goes_on=row.ends_on is None,
            what=gettext("Block %(block)s in precinct %(code)s") % {"block": row.block, "code": row.block.precinct.code},
            kind=_("blocks"), icon="house-heart", line=row.get_kind_display(),
            url=chapter_url("precincts:block_book", block_id=row.block_id) if may_open else "",
        )  # fmt: skip
    for row in (
        PrecinctAssignment.objects.filter(**own).select_related("precinct").order_by("-starts_on")[:limit]
    ):
        yield HistoryLine(
            on=row.starts_on, until=row.ends_on, goes_on=row.ends_on is None,
            what=gettext("Precinct %(code)s") % {"code": row.precinct.code},
            kind=_("precincts"), icon="houses", line=row.get_kind_display(),
            url=chapter_url("precincts:precinct", precinct_id=row.precinct_id) if may_open else "",
        )  # fmt: skip


def list_trainings(member_id: int, reader: Actor, limit: int) -> Iterable[HistoryLine]:
    """Whom a person trained. One query."""
    rows = Training.objects.filter(chapter_id=reader.chapter_id, trainer_id=member_id).select_related(
        "trained"
    )
    for row in rows.order_by("-on", "-pk")[:limit]:
        yield HistoryLine(
            on=row.on,
            what=gettext("Trained %(name)s") % {"name": row.trained},
            kind=_("trainings"),
            icon="mortarboard",
        )


def list_days_at_doors(member_id: int, reader: Actor, limit: int) -> Iterable[HistoryLine]:
    """The days on which a person noted what neighbours said, and of how many. One query."""
    facts = Fact.objects.filter(chapter_id=reader.chapter_id, member_id=member_id).order_by()
    days = facts.values(on=TruncDate("occurred_at")).annotate(people=Count("voter", distinct=True))
    for row in islice(days.order_by("-on"), limit):
        said = ngettext(
            "Noted what one neighbour said", "Noted what %(count)d neighbours said", row["people"]
        )
        yield HistoryLine(
            on=row["on"],
            what=said % {"count": row["people"]},
            kind=_("days with neighbours"),
            icon="journal-text",
        )
