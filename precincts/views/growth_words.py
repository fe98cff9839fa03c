"""Why somebody is proposed, in words a person can read."""

from __future__ import annotations

from django.utils.translation import gettext as _

from core.templatetags.formats import day, metres
from precincts.selectors.growth import GrowingBlock, Proposed
from precincts.words import say_elections


def say_reasons(one: Proposed, kind: str) -> str:
    """The reasons, the weightiest first: "offered to help on Sun 3 May, lives here, voted 4 of 4 primaries".

    Args:
        kind: the elections that count.
    """
    person, proposal = one.person, one.proposal
    words = {
        "offers": _("offered to help on %(day)s") % {"day": day(person.offered_on)}
        if person.offered_on
        else "",
        "backup": _("backup of this block"),
        "lives_here": _("lives here"),
        "near": _("lives about %(metres)s away") % {"metres": metres(proposal.metres)},
        "votes": _("voted in %(voted)d of %(possible)d %(elections)s")
        % {"voted": person.voted, "possible": person.possible, "elections": say_elections(kind)},
        "supports": _("supports us"),
        "member": _("one of your people, without a role"),
    }
    return ", ".join(words[reason] for reason in proposal.reasons)


def say_keepers(block: GrowingBlock) -> str:
    """Who keeps a block now: "Linh Tran; backup: Omar Diaz"."""
    backups = ", ".join(str(row.member) for row in block.backups)
    if block.captain is None:
        return _("No captain; backup: %(names)s") % {"names": backups} if backups else _("No captain")
    if not backups:
        return _("%(captain)s, without a backup") % {"captain": block.captain.member}
    return _("%(captain)s; backup: %(names)s") % {"captain": block.captain.member, "names": backups}
