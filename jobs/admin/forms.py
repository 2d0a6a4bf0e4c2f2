"""What an operator has to say besides pressing the button."""

from datetime import datetime

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from jobs.models import Queue


class NothingForm(forms.Form):
    """For acts that need no words."""


class PauseForm(forms.Form):
    reason = forms.CharField(
        max_length=500, help_text="Everybody sees it, on every page that shows the queue."
    )
    until = forms.DateTimeField(
        required=False,
        label="Until",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed on as it came
        zone = timezone.get_current_timezone_name()
        self.fields["until"].help_text = f"In {zone}. Empty: until somebody resumes it."

    def clean_until(self) -> datetime | None:
        until: datetime | None = self.cleaned_data["until"]
        if until is not None and until <= timezone.now():
            raise ValidationError("That time has passed.")
        return until


class DrainForm(forms.Form):
    reason = forms.CharField(max_length=500, initial="drained")


class PriorityForm(forms.Form):
    priority = forms.IntegerField(min_value=0, max_value=9, help_text="0 is first, 9 is last.")


class MoveForm(forms.Form):
    queue = forms.ChoiceField()

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed on as it came
        names = Queue.objects.values_list("name", flat=True)
        queue = self.fields["queue"]
        assert isinstance(queue, forms.ChoiceField)
        queue.choices = [(name, name) for name in names]
