from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from chapters.models import User


class AccountNameForm(forms.ModelForm):
    """How a person is called on pages, on paper and in the log."""

    class Meta:
        model = User
        fields = ["name"]
        labels = {"name": _("Your name")}

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"]).strip()
        if not name:
            raise forms.ValidationError(_("Write the name people know you by."))
        return name
