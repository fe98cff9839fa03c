"""The chapter's ladder, who has done which step, and what to ask of each next."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from chapters.enums import OPEN_ASK_RESULTS, AskResult, StepSize
from chapters.first_ladder import BY_YES
from chapters.models import Ask, Chapter, LadderStep
from chapters.next_asks import AFTER, FIRST, FITS, SMALLER, Ladder, Reason, Stand, Step
from core.ladder import Members, find_done_rule, list_done_rules, list_traits

REST = timedelta(days=120)
"""So long a no is not asked again."""

AGREED = timedelta(days=60)
"""So long somebody who said yes may take to do it before they are asked again."""

_SIZES = {size.value: place for place, size in enumerate(StepSize)}


@dataclass(frozen=True, slots=True)
class NextAsk:
    """The step to ask somebody for next, and why, in sentences."""

    step: LadderStep
    why: str


@dataclass(slots=True)
class NextAsks:
    """What to ask of each of a chapter's people; made by `read_next_asks`."""

    steps: dict[int, LadderStep]
    ladder: Ladder
    stands: dict[int, Stand]
    words: dict[str, str]
    done: dict[int, frozenset[int]] = field(default_factory=dict)

    def of(self, member_id: int) -> NextAsk | None:
        """The next ask of one person; None when nothing is left to ask."""
        found = self.ladder.suggest(self.stands.get(member_id, Stand()))
        if found is None:
            return None
        return NextAsk(self.steps[found.step], " ".join(self._say(reason) for reason in found.reasons))

    def step_of(self, member_id: int) -> int | None:
        """The id of that step alone."""
        found = self.ladder.suggest(self.stands.get(member_id, Stand()))
        return found.step if found is not None else None

    @property
    def step_of_newcomers(self) -> int | None:
        """The step of somebody of whom nothing is known."""
        found = self.ladder.suggest(Stand())
        return found.step if found is not None else None

    def done_by(self, member_id: int) -> list[LadderStep]:
        """The steps somebody has done or passed, in the ladder's order."""
        passed = self.ladder.passed(self.stands.get(member_id, Stand()).done)
        return [step for pk, step in self.steps.items() if pk in passed]

    def _say(self, reason: Reason) -> str:
        if reason.code == AFTER:
            return _("They have taken the step before: “%(step)s”.") % {"step": self.steps[reason.step or 0]}
        if reason.code == SMALLER:
            return _("It is no larger than “%(step)s”, which they declined.") % {
                "step": self.steps[reason.step or 0]
            }
        if reason.code == FITS:
            return _("They bring what it needs: %(what)s.") % {
                "what": self.words.get(reason.need, reason.need)
            }
        assert reason.code == FIRST
        return _("It is a first step for somebody who has done none.")


def list_steps(chapter_id: int) -> list[LadderStep]:
    """The ladder in its order, with retired steps. One query."""
    return list(LadderStep.objects.filter(chapter_id=chapter_id).order_by("position", "pk"))


def read_next_asks(chapter: Chapter, on: date, member_ids: Members = None) -> NextAsks:
    """What to ask next of some people, or of everybody.

    As many queries as there are kinds of rules and needs in the ladder, and two; however many people.
    """
    rows = list_steps(chapter.pk)
    steps = {row.pk: row for row in rows}
    done = _find_done(chapter.pk, rows, on, member_ids)
    open_, refused = _read_answers(chapter.pk, steps, done, on, member_ids)
    brings, words = _read_traits(chapter, rows, member_ids)
    stands = {
        pk: Stand(
            frozenset(done.get(pk, ())), frozenset(open_.get(pk, ())), frozenset(refused.get(pk, ())),
            frozenset(brings.get(pk, ())),
        )
        for pk in {*done, *open_, *refused, *brings}
    }  # fmt: skip
    return NextAsks(steps, Ladder.of(_plain(row) for row in rows), stands, words)


def _plain(row: LadderStep) -> Step:
    return Step(
        id=row.pk, size=_SIZES[row.size], order=row.position, follows=row.follows_id,
        needs=frozenset(row.needs), is_offered=row.retired_on is None,
    )  # fmt: skip


def _by_rule(rows: Collection[LadderStep]) -> dict[str, list[LadderStep]]:
    found: dict[str, list[LadderStep]] = defaultdict(list)
    for row in rows:
        if row.done_rule != BY_YES and find_done_rule(row.done_rule) is not None:
            found[row.done_rule].append(row)
    return found


def _find_done(chapter_id: int, rows: list[LadderStep], on: date, member_ids: Members) -> dict[int, set[int]]:
    """The steps each person has done, but for those done by a yes."""
    done: dict[int, set[int]] = defaultdict(set)
    for name, of_rule in _by_rule(rows).items():
        rule = find_done_rule(name)
        assert rule is not None
        found = rule.find_done(chapter_id, on, {row.done_value for row in of_rule}, member_ids)
        for row in of_rule:
            for member_id in found.get(row.done_value, ()):
                done[member_id].add(row.pk)
    return done


def _read_answers(
    chapter_id: int, steps: dict[int, LadderStep], done: dict[int, set[int]], on: date, member_ids: Members
) -> tuple[dict[int, set[int]], dict[int, set[int]]]:
    """The steps each is asked for or has agreed to, and those refused of late; a yes that is enough is added to
    `done`. One query."""
    by_yes = {
        pk for pk, row in steps.items() if row.done_rule == BY_YES or find_done_rule(row.done_rule) is None
    }
    asks = Ask.objects.filter(chapter_id=chapter_id, step__isnull=False, asked__isnull=False)
    if member_ids is not None:
        asks = asks.filter(asked__in=member_ids)
    open_: dict[int, set[int]] = defaultdict(set)
    refused: dict[int, set[int]] = defaultdict(set)
    told = asks.order_by("pk").values_list("asked_id", "step_id", "result", "answered_on")
    for member_id, step_id, result, answered_on in told:
        if result in OPEN_ASK_RESULTS:
            open_[member_id].add(step_id)
        elif result == AskResult.YES:
            refused[member_id].discard(step_id)
            if step_id in by_yes:
                done[member_id].add(step_id)
            elif on - answered_on <= AGREED:
                open_[member_id].add(step_id)
        elif result == AskResult.NO and on - answered_on <= REST:
            refused[member_id].add(step_id)
    return open_, refused


def _read_traits(
    chapter: Chapter, rows: list[LadderStep], member_ids: Members
) -> tuple[dict[int, set[str]], dict[str, str]]:
    """What each brings of what the ladder needs, and the words for it."""
    needed = {need for row in rows for need in row.needs}
    brings: dict[int, set[str]] = defaultdict(set)
    words: dict[str, str] = {}
    for traits in list_traits():
        of_kind = {need for need in needed if need.startswith(f"{traits.name}:")}
        if not of_kind:
            continue
        words |= {f"{traits.name}:{value}": str(says) for value, says in traits.list_choices(chapter)}
        for member_id, values in traits.read(chapter.pk, member_ids).items():
            brings[member_id] |= {f"{traits.name}:{value}" for value in values} & of_kind
    return brings, words


def say_done_rule(step: LadderStep, chapter: Chapter) -> str:
    """How a step counts as done, in words."""
    rule = find_done_rule(step.done_rule)
    if rule is None:
        return _("says yes")
    if rule.list_choices is None:
        return str(rule.says)
    words = {value: str(says) for value, says in rule.list_choices(chapter)}
    return f"{rule.says}: {words.get(step.done_value, step.done_value)}"


def list_rule_choices(chapter: Chapter) -> list[tuple[Any, Any]]:
    """How a step can count as done: (`rule|value`, words), under the rule's words where there is more to choose."""
    choices: list[tuple[Any, Any]] = []
    for rule in list_done_rules():
        if rule.list_choices is None:
            choices.append((f"{rule.name}|", rule.says))
        else:
            values = [(f"{rule.name}|{value}", words) for value, words in rule.list_choices(chapter)]
            choices.append((rule.says, values))
    return choices


def list_need_choices(chapter: Chapter) -> list[tuple[str, Any]]:
    """What a step can need: (`kind:value`, words)."""
    return [
        (f"{traits.name}:{value}", f"{traits.says}: {words}")
        for traits in list_traits()
        for value, words in traits.list_choices(chapter)
    ]


@dataclass(frozen=True, slots=True)
class StepCounts:
    """How often a step was asked, and what came of it."""

    asked: int
    yes: int
    open: int


def count_asks_of_steps(chapter_id: int) -> dict[int, StepCounts]:
    """The asks of each step, in figures. One query."""
    rows = (
        Ask.objects.filter(chapter_id=chapter_id, step__isnull=False)
        .exclude(result=AskResult.WITHDRAWN)
        .order_by()
        .values("step_id")
        .annotate(
            asked=Count("pk"),
            yes=Count("pk", filter=Q(result=AskResult.YES)),
            open=Count("pk", filter=Q(result__in=OPEN_ASK_RESULTS)),
        )
    )
    return {row["step_id"]: StepCounts(row["asked"], row["yes"], row["open"]) for row in rows}
