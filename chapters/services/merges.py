"""Two rows that are one person become one: chosen field by field, everything moved, and both again if it was wrong."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import DatabaseError, IntegrityError, transaction
from django.utils.translation import gettext as _

from chapters.enums import MemberKind
from chapters.models import Chapter, Erasure, Member, MemberMerge, TwoPeople
from chapters.selectors.actors import today_in
from chapters.services import audit
from core.actors import Actor
from core.errors import DomainError
from core.member_rows import restore_row, snapshot
from core.people import CannotMerge, CannotUndo, Pair, get_member_key, list_member_keys, list_vetoes

KEEP, DROP, BOTH = "keep", "drop", "both"
_OWN = {"id", "chapter", "created_at"}


class SaidAlready(DomainError):
    """Somebody has said before that they are two people."""


def list_fields() -> list[Any]:
    """What a person's own row says: the fields of which each is chosen from one of the two."""
    fields = Member._meta.concrete_fields  # noqa: SLF001 (public by Django's word)
    return [field for field in fields if field.name not in _OWN]


def choose_by_default(keep: Member, drop: Member) -> dict[str, str]:
    """Where nobody chooses: what the kept row says, and what only the other says; a kind above former."""
    choices = {}
    for field in list_fields():
        kept, other = getattr(keep, field.attname), getattr(drop, field.attname)
        choices[field.name] = DROP if not kept and other else KEEP
    if keep.kind == MemberKind.FORMER:
        choices["kind"] = DROP
    if keep.note and drop.note and keep.note != drop.note:
        choices["note"] = BOTH
    if keep.since and drop.since and drop.since < keep.since:
        choices["since"] = DROP
    return choices


def list_refusals(keep: Member, drop: Member) -> list[str]:
    """Why the two cannot be merged now, in words; empty when they can."""
    reasons = list_vetoes(keep.pk, drop.pk)
    if Erasure.objects.filter(member__in=(keep.pk, drop.pk), withdrawn_at__isnull=True).exists():
        reasons.append(_("One of the two has been erased, or is to be."))
    return reasons


@transaction.atomic
def merge_members(
    *, keep: Member, drop: Member, choices: Mapping[str, str], by: Actor, at: datetime
) -> MemberMerge:
    """Make one person of two rows. The one dropped is deleted; the merge keeps all that brings it back.

    Args:
        choices: field -> "keep" or "drop", whose value stays; "both" puts two notes under each other. What is not
            named is as `choose_by_default` says. Of two accounts one must be chosen: the other signs in to this
            chapter no more.

    Raises:
        CannotMerge: they are one row or of two chapters, an app refuses, an account is not chosen, or both have
            something that only one person can have.
    """
    chapter = Chapter.objects.select_for_update(no_key=True).get(pk=keep.chapter_id)
    keep, drop = _lock_both(keep, drop)
    refusals = list_refusals(keep, drop)
    if refusals:
        raise CannotMerge(" ".join(refusals), hint=_("Nothing was changed."))
    chosen = _require_choices(keep, drop, choices)
    names = {"person": str(keep), "other": str(drop)}
    dropped, before = snapshot(drop), snapshot(keep)["fields"]
    _free_account(drop, chosen)
    pair = Pair(keep.pk, drop.pk, by, today_in(chapter))
    moved = [{"key": key.name, **key.merging.merge(key, pair)} for key in list_member_keys()]
    _require_nothing_left(drop)
    drop_id = drop.pk
    drop.delete()
    changed = _take_values(keep, chosen)
    after = snapshot(keep)["fields"]
    merge = MemberMerge.objects.create(
        chapter=chapter, kept=keep, kept_id_then=keep.pk, dropped_id=drop_id, dropped_name=names["other"][:180],
        dropped=dropped, before={name: before[name] for name in changed},
        after={name: after[name] for name in changed}, moved=moved, merged_by_id=by.user_id, merged_at=at,
        moved_rows=sum(len(one.get("ids", [])) + len(one.get("changed", [])) + len(one.get("gone", [])) for one in moved),
    )  # fmt: skip
    audit.record(
        by=by, verb="chapters.members_merged", row=keep, rows=merge.moved_rows,
        detail={"dropped": drop_id, "fields": sorted(changed)},
        summary=lambda: _("Merged %(other)s into %(person)s") % names,
    )  # fmt: skip
    return merge


def _lock_both(keep: Member, drop: Member) -> tuple[Member, Member]:
    if keep.pk == drop.pk or keep.chapter_id != drop.chapter_id:
        raise CannotMerge(_("Only two people of one chapter can be merged."))
    rows = Member.objects.select_for_update(of=("self",)).order_by("pk").in_bulk([keep.pk, drop.pk])
    if len(rows) < 2:
        raise CannotMerge(_("One of the two is not there any more."), hint=_("Load the page again."))
    return rows[keep.pk], rows[drop.pk]


def _require_choices(keep: Member, drop: Member, choices: Mapping[str, str]) -> dict[str, Any]:
    """Field -> the value it gets, for those the kept row does not say already."""
    said = choose_by_default(keep, drop) | dict(choices)
    if keep.user_id and drop.user_id and "user" not in choices:
        raise CannotMerge(
            _("Both have an account of their own; nothing was changed."),
            hint=_("Say with which of the two the person signs in."),
        )
    values = {}
    for field in list_fields():
        kept, other = getattr(keep, field.attname), getattr(drop, field.attname)
        choice = said[field.name]
        value = f"{kept}\n\n{other}" if choice == BOTH else other if choice == DROP else kept
        if value != kept:
            values[field.attname] = value
    if values.get("kind") == MemberKind.FORMER:
        raise CannotMerge(
            _("Whoever is one of yours cannot become a former member by a merge."),
            hint=_("Merge first, then say that the person has left."),
        )
    return values


def _free_account(drop: Member, chosen: Mapping[str, Any]) -> None:
    """An account stands for one person of a chapter: the dropped row lets go of it before the other takes it."""
    if "user_id" in chosen:
        drop.user_id = None
        drop.save(update_fields=["user"])


def _take_values(keep: Member, chosen: Mapping[str, Any]) -> set[str]:
    for name, value in chosen.items():
        setattr(keep, name, value)
    names = {field.name for field in list_fields() if field.attname in chosen}
    keep.save(update_fields=names)
    return names


def _require_nothing_left(drop: Member) -> None:
    """No row may go with the one that is deleted: every key has moved its own."""
    for relation in Member._meta.related_objects:  # noqa: SLF001 (public by Django's word)
        rows = relation.related_model._base_manager.filter(**{f"{relation.field.name}_id": drop.pk})  # noqa: SLF001
        if rows.exists():
            raise RuntimeError(f"{relation.related_model.__name__} still names member {drop.pk}.")


@transaction.atomic
def undo_merge(*, merge: MemberMerge, by: Actor, at: datetime) -> Member:
    """Have both again: what came from the dropped row goes back to it; what was done since stays with the kept one.

    A field that was changed since the merge keeps what it says now.

    Raises:
        CannotUndo: it was undone, the row was merged on or erased, its account is somebody else's now, or something
            that moved has been changed since.
    """
    Chapter.objects.select_for_update(no_key=True).get(pk=merge.chapter_id)
    merge = MemberMerge.objects.select_for_update(of=("self",)).get(pk=merge.pk)
    keep = Member.objects.select_for_update(of=("self",)).get(pk=merge.kept_id)
    _require_undoable(merge, keep)
    _give_back_values(merge, keep)
    try:
        with transaction.atomic():
            restore_row(merge.dropped)
    except DatabaseError as error:
        raise CannotUndo(
            _("The account of %(name)s belongs to somebody else here by now.") % {"name": merge.dropped_name},
            hint=_("Nothing was changed."),
        ) from error
    pair = Pair(merge.kept_id_then, merge.dropped_id, by, today_in(keep.chapter))
    for moved in reversed(merge.moved):
        key = get_member_key(moved["key"])
        key.merging.undo(key, pair, moved)
    merge.undone_by_id, merge.undone_at = by.user_id, at
    merge.save(update_fields=["undone_by", "undone_at"])
    drop = Member.objects.get(pk=merge.dropped_id)
    audit.record(
        by=by, verb="chapters.merge_undone", row=keep, detail={"dropped": drop.pk},
        summary=lambda: _("Took apart again: %(person)s and %(other)s") % {"person": keep, "other": drop},
    )  # fmt: skip
    return drop


def _require_undoable(merge: MemberMerge, keep: Member) -> None:
    if merge.undone_at is not None:
        raise CannotUndo(_("This merge has been undone already."), hint=_("Load the page again."))
    if merge.kept_id != merge.kept_id_then:
        raise CannotUndo(
            _("%(person)s was merged with a third since.") % {"person": keep},
            hint=_("Undo that merge first."),
        )
    if not merge.dropped:
        raise CannotUndo(_("The person has been erased; there is nothing to go back to."))


def _give_back_values(merge: MemberMerge, keep: Member) -> None:
    now = snapshot(keep)
    for name, value in merge.before.items():
        if now["fields"][name] == merge.after[name]:
            now["fields"][name] = value
    restore_row(now)


@transaction.atomic
def say_two_people(*, first: Member, second: Member, by: Actor, at: datetime) -> TwoPeople:
    """Keep somebody's word that two who look alike are two people.

    Raises:
        SaidAlready: it was said before.
    """
    try:
        with transaction.atomic():
            row = TwoPeople.objects.create(
                chapter_id=first.chapter_id,
                first=first,
                second=second,
                decided_by_id=by.user_id,
                decided_at=at,
            )
    except IntegrityError as error:
        raise SaidAlready(_("This has been said before; nothing was changed.")) from error
    audit.record(
        by=by, verb="chapters.two_people_said", row=first, detail={"other": second.pk},
        summary=lambda: _("%(person)s and %(other)s are two people") % {"person": first, "other": second},
    )  # fmt: skip
    return row


@transaction.atomic
def take_two_people_back(*, first: Member, second: Member, by: Actor) -> None:
    """Let two be shown as possibly one again."""
    pair = (first.pk, second.pk)
    TwoPeople.objects.filter(first__in=pair, second__in=pair).delete()
    audit.record(
        by=by, verb="chapters.two_people_taken_back", row=first, detail={"other": second.pk},
        summary=lambda: _("%(person)s and %(other)s may be one person after all") % {"person": first, "other": second},
    )  # fmt: skip
