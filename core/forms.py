"""How every form is drawn: label above, help below, errors beside the field and in a summary with links.

`FORM_RENDERER` names `PageRenderer`, so `{{ form }}` gives exactly that for any Django form.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting

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
