from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from chapters.enums import StepSize
from chapters.models import Chapter, LadderStep
from chapters.selectors.ladder import list_need_choices, list_rule_choices
from chapters.services.ladder import LONGEST_TEXT, LONGEST_TITLE


class StepForm(forms.Form):
    """One step of the ladder, in the chapter's words."""

    size = forms.ChoiceField(label=_("Size"), choices=StepSize, widget=forms.RadioSelect)
    position = forms.IntegerField(
        label=_("Place in the order"), min_value=0, max_value=9999, help_text=_("Smaller numbers come first.")
    )
    follows = forms.ModelChoiceField(
        LadderStep.objects.none(), label=_("Comes after"), required=False, empty_label=_("nothing: a first step"),
        help_text=_("It is suggested once they have taken that step."),
    )  # fmt: skip
    done = forms.ChoiceField(label=_("Done when the person"))
    needs = forms.MultipleChoiceField(
        label=_("Needs"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Suggested only to people of whom all of this is known."),
    )  # fmt: skip

    def __init__(
        self, *args: Any, chapter: Chapter, step: LadderStep | None = None, place: int, **kwargs: Any
    ) -> None:
        starting: dict[str, Any] = {"size": StepSize.SMALL, "position": place, "done": "chapters.yes|"}
        if step is not None:
            starting = {
                "size": step.size, "position": step.position, "follows": step.follows_id,
                "done": f"{step.done_rule}|{step.done_value}", "needs": step.needs,
            }  # fmt: skip
        super().__init__(*args, initial=starting, **kwargs)
        words: dict[str, forms.Field] = {}
        for code, name in settings.LANGUAGES:
            words[f"title_{code}"] = forms.CharField(
                label=_("What is asked (%(language)s)") % {"language": name}, max_length=LONGEST_TITLE,
                required=False, initial=step.titles.get(code, "") if step else "",
            )  # fmt: skip
            words[f"text_{code}"] = forms.CharField(
                label=_("How to ask (%(language)s)") % {"language": name}, max_length=LONGEST_TEXT, required=False,
                initial=step.texts.get(code, "") if step else "", widget=forms.Textarea(attrs={"rows": 3}),
            )  # fmt: skip
        self.fields = words | self.fields
        self._set_choices(chapter, step)

    def _set_choices(self, chapter: Chapter, step: LadderStep | None) -> None:
        others = LadderStep.objects.filter(chapter=chapter)
        offered = others.exclude(pk=step.pk) if step is not None else others
        follows, done, needs = self.fields["follows"], self.fields["done"], self.fields["needs"]
        assert isinstance(follows, forms.ModelChoiceField)
        assert isinstance(done, forms.ChoiceField)
        assert isinstance(needs, forms.MultipleChoiceField)
        follows.queryset = offered
        done.choices = list_rule_choices(chapter)
        needs.choices = list_need_choices(chapter)
        if step is not None:  # what an app of another version asked for stays choosable
            known = {value for value, _words in needs.choices}
            needs.choices = [*needs.choices, *((need, need) for need in step.needs if need not in known)]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors and not any(cleaned.get(f"title_{code}") for code, _name in settings.LANGUAGES):
            raise ValidationError(_("Say in one language at least what is asked."))
        return cleaned

    @property
    def wished(self) -> dict[str, Any]:
        """The step as `services.ladder` takes it."""
        rule, _mark, value = self.cleaned_data["done"].partition("|")
        codes = [code for code, _name in settings.LANGUAGES]
        return {
            "titles": {code: self.cleaned_data[f"title_{code}"] for code in codes},
            "texts": {code: self.cleaned_data[f"text_{code}"] for code in codes},
            "size": self.cleaned_data["size"],
            "position": self.cleaned_data["position"],
            "follows": self.cleaned_data["follows"],
            "done_rule": rule,
            "done_value": value,
            "needs": self.cleaned_data["needs"],
        }
