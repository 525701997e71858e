"""Every company starts with the usual pause reasons, in the language of its people; it may change them."""

from django.db import migrations

# NR-17, Annex II: two rest pauses of 10 minutes (5.4.1), 20 minutes for a meal (5.4.2), the toilet at any time (5.7).
REASONS = [
    ("rest", "Descanso (NR-17)", True, 10),
    ("meal", "Lanche (NR-17)", True, 20),
    ("personal", "Banheiro", True, None),
    ("training", "Treinamento", False, None),
    ("feedback", "Feedback", False, None),
    ("system", "Problema no sistema", False, None),
]


def add(apps, schema_editor):
    model = apps.get_model("agents", "PauseReason")
    model.objects.bulk_create(
        [
            model(code=code, name=name, is_mandatory=mandatory, limit_minutes=limit, position=position)
            for position, (code, name, mandatory, limit) in enumerate(REASONS)
        ],
        ignore_conflicts=True,
    )


def remove(apps, schema_editor):
    apps.get_model("agents", "PauseReason").objects.filter(code__in=[code for code, *_ in REASONS]).delete()


class Migration(migrations.Migration):
    dependencies = [("agents", "0001_initial")]

    operations = [migrations.RunPython(add, remove)]
