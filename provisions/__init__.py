"""Who provides what: the fifteen things that an organisation used to provide, on every task."""
