"""How large notebook 06's crowds are, in each profile."""

from dataclasses import dataclass

from labkit.scrutiny.crowd import CrowdOrder


@dataclass(frozen=True)
class ScrutinyRecipe:
    """Which crowds are drawn, and at how many people the curve is measured."""

    crowd: CrowdOrder
    counts: tuple[int, ...]  # of people
    # for the planted gaps: two dresses of each trait are drawn of these
    twins: CrowdOrder
    # processes that draw: one a core, but one where their start would cost more
    workers: int | None = None


RECIPES: dict[str, ScrutinyRecipe] = {
    "fast": ScrutinyRecipe(CrowdOrder(9, takes=2, frames=2), (6, 9), CrowdOrder(6, takes=1, frames=1), 1),
    "laptop": ScrutinyRecipe(CrowdOrder(48), (6, 12, 24, 48), CrowdOrder(30, frames=1)),
    "paper": ScrutinyRecipe(
        CrowdOrder(144, takes=3), (6, 12, 24, 48, 96, 144), CrowdOrder(120, takes=3, frames=1)
    ),
}
