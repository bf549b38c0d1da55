"""One seed and one named random stream per decision, keyed by chunk.

A decision (which group, which search factor, which reviewer's answer) draws from its own stream, so that a change of
policy leaves all other draws as they were and two policies meet the same people; and a chunk's draws do not depend on
which process makes them.
"""

from __future__ import annotations

import hashlib

import numpy as np


def stream(seed: int, name: str, chunk: int = 0) -> np.random.Generator:
    """Generator of one decision in one chunk.

    Parameters
    ----------
    seed
        The run's seed, 0 or more.
    name
        Name of the decision; the same name gives the same draws in every version.
    chunk
        Number of the chunk, from 0.

    Examples
    --------
    >>> bool(stream(7, "group").random() == stream(7, "group").random())
    True
    >>> bool(stream(7, "group").random() == stream(7, "status").random())
    False
    """
    key = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big")
    return np.random.Generator(np.random.Philox(np.random.SeedSequence(seed, spawn_key=(key, chunk))))
