"""What a print order asks."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from chapters.enums import PaperSize


class PrintForm(forms.Form):
    """On which paper the lists are drawn, and while voting runs, whether they leave out who has voted."""

    paper_size = forms.ChoiceField(label=_("Paper"), choices=PaperSize.choices, widget=forms.RadioSelect)
    leaves_voted = forms.BooleanField(
        label=_("Leave out who has voted already"),
        required=False,
        help_text=_("By the lists of returned ballots imported so far."),
    )

    def __init__(self, *args: Any, is_voting: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_voting:
            del self.fields["leaves_voted"]
