"""Runs the model's graph in one straight line: Rasa's own runner plans the same few steps anew for every prediction."""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Sequence, Text, Tuple

from rasa.engine.graph import ExecutionContext, GraphNode, GraphNodeHook, GraphSchema
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.engine.runner.interface import GraphRunner
from rasa.engine.storage.storage import ModelStorage

Step = Tuple[str, GraphNode, Tuple[str, ...]]


class StraightRunner(GraphRunner):
    """Each node after those that it needs, in an order that is worked out once for what is wanted."""

    def __init__(self, schema: GraphSchema, nodes: Dict[str, GraphNode]) -> None:
        """`nodes` are loaded already, by their names in `schema`."""
        self._schema, self._nodes = schema, nodes
        self._plans: Dict[Tuple[str, ...], List[Step]] = {}

    @classmethod
    def create(
        cls,
        graph_schema: GraphSchema,
        model_storage: ModelStorage,
        execution_context: ExecutionContext,
        hooks: Optional[List[GraphNodeHook]] = None,
    ) -> StraightRunner:
        """Loads every node, as Rasa's own runner does."""
        return cls.of(DaskGraphRunner.create(graph_schema, model_storage, execution_context, hooks))

    @classmethod
    def of(cls, runner: DaskGraphRunner) -> StraightRunner:
        """The nodes that Rasa's runner has loaded, run by this one."""
        return cls(runner._graph_schema, runner._instantiated_nodes)  # noqa: SLF001 - to load a model once, not twice

    def run(self, inputs: Optional[Dict[Text, Any]] = None, targets: Optional[List[Text]] = None) -> Dict[Text, Any]:
        """The outputs of `targets` by name."""
        wanted = tuple(targets or self._schema.target_names)
        if wanted not in self._plans:
            self._plans[wanted] = list(self._plan(wanted))
        known = {name: (name, value) for name, value in (inputs or {}).items()}
        for name, node, needs in self._plans[wanted]:
            known[name] = node(*(known.get(need, need) for need in needs))
        return dict(known[name] for name in wanted)

    def _plan(self, wanted: Sequence[str]) -> List[Step]:
        needed = self._schema.minimal_graph_schema(list(wanted)).nodes
        plan: Dict[str, Step] = {}

        def add(name: str) -> None:
            if name in needed and name not in plan:
                needs = tuple(needed[name].needs.values())
                for need in needs:
                    add(need)
                plan[name] = (name, self._nodes[name], needs)

        for name in wanted:
            add(name)
        return list(plan.values())
