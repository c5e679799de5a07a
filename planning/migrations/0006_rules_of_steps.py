import django.db.models.deletion
from django.db import migrations, models


def from_one_step(apps, schema_editor):
    """A rule for one step is a rule for some steps, of which there is one."""
    for rule in apps.get_model("planning", "ReminderRule").objects.exclude(step=None):
        rule.steps.add(rule.step_id)


class Migration(migrations.Migration):
    dependencies = [("planning", "0005_polls_of_drafts")]

    operations = [
        migrations.AddField(
            model_name="reminderrule",
            name="steps",
            field=models.ManyToManyField(blank=True, related_name="rules", to="planning.step"),
        ),
        migrations.AddField(
            model_name="reminderrule",
            name="template",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="planning.trajectorytemplate",
            ),
        ),
        migrations.AddField(
            model_name="templateuse",
            name="reminders",
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.RunPython(from_one_step, migrations.RunPython.noop),
    ]
