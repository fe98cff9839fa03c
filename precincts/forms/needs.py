from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import PastDateField
from precincts.enums import HelpEnd, HelpKind, HelpSide
from precincts.folding import fold

REACHES = {300: _("a few houses away"), 600: _("up to 600 m"), 1000: _("up to 1 km"), 3000: _("up to 3 km"), 20_000: _("anywhere in town")}  # fmt: skip


def say_reach(metres: int) -> str:
    """How far an offer reaches, in the words in which it was chosen; in metres where it was not chosen here."""
    return str(REACHES.get(metres) or _("up to %(metres)s m") % {"metres": metres})


class HelpForm(forms.Form):
    """One thing that somebody needs or offers."""

    side = forms.ChoiceField(
        label=_("They"),
        choices=[(HelpSide.NEED, _("need help")), (HelpSide.OFFER, _("offer help"))],
        widget=forms.RadioSelect,
    )
    kind = forms.ChoiceField(label=_("What about"), choices=[("", _("Choose one")), *HelpKind.choices])
    words = forms.CharField(
        label=_("In a few words"),
        max_length=160,
        help_text=_(
            "“On Tuesdays to the clinic, with a walker”. No names and no address: the other side reads these words."
        ),
    )
    capacity = forms.IntegerField(
        label=_("For how many at a time"), min_value=1, max_value=20, initial=1, required=False,
        help_text=_("For an offer: nobody is asked for more."),
    )  # fmt: skip
    reach = forms.TypedChoiceField(
        label=_("How far from their door"), choices=list(REACHES.items()), coerce=int, initial=1000, required=False,
        empty_value=None, help_text=_("For an offer: the way on foot."),
    )  # fmt: skip
    said_by = forms.CharField(
        label=_("Who told you"),
        max_length=120,
        help_text=_("Themself at the door, their daughter on the phone …"),
    )
    on = PastDateField(label=_("Told on"))

    def __init__(self, *args: Any, is_own: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_own:
            del self.fields["said_by"], self.fields["on"]
            self.fields["side"].label = _("You")
            self.fields["reach"].label = _("How far from your door")

    def clean_words(self) -> str:
        words: str = self.cleaned_data["words"]
        if not fold(words):  # nothing that can be read, as invisible spaces
            raise forms.ValidationError(self.fields["words"].error_messages["required"])
        return words

    def told(self) -> dict[str, Any]:
        """What was told, as the services take it; of a need without what belongs to offers."""
        told = dict(self.cleaned_data)
        side, capacity = told.pop("side"), told.pop("capacity")
        reach = told.pop("reach")
        if side == HelpSide.OFFER:
            told |= {"capacity": capacity or 1, "reach": reach or 1000}
        return told

    @property
    def is_offer(self) -> bool:
        return bool(self.cleaned_data["side"] == HelpSide.OFFER)


class EndForm(forms.Form):
    """How a need or offer ended."""

    how = forms.ChoiceField(label=_("How did it end?"), choices=HelpEnd, widget=forms.RadioSelect)


class AskForm(forms.Form):
    """Which offer is asked for a need."""

    offer = forms.IntegerField(
        min_value=1, max_value=10**17, error_messages={"required": _("Choose whom to ask.")}
    )


class AnswerForm(forms.Form):
    """What one side says, who told it, and when."""

    agrees = forms.TypedChoiceField(
        label=_("Their answer"),
        choices=[("yes", _("Yes, tell us who it is")), ("no", _("No, not this one"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    said_by = forms.CharField(
        label=_("Who told you"),
        max_length=120,
        help_text=_("Themself at the door, their daughter on the phone …"),
    )
    on = PastDateField(label=_("Told on"))

    def __init__(self, *args: Any, is_own: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_own:
            del self.fields["said_by"], self.fields["on"]
            agrees = self.fields["agrees"]
            assert isinstance(agrees, forms.ChoiceField)
            agrees.label = _("Your answer")
            agrees.choices = [("yes", _("Yes, tell me who it is")), ("no", _("No, not this one"))]
