"""Every error a person can meet: one class per cause, a sentence that says what to do, an exit code.

SohoaError
├── SettingsError            a setting or config file is wrong
├── InputError               a file or folder that came in cannot be used
│   ├── NotFoundError        the path is not there
│   ├── UnreadableError      no right to read it, or it vanished
│   ├── ChangedError         somebody wrote to it while it was read
│   ├── NoRoomError          no room to unpack it
│   ├── RefusedError         not something sohoa digitises (RAR, 7z, DOCX, …)
│   │   ├── NotAScanError    by its content no PDF, TIFF, JPEG, PNG, JPEG 2000 or zip
│   │   └── LimitError       over a limit on bytes, pages, pixels, depth, ratio or time
│   ├── EncryptedError       needs a password
│   └── DamagedError         truncated or broken
├── InventoryError           the inventory (mục lục) cannot be read
├── EngineError              the OCR engine crashed, hung or gave nothing
│   ├── EngineMissingError   Tesseract or a language model is not installed
│   ├── EngineCrashError     it died
│   └── EngineTimeoutError   over its time limit
├── StoreError               a store failed: object store, index, catalogue
│   ├── StoreUnreachableError  the server does not answer
│   ├── StoreDeniedError     wrong key or missing right
│   ├── StoreFullError       no room left
│   ├── StoreBusyError       another process holds the only right to write
│   ├── MissingObjectError   no object has this key
│   ├── CorruptObjectError   the bytes read are not the bytes written
│   ├── ObjectConflictError  the key already holds other bytes; nothing is ever overwritten
│   ├── RetainedObjectError  under retention: cannot be removed before a date
│   ├── CatalogueTooNewError written by a newer sohoa
│   └── CatalogueUnsafeError SQLite on a network share
├── ServerError              the Prefect server does not start or answer
└── UnknownIdError           no record, batch or line has this id
"""

from __future__ import annotations

from enum import IntEnum
from typing import ClassVar

from sohoa.language import Sentence


class ExitCode(IntEnum):
    """What the `sohoa` command returns to the shell."""

    ok = 0
    some_failed = 1
    """The batch completed, but files failed, were refused or quarantined: `sohoa failures` lists them."""
    usage = 2
    settings = 3
    input = 4
    inventory = 5
    engine = 6
    store = 7
    server = 8
    unknown_id = 9
    disagreement = 10
    """`verify` found catalogue, objects or index in disagreement."""
    internal = 70
    interrupted = 130


class SohoaError(Exception):
    """Base of all: `vi` and `en` are the same sentence, with what is wrong and what to do."""

    exit_code: ClassVar[ExitCode] = ExitCode.internal

    def __init__(self, vi: str, en: str) -> None:
        super().__init__(vi, en)
        self.sentence = Sentence(vi, en)

    def __str__(self) -> str:
        return str(self.sentence)


class SettingsError(SohoaError):
    exit_code = ExitCode.settings


class InputError(SohoaError):
    exit_code = ExitCode.input


class NotFoundError(InputError):
    pass


class UnreadableError(InputError):
    pass


class ChangedError(InputError):
    pass


class NoRoomError(InputError):
    pass


class RefusedError(InputError):
    pass


class NotAScanError(RefusedError):
    pass


class LimitError(RefusedError):
    pass


class EncryptedError(InputError):
    pass


class DamagedError(InputError):
    pass


class InventoryError(SohoaError):
    exit_code = ExitCode.inventory


class EngineError(SohoaError):
    exit_code = ExitCode.engine


class EngineMissingError(EngineError):
    pass


class EngineCrashError(EngineError):
    pass


class EngineTimeoutError(EngineError):
    pass


class StoreError(SohoaError):
    exit_code = ExitCode.store


class StoreUnreachableError(StoreError):
    pass


class StoreDeniedError(StoreError):
    pass


class StoreFullError(StoreError):
    pass


class StoreBusyError(StoreError):
    pass


class MissingObjectError(StoreError):
    pass


class CorruptObjectError(StoreError):
    pass


class ObjectConflictError(StoreError):
    pass


class RetainedObjectError(StoreError):
    pass


class CatalogueTooNewError(StoreError):
    pass


class CatalogueUnsafeError(StoreError):
    pass


class ServerError(SohoaError):
    exit_code = ExitCode.server


class UnknownIdError(SohoaError):
    exit_code = ExitCode.unknown_id
