from __future__ import annotations

from django.apps import apps

# From the ground up; a row may point to its own floor or below.
FLOORS = ["core", "chapters", "precincts", "endorsements", "canvassing", "coalitions", "config"]


def floor_of(model) -> int:
    """The floor of one of our models; Django's and libraries' tables are the ground under all."""
    label = model._meta.app_label
    return FLOORS.index(label) if label in FLOORS else -1


def our_models():
    return [model for model in apps.get_models(include_auto_created=True) if floor_of(model) >= 0]


def test_foreign_keys_point_down_only():
    up = [
        f"{model.__name__}.{field.name} -> {field.related_model.__name__}"
        for model in our_models()
        for field in model._meta.get_fields()
        if field.is_relation and not field.auto_created and field.related_model is not None
        if floor_of(field.related_model) > floor_of(model)
    ]
    assert up == []


def test_the_kernel_and_the_composition_root_have_no_tables():
    assert [model for model in our_models() if model._meta.app_label in ("core", "config")] == []


def test_the_apps_are_installed_from_the_top_down(settings):
    """So that a higher app's templates and commands go before a lower one's."""
    ours = [name for name in settings.INSTALLED_APPS if name in FLOORS]
    assert ours == FLOORS[::-1]
