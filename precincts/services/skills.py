"""The inventory of skills and languages: of members as they say them, of neighbours as captains learned them."""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from chapters.enums import MemberKind
from chapters.models import Member
from chapters.services import audit
from core.actors import Actor
from core.errors import DomainError
from core.words import in_all_languages
from precincts.enums import FactKind, SkillKind
from precincts.folding import list_words
from precincts.models import Fact, Skill
from precincts.words import say_fact


class SkillKnown(DomainError):
    """The same is written down of the member already."""


class EmptySkill(DomainError):
    """Neither a value nor words."""


class NotAMember(DomainError):
    """A former member's skills are no longer kept."""


class SkillTakenBack(DomainError):
    """It was taken back already."""


_KINDS = {FactKind.SKILL: SkillKind.SKILL, FactKind.LANGUAGE: SkillKind.LANGUAGE}
"""The kinds of facts that the inventory finds."""


@transaction.atomic
def add_skill(
    *, member: Member, kind: SkillKind | str, by: Actor, at: datetime, value: str = "", text: str = ""
) -> Skill:
    """Write down what a member can do, likes or speaks.

    Args:
        value: the machine's word for it, one of `words.KNOWN_VALUES`; or
        text: in words, at most 200 characters.

    Raises:
        EmptySkill: neither value nor words.
        NotAMember: the person has left the chapter.
        SkillKnown: the same is written down already.
    """
    value, text = value.strip()[:60], " ".join(text.split())[:200]
    search_words = make_search_words(str(kind), value, text)
    if not search_words:
        raise EmptySkill(_("Nothing was written down: there is no word in it."))
    member = Member.objects.select_for_update(no_key=True, of=("self",)).get(pk=member.pk)
    if member.kind == MemberKind.FORMER:
        raise NotAMember(_("%(name)s has left the chapter; nothing was written down.") % {"name": member})
    try:
        with transaction.atomic():
            skill = Skill.objects.create(
                chapter_id=member.chapter_id, member=member, kind=SkillKind(kind), value=value, text=text,
                search_words=search_words, noted_by_id=by.user_id, noted_at=at,
            )  # fmt: skip
    except IntegrityError as error:
        raise SkillKnown(_("This is written down of %(name)s already.") % {"name": member}) from error
    audit.record(
        by=by, verb="precincts.skill_added", row=skill,
        summary=lambda: _("Wrote down what %(name)s can do or speaks") % {"name": member},
    )  # fmt: skip
    return skill


@transaction.atomic
def take_skill_back(*, skill: Skill, by: Actor, at: datetime) -> Skill:
    """Take back what was written down of a member; it stays on record and is no longer found.

    Raises:
        SkillTakenBack: it was taken back already.
    """
    row = Skill.objects.select_for_update(of=("self",)).select_related("member").get(pk=skill.pk)
    if row.taken_back_at is not None:
        raise SkillTakenBack(_("This was taken back already; nothing was changed."))
    row.taken_back_at = at
    row.save(update_fields=["taken_back_at"])
    audit.record(
        by=by, verb="precincts.skill_taken_back", row=row,
        summary=lambda: _("Took back what %(name)s can do or speaks") % {"name": row.member},
    )  # fmt: skip
    return row


def file_fact(fact: Fact) -> Skill | None:
    """Let the inventory find a fact of the kinds it holds; None for any other, and for words without a letter."""
    kind = _KINDS.get(FactKind(fact.kind))
    search_words = make_search_words(fact.kind, fact.value, fact.text) if kind else ""
    if kind is None or not search_words:
        return None
    return Skill.objects.create(
        chapter_id=fact.chapter_id, fact=fact, kind=kind, value=fact.value, text=fact.text[:200],
        search_words=search_words, noted_by_id=fact.recorded_by_id, noted_at=fact.occurred_at,
    )  # fmt: skip


def make_search_words(kind: str, value: str, text: str) -> str:
    """What a search looks through: the words in every language, folded, each once and after a space."""
    said = in_all_languages(lambda: say_fact(kind, value, text))
    words = dict.fromkeys(word for one in said.values() for word in list_words(one))
    return "".join(f" {word}" for word in words)


def leave_skills_of(member_id: int, by: Actor, on: date) -> None:
    """What a former member could do is no longer theirs to be asked for."""
    Skill.objects.filter(member_id=member_id).delete()
