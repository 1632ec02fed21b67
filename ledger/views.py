"""One's own statement as a file."""

from django.contrib.auth.decorators import login_required
from django.http import StreamingHttpResponse
from django.views.decorators.http import require_safe

from ledger.models import Account
from ledger.pages import statement_file
from ledger.queries import book_of_person
from marketplace.doors import PersonRequest


@login_required
@require_safe
def statement_csv(request: PersonRequest) -> StreamingHttpResponse:
    """The wallet's lines, or with `?of=escrow` what moved in and out of escrow."""
    kind = Account.Kind.ESCROW if request.GET.get("of") == "escrow" else Account.Kind.WALLET
    return statement_file(request, book_of_person(request.user, kind))
