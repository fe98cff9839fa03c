from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from chapters.forms.roles import list_role_choices
from chapters.models import Chapter


class InviteForm(forms.Form):
    email = forms.EmailField(
        label=_("E-mail"), help_text=_("Only an account with exactly this address can accept the invitation.")
    )
    role = forms.ChoiceField(
        label=_("Role"), required=False, help_text=_("Given from the day the invitation is accepted.")
    )

    def __init__(self, *args: Any, chapter: Chapter, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [  # type: ignore[attr-defined]
            ("", _("no role: a member like any other")),
            *list_role_choices(chapter),
        ]
