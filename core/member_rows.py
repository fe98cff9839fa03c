"""What becomes of the rows of a foreign key to a person, ready to be named in `core.people.register_member_key`."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.core import serializers
from django.db import DatabaseError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from core.people import CannotMerge, CannotUndo, EraseHandler, MemberKey, Moved, Pair
from core.spans import Span, join, overlap, take_out


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveRows:
    """The rows of the one dropped become the kept one's. Of two that say the same, the kept one's stays.

    What is changed or taken out is kept whole in the record of the merge, and rows that hang on one taken out hang
    on the one that stays.

    Attributes:
        same: the columns in which two rows of one person may not agree, perhaps with a lookup ("words__iexact");
            with () any two are too many, None says that any number may stand side by side.
        among: only rows for which this holds are compared.
        days: `same` holds for overlapping days only (`starts_on`, `ends_on`).
        alike: with days, the columns that must agree for two rows to become one of the days of both; else the
            higher `rank`, and of equal ones the kept one's row, has the days that both claim.
        join: called with the row that stays and the one taken out, to take over what it says more.
        nonsense: says of a row (its key as it was) that it would make no sense for the kept one: that they asked
            themselves. It is taken out, or its column `unlink` is emptied.
        take_out_refused: a row that the database refuses for another reason is taken out, too.
    """

    same: tuple[str, ...] | None = None
    among: Q = field(default_factory=Q)
    days: bool = False
    alike: tuple[str, ...] = ()
    rank: Callable[[Any], int] = lambda _row: 0
    join: Callable[[Any, Any], None] | None = None
    nonsense: Callable[[Any, Pair], bool] | None = None
    unlink: str = ""
    take_out_refused: bool = False

    def merge(self, key: MemberKey, pair: Pair) -> Moved:
        """Move them.

        Raises:
            CannotMerge: the database refuses one of them.
        """
        record = _Record()
        rows = _all(key.model).filter(**{f"{key.field}_id": pair.drop_id})
        for row in rows.select_for_update(of=("self",)).order_by("pk"):
            self._move(key, pair, row, record)
        return record.as_json()

    def _move(self, key: MemberKey, pair: Pair, row: Any, record: _Record) -> None:
        if self.nonsense is not None and self.nonsense(row, pair):
            if not self.unlink:
                record.take_out(row)
                return
            with record.changing(row):
                setattr(row, self.unlink, None)
                if self.unlink != key.field:
                    setattr(row, f"{key.field}_id", pair.keep_id)
            return
        twins = self._list_twins(key, pair, row)
        if not twins:
            self._repoint(key, pair, row, record)
        elif self.days:
            _settle_days(self, key, pair, twins, row, record)
        else:
            if self.join is not None:
                with record.changing(twins[0]):
                    self.join(twins[0], row)
            record.take_out(row, for_row=twins[0])

    def _repoint(self, key: MemberKey, pair: Pair, row: Any, record: _Record) -> None:
        setattr(row, f"{key.field}_id", pair.keep_id)
        try:
            with transaction.atomic():
                row.save(update_fields=[key.field])
        except DatabaseError as error:
            if not self.take_out_refused:
                raise _refused(row) from error
            setattr(row, f"{key.field}_id", pair.drop_id)
            record.take_out(row)
        else:
            record.ids.append(row.pk)

    def _list_twins(self, key: MemberKey, pair: Pair, row: Any) -> list[Any]:
        if self.same is None:
            return []
        manager = _all(key.model)
        if not manager.filter(self.among, pk=row.pk).exists():
            return []
        agree = {name: _value(row, name) for name in self.same}
        rows = manager.filter(self.among, **agree, **{f"{key.field}_id": pair.keep_id})
        found = list(rows.select_for_update(of=("self",)).order_by("pk"))
        return [twin for twin in found if overlap(_span(twin), _span(row))] if self.days else found

    def undo(self, key: MemberKey, pair: Pair, moved: Moved) -> None:
        """Move them back; a row that somebody deleted since stays deleted.

        Raises:
            CannotUndo: one was changed since, or the database refuses.
        """
        manager = _all(key.model)
        rows = manager.filter(pk__in=moved["ids"]).select_for_update(of=("self",))
        for row in rows:
            if getattr(row, f"{key.field}_id") != pair.keep_id:
                raise _changed(row)
        try:
            with transaction.atomic():
                manager.filter(pk__in=moved.get("made", [])).delete()
                _put_back_changed(moved["changed"])
                rows.update(**{f"{key.field}_id": pair.drop_id})
                for kept in moved["gone"]:
                    restore_row(kept)
                for child in moved["children"]:
                    _hang_back(child)
        except DatabaseError as error:
            raise CannotUndo(
                _("What has been written since does not fit: %(what)s.")
                % {"what": key.model._meta.verbose_name},  # noqa: SLF001
                hint=_("Nothing was changed."),
            ) from error


def _all(model: Any) -> Any:
    """Every row of a table, whoever may see it."""
    return model._base_manager  # noqa: SLF001


def _value(row: Any, name: str) -> Any:
    column = name.split("__", maxsplit=1)[0]
    return getattr(row, row._meta.get_field(column).attname)  # noqa: SLF001


def _span(row: Any) -> Span:
    return row.starts_on, row.ends_on


def _settle_days(
    how: MoveRows, key: MemberKey, pair: Pair, twins: list[Any], row: Any, record: _Record
) -> None:
    """Give each day of overlapping rows to one of them; see `MoveRows.alike`."""
    rank = how.rank(row)
    alike = [twin for twin in twins if all(_value(twin, name) == _value(row, name) for name in how.alike)]
    others = [twin for twin in twins if twin not in alike]
    stronger = [_span(twin) for twin in others if how.rank(twin) >= rank]
    pieces = take_out(join([_span(row), *map(_span, alike)]), stronger)
    stays = alike[0] if alike else row if pieces else others[0]
    for twin in [one for one in others if how.rank(one) < rank]:
        rest = take_out(_span(twin), pieces)
        if rest:
            _lay(twin, rest, record)
        else:
            record.take_out(twin, for_row=stays)
    for twin in alike[1:]:
        record.take_out(twin, for_row=stays)
    if stays is not row:
        record.take_out(row, for_row=stays)
    else:
        setattr(row, f"{key.field}_id", pair.keep_id)
    if pieces:
        _lay(stays, pieces, record)


def _lay(row: Any, pieces: list[Span], record: _Record) -> None:
    """Let a row hold the first of some pieces, and copies of it the others."""
    with record.changing(row):
        row.starts_on, row.ends_on = pieces[0]
    for first, last in pieces[1:]:
        copy = _all(type(row)).get(pk=row.pk)
        copy.pk, copy._state.adding = None, True  # noqa: SLF001
        copy.starts_on, copy.ends_on = first, last
        copy.save()
        record.made.append(copy.pk)


class _Record:
    """What one merge did with the rows of one key."""

    def __init__(self) -> None:
        self.ids: list[Any] = []
        self.made: list[Any] = []
        self.changed: list[dict[str, Any]] = []
        self.gone: list[dict[str, Any]] = []
        self.children: list[dict[str, Any]] = []

    def as_json(self) -> Moved:
        return {
            "ids": self.ids, "made": self.made, "changed": self.changed, "gone": self.gone,
            "children": self.children,
        }  # fmt: skip

    def changing(self, row: Any) -> _Changing:
        """Save what the body changes of a row, and keep it as it was and as it became."""
        return _Changing(self, row)

    def take_out(self, row: Any, for_row: Any = None) -> None:
        """Delete a row and keep it whole; what hangs on it hangs on `for_row` from now on.

        Raises:
            CannotMerge: something hangs on it that cannot hang elsewhere.
        """
        for relation, column in _list_children(row):
            children = _all(relation).filter(**{f"{column}_id": row.pk})
            ids = list(children.order_by("pk").values_list("pk", flat=True))
            if not ids:
                continue
            if for_row is None:
                raise _refused(row)
            try:
                with transaction.atomic():
                    children.update(**{f"{column}_id": for_row.pk})
            except DatabaseError as error:
                raise _refused(row) from error
            label = relation._meta.label  # noqa: SLF001
            self.children.append(
                {"label": label, "field": column, "ids": ids, "of": row.pk, "for": for_row.pk}
            )
        self.gone.append(snapshot(row))
        _all(type(row)).filter(pk=row.pk).delete()


class _Changing:
    def __init__(self, record: _Record, row: Any) -> None:
        self._record, self._row = record, row
        self._before = snapshot(row)

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        if kind is not None:
            return
        try:
            with transaction.atomic():
                self._row.save()
        except DatabaseError as refused:
            raise _refused(self._row) from refused
        self._record.changed.append({"before": self._before, "after": snapshot(self._row)})


def _list_children(row: Any) -> Iterator[tuple[Any, str]]:
    """The keys that point at a row of this table: model and column."""
    for relation in row._meta.related_objects:  # noqa: SLF001
        if relation.field.concrete and not relation.many_to_many:
            yield relation.related_model, relation.field.name


def snapshot(row: Any) -> dict[str, Any]:
    """A row as plain JSON."""
    fresh = _all(type(row)).get(pk=row.pk)
    [kept] = json.loads(serializers.serialize("json", [fresh]))
    return dict(kept)


def restore_row(kept: dict[str, Any]) -> None:
    """Write a row as it was kept, under its own number."""
    for one in serializers.deserialize("python", [kept]):
        one.save()


def _put_back_changed(changed: list[dict[str, Any]]) -> None:
    """Raises CannotUndo where somebody has changed such a row since."""
    for both in reversed(changed):
        model = apps.get_model(both["after"]["model"])
        row = _all(model).select_for_update(of=("self",)).filter(pk=both["after"]["pk"]).first()
        if row is None or snapshot(row) != both["after"]:
            raise _changed(row or model(pk=both["after"]["pk"]))
        restore_row(both["before"])


def _hang_back(child: dict[str, Any]) -> None:
    model = apps.get_model(child["label"])
    rows = _all(model).filter(pk__in=child["ids"], **{f"{child['field']}_id": child["for"]})
    rows.update(**{f"{child['field']}_id": child["of"]})


def _refused(row: Any) -> CannotMerge:
    return CannotMerge(
        _("Both have something that only one person can have: %(what)s.") % {"what": row._meta.verbose_name},  # noqa: SLF001
        hint=_("End or remove it for one of them, then merge."),
    )


def _changed(row: Any) -> CannotUndo:
    return CannotUndo(
        _("Something that came from the merge has been changed since: %(what)s.")
        % {"what": row._meta.verbose_name},  # noqa: SLF001
        hint=_("Nothing was changed. Correct the two people by hand."),
    )


# --- Erasing ----------------------------------------------------------------------------------------------


def keep_rows(_key: MemberKey, _member_id: int) -> int:
    """The rows say nothing but who, and that is a pseudonym from now on."""
    return 0


def delete_rows(key: MemberKey, member_id: int) -> int:
    """Delete the rows; returns how many."""
    rows = _all(key.model).filter(**{f"{key.field}_id": member_id})
    count = rows.count()
    rows.delete()
    return count


def blank_rows(**values: Any) -> EraseHandler:
    """Keep the rows and set these columns; a value may be a function of the member's id."""

    def erase(key: MemberKey, member_id: int) -> int:
        said = {name: value(member_id) if callable(value) else value for name, value in values.items()}
        rows = _all(key.model).filter(**{f"{key.field}_id": member_id})
        return int(rows.update(**said))

    return erase


def unlink_rows(**values: Any) -> EraseHandler:
    """Keep the rows without the person, and set these columns."""

    def erase(key: MemberKey, member_id: int) -> int:
        return blank_rows(**{key.field: None}, **values)(key, member_id)

    return erase


def pseudonym_of(member_id: int) -> str:
    """What an erased person is called from then on."""
    return f"#{member_id}"
