"""What the end of an account asks, and a certificate that somebody wants to check."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from rights.rules import MOST_BYTES, NotACertificate, read


class DeletionForm(forms.Form):
    """A yes, and the password of an account that has one."""

    password = forms.CharField(
        label=_("Your password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    is_sure = forms.BooleanField(
        label=_("I have read what goes and what stays. This cannot be undone.")
    )

    def __init__(self, *args: Any, user: User, **options: Any) -> None:
        super().__init__(*args, **options)
        self.user = user
        if not user.has_usable_password():
            del self.fields["password"]

    def clean_password(self) -> str:
        given: str = self.cleaned_data["password"]
        if not self.user.check_password(given):
            raise forms.ValidationError(_("This is not your password."))
        return given


class CertificateForm(forms.Form):
    """A certificate as a file or as text."""

    file = forms.FileField(label=_("The file"), required=False)
    text = forms.CharField(
        label=_("Or its text"),
        required=False,
        max_length=MOST_BYTES,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
    )

    def clean(self) -> dict[str, Any]:
        given = dict(super().clean() or self.cleaned_data)
        file = given.get("file")
        content = file.read(MOST_BYTES + 1) if file else given.get("text", "")
        try:
            given["signed"] = read(content)
        except NotACertificate:
            raise forms.ValidationError(
                _("This is not a certificate of work, or a part of it is missing.")
            )
        return given
