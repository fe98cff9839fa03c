"""The words for what is known of a neighbour, said once: on pages, in forms and on paper alike."""

from __future__ import annotations

from collections.abc import Container
from datetime import date
from functools import lru_cache
from typing import Any

from django.utils import formats
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from core.components import Badge
from precincts.affiliation import Affiliation
from precincts.ballots import ReturnedBallot
from precincts.enums import ElectionKind, FactKind, Heat
from precincts.voterfile.faults import Reason

WORDED_KINDS: dict[str, Any] = {
    FactKind.NOTE: _("A note"),
    FactKind.ISSUE: _("An issue that matters to them"),
    FactKind.AFFILIATION: _("Their party"),
    FactKind.LANGUAGE: _("Language they speak"),
    FactKind.SKILL: _("What they can do or like"),
    FactKind.RIDE: _("Trouble getting to the polls"),
    FactKind.NEED: _("What would help"),
    FactKind.NEXT_STEP: _("Next step"),
}
"""The kinds of facts that are written down in the captain's own words, as the form asks for them."""

KNOWN_VALUES: dict[str, dict[str, Any]] = {
    FactKind.CONTACT: {"talked": _("Talked"), "nobody_home": _("Nobody home"), "left_note": _("Left a note")},
    FactKind.METHOD: {
        "by_mail": _("Votes by mail"), "early": _("Votes early"), "election_day": _("Votes on election day"),
    },
    FactKind.RIDE: {
        "needs_ride": _("Needs a ride to the polls"), "language": _("Language is in the way"),
        "steps": _("Steps are in the way"), "no_time": _("Has no time on the day"),
    },
    FactKind.NEED: {
        "mail_ballot": _("A ballot by mail would help"), "early_voting": _("Voting early would help"),
        "company": _("Company would help"), "interpreter": _("An interpreter would help"),
        "child_care": _("Child care would help"),
    },
    FactKind.HELP: {"offers_help": _("Offers to help")},
    FactKind.SKILL: {
        "drives": _("Can drive others"), "repairs": _("Can fix things"), "cooks": _("Cooks for many"),
        "music": _("Plays music"), "computers": _("Knows computers"), "sews": _("Sews"),
    },
    FactKind.LANGUAGE: {
        "es": _("Spanish"), "zh": _("Chinese"), "vi": _("Vietnamese"), "ar": _("Arabic"), "am": _("Amharic"),
    },
    FactKind.NEXT_STEP: {
        "come_back": _("Come back"), "call": _("Call them"), "bring_form": _("Bring a registration form"),
        "arrange_ride": _("Arrange the ride"),
    },
}  # fmt: skip
"""What can be noted with one press, by kind: the machine's word and the words on the button."""

_FACT_ICONS = {
    FactKind.NOTE: "chat-left-text",
    FactKind.ISSUE: "megaphone",
    FactKind.SUPPORT: "hand-thumbs-up",
    FactKind.AFFILIATION: "flag",
    FactKind.METHOD: "envelope",
    FactKind.RIDE: "car-front",
    FactKind.LANGUAGE: "translate",
    FactKind.HELP: "hand-index-thumb",
    FactKind.CONTACT: "door-open",
    FactKind.NEED: "life-preserver",
    FactKind.NEXT_STEP: "arrow-right-circle",
    FactKind.SKILL: "tools",
}

_HEATS: dict[Heat, Badge] = {
    Heat.HOT: Badge(word=_("hot"), icon="fire", tone="good"),
    Heat.WARM: Badge(word=_("warm"), icon="thermometer-half", tone="mark"),
    Heat.COLD: Badge(word=_("cold"), icon="snow", tone="neutral"),
    Heat.NEW: Badge(word=_("new voter"), icon="stars", tone="neutral"),
}

_ELECTIONS: dict[str, Any] = {
    ElectionKind.GENERAL: _("general elections"),
    ElectionKind.PRIMARY: _("primaries"),
    ElectionKind.MUNICIPAL: _("municipal elections"),
    ElectionKind.RUNOFF: _("runoffs"),
    ElectionKind.SPECIAL: _("special elections"),
}


def list_quick_facts() -> list[tuple[str, Any]]:
    """Each one-press fact as (`kind:value`, words)."""
    return [
        (f"{kind}:{value}", words) for kind, values in KNOWN_VALUES.items() for value, words in values.items()
    ]


QUICK_HEADINGS: dict[str, Any] = {
    FactKind.CONTACT: _("Contact"),
    FactKind.METHOD: _("How they vote"),
    FactKind.RIDE: _("Trouble getting to the polls"),
    FactKind.NEED: _("What would help"),
    FactKind.HELP: _("Gives a hand"),
    FactKind.SKILL: _("Can do or likes"),
    FactKind.LANGUAGE: _("Speaks"),
    FactKind.NEXT_STEP: _("Next step"),
}
"""What stands over the buttons of each kind."""

_ON_BUTTONS: dict[str, Any] = {
    f"{FactKind.METHOD}:by_mail": _("By mail"),
    f"{FactKind.METHOD}:early": _("Early"),
    f"{FactKind.METHOD}:election_day": _("On election day"),
    f"{FactKind.RIDE}:needs_ride": _("Needs a ride"),
    f"{FactKind.RIDE}:language": _("Language"),
    f"{FactKind.RIDE}:steps": _("Steps"),
    f"{FactKind.RIDE}:no_time": _("No time"),
    f"{FactKind.NEED}:mail_ballot": _("A ballot by mail"),
    f"{FactKind.NEED}:early_voting": _("Voting early"),
    f"{FactKind.NEED}:company": _("Company"),
    f"{FactKind.NEED}:interpreter": _("An interpreter"),
    f"{FactKind.NEED}:child_care": _("Child care"),
}
"""Shorter words for a button that stands under its heading."""

VOTED_BY: dict[str, Any] = {
    "I": _("in person"),
    "E": _("early"),
    "M": _("by mail"),
    "P": _("by provisional ballot"),
}
"""How somebody voted, by the letter of `voterfile.elections.read_method`; the letter for "not said" has no words."""


def list_quick_groups(known: Container[str]) -> list[tuple[Any, list[tuple[str, Any]]]]:
    """The one-press facts (`kind:value`) that are not known yet, as heading and buttons, in short words."""
    groups: dict[str, list[tuple[str, Any]]] = {}
    for token, words in list_quick_facts():
        if token not in known:
            groups.setdefault(token.partition(":")[0], []).append((token, _ON_BUTTONS.get(token, words)))
    return [(QUICK_HEADINGS[kind], buttons) for kind, buttons in groups.items()]


def say_fact(kind: str, value: str, text: str) -> str:
    """A fact in words: what was written down, or the words for the value."""
    return text or str(KNOWN_VALUES.get(kind, {}).get(value, value))


def fact_icon(kind: str) -> str:
    """The icon that stands beside a fact of the kind."""
    return _FACT_ICONS[FactKind(kind)]


def say_heat(heat: Heat | str) -> Badge:
    """How consistently somebody votes, as icon and word."""
    return _HEATS[Heat(heat)]


def say_heat_on_paper(heat: Heat | str) -> str:
    """The same in one short word, for a narrow column that explains it."""
    return str(_("new") if heat == Heat.NEW else say_heat(heat).word)


def say_elections(kind: str) -> str:
    """Several elections of a kind: "primaries"."""
    return str(_ELECTIONS.get(kind, _("elections")))


_PARTIES: dict[str, Any] = {
    "DEM": _("Democratic"), "REP": _("Republican"), "LIB": _("Libertarian"), "GRE": _("Green"),
}  # fmt: skip


def say_party(party: str) -> str:
    """The party's name, where the file's code for it is known; else the code."""
    return str(_PARTIES.get(party.upper(), party))


def say_affiliation(known: Affiliation) -> str:
    """The party and how it is known; that it is not known is said too.

    "Democratic (registered)", "Republican (ballot pulled in 3 of 4 primaries voted in, last in 2024)".
    """
    return _say_affiliation(get_language(), known)


@lru_cache(maxsize=4096)
def _say_affiliation(_language: str | None, known: Affiliation) -> str:
    """Said once for all who have it in common: a page has hundreds of people and a few affiliations."""
    if not known.party:
        return str(_("registered without a party") if known.is_unaffiliated else _("affiliation not known"))
    words: dict[str, Any] = {"party": say_party(known.party), "year": known.on.year if known.on else ""}
    if known.source == "registered":
        return str(_("%(party)s (registered)") % words)
    if known.source == "learned":
        return str(_("%(party)s (learned)") % words)
    if known.primaries < 2:
        return str(_("%(party)s (primary ballot pulled %(year)s)") % words)
    words |= {"pulled": known.pulled, "primaries": known.primaries}
    said = _("%(party)s (ballot pulled in %(pulled)s of %(primaries)s primaries voted in, last in %(year)s)")
    return str(said % words)


def say_affiliation_on_paper(known: Affiliation, *, on: date) -> str:
    """The same in the file's codes, for a narrow column of a paper of that day.

    "DEM registered", "UNA, DEM learned 3 May", "REP ballot 2024, 3 of 4", "party not known".
    """
    if not known.party:
        words = {"code": known.registered}
        return str(_("%(code)s, no party") % words if known.is_unaffiliated else _("party not known"))
    if known.source == "registered":
        return str(_("%(party)s registered") % {"party": known.party})
    if known.source == "learned":
        said = str(_("%(party)s learned %(on)s") % {"party": known.party, "on": short_day(known.on, on=on)})
    else:
        said = str(
            _("%(party)s ballot %(on)s") % {"party": known.party, "on": known.on.year if known.on else ""}
        )
        if known.primaries > 1:
            counts = {"said": said, "pulled": known.pulled, "primaries": known.primaries}
            said = str(_("%(said)s, %(pulled)s of %(primaries)s") % counts)
    return f"{known.registered}, {said}" if known.registered else said


def short_day(day: date | None, *, on: date) -> str:
    """ "3 May", or the month and year when it is over a year ago."""
    if day is None:
        return ""
    recent = (on - day).days < 365
    return formats.date_format(day, "j M" if recent else "M Y", use_l10n=False)


def say_ballot(ballot: ReturnedBallot, *, on: date) -> str:
    """Where a neighbour's ballot stands in the election that is being voted in: "voted by mail, 24 Oct"."""
    day = short_day(ballot.on, on=on)
    if not ballot.is_accepted:
        words = gettext("ballot not accepted yet")
        return f"{words} ({ballot.status.lower()})" if ballot.status else words
    way = VOTED_BY.get(ballot.how)
    voted = gettext("has voted %(way)s") % {"way": way} if way else gettext("has voted")
    return f"{voted}, {day}" if day else voted


_REASONS: dict[str, Any] = {
    Reason.SHORT_ROW: _("the row has %(found)s columns instead of %(expected)s"),
    Reason.LONG_ROW: _("the row has %(found)s columns instead of %(expected)s"),
    Reason.NO_ID: _("no voter number"),
    Reason.DUPLICATE_ID: _("the same voter number as line %(detail)s"),
    Reason.NO_LAST_NAME: _("no last name"),
    Reason.NO_ADDRESS: _("no address"),
    Reason.BAD_REGISTRATION_DATE: _(
        "impossible registration date %(detail)s; taken in with the date unknown"
    ),
    Reason.BAD_BIRTH_DATE: _("impossible date of birth %(detail)s; taken in with the date unknown"),
    Reason.UNKNOWN_STATUS: _("unknown status “%(detail)s”; taken in as inactive"),
    Reason.UNKNOWN_CONFIDENTIAL: _("unknown mark “%(detail)s” for confidential; taken in as confidential"),
    Reason.VALUE_TOO_LONG: _("a name, number or address is too long to be one"),
    Reason.UNKNOWN_VOTER: _("no voter with this number"),
    Reason.UNKNOWN_ELECTION: _("unknown election “%(detail)s”"),
    Reason.NO_COORDINATES: _("no coordinates"),
    Reason.OUTSIDE: _("coordinates far outside the chapter's state: %(detail)s"),
    Reason.OTHER_DAY: _("a ballot of %(detail)s cannot be of this election"),
    Reason.BAD_RETURN_DATE: _("impossible date %(detail)s; taken in with the day unknown"),
    Reason.UNKNOWN_RETURN: _("unknown status “%(detail)s”; taken in as not accepted yet"),
    Reason.SCATTERED: _("points of one address lie up to %(detail)s m apart"),
    Reason.OUTSIDE_STATE: _("it lies outside %(detail)s"),
    Reason.CODE_SHARED: _("this is the code of several precincts: %(detail)s"),
    Reason.NO_PRECINCT: _("no precinct here has the code “%(detail)s”"),
    Reason.SEVERAL_AREAS: _("several areas of the file are precinct “%(detail)s”"),
    Reason.EDGE_MENDED: _("its edge crossed itself a little; mended"),
}


def say_reason(reason: str, detail: str) -> str:
    """Why a row of a file was left out, or taken in with a doubt; `detail` as `faults.Reject` has it."""
    found, _slash, expected = detail.partition("/")
    return str(_REASONS[reason]) % {"found": found, "expected": expected, "detail": detail}
