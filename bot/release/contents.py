"""What of a model decides: two trainings from the same files differ in the rest alone.

The archive names when and under which id it was trained, its certificates name their day, and sets are written in any
order. Without these the digest is the same wherever a release is trained, but for processors whose arithmetic differs
in the last digits: there the models are different indeed, and each has a certificate of its own.
"""

import hashlib
import json
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

METADATA = "metadata.json"
RULES = "rule_policy.json"  # its lists of texts are sets, in the order of the moment
CERTIFICATES = "certificates.json"


def content_of(model: Path) -> str:
    """64 hex digits; of a file that is no archive, its own hash. Raises OSError."""
    total = hashlib.sha256()
    try:
        with tarfile.open(model) as archive:
            for name, content in sorted(_deciding(archive)):
                total.update(name.encode() + b"\0" + hashlib.sha256(content).digest())
    except tarfile.ReadError:
        return hashlib.sha256(model.read_bytes()).hexdigest()
    return total.hexdigest()


def _deciding(archive: tarfile.TarFile) -> Iterator[tuple[str, bytes]]:
    for member in archive:
        file = archive.extractfile(member)
        if file is None or Path(member.name).name == CERTIFICATES:
            continue
        content = file.read()
        yield member.name, _settled(member.name, content) if member.name.endswith(".json") else content


def _settled(name: str, content: bytes) -> bytes:
    """JSON without what differs from training to training."""
    read = json.loads(content)
    if Path(name).name == METADATA:
        read = _of_schema(read.get("predict_schema", {}))
    elif Path(name).name == RULES:
        read = _ordered(read)
    return json.dumps(read, sort_keys=True).encode()


def _of_schema(schema: dict[str, Any]) -> dict[str, Any]:
    """The graph that is run; its resources name only where this training kept something."""
    nodes = schema.get("nodes", {})
    return {name: {key: part for key, part in node.items() if key != "resource"} for name, node in nodes.items()}


def _ordered(tree: Any) -> Any:
    if isinstance(tree, dict):
        return {name: _ordered(part) for name, part in tree.items()}
    if isinstance(tree, list):
        parts = [_ordered(part) for part in tree]
        return sorted(parts) if all(isinstance(part, str) for part in parts) else parts
    return tree
