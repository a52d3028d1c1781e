"""How near texts are to phrasings, by the features of the model that answers: for the desk, never for a customer."""

import json
import tarfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, List, Sequence, Tuple, cast

import numpy as np

from bot.dialogue.features import Features
from bot.dialogue.turn import LARGEST_BODY, LARGEST_TEXT, Refused

MOST_TEXTS = 100
MOST_PHRASINGS = 500
SHOWN = 5
Row = Tuple[np.ndarray, np.ndarray]


@dataclass(frozen=True)
class Asked:
    """One request: each text is compared with each phrasing."""

    texts: Tuple[str, ...]
    phrasings: Tuple[str, ...]


def parse(body: bytes) -> Asked:
    """The request in a body; raises Refused."""
    if len(body) > LARGEST_BODY:
        raise Refused(413, "too_large", "The body is longer than 128 KiB.")
    try:
        raw = json.loads(body)
    except (ValueError, RecursionError):
        raise Refused(400, "malformed_json", "Send an object encoded as UTF-8.") from None
    if not isinstance(raw, dict) or set(raw) != {"texts", "phrasings"}:
        raise Refused(422, "invalid_input", "The fields are texts and phrasings.")
    return Asked(_strings(raw["texts"], "texts", MOST_TEXTS), _strings(raw["phrasings"], "phrasings", MOST_PHRASINGS))


def _strings(raw: Any, name: str, most: int) -> Tuple[str, ...]:
    if not (isinstance(raw, list) and len(raw) <= most and all(isinstance(text, str) for text in raw)):
        raise Refused(422, "invalid_input", f"{name} is a list of at most {most} strings.")
    if any(len(text.encode("utf-8", "replace")) > LARGEST_TEXT for text in raw):
        raise Refused(413, "too_large", "A text is longer than 8 KiB.")
    return tuple(raw)


class Explainer:
    """The features of one model, read from its archive: a turn does not wait for what the desk asks."""

    def __init__(self, features: Features) -> None:
        """Use `load`."""
        self._features = features

    @classmethod
    def load(cls, model: Path) -> "Explainer":
        """From the archive of a trained model; neither its weights nor its phrasings are read."""
        with tarfile.open(model) as archive:
            names = archive.getnames()
            with _member(archive, names, "features.json") as named, _member(archive, names, "weights.npz") as packed:
                vocabularies = json.load(named)["vocabularies"]
                with np.load(packed, allow_pickle=False) as arrays:
                    return cls(Features(vocabularies, arrays["idf"]))

    def nearest(self, asked: Asked) -> List[List[Dict[str, Any]]]:
        """For each text the SHOWN nearest phrasings, by their place in the request; nothing that shares nothing."""
        texts, phrasings = ([self._features.row(text) for text in some] for some in (asked.texts, asked.phrasings))
        return [_best(row) for row in similarities(texts, phrasings)]


def similarities(texts: Sequence[Row], phrasings: Sequence[Row]) -> np.ndarray:
    """Cosines, texts by phrasings; each row is the columns and the values of its features."""
    columns = np.unique(np.concatenate([np.empty(0, np.int64), *(row[0] for row in phrasings)]))
    return _dense(texts, columns) @ _dense(phrasings, columns).T


def _dense(rows: Sequence[Row], columns: np.ndarray) -> np.ndarray:
    """The rows over these columns alone; lengths are of the whole rows."""
    dense = np.zeros((len(rows), len(columns)), np.float32)
    for at, (own, values) in enumerate(rows):
        known = np.isin(own, columns)
        length = float(np.sqrt((values.astype(np.float64) ** 2).sum())) or 1.0
        dense[at, np.searchsorted(columns, own[known])] = values[known] / length
    return dense


def _best(row: np.ndarray) -> List[Dict[str, Any]]:
    order = np.argsort(-row, kind="stable")[:SHOWN]
    near = ((int(at), round(min(float(row[at]), 1.0), 4)) for at in order)
    return [{"at": at, "similarity": similarity} for at, similarity in near if similarity > 0]


def _member(archive: tarfile.TarFile, names: Sequence[str], wanted: str) -> Any:
    """An open file of the matcher's own; raises ValueError when the model has not exactly one."""
    found = [name for name in names if name.rpartition("/")[2] == wanted]
    if len(found) != 1:
        raise ValueError(f"the model has {len(found)} files named {wanted}")
    return cast("Any", archive.extractfile(found[0]))
