"""SQL compiled once a process: SQLAlchemy keeps it by engine, and every test has an engine of its own."""

from sqlalchemy import Engine

_FIRST: dict[str, Engine] = {}


def share(engine: Engine) -> None:
    """Lets the engine use what all engines of its kind have compiled: a third of a core test's time was compiling."""
    first = _FIRST.get(engine.dialect.name)
    if first is None:
        with engine.connect():  # by this the dialect learns what the server can do
            _FIRST[engine.dialect.name] = engine
        return
    engine.dialect = first.dialect
    engine._compiled_cache = first._compiled_cache
