"""The head of a precinct's page: what it says, its figures, the one thing to do next."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chapters.models import Chapter
from core.components import Action, Stat
from core.http import ChapterRequest, chapter_url, optional_url
from core.permissions import has_right
from core.templatetags.formats import number
from precincts.models import Precinct
from precincts.selectors.precincts import (
    ChapterProgress,
    HotCount,
    PrecinctFigures,
    count_hot,
    count_newcomers,
)
from precincts.words import say_elections


def say_in_words(figures: PrecinctFigures) -> str:
    """ "2,846 voters behind 1,391 doors, in 19 blocks of about 150. Two blocks have no captain." """
    words = _("%(voters)s voters behind %(doors)s doors") % {
        "voters": number(figures.voters),
        "doors": number(figures.doors),
    }
    if not figures.blocks:
        return _("%(figures)s, not yet cut into blocks.") % {"figures": words}
    blocks = ngettext("in %(count)s block", "in %(count)s blocks", figures.blocks) % {
        "count": number(figures.blocks)
    }
    cut = _("%(figures)s, %(blocks)s of about %(mean)s.") % {
        "figures": words,
        "blocks": blocks,
        "mean": number(figures.mean),
    }
    return f"{cut} {_say_vacancies(figures)}"


def _say_vacancies(figures: PrecinctFigures) -> str:
    if not figures.vacant:
        return _("Every block has a captain.")
    return ngettext("One block has no captain.", "%(count)s blocks have no captain.", figures.vacant) % {
        "count": number(figures.vacant)
    }


def make_stats(request: ChapterRequest, row: Precinct, figures: PrecinctFigures, on: date) -> list[Stat]:
    """The stat strip. Four queries."""
    hot, newcomers = count_hot(row, request.chapter, on), count_newcomers(row)
    stats = (
        []
        if hot is None
        else [
            Stat(
                number=number(hot.voters),
                words=_say_hot_rule(request.chapter, hot),
                url=chapter_url("precincts:consistent", precinct_id=row.pk) + "?heat=hot"
                if has_right(request.actor, "precincts.see_consistent", row)
                else "",
            )
        ]
    )
    if figures.blocks:
        stats.insert(
            0,
            Stat(
                number=_("%(filled)s of %(blocks)s")
                % {"filled": number(figures.filled), "blocks": number(figures.blocks)},
                words=_("blocks with a captain"),
                percent=100 * figures.filled / figures.blocks,
                url=chapter_url("precincts:roster") + f"?precinct={row.pk}",
            ),
        )
    located = figures.doors - figures.unplaced
    stats.append(
        Stat(
            number=_("%(located)s of %(doors)s")
            % {"located": number(located), "doors": number(figures.doors)},
            words=_("doors on the map"),
            percent=100 * located / figures.doors if figures.doors else None,
            change=_say_list_only(figures),
            url=chapter_url("precincts:list_only", precinct_id=row.pk) if figures.list_only else "",
        )
    )
    if newcomers:
        stats.append(Stat(number=number(newcomers), words=_("neighbours new or moved in with the last file")))
    return stats


def _say_hot_rule(chapter: Chapter, hot: HotCount) -> str:
    return _(
        "hot: voted in at least %(hot)d of the last %(last)d %(kind)s, or as large a share since registering"
    ) % {
        "hot": hot.needed,
        "last": hot.asked,
        "kind": say_elections(chapter.consistency_kind),
    }


def _say_list_only(figures: PrecinctFigures) -> str:
    if not figures.list_only or not figures.blocks:
        return ""
    return ngettext("%(count)s voter in no block", "%(count)s voters in no block", figures.list_only) % {
        "count": number(figures.list_only)
    }


def pick_chapter_action(request: ChapterRequest, progress: ChapterProgress) -> Action | None:
    """The same for all precincts together: what is not cut, who is missing, what can be printed."""
    actor = request.actor
    if progress.uncut and has_right(actor, "precincts.cut_blocks"):
        return Action(label=_("Cut blocks"), url=chapter_url("precincts:cut_all"), icon="scissors")
    if progress.vacant and has_right(actor, "precincts.assign_captain"):
        url = chapter_url("precincts:roster") + "?state=vacant"
        return Action(label=_("Find captains"), url=url, icon="person-plus")
    print_url = optional_url("canvassing:print_all") if has_right(actor, "precincts.see_all") else ""
    if not progress.blocks or not print_url:
        return None
    return Action(label=_("Print walk lists"), url=print_url, icon="printer")


def pick_primary_action(request: ChapterRequest, row: Precinct, figures: PrecinctFigures) -> Action | None:
    """What to do first: cut blocks, then find captains, then print their lists."""
    actor = request.actor
    if not figures.blocks:
        if not has_right(actor, "precincts.cut_blocks", row) or not figures.voters:
            return None
        return Action(
            label=_("Cut blocks"), url=chapter_url("precincts:cut", precinct_id=row.pk), icon="scissors"
        )
    if figures.vacant and has_right(actor, "precincts.assign_captain", row):
        url = chapter_url("precincts:roster") + f"?precinct={row.pk}&state=vacant"
        return Action(label=_("Find captains"), url=url, icon="person-plus")
    print_url = optional_url("canvassing:print_precinct", precinct_id=row.pk)
    return Action(label=_("Print lists"), url=print_url, icon="printer") if print_url else None
