"""Records of others, as kafka-python reads them: also those in which a header has a name that is no UTF-8.

Brokers take any bytes for such a name. kafka-python calls the record corrupt each time it comes to it, so that the
record would keep all that follows on its partition from ever being read.
"""

from __future__ import annotations

from typing import Any

from kafka.record import memory_records
from kafka.record.default_records import DefaultRecordBatch


class AnyRecordBatch(DefaultRecordBatch):  # type: ignore[misc]  # the library has no types
    """A batch of records, each of which can be read."""

    _buffer: bytearray

    # Any: the library's record.
    def _read_msg(self) -> Any:
        try:
            return super()._read_msg()
        except UnicodeDecodeError:
            whole = self._buffer
            self._buffer = _AnyNames(whole)
            try:
                return super()._read_msg()
            finally:
                self._buffer = whole


class _AnyNames(bytearray):
    """Bytes of which every part can be decoded: what is no UTF-8 as an escape."""

    def __getitem__(self, which: Any) -> Any:
        found = super().__getitem__(which)
        return _AnyNames(found) if isinstance(found, bytearray) else found

    def decode(self, encoding: str = "utf-8", errors: str = "strict") -> str:
        """The text, such as `\\xff` for a byte that begins no sign."""
        return super().decode(encoding, "backslashreplace")


def read_all_records() -> None:
    """Have the consumers of this process read every record."""
    memory_records.DefaultRecordBatch = AnyRecordBatch
