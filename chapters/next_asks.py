"""What to ask somebody next, from where they stand on the chapter's ladder. Pure: plain data in, plain data out.

A step is passed when it is done, or when one that comes after it is: nobody who keeps a block is asked to come to a
first meeting. The next ask is a step that is offered, not passed, asked by nobody today, not refused of late, whose
needs the person meets, and whose step before is passed; a step that is no longer offered is stepped over.

Of several: after a no none larger than what was refused, then what leads on from furthest up the ladder, then what
fits the person best, then the smaller, then the chapter's own order.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

AFTER, FIRST, FITS, SMALLER = "after", "first", "fits", "smaller"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a ladder.

    Attributes:
        size: 0 small, 1 medium, 2 big.
        follows: the step that comes before it.
        needs: what the person must bring ("language:spanish").
        is_offered: False once it is retired.
    """

    id: int
    size: int = 0
    order: int = 0
    follows: int | None = None
    needs: frozenset[str] = frozenset()
    is_offered: bool = True


@dataclass(frozen=True, slots=True)
class Stand:
    """Where one person stands: ids of steps done, asked for just now, refused of late; and what they bring."""

    done: frozenset[int] = frozenset()
    open: frozenset[int] = frozenset()
    refused: frozenset[int] = frozenset()
    brings: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Reason:
    """Why this step: after a step done, as the first one, for what the person brings, smaller than one refused."""

    code: str
    step: int | None = None
    need: str = ""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The step to ask for, and why."""

    step: int
    reasons: tuple[Reason, ...]


@dataclass(slots=True)
class Ladder:
    """A chapter's steps, ready to answer for many people; equal standings are worked out once."""

    steps: Mapping[int, Step]
    _known: dict[Stand, Suggestion | None] = field(default_factory=dict)

    @classmethod
    def of(cls, steps: Iterable[Step]) -> Ladder:
        return cls({step.id: step for step in steps})

    def suggest(self, stand: Stand) -> Suggestion | None:
        """The next ask for somebody who stands there; None when nothing is left to ask."""
        if stand not in self._known:
            self._known[stand] = self._suggest(stand)
        return self._known[stand]

    def passed(self, done: Iterable[int]) -> frozenset[int]:
        """The steps done, and all that come before them."""
        found: set[int] = set()
        for step_id in done:
            here: int | None = step_id
            while here is not None and here in self.steps and here not in found:
                found.add(here)
                here = self.steps[here].follows
        return frozenset(found)

    def step_before(self, step: Step) -> int | None:
        """The nearest step before it that is still offered."""
        seen = {step.id}
        here = step.follows
        while here is not None and here in self.steps and here not in seen:
            if self.steps[here].is_offered:
                return here
            seen.add(here)
            here = self.steps[here].follows
        return None

    def _suggest(self, stand: Stand) -> Suggestion | None:
        passed = self.passed(stand.done)
        refused = [self.steps[one] for one in stand.refused if one in self.steps]
        ceiling = min((step.size for step in refused), default=None)
        candidates = []
        for step in self.steps.values():
            before = self.step_before(step)
            if (
                step.is_offered
                and step.id not in passed | stand.open | stand.refused
                and step.needs <= stand.brings
                and (before is None or before in passed)
            ):
                too_large = ceiling is not None and step.size > ceiling
                height = len(self.passed([before])) if before is not None else 0
                key = (too_large, -height, -len(step.needs), step.size, step.order, step.id)
                candidates.append((key, step, before))
        if not candidates:
            return None
        (too_large, *_rest), step, before = min(candidates, key=lambda one: one[0])
        reasons = [Reason(AFTER, step=before)] if before is not None else []
        reasons += [Reason(FITS, need=need) for need in sorted(step.needs)]
        if refused and not too_large:
            smallest = min(refused, key=lambda one: (one.size, one.order, one.id))
            reasons.append(Reason(SMALLER, step=smallest.id))
        if not passed and not reasons:
            reasons = [Reason(FIRST)]
        return Suggestion(step.id, tuple(reasons))
