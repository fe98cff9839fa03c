from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
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


class DoorsField(forms.Field):
    """Household ids from one or several fields of the same name."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value: Any) -> list[int]:
        try:
            return [int(part) for part in value or []]
        except (TypeError, ValueError):
            raise ValidationError(_("These are no doors.")) from None


class MoveForm(forms.Form):
    """Doors of a precinct and the block they go to; the service moves only doors of the precinct."""

    doors = DoorsField(error_messages={"required": _("Choose at least one door.")})
    to_block = forms.ModelChoiceField(
        Block.objects.none(),
        label=_("To block"),
        empty_label=_("Choose a block"),
        error_messages={"required": _("Choose the block they go to.")},
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, precinct: Precinct, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        blocks = self.fields["to_block"]
        assert isinstance(blocks, forms.ModelChoiceField)
        blocks.queryset = Block.objects.open().filter(precinct=precinct).order_by("number")


class RenameForm(forms.Form):
    name = forms.CharField(
        label=_("Name"), max_length=80, required=False,
        help_text=_("A name neighbours would use (“Mill Street”). The number stays."),
    )  # fmt: skip
