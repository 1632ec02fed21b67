"""A method that an address does not offer is refused in words, at every address of the API."""

import re

import pytest
from drf_spectacular.generators import EndpointEnumerator

from api.problems import MEDIA_TYPE

pytestmark = pytest.mark.django_db
METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"}
# About row 1, which need not be there: whether the method is offered is asked first.
OFFERED = {
    re.sub(r"{\w+}", "1", path): set(door.cls().allowed_methods)
    for path, _regex, _method, door in EndpointEnumerator().get_api_endpoints()
    if path.startswith("/api/v1/")
}


@pytest.mark.parametrize("address", OFFERED)
def test_a_method_that_is_not_offered_is_refused_in_words(as_wim, address):
    for method in sorted(METHODS - OFFERED[address]):
        answer = as_wim.generic(method, address)
        assert (answer.status_code, answer["Content-Type"]) == (405, MEDIA_TYPE), method
        assert answer.json()["code"] == "method_not_allowed"
        assert set(answer["Allow"].split(", ")) - {"HEAD"} == OFFERED[address]
