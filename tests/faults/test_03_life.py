"""Line 3: any use of the service in any order, with every invariant after each step."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy import text

from handoff.service import Core
from tests.faults.life import Life, at_noon
from tests.faults.sizes import Run, in_parts, of_size
from tests.support.core import World, make_core
from tests.support.postgres import PostgresCluster

STEPS = of_size(short=30, full=50)
SHRINK = (Phase.shrink,) if os.environ.get("RELEVO_FAULTS_SHRINK") else ()  # takes minutes, and only a failure needs it


@pytest.fixture(scope="session")
def empty_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the schema, to be copied for each run."""
    path = tmp_path_factory.mktemp("empty") / "relevo.db"
    make_core(f"sqlite:///{path}").database.dispose()
    return path


@pytest.fixture
def fresh_sqlite(empty_sqlite: Path, tmp_path: Path) -> Callable[[], World]:
    made: list[Path] = []

    def make() -> World:
        path = tmp_path / f"{len(made)}.db"
        made.append(shutil.copyfile(empty_sqlite, path))
        if len(made) > 1:
            made[-2].unlink(missing_ok=True)
        return at_noon(make_core(f"sqlite:///{path}"))

    return make


@pytest.fixture
def fresh_postgres(postgres: PostgresCluster) -> Iterator[Callable[[], World]]:
    with postgres.fresh_database() as url:
        make_core(url).database.dispose()

        def make() -> World:
            core = make_core(url)
            _empty(core)
            return at_noon(core)

        yield make


def _empty(core: Core) -> None:
    """No rows in any table but the schema's own."""
    with core.database.write() as session:
        names = session.execute(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).scalars().all()
        tables = ", ".join(name for name in names if not name.endswith("alembic_version"))
        session.execute(text(f"TRUNCATE {tables}"))


@pytest.mark.bar(3)
@pytest.mark.parametrize("database", ["fresh_sqlite", "fresh_postgres"], ids=["sqlite", "postgresql"])
@in_parts("runs", short=6, full=2000, part=100)
def test_any_order_of_steps_keeps_every_invariant(
    request: pytest.FixtureRequest, database: str, run: Run, runs: int
) -> None:
    """Customers, agents, bot, relay, sweeper and the clock in any order; the audit after every step."""
    machine = type("Seeded", (Life,), {"make": staticmethod(request.getfixturevalue(database))})
    chosen = settings(
        max_examples=runs,
        stateful_step_count=STEPS,
        deadline=None,
        database=None,
        phases=(Phase.generate, *SHRINK),
        report_multiple_bugs=False,
        print_blob=True,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(seed(run.seed)(machine), settings=chosen)
    run.count(runs=runs, steps=runs * STEPS)
