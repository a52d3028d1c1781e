"""Passwords: argon2id, at most four at work at once, and what a new one must be."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from handoff.errors import InvalidInput, RateLimited

SHORTEST = 12
SUGGESTED = 15
LONGEST = 256

AT_ONCE = 4  # a flood of sign-ins must not eat the memory
WAIT_SECONDS = 1.0  # nor every thread that answers requests

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_at_work = threading.BoundedSemaphore(AT_ONCE)
_nobody = _hasher.hash("an account that does not exist takes as long as one that does")


@contextmanager
def slot() -> Iterator[None]:
    """One of the places to hash a password in; raises RateLimited when none gets free in a second."""
    if not _at_work.acquire(timeout=WAIT_SECONDS):
        raise RateLimited("Too many people sign in at this moment; try it again in a few seconds.")
    try:
        yield
    finally:
        _at_work.release()


def hashed(password: str) -> str:
    with slot():
        return _hasher.hash(password)


def matches(stored: str | None, password: str) -> bool:
    """Whether `password` is the stored one; takes equally long when nothing is stored."""
    with slot():
        try:
            _hasher.verify(stored or _nobody, password)
        except (VerificationError, InvalidHashError):
            return False
    return stored is not None


def check_new(password: str, *, email: str, name: str) -> None:
    """Raises InvalidInput when `password` is too short, too long or easily guessed."""
    problem = _problem(password, email=email, name=name)
    if problem:
        raise InvalidInput("This password cannot be used.", fields={"password": problem})


def _problem(password: str, *, email: str, name: str) -> str | None:
    if len(password) < SHORTEST:
        return f"use {SHORTEST} characters or more; {SUGGESTED} or more are better"
    if len(password) > LONGEST:
        return f"use {LONGEST} characters or fewer"
    if len(set(password.lower())) < 5:
        return "use more different characters"
    lowered = password.lower()
    parts = {email.split("@", maxsplit=1)[0].lower(), *name.lower().split()}
    if any(len(part) >= 4 and part in lowered for part in parts):
        return "leave your name and e-mail address out of it"
    return None
