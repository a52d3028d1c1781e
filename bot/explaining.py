"""The engine's explain route on the gateway's side: how near texts are to phrasings, believed only when it fits."""

import json
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

MOST_TEXTS, MOST_PHRASINGS = 100, 500  # of one request


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Explain(_Strict):
    """What the engine is asked: each text is compared with each phrasing, by the features of its model."""

    texts: Annotated[tuple[str, ...], Field(max_length=MOST_TEXTS)]
    phrasings: Annotated[tuple[str, ...], Field(max_length=MOST_PHRASINGS)]

    def body(self) -> bytes:
        """The request's JSON; lone surrogates become question marks."""
        asked = {"texts": self.texts, "phrasings": self.phrasings}
        return json.dumps(asked, ensure_ascii=False).encode("utf-8", "replace")


class Near(_Strict):
    """One of the phrasings, by its place in the request; `similarity` is a cosine in 0 to 1."""

    at: Annotated[int, Field(ge=0)]
    similarity: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]


class Explained(_Strict):
    """For each text the nearest phrasings, nearest first; `model` is the hash of the model that was read."""

    model: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    nearest: Annotated[tuple[Annotated[tuple[Near, ...], Field(max_length=20)], ...], Field(max_length=MOST_TEXTS)]

    def fits(self, asked: Explain) -> bool:
        """Whether it can be the answer to this request."""
        places = [near.at for each in self.nearest for near in each]
        return len(self.nearest) == len(asked.texts) and all(at < len(asked.phrasings) for at in places)
