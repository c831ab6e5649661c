"""What failed in a run that goes on: a rule, or a part of this program."""

from typing import NamedTuple

from sse_check.findings.loader import built_in_folder
from sse_check.source.failure import failure


class Failure(NamedTuple):
    """An exception of this program: in which rule or part of it, and on which file."""

    where: str
    file: str
    error: Exception

    @property
    def is_ours(self) -> bool:
        # What is no rule is a part of the program, and has a name of several words.
        return " " in self.where or (built_in_folder() / f"{self.where}.py").is_file()

    @property
    def message(self) -> str:
        line = self.line_in(self.code)
        where = f"{self.where}, line {line}" if line else self.where
        return failure(where, self.file, self.error, ours=self.is_ours)

    @property
    def code(self) -> str:
        """The file of a project's rule that failed by itself, asked about no page."""
        frame = None if self.file or self.is_ours else self.error.__traceback__
        # The first frame is where the rule was called, the second is its own.
        frame = frame.tb_next if frame is not None else None
        return frame.tb_frame.f_code.co_filename if frame is not None else ""

    def line_in(self, code: str) -> int:
        """The innermost line of a file in which the exception was on its way."""
        frame, line = self.error.__traceback__, 0
        while code and frame is not None:
            if frame.tb_frame.f_code.co_filename == code:
                line = frame.tb_lineno
            frame = frame.tb_next
        return line
