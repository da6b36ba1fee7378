"""A memory on paper: every page that was written, the last one on top."""

from noctule.domain.memory import DeskMemory

__all__ = ["Notebook"]


class Notebook:
    """Keeps all that was saved."""

    is_behind = is_failing = False  # paper always takes it

    def __init__(self, *pages: DeskMemory) -> None:
        self.pages = list(pages)

    def recall(self) -> DeskMemory | None:
        return self.pages[-1] if self.pages else None

    def save(self, memory: DeskMemory) -> None:
        self.pages.append(memory)

    def try_again(self) -> None:
        """Do nothing: nothing failed."""

    def close(self, timeout_ms: int) -> bool:
        return True
