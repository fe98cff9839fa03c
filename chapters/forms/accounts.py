from __future__ import annotations

from typing import Any

from allauth.account.forms import LoginForm
from django import forms
from django.utils.translation import gettext_lazy as _

from chapters.models import User


class AccountNameForm(forms.ModelForm):
    """How a person is called on pages, on paper and in the log."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Write the name people know you by.")},
    )

    class Meta:
        model = User
        fields = ["name"]


class SignInForm(LoginForm):
    """E-mail and, for whoever has one, a password; without it a code is mailed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)
        self.fields["login"].label = _("E-mail")
        password = self.fields["password"]
        password.required = False
        password.help_text = _("Leave it empty and we mail you a code to type instead.")
