"""The words of names are searched without accents. In each company the new index is there before the old one goes."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import migrations, models

ACCENTED = (
    "áàâãäåāăąçćčďđéèêëēĕėęěğíìîïĩīĭįľłñńňóòôõöøōŏőŕřśšşťţúùûüũūŭůűųýÿźżž"
    "\u0300\u0301\u0302\u0303\u0308\u030a\u030c\u0327"
)
PLAIN = "aaaaaaaaacccddeeeeeeeeegiiiiiiiillnnnooooooooorrsssttuuuuuuuuuuyyzzz"


class Migration(migrations.Migration):
    dependencies = [
        ("contacts", "0004_searched_by_index"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="contact",
            index=GinIndex(
                SearchVector(
                    models.Func(
                        "name",
                        template=(
                            "(CASE WHEN octet_length(%(expressions)s) <> char_length(%(expressions)s)"
                            f" THEN translate(lower(%(expressions)s), '{ACCENTED}', '{PLAIN}')"
                            " ELSE lower(%(expressions)s) END)"
                        ),
                        output_field=models.CharField(),
                    ),
                    config="simple",
                ),
                name="contact_plain_name_words",
            ),
        ),
        migrations.RemoveIndex(
            model_name="contact",
            name="contact_name_words",
        ),
    ]
