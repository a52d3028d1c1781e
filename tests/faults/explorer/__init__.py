"""The explicit-state explorer: the product's own transition table in a small world, searched without sampling."""
