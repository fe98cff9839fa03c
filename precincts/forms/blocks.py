from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from precincts.models import Block, Precinct


class CutForm(forms.Form):
    """How a precinct is to be cut: so many voters in a block, or so many blocks."""

    VOTERS, BLOCKS = "voters_per_block", "blocks"

    number = forms.IntegerField(label=_("How many"), min_value=1, max_value=100_000)
    wish = forms.ChoiceField(
        label=_("of what"),
        choices=[(VOTERS, _("listed voters in each block")), (BLOCKS, _("blocks in each precinct"))],
        widget=forms.RadioSelect,
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    @property
    def wished(self) -> dict[str, int]:
        """The wish as the cut service takes it."""
        return {self.cleaned_data["wish"]: self.cleaned_data["number"]}


class TokensField(forms.Field):
    """What was pointed at: one or several fields of the same name, see `selectors.choices`."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value: Any) -> list[str]:
        return [str(part) for part in value or []]


class MoveForm(forms.Form):
    """What is to move out of one block (none: out of no block) into another of the same precinct."""

    what = TokensField(error_messages={"required": _("Choose at least one building or door.")})
    from_block = forms.ModelChoiceField(Block.objects.none(), required=False, widget=forms.HiddenInput)
    to_block = forms.ModelChoiceField(
        Block.objects.none(),
        label=_("To block"),
        empty_label=_("Choose a block"),
        error_messages={"required": _("Choose the block they go to.")},
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, precinct: Precinct, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("from_block", "to_block"):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = Block.objects.open().filter(precinct=precinct).order_by("number")


class RenameForm(forms.Form):
    name = forms.CharField(
        label=_("Name"), max_length=80, required=False,
        help_text=_("A name neighbours would use (“Mill Street”). The number stays."),
    )  # fmt: skip
