"""Customers' rights over what is kept of them: an export, an erasure, and an end to keeping it."""
