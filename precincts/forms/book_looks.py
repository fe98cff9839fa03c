from __future__ import annotations

from django import forms


class LookForm(forms.Form):
    """Up to which change of the file somebody has seen the news of a block."""

    through = forms.IntegerField(min_value=0, max_value=2**63 - 1, widget=forms.HiddenInput)
