from __future__ import annotations

from typing import Any

from django import forms
from django.utils.text import Truncator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from chapters.models import Member
from chapters.services.merges import BOTH, DROP, KEEP, choose_by_default, list_fields
from core.templatetags.formats import day

_LONGEST = 200


class MergeForm(forms.Form):
    """For each field in which two rows of one person differ: whose word stays."""

    def __init__(self, *args: Any, keep: Member, drop: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        default = choose_by_default(keep, drop)
        self.agreed: list[tuple[Any, str]] = []
        label: Any
        for field in list_fields():
            kept, other = getattr(keep, field.attname), getattr(drop, field.attname)
            label = _("Signs in as") if field.name == "user" else _capitalised(field.verbose_name)
            if kept == other:
                if kept:
                    self.agreed.append((label, say_value(keep, field.name)))
                continue
            choices: list[tuple[str, Any]] = [
                (KEEP, say_value(keep, field.name)),
                (DROP, say_value(drop, field.name)),
            ]
            if field.name == "note" and kept and other:
                choices.append((BOTH, _("both, one under the other")))
            both_sign_in = field.name == "user" and kept and other
            self.fields[field.name] = forms.ChoiceField(
                label=label,
                choices=choices,
                widget=forms.RadioSelect,
                initial=None if both_sign_in else default[field.name],
                help_text=_("The other account no longer opens this chapter.") if both_sign_in else "",
            )


def _capitalised(words: Any) -> str:
    text = str(words)
    return text[:1].upper() + text[1:]


def say_value(member: Member, name: str) -> str:
    """One field of a person in words; a dash for nothing."""
    if name == "user":
        return member.user.email if member.user else gettext("no account")
    if name == "since":
        return str(day(member.since))
    said = getattr(member, f"get_{name}_display", lambda: getattr(member, name))()
    return Truncator(str(said)).chars(_LONGEST) if said else "–"
