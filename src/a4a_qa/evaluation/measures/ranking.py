"""nDCG@10 and RR@10 over passages: the only module that knows ir-measures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from a4a_qa.errors import MissingExtra

CUTOFF = 10
# Question id → ids of relevant passages, and of the passages found, best first.
Qrels = Mapping[str, frozenset[str]]
Rankings = Mapping[str, Sequence[str]]


def ranking_measures(qrels: Qrels, rankings: Rankings) -> dict[str, dict[str, float]]:
    """nDCG@10 and RR@10 of each question with qrels; 0 where nothing was found."""
    try:
        import ir_measures
        from ir_measures import RR, nDCG
    except ImportError as error:
        raise MissingExtra("Scoring a run", "eval") from error
    names = {str(nDCG @ CUTOFF): "ndcg_at_10", str(RR @ CUTOFF): "rr_at_10"}
    values = {id: dict.fromkeys(names.values(), 0.0) for id in qrels}
    judged = {id: dict.fromkeys(sorted(passages), 1) for id, passages in qrels.items() if passages}
    # A rank as a score: the system's own scores may be equal, and ties would be broken by name.
    scored = {
        id: {passage: float(-rank) for rank, passage in enumerate(found)} for id, found in rankings.items()
    }
    if judged and any(scored.values()):
        for metric in ir_measures.iter_calc([nDCG @ CUTOFF, RR @ CUTOFF], judged, scored):
            values[metric.query_id][names[str(metric.measure)]] = float(metric.value)
    return values
