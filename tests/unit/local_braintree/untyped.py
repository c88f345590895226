"""A name for what has no useful types."""

from typing import Any, TypeAlias

# The SDK's objects get their attributes from the answer; its stubs cannot say which.
Untyped: TypeAlias = Any
