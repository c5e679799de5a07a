"""Of a comment it is kept whether the text stood on the pair's line when it was said; so far that followed from the text itself."""

from django.db import migrations, models
from django.db.models import F


def backfill(apps, schema_editor):
    comments = apps.get_model("reflections", "Comment").objects
    on_line = comments.exclude(reflection__pair_part="").filter(said_at__gte=F("reflection__pair_since"))
    comments.filter(pk__in=list(on_line.values_list("pk", flat=True))).update(on_line=True)


class Migration(migrations.Migration):
    dependencies = [("reflections", "0004_pair")]

    operations = [
        migrations.AddField(
            model_name="comment",
            name="on_line",
            field=models.BooleanField(
                db_default=False, default=False, help_text="Said while the text stood on the pair's shared line."
            ),
        ),
        migrations.RunPython(backfill, migrations.RunPython.noop),
    ]
