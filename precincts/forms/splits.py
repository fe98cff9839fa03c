from __future__ import annotations

from django import forms


class SplitForm(forms.Form):
    """The version of the precinct's blocks that the preview was made of."""

    version = forms.IntegerField(widget=forms.HiddenInput)
