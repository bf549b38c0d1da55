"""Commands whose results can be bundled and run again, one file each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from baserate.cli.recipes import audit, measure, simulate

if TYPE_CHECKING:
    from baserate.cli.recipes.recipe import Recipe

RECIPES: tuple[Recipe, ...] = (audit, simulate, measure)
