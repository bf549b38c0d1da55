"""Rank-R miss rate: the share of mated searches without their mate among the first R candidates; 1 minus the CMC.

At a rank R behind the end of the lists it is undefined where a mated search has a list as long as the longest of all
searches, shorter than the gallery (``gallery_size``), without the mate: who may stand at one of the ranks between. The
reason gives the two rates between which it lies. Shorter lists ended at a score or with the gallery; where a system
returns nobody below a score, its rank-R miss rate is FNIR at this score, and ``baserate check`` warns (``lists-cut``)
with the number of mates that are on no list for it. The CMC curve ends with the lists.
"""

from baserate.estimates.metrics.metric import Metric

METRIC = Metric(
    name="rank_miss",
    symbol="FNIR(N, R, 0)",
    title="Rank-R miss rate",
    trials="searches",
    mated=True,
    event="mate not among the first R candidates, whatever the score, or failure",
)
