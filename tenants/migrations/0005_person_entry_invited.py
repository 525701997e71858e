from django.db import migrations, models


class Migration(migrations.Migration):
    """Who is there already is put right by accounts.tasks.keep_directory, each hour."""

    dependencies = [("tenants", "0004_person_entries")]

    operations = [
        migrations.AddField(
            model_name="personentry",
            name="is_invited",
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]
