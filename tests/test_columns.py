"""Every column has an owner (design.md rule 8): no field without a line in the registry, no line without a field."""

from django.apps import apps

from core.columns import columns


def fields_of_the_house() -> dict[str, set[str]]:
    """Model label → concrete fields, of every installed table but proxies."""
    models = [model for model in apps.get_models() if not model._meta.proxy]
    return {
        model._meta.label_lower: {field.name for field in [*model._meta.concrete_fields, *model._meta.many_to_many]}
        for model in models
    }


def test_every_field_of_every_model_has_an_owner():
    missing = {
        label: sorted(names - columns().get(label, {}).keys())
        for label, names in fields_of_the_house().items()
        if names - columns().get(label, {}).keys()
    }

    assert missing == {}


def test_no_line_of_the_registry_is_about_a_field_that_is_gone():
    fields = fields_of_the_house()
    stray = {label: sorted(set(lines) - fields.get(label, set())) for label, lines in columns().items()}

    assert {label: names for label, names in stray.items() if names} == {}
    assert len(fields) >= 40


def test_personal_columns_say_who_exports_and_who_erases():
    silent = [
        f"{label}.{name}"
        for label, lines in columns().items()
        for name, column in lines.items()
        if column.kind in {"content", "special"} and column.subject and column.eraser == "none"
    ]

    assert silent == []
