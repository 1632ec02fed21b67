"""What can go wrong while starting, said to the person who started it."""


class CannotStart(Exception):
    """What is wrong and what to do about it; the message is the sentence people read."""
