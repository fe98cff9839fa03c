"""The ladder a new chapter begins with: small steps that lead to keeping a block and to leading a team."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

BY_YES = "chapters.yes"
"""The rule by which a step is done once the person says yes to it."""


@dataclass(frozen=True, slots=True)
class FirstStep:
    """One step; `after` is the key of the one before it."""

    key: str
    size: str
    title: Any
    text: Any
    after: str = ""
    done_rule: str = BY_YES
    done_value: str = ""


FIRST_LADDER = (
    FirstStep(
        "meet", "small", _("Come to a meeting"),
        _("Name the next one, where and when, and offer to go together."),
        done_rule="chapters.meeting",
    ),
    FirstStep(
        "evening", "small", _("Help for one evening"),
        _("One evening, with somebody who has done it before: addressing envelopes, setting up, cooking."),
        after="meet",
    ),
    FirstStep(
        "bring", "small", _("Bring a friend to a meeting"),
        _("Ask whom they would like to have there, and which meeting would suit that person."),
        after="meet",
    ),
    FirstStep(
        "knock", "medium", _("Knock on doors with us"),
        _("Two hours, two people, one street. They listen at the first doors and talk when they like."),
        after="evening",
    ),
    FirstStep(
        "call", "medium", _("Call people with us"),
        _("An evening of calls together, with the words in front of them and somebody beside them."),
        after="evening",
    ),
    FirstStep(
        "host", "medium", _("Have neighbours over"),
        _("Ten people in a living room, a hall or a yard; you bring the list and the coffee."),
        after="bring",
    ),
    FirstStep(
        "block", "big", _("Keep a block"),
        _("Some hundred neighbours around their own home, whom they get to know over the year."),
        after="knock", done_rule="precincts.block",
    ),
    FirstStep(
        "team", "big", _("Lead a team"),
        _("Five to ten people, a call every other week, and you at their side for the first three."),
        after="call", done_rule="chapters.team_leader",
    ),
    FirstStep(
        "precinct", "big", _("Lead a precinct"),
        _("The captains of one precinct: find them, train them, and meet them once a month."),
        after="block", done_rule="precincts.precinct",
    ),
)  # fmt: skip
