"""Needs, offers and hand-shakes in words: what may be said of whom."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chapters.models import Member
from core.components import Badge
from core.http import chapter_url
from core.permissions import has_right
from core.templatetags.formats import metres
from core.tenancy import current
from precincts.casing import in_plain_case
from precincts.enums import HandShakeState, HelpEnd, HelpSide
from precincts.folding import list_words
from precincts.help_matching import make_rough
from precincts.models import HandShake, Need, Offer, Precinct

NEED_BADGES: dict[str, Badge] = {
    "waiting": Badge(word=gettext_lazy("waits for somebody"), icon="hourglass", tone="mark"),
    HandShakeState.ASKED: Badge(word=gettext_lazy("both are asked"), icon="chat-left-text", tone="neutral"),
    HandShakeState.AGREED: Badge(word=gettext_lazy("both agreed"), icon="people", tone="good"),
    HelpEnd.DONE: Badge(word=gettext_lazy("met"), icon="check-circle", tone="good"),
    HelpEnd.TAKEN_BACK: Badge(word=gettext_lazy("taken back"), icon="x-circle", tone="neutral"),
}

HAND_SHAKE_BADGES: dict[str, Badge] = {
    HandShakeState.ASKED: NEED_BADGES[HandShakeState.ASKED],
    HandShakeState.AGREED: NEED_BADGES[HandShakeState.AGREED],
    HandShakeState.DONE: Badge(word=gettext_lazy("done"), icon="check-circle", tone="good"),
    HandShakeState.DECLINED: Badge(word=gettext_lazy("did not come about"), icon="x-circle", tone="neutral"),
    HandShakeState.EXPIRED: Badge(word=gettext_lazy("expired"), icon="hourglass-bottom", tone="neutral"),
    HandShakeState.TAKEN_BACK: Badge(
        word=gettext_lazy("taken back"), icon="arrow-return-left", tone="neutral"
    ),
}


def name_of(line: Need | Offer) -> str:
    """The person's name; only for whoever speaks for them, or once both have agreed."""
    return in_plain_case(str(line.person))


def phone_of(line: Need | Offer) -> str:
    """Where to reach them, once both have agreed; "" where no number is known."""
    return line.person.phone if line.person is not None else ""


def say_who(line: Need | Offer) -> str:
    """The name for whoever speaks for the person; to everybody else, that it is somebody of the group."""
    if has_right(current().actor, "precincts.speak_for", line):
        return _("you") if line.member_id is not None else name_of(line)
    return _("one of our members")


def who_url(line: Need | Offer) -> str:
    """The page of what the person needs and offers, for whoever speaks for them."""
    if not has_right(current().actor, "precincts.speak_for", line):
        return ""
    person = line.person
    if person is None or isinstance(person, Member):
        return chapter_url("precincts:my_help")
    return chapter_url("precincts:neighbour_help", voter_id=person.pk)


def precinct_of(line: Need | Offer) -> Precinct | None:
    """The precinct in which the person lives, as far as that is known."""
    door = line.household
    if door is not None:
        return door.precinct
    return line.neighbour.precinct if line.neighbour is not None else None


def say_precinct(line: Any) -> str:
    found = precinct_of(line)
    return found.code if found is not None else ""


def say_rough(way: float) -> str:
    """How far it is as far as a stranger may know: "up to 300 m on foot"."""
    return _("up to %(metres)s on foot") % {"metres": metres(make_rough(way))}


def sides_spoken_for(hand_shake: HandShake) -> list[HelpSide]:
    """The sides for which the reader may answer."""
    actor = current().actor
    return [side for side in HelpSide if has_right(actor, "precincts.speak_for", hand_shake.line_of(side))]


def hand_shake_url(hand_shake: HandShake, side: str) -> str:
    return chapter_url("precincts:hand_shake", hand_shake_id=hand_shake.pk, side=str(side))


def find_words(rows: Any, words: str) -> Any:
    """The needs or offers whose words hold each of these."""
    for word in words.split() if list_words(words) else []:
        rows = rows.filter(words__icontains=word)
    return rows
