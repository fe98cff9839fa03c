"""How every form is drawn: label above, help below, errors beside the field and in a summary with links.

`FORM_RENDERER` names `PageRenderer`, so `{{ form }}` gives exactly that for any Django form.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting
from django.utils import formats, timezone
from django.utils.translation import gettext_lazy as _

from core.table_files import MAX_BYTES

_CLASSES: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.CheckboxSelectMultiple, "form-check-input"),
    (forms.RadioSelect, "form-check-input"),
    (forms.CheckboxInput, "form-check-input"),
    (forms.Select, "form-select"),
    (forms.SelectMultiple, "form-select"),
    (forms.Widget, "form-control"),
)


class PageBoundField(BoundField):
    """A field that carries its control's class and, when it is wrong, says so to assistive technology."""

    def build_widget_attrs(self, attrs: dict[str, Any], widget: forms.Widget | None = None) -> dict[str, Any]:
        widget = widget or self.field.widget
        built: dict[str, Any] = super().build_widget_attrs(attrs, widget)
        own = next(css for kind, css in _CLASSES if isinstance(widget, kind))
        wrong = " is-invalid" if self.errors else ""
        given = f"{built.get('class', '')} {widget.attrs.get('class', '')}".split()
        built["class"] = " ".join(dict.fromkeys([*given, *f"{own}{wrong}".split()]))
        return built

    @property
    def is_check(self) -> bool:
        """Whether the label stands beside the control instead of above it."""
        return isinstance(self.field.widget, forms.CheckboxInput)

    @property
    def anchor(self) -> str:
        """The id the error summary links to: the control's, or the group's first choice's."""
        if not self.use_fieldset:
            return str(self.id_for_label or self.auto_id)
        return f"{self.auto_id}_0" if self.auto_id else ""


class PageRenderer(TemplatesSetting):
    """Draws forms with the project's own templates; needs `django.forms` among the installed apps."""

    form_template_name = "components/forms/form.html"
    formset_template_name = "components/forms/formset.html"
    field_template_name = "components/forms/field.html"
    bound_field_class = PageBoundField


class DateInput(forms.DateInput):
    """The browser's own date field."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs=attrs, format="%Y-%m-%d")


EARLIEST_DAY = date(1900, 1, 1)
_YEARS_AHEAD = 10


class DateField(forms.DateField):
    """A day that somebody can mean: from 1900 to ten years from today, in the time zone in force.

    Args:
        days_ahead: the last day that makes sense, counted from today; 0 for what has happened already.
    """

    widget = DateInput

    def __init__(self, *, days_ahead: int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.days_ahead = days_ahead

    @property
    def latest(self) -> date:
        today = timezone.localdate()
        if self.days_ahead is not None:
            return today + timedelta(days=self.days_ahead)
        return today.replace(year=today.year + _YEARS_AHEAD, day=min(today.day, 28))

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value is None:
            return
        if value < EARLIEST_DAY:
            raise ValidationError(_("Enter a day from 1900 on."), code="too_early")
        if value <= self.latest:
            return
        if self.days_ahead == 0:
            raise ValidationError(_("This day lies in the future."), code="too_late")
        raise ValidationError(
            _("Enter a day up to %(latest)s."),
            code="too_late",
            params={"latest": formats.date_format(self.latest, "j M Y")},
        )

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> BoundField:
        """The browser's date field offers the same days."""
        self.widget.attrs |= {"min": EARLIEST_DAY.isoformat(), "max": self.latest.isoformat()}
        return super().get_bound_field(form, field_name)


class PastDateField(DateField):
    """The day of something that has happened: from 1900 to today."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(days_ahead=0, **kwargs)


class CsvFileForm(forms.Form):
    """A small table to bring in; `help_text` says which columns it needs."""

    help_text: Any = ""
    file = forms.FileField(
        label=_("CSV file"), widget=forms.ClearableFileInput(attrs={"accept": ".csv,text/csv,text/plain"})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = self.help_text

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise ValidationError(_("The file is larger than 5 MB. Split it in two."))
        return file
