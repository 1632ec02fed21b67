"""The handful of simulated people who keep the demo alive, so that whoever comes alone meets somebody.

They come in three kinds, unless `seed_demo --preset` began a market of another: one posts microtasks for whoever is first, one errands by auction, one
errands that the engine offers. All three look at everything on the board.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

from simulation.crowd import Crowd, Pace, crowd_of, kinds_begun, play_round
from simulation.world.presets import load, preset_names

PRESETS = ("mturk", "taskrabbit_2013", "taskrabbit_2014")  # where no other kind was begun
# An hour of theirs is a minute: who posts half an hour of work gets it back soon. They leave each
# other's tasks alone mostly, so that a person who looks for work finds a dozen.
PACE = Pace(speed=60.0, people_first=timedelta(seconds=20), own_chance=0.02, most_open=4)


def let_handful_act(*, people: int, now: datetime, seconds: float, seed: int) -> Counter:
    """What so many workers, and a client of each kind, do in `seconds`. Counts what was done.

    The same `seed` makes the same choices where the market is the same.
    """
    done: Counter = Counter()
    for number, crowd in enumerate(handful(people, now)):
        own = seed * len(PRESETS) + number
        done += play_round(crowd=crowd, now=now, seconds=seconds, seed=own, pace=PACE)
    return done


def handful(people: int, now: datetime) -> list[Crowd]:
    """The workers shared out over the kinds of markets; a kind without workers is left out."""
    kinds = kinds_begun(preset_names()) or PRESETS
    shares = [len(range(place, people, len(kinds))) for place in range(len(kinds))]
    return [
        crowd_of(preset=load(name), people=share, now=now)
        for name, share in zip(kinds, shares, strict=True)
        if share
    ]
