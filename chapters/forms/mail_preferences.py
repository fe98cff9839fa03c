from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from chapters.forms.settings import list_zones
from chapters.models import Member
from chapters.selectors.mail_preferences import KindChoice, list_kind_choices


def _say(choice: KindChoice) -> str:
    """ "People you wanted to ask: in the morning, when an ask of yours is due"."""
    return f"{choice.says}: {choice.explains}" if choice.explains else str(choice.says)


class MailPreferencesForm(forms.Form):
    """Which mail a person wants, and by which clock they sleep."""

    wanted = forms.MultipleChoiceField(
        label=_("I want to get"), required=False, widget=forms.CheckboxSelectMultiple
    )
    time_zone = forms.ChoiceField(
        label=_("My time zone"),
        required=False,
        help_text=_("At night, by this clock, no mail comes that can wait until morning."),
    )

    def __init__(self, *args: Any, member: Member, **kwargs: Any) -> None:
        choices = list_kind_choices(member)
        initial = {
            "wanted": [choice.name for choice in choices if choice.is_on],
            "time_zone": member.time_zone,
        }
        super().__init__(*args, initial=initial, **kwargs)
        wanted, zone = self.fields["wanted"], self.fields["time_zone"]
        assert isinstance(wanted, forms.MultipleChoiceField)
        assert isinstance(zone, forms.ChoiceField)
        wanted.choices = [(choice.name, _say(choice)) for choice in choices]
        zone.choices = [("", _("the chapter's")), *list_zones()]
        if not choices:
            del self.fields["wanted"]
