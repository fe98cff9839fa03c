from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from chapters.enums import ChapterKind, RoleName
from chapters.models import Chapter
from core.forms import DateField


def list_role_choices(chapter: Chapter) -> list[tuple[str, Any]]:
    """The roles that can be given in a chapter of this kind; readers belong to regions."""
    return [
        (role.value, role.label)
        for role in RoleName
        if role != RoleName.READER or chapter.kind != ChapterKind.CHAPTER
    ]


class GiveRoleForm(forms.Form):
    name = forms.ChoiceField(label=_("Role"))
    starts_on = DateField(label=_("From"))
    ends_on = DateField(
        label=_("Until"),
        required=False,
        help_text=_("The last day that counts. Leave it empty for a role without an end."),
    )

    def __init__(self, *args: Any, chapter: Chapter, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].choices = list_role_choices(chapter)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        first, last = values.get("starts_on"), values.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", _("The last day lies before the first."))
        return values
