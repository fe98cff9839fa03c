from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from chapters.models import Chapter
from core.one_line import one_line


class MailSettingsForm(forms.ModelForm):
    """How a chapter's mail looks, and when it goes."""

    class Meta:
        model = Chapter
        fields = [
            "mail_colour", "mail_reply_to", "mail_address", "quiet_from", "quiet_until", "mails_per_minute",
        ]  # fmt: skip
        widgets = {
            "mail_colour": forms.TextInput(attrs={"type": "color", "class": "form-control-color"}),
            "quiet_from": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            "quiet_until": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        }
        help_texts = {
            "mail_colour": _("The head of each mail and its buttons; white words must be readable on it."),
            "mail_reply_to": _("Who answers a mail writes here. Empty: to the server's own address."),
            "mail_address": _(
                "Stands under each mail; mail to many should say where the sender can be found."
            ),
            "quiet_from": _("At night, on each person's own clock, mail waits that can wait until morning."),
            "mails_per_minute": _("Mail services turn away a sender who writes too fast."),
        }

    def clean_mail_address(self) -> str:
        return one_line(self.cleaned_data["mail_address"], 300)

    def clean_mail_colour(self) -> str:
        return str(self.cleaned_data["mail_colour"]).upper()

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.Meta.fields}
