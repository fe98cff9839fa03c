"""The chapter's ladder of asks: founded with the chapter, changed step by step; nothing that was asked is lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from chapters.enums import StepSize
from chapters.first_ladder import BY_YES, FIRST_LADDER
from chapters.models import Chapter, LadderStep
from chapters.services import audit
from core.actors import Actor
from core.errors import DomainError
from core.words import in_all_languages

LONGEST_TITLE, LONGEST_TEXT = 120, 1000


class LadderHasCircle(DomainError):
    """A step would come after itself, over others or at once."""


class StepNeedsTitle(DomainError):
    """A step has no words in any language."""


class StepElsewhere(DomainError):
    """The step before belongs to another chapter."""


@transaction.atomic
def found_ladder(*, chapter: Chapter, by: Actor) -> list[LadderStep]:
    """Give a chapter the ladder that new ones begin with; nothing when it has steps already."""
    Chapter.objects.select_for_update().get(pk=chapter.pk)
    if LadderStep.objects.filter(chapter=chapter).exists():
        return []
    made: dict[str, LadderStep] = {}
    for place, step in enumerate(FIRST_LADDER, start=1):
        made[step.key] = LadderStep.objects.create(
            chapter=chapter, size=step.size, position=place * 10, titles=in_all_languages(step.title),
            texts=in_all_languages(step.text), follows=made.get(step.after), done_rule=step.done_rule,
            done_value=step.done_value,
        )  # fmt: skip
    audit.record(
        by=by, verb="chapters.ladder_founded", chapter=chapter, rows=len(made),
        summary=lambda: _("The ladder of asks begins with %(count)d steps") % {"count": len(made)},
    )  # fmt: skip
    return list(made.values())


@transaction.atomic
def add_step(
    *,
    chapter: Chapter,
    by: Actor,
    titles: Mapping[str, str],
    size: str,
    texts: Mapping[str, str] | None = None,
    position: int | None = None,
    follows: LadderStep | None = None,
    done_rule: str = BY_YES,
    done_value: str = "",
    needs: Sequence[str] = (),
) -> LadderStep:
    """Add a step; without a place it comes last.

    Raises:
        StepNeedsTitle: no title in any language.
        StepElsewhere: the step before belongs to another chapter.
    """
    Chapter.objects.select_for_update().get(pk=chapter.pk)
    _require_own(chapter.pk, follows)
    if position is None:
        last = LadderStep.objects.filter(chapter=chapter).order_by("-position").first()
        position = last.position + 10 if last is not None else 10
    step = LadderStep.objects.create(
        chapter=chapter, titles=_titles(titles), texts=_words(texts or {}, LONGEST_TEXT), size=StepSize(size),
        position=position, follows=follows, done_rule=done_rule, done_value=done_value, needs=sorted(set(needs)),
    )  # fmt: skip
    audit.record(
        by=by, verb="chapters.ladder_step_added", row=step,
        summary=lambda: _("Added to the ladder: %(step)s") % {"step": step},
    )  # fmt: skip
    return step


@transaction.atomic
def change_step(*, step: LadderStep, by: Actor, **values: Any) -> LadderStep:
    """Change a step from now on; asks made for it keep their words.

    Args:
        values: as `add_step` takes them.

    Raises:
        LadderHasCircle: it would come after itself.
        StepNeedsTitle, StepElsewhere: as `add_step`.
    """
    Chapter.objects.select_for_update().get(pk=step.chapter_id)  # two changes at once could close a circle
    step = LadderStep.objects.get(pk=step.pk)
    if "titles" in values:
        values["titles"] = _titles(values["titles"])
    if "texts" in values:
        values["texts"] = _words(values["texts"], LONGEST_TEXT)
    if "needs" in values:
        values["needs"] = sorted(set(values["needs"]))
    if "follows" in values:
        _require_own(step.chapter_id, values["follows"])
        _require_no_circle(step, values["follows"])
    changed = [name for name, value in values.items() if getattr(step, name) != value]
    if not changed:
        return step
    for name in changed:
        setattr(step, name, values[name])
    step.save(update_fields=changed)
    audit.record(
        by=by, verb="chapters.ladder_step_changed", row=step, detail={"fields": sorted(changed)},
        summary=lambda: _("Changed the step “%(step)s” of the ladder: %(what)s")
        % {"step": step, "what": audit.name_fields(step, changed)},
    )  # fmt: skip
    return step


@transaction.atomic
def retire_step(*, step: LadderStep, by: Actor, on: date) -> LadderStep:
    """Suggest a step no more. Open asks for it go on, what was done stays done, and it can be offered again."""
    step = LadderStep.objects.select_for_update(of=("self",)).get(pk=step.pk)
    if step.retired_on is None:
        step.retired_on = on
        step.save(update_fields=["retired_on"])
        audit.record(
            by=by, verb="chapters.ladder_step_retired", row=step,
            summary=lambda: _("No longer asked: %(step)s") % {"step": step},
        )  # fmt: skip
    return step


@transaction.atomic
def offer_step(*, step: LadderStep, by: Actor) -> LadderStep:
    """Suggest a retired step again."""
    step = LadderStep.objects.select_for_update(of=("self",)).get(pk=step.pk)
    if step.retired_on is not None:
        step.retired_on = None
        step.save(update_fields=["retired_on"])
        audit.record(
            by=by, verb="chapters.ladder_step_offered", row=step,
            summary=lambda: _("Asked again: %(step)s") % {"step": step},
        )  # fmt: skip
    return step


def _words(given: Mapping[str, str], longest: int) -> dict[str, str]:
    return {code: words.strip()[:longest] for code, words in given.items() if words.strip()}


def _titles(given: Mapping[str, str]) -> dict[str, str]:
    titles = _words({code: " ".join(words.split()) for code, words in given.items()}, LONGEST_TITLE)
    if not titles:
        raise StepNeedsTitle(_("Say in one language at least what is asked; nothing was saved."))
    return titles


def _require_own(chapter_id: int, follows: LadderStep | None) -> None:
    if follows is not None and follows.chapter_id != chapter_id:
        raise StepElsewhere(_("The step before is none of this chapter's; nothing was saved."))


def _require_no_circle(step: LadderStep, follows: LadderStep | None) -> None:
    before = dict(LadderStep.objects.filter(chapter=step.chapter_id).values_list("pk", "follows_id"))
    here = follows.pk if follows is not None else None
    while here is not None:
        if here == step.pk:
            raise LadderHasCircle(
                _("“%(step)s” would come after itself; nothing was saved.") % {"step": step},
                hint=_("Choose a step that does not come after it."),
            )
        here = before.get(here)
