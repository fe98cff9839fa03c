"""No key to a person without somebody who says what becomes of its rows."""

from __future__ import annotations

from django.apps import apps

from chapters.models import Member
from core.people import list_member_keys


def keys_to_people() -> set[str]:
    return {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.get_fields()
        if field.is_relation and not field.auto_created and field.related_model is Member
    }


def test_every_key_to_a_person_has_a_handler_for_merging_and_one_for_erasing():
    """Register yours with `core.people.register_member_key`; its docstring shows how."""
    assert {key.name for key in list_member_keys()} == keys_to_people()
