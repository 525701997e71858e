"""The platform's lines, with real commits."""

from tests.factories.world import beta_world, committed, world

__all__ = ["beta_world", "committed", "world"]
