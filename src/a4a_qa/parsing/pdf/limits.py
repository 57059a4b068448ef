"""What a process that reads a hostile file may take of the machine."""

from __future__ import annotations

# Address space for one file. A report of 300 pages needs a quarter of a gigabyte.
_MEMORY = 3 << 30


def limit_memory() -> None:
    """Limit this process, and leave no memory image behind; not every system can."""
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (ImportError, OSError, ValueError):
        pass
