"""What sign-up asks beside e-mail and password."""

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class SignupForm(forms.Form):
    """django-allauth adds its own fields below these and calls `signup` with the new account."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=80,
        help_text=_("Shown to the people you work with."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    field_order = ("name", "email", "password1")

    def signup(self, request: HttpRequest, user: User) -> None:
        user.name = self.cleaned_data["name"]
        user.save(update_fields=["name"])


class ClientForm(forms.Form):
    """What makes an account a client."""

    name = forms.CharField(
        label=_("The name you post under"),
        max_length=80,
        help_text=_("Workers see it on each of your tasks."),
    )
    about = forms.CharField(
        label=_("Who you are"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
