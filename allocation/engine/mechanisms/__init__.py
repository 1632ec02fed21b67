"""One mechanism per file; `allocation.engine.catalogue` lists them."""
