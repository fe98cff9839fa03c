from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from chapters.models import Chapter
from chapters.states import STATE_ZONES, STATES

# Kinds of election as the precincts app stores them; a lower app may not import a higher one's list.
_ELECTION_KINDS = [
    ("primary", _("primaries")),
    ("general", _("general elections")),
    ("municipal", _("municipal elections")),
]


def list_zones() -> list[tuple[str, str]]:
    """Time zones for a choice: those that most of a state lives in first."""
    usual = sorted(set(STATE_ZONES.values()))
    others = sorted(
        zone for zone in available_timezones() if zone.startswith("America/") and zone not in usual
    )
    return [(zone, zone.replace("_", " ")) for zone in [*usual, *others]]


class StatesField(forms.CharField):
    """Several states by their two letters: "NC, VA"."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, max_length=400, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(super().has_changed(self.prepare_value(initial), data))

    def to_python(self, value: Any) -> list[str]:  # type: ignore[override]
        said = str(value or "").upper().replace(",", " ").replace(";", " ").split()
        unknown = [state for state in said if state not in STATES]
        if unknown:
            raise forms.ValidationError(
                _("“%(state)s” is no state: write two letters for each, such as “NC, VA”."),
                params={"state": unknown[0][:20]},
            )
        return sorted(set(said))


class ChapterSettingsForm(forms.ModelForm):
    """What a chapter has decided once."""

    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", "–"), *((state, state) for state in STATES)],
        help_text=_("A voter file of another state is taken in only after a warning."),
    )  # fmt: skip
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=list_zones)
    language = forms.ChoiceField(
        label=_("Language"),
        choices=settings.LANGUAGES,
        help_text=_("Of mail, paper and whatever runs by itself."),
    )
    party_states = StatesField(
        label=_("States where people register by party"),
        help_text=_(
            "These three are for chapters that work in several states. A voter of a state named here is read its way;"
            " all others as chosen above."
        ),
    )
    ballot_states = StatesField(label=_("States where the primary ballot tells the party"))
    door_states = StatesField(label=_("States where only the door tells the party"))
    consistency_kind = forms.ChoiceField(label=_("Elections that count"), choices=_ELECTION_KINDS)

    class Meta:
        model = Chapter
        fields = [
            "name", "state", "time_zone", "language", "captain_title", "affiliation_regime", "party_states",
            "ballot_states", "door_states", "paper_size", "voters_per_block", "block_limit",
            "quiet_weeks", "consistency_kind", "consistency_elections", "hot_from", "warm_from",
        ]  # fmt: skip
        help_texts = {
            "captain_title": _(
                "What you call whoever keeps a block: block captain, street captain, neighbour lead …"
            ),
            "affiliation_regime": _(
                "How a voter's party can be known where you work; every list says which."
            ),
            "voters_per_block": _("What “cut blocks” proposes; usually 100 to 200."),
            "block_limit": _(
                "A block with more is too much for one person and can be split in two. Empty: half as many again."
            ),
            "quiet_weeks": _(
                "Whoever has noted nothing about the block's neighbours for so long is marked on the roster: a call helps."
            ),
            "hot_from": _("So many of the elections counted make a voter hot."),
            "warm_from": _("So many make a voter warm; fewer is cold."),
        }

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        named: set[str] = set()
        for name in ("party_states", "ballot_states", "door_states"):
            twice = named & set(cleaned.get(name) or [])
            if twice:
                says = _("%(state)s stands in two of these fields; name it in one.") % {"state": min(twice)}
                self.add_error(name, says)
            named |= set(cleaned.get(name) or [])
        limit, usual = cleaned.get("block_limit"), cleaned.get("voters_per_block")
        if limit is not None and usual is not None and limit < usual:
            self.add_error(
                "block_limit", _("The most must be at least the usual number of voters in a block.")
            )
        return cleaned

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.Meta.fields}
