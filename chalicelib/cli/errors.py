"""Errors as one clear line each, never a traceback."""

import click

from chalicelib.domain.errors import HourTabError

USAGE = 2
FAILED = 1
_UNREACHABLE = "The deployment does not respond: start the local one with `make up`, or check --stack and --region."
_NO_CREDENTIALS = "No AWS credentials were found: sign in, or select a profile with --profile."
_NO_PROFILE = "The AWS configuration has no such profile: `aws configure list-profiles` lists those that it has."
_REFUSED = "AWS rejects your credentials: sign in again, or select a profile with --profile."
_NO_REGION = "There is no such AWS region: check --region and AWS_REGION, as in eu-central-1."
_ADVICE = {
    **dict.fromkeys(("EndpointConnectionError", "ConnectTimeoutError", "ReadTimeoutError"), _UNREACHABLE),
    **dict.fromkeys(("NoCredentialsError", "PartialCredentialsError"), _NO_CREDENTIALS),
    **dict.fromkeys(("InvalidClientTokenId", "UnrecognizedClientException", "SignatureDoesNotMatch"), _REFUSED),
    **dict.fromkeys(("ExpiredToken", "ExpiredTokenException"), _REFUSED),
    **dict.fromkeys(("UnauthorizedSSOTokenError", "SSOTokenLoadError", "TokenRetrievalError"), _REFUSED),
    "ProfileNotFound": _NO_PROFILE,
    "InvalidRegionError": _NO_REGION,
}
"""Advice by the `code` of the adapters' CloudError."""


def one_line(error: Exception) -> str:
    """A sentence for the user: what is wrong and what to do next."""
    if isinstance(error, click.UsageError):
        command = error.ctx.command_path if error.ctx else "hourtab"
        return f"{_sentence(error.format_message())} See `{command} --help`."
    if isinstance(error, click.ClickException):
        return _sentence(error.format_message())
    if advice := _ADVICE.get(getattr(error, "code", "")):
        return advice
    if isinstance(error, HourTabError | OSError):
        return _sentence(str(error))
    return f"This is a bug in HourTab ({type(error).__name__} {_place(error)}): please report it. {error}"


def exit_code(error: Exception) -> int:
    """2 for a usage error, else 1."""
    return USAGE if isinstance(error, click.UsageError) else FAILED


def _sentence(text: str) -> str:
    folded = " ".join(text.split())
    return folded if folded.endswith((".", "!", "?")) else f"{folded}."


def _place(error: Exception) -> str:
    traceback = error.__traceback__
    while traceback is not None and traceback.tb_next is not None:
        traceback = traceback.tb_next
    if traceback is None:
        return ""
    return f"in {traceback.tb_frame.f_globals.get('__name__', '?')}, line {traceback.tb_lineno}"
