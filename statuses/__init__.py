"""Work statuses: under which a worker works, from when, and the limits that the law sets to some."""
