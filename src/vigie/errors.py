"""The named exceptions of Vigie.

`SenderError` is what a territory can fix: its message is a French sentence. `OperatorError` is what the
operator of Vigie can fix. Anything else that escapes is a defect of Vigie and turns the run red.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vigie.objects import Kept


class VigieError(Exception):
    """Base of every exception raised on purpose."""


class OperatorError(VigieError):
    """The installation or a source needs the operator: configuration, network, disk."""


class SettingsError(OperatorError):
    """A setting is missing or contradictory; the message names the environment variable."""


class SourceError(OperatorError):
    """A source could not be read; the message names the source, the territory and what to do.

    `to_territory` is the French sentence for the territory when the failure is theirs to repair, else empty.
    """

    def __init__(self, message: str, to_territory: str = "") -> None:
        super().__init__(message)
        self.to_territory = to_territory


class SourceUnavailable(SourceError):
    """A failure that can heal: time-out, 429, 5xx, connection refused. Worth a retry."""


class SourceRefused(SourceError):
    """A failure that a retry cannot heal: 401, 403, 404, wrong answer, certificate invalid."""


class SourcePartlyRead(SourceRefused):
    """Everything that could be read at the source was; the message names what could not."""


class SourceBroken(SourceError):
    """Something nobody had foreseen, in a channel or a library, kept the source from being read.

    The message gives the class of the exception and the folder of the log that tells where.
    """


class SourceBudgetExceeded(SourceError):
    """The source went past its time or size budget."""


class SourceSkipped(SourceError):
    """The source failed too many nights in a row and was not tried tonight."""


class DamagedFile(OperatorError):
    """A file that Vigie keeps is truncated or altered; the message names it and says what to do."""

    def __init__(self, path: "Kept", remedy: str) -> None:
        self.path = path
        super().__init__(f"Le fichier {path} est tronqué ou abîmé. À faire : {remedy}")


class LandingUnreachable(OperatorError):
    """The object storage that holds the landing area is away or refuses; nothing is lost, and it is no fault of a
    source nor of a file."""


class RawOutdated(OperatorError):
    """Raw was written by another version of Vigie, in a way that cannot be brought up to date in place."""


class NightIncomplete(OperatorError):
    """Some sources could not be read or some reports not judged; the message names each and what to do."""


class BuildFailed(OperatorError):
    """dbt or a check on the marts refused the build; nothing is published."""


class NightUnderWay(OperatorError):
    """Another night, or the start or end of an Airflow, is under way in the same folder."""


class WarehouseBusy(OperatorError):
    """Another process keeps raw to itself."""


class PublicationError(OperatorError):
    """The publication could not be replaced or restored."""


class SenderError(VigieError):
    """The file cannot be taken as it is; `str(error)` is the French sentence the sender reads.

    `rule_code` is the stable code of the rule (see `vigie rules`), `advice` says what to do.
    """

    def __init__(self, rule_code: str, sentence: str, advice: str) -> None:
        super().__init__(sentence)
        self.rule_code = rule_code
        self.advice = advice


class ReportUnreadable(SenderError):
    """The bytes are not a report: empty, truncated, protected, hostile or of an unknown format."""


class NotTold(OperatorError):
    """The operator could not be told something; the message names the setting to look at, never an address."""
