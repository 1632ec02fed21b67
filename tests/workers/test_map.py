"""The map: distances as they are, places no finer than a kilometre, north up."""

from types import SimpleNamespace

import pytest
from django.test import Client as Browser

from tasks.rules import kilometres_between
from tests.people import post
from workers.map import SIZE, map_of, offsets_km

LEUVEN = (50.88, 4.70)


def at(lat: float, lon: float) -> SimpleNamespace:
    return SimpleNamespace(latitude=lat, longitude=lon, place="there")


@pytest.mark.parametrize("there", [(51.05, 3.72), (50.47, 4.87), (52.37, 4.89), (48.9, 6.5)])
def test_a_distance_on_the_map_is_within_one_percent_of_the_real_one(there):
    east, north = offsets_km(LEUVEN, there)
    assert (east**2 + north**2) ** 0.5 == pytest.approx(
        kilometres_between(*LEUVEN, *there), rel=0.01
    )


def test_north_is_up_and_east_is_right():
    found = map_of([at(50.98, 4.70), at(50.88, 4.90)], *LEUVEN, 25)
    north, east = found.pins
    assert (north.x, north.y < SIZE / 2) == (SIZE / 2, True)
    assert (east.x > SIZE / 2, east.y) == (True, SIZE / 2)


def test_tasks_of_one_square_share_a_pin_and_far_ones_have_none():
    found = map_of([at(50.881, 4.701), at(50.879, 4.699), at(52.0, 4.70)], *LEUVEN, 25)
    assert [(pin.number, len(pin.tasks)) for pin in found.pins] == [(1, 2)]


@pytest.mark.django_db
def test_every_pin_leads_to_its_place_in_the_list(clara, wim, settings):
    settings.WHITENOISE_AUTOREFRESH = True
    wim.latitude, wim.longitude = LEUVEN
    wim.save()
    post(clara, latitude=50.95, longitude=4.71, place="Rotselaar")
    post(clara)
    browser = Browser()
    browser.force_login(wim.user)
    page = browser.get("/work/near/?km=10").content.decode()
    assert 'href="#place-1"' in page and 'id="place-1"' in page
    assert "Rotselaar" in page and "place-2" not in page
    assert browser.get("/work/near/?km=%00").status_code == 200
