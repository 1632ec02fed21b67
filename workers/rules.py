"""Where a worker is, as a hexagon."""

from __future__ import annotations

from h3.api import basic_int as h3

CELL_RESOLUTION = 7  # hexagons of about 5 km²
# Cells differ in size over the globe: 5.16 km² on average, about 2.9 km² the smallest (h3geo.org,
# tables of cell statistics), which is a hexagon with edges of 1.06 km.
SHORTEST_EDGE_KM = 1.0
# From the centre of a cell to its farthest corner: 1.55 km at most among 40,000 cells drawn from the
# whole globe, with a margin.
LONGEST_REACH_KM = 1.75


def cell_of(latitude: float | None, longitude: float | None) -> int | None:
    """The H3 cell of a position as a signed 64-bit integer; None for nowhere."""
    if latitude is None or longitude is None:
        return None
    return int(h3.latlng_to_cell(latitude, longitude, CELL_RESOLUTION))
