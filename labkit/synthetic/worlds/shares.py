"""Dividing a number of clips as a data set divides its own."""

from collections import Counter
from collections.abc import Mapping


def divided(total: int, shares: Mapping[str, int], few: int) -> dict[str, int]:
    """``total`` in the proportions of ``shares``, with at least ``few`` each while there are enough."""
    exact = {name: total * share / sum(shares.values()) for name, share in shares.items()}
    counts = Counter({name: int(count) for name, count in exact.items()})
    by_remainder = sorted(exact, key=lambda name: counts[name] - exact[name])
    counts.update(by_remainder[: total - counts.total()])
    while min(counts.values()) < min(few, total // len(shares)):
        counts[max(counts, key=counts.get)] -= 1
        counts[min(counts, key=counts.get)] += 1
    return {name: counts[name] for name in shares}
