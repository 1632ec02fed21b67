"""What an operator fills in about a held task."""

from django import forms

from screening.models import Ruling


class RulingForm(forms.Form):
    verdict = forms.ChoiceField(
        choices=[
            (Ruling.Verdict.RELEASED, "Release: it goes on the board"),
            (Ruling.Verdict.REFUSED, "Refuse: its escrow goes back"),
        ],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        max_length=2000, widget=forms.Textarea({"rows": 4}), help_text="The client reads this."
    )
    is_for_all = forms.BooleanField(
        label="The same for its batch",
        required=False,
        help_text="Also for the other held tasks of the same batch and rule, 200 at a time.",
    )
