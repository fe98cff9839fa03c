"""What a print order asks."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from chapters.enums import PaperSize


class PrintForm(forms.Form):
    """On which paper the lists are drawn; the chapter's own unless another is chosen."""

    paper_size = forms.ChoiceField(label=_("Paper"), choices=PaperSize.choices, widget=forms.RadioSelect)
