from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import PastDateField


class FormDayForm(forms.Form):
    """The day of the next step of a neighbour's registration form."""

    on = PastDateField(label=_("On which day"))
