"""Amazon Cognito: its sign-in pages and token endpoint over HTTP, and the user pool by the SDK.

An ID token that comes straight from the token endpoint over TLS needs no check of its signature (OpenID Connect Core,
section 3.1.3.7, rule 6): the server at the other end is the issuer. So no library for signatures is in the zip.
"""

import json
from base64 import urlsafe_b64decode
from collections.abc import Iterator, Mapping
from datetime import UTC, timedelta
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urlencode, urlsplit

from chalicelib.adapters.aws import Aws, CloudError, cloud_errors
from chalicelib.services.access.actor import Role, UserId
from chalicelib.services.access.people import Person, PersonExistsError
from chalicelib.services.access.sign_in import Identity, PendingSignIn, SignInRefusedError, Standing

_TIMEOUT = 5
"""Seconds; behind API Gateway a page has to fail before the visitor gives up."""
_LARGEST = 100_000
"""Bytes of an answer."""
_SCOPES = "openid email"
_CONFIRMED = "CONFIRMED"
_MISSING = "UserNotFoundException"
_EXISTS = "UsernameExistsException"


class CognitoPages:
    """The port `IdentityProvider`."""

    def __init__(self, address: str, client_id: str, console: str) -> None:
        """`address` is that of the pool's domain, `console` that of the console, both without a slash at the end."""
        self._address = urlsplit(address)
        self._client = client_id
        self._console = console

    def sign_in_address(self, pending: PendingSignIn) -> str:
        """As the port says."""
        return self._page(
            "/oauth2/authorize",
            response_type="code",
            client_id=self._client,
            redirect_uri=self._callback,
            scope=_SCOPES,
            state=pending.state,
            nonce=pending.nonce,
            code_challenge=pending.challenge,
            code_challenge_method="S256",
            prompt="login",
        )

    def sign_out_address(self) -> str:
        """As the port says."""
        return self._page("/logout", client_id=self._client, logout_uri=f"{self._console}/signed-out")

    def redeem(self, code: str, verifier: str) -> Identity:
        """As the port says: the tokens of the code, and who the provider says that they are for."""
        form = {
            "grant_type": "authorization_code",
            "client_id": self._client,
            "code": code,
            "redirect_uri": self._callback,
            "code_verifier": verifier,
        }
        kind = "application/x-www-form-urlencoded"
        tokens = self._call("POST", "/oauth2/token", {"Content-Type": kind}, urlencode(form))
        try:
            claims = _claims(tokens["id_token"])
            bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
            person = self._call("GET", "/oauth2/userInfo", bearer)
            if (claims["aud"], claims["sub"]) != (self._client, person["sub"]):
                raise SignInRefusedError("the token is not for this console")
            return Identity(
                user=UserId(person["sub"]),
                name=person["email"],
                nonce=claims.get("nonce", ""),
                waited=timedelta(seconds=claims["iat"] - claims["auth_time"]),
            )
        except (LookupError, TypeError, ValueError) as error:
            raise SignInRefusedError("the provider's answer cannot be read") from error

    @property
    def _callback(self) -> str:
        return f"{self._console}/signed-in"

    def _page(self, path: str, **query: str) -> str:
        return f"{self._address.geturl()}{path}?{urlencode(query)}"

    def _call(self, method: str, path: str, headers: Mapping[str, str], body: str | None = None) -> Any:
        """The JSON that the provider answers. No redirect is followed.

        Raises:
            SignInRefusedError: it refuses; its text may hold what was sent, and is not read.
            CloudError: it does not answer.
        """
        connect = HTTPSConnection if self._address.scheme == "https" else HTTPConnection  # plain on the laptop alone
        connection = connect(self._address.netloc, timeout=_TIMEOUT)
        try:
            connection.request(method, path, body, dict(headers))
            answer = connection.getresponse()
            content = answer.read(_LARGEST)
        except (OSError, HTTPException) as error:
            raise CloudError(f"cognito {path}", type(error).__name__) from None
        finally:
            connection.close()
        if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise CloudError(f"cognito {path}", str(answer.status))
        if answer.status != HTTPStatus.OK:
            raise SignInRefusedError(f"{path} answered {answer.status}")
        try:
            return json.loads(content)
        except ValueError:
            raise SignInRefusedError("the provider's answer cannot be read") from None


def _claims(token: str) -> Any:
    """What a token says, which its sender has just sent us."""
    payload = token.split(".")[1]
    return json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))


class CognitoUsers:
    """The ports `Users` and `People` on a user pool; a group is called as its role."""

    def __init__(self, aws: Aws, pool: str) -> None:
        self._aws = aws
        self._pool = pool

    def standing(self, user: UserId) -> Standing | None:
        """As the port says; two round trips."""
        try:
            found = self._do("AdminGetUser", Username=user)
            role = self._role(user)
        except CloudError as error:
            if error.code == _MISSING:
                return None
            raise
        if not found["Enabled"] or found["UserStatus"] != _CONFIRMED:
            return None
        return Standing(role, found["UserLastModifiedDate"].astimezone(UTC))

    def list_people(self) -> Iterator[Person]:
        """As the port says."""
        with cloud_errors("ListUsers"):
            pages = self._client.get_paginator("list_users").paginate(UserPoolId=self._pool)
            for found in (found for page in pages for found in page["Users"]):
                attributes = {one["Name"]: one["Value"] for one in found["Attributes"]}
                user = UserId(attributes["sub"])
                status = found["UserStatus"].lower().replace("_", " ") if found["Enabled"] else "disabled"
                yield Person(user, attributes.get("email", ""), self._role(user), status)

    def invite(self, email: str, password: str | None) -> None:
        """As the port says."""
        quiet = {"MessageAction": "SUPPRESS", "TemporaryPassword": password} if password else {}
        attributes = [{"Name": "email", "Value": email}, {"Name": "email_verified", "Value": "true"}]
        try:
            self._do("AdminCreateUser", Username=email, UserAttributes=attributes, **quiet)
        except CloudError as error:
            if error.code == _EXISTS:
                raise PersonExistsError(email) from error
            raise

    def set_role(self, user: UserId, role: Role) -> None:
        """As the port says; the new group comes first, so that nobody is left without one."""
        self._do("AdminAddUserToGroup", Username=user, GroupName=role.value)
        for other in self._groups(user) - {role}:
            self._do("AdminRemoveUserFromGroup", Username=user, GroupName=other.value)

    def remove(self, user: UserId) -> None:
        """As the port says."""
        self._do("AdminDeleteUser", Username=user)

    def _role(self, user: UserId) -> Role | None:
        groups = self._groups(user)
        return next((role for role in reversed(Role) if role in groups), None)

    def _groups(self, user: UserId) -> set[Role]:
        found = self._do("AdminListGroupsForUser", Username=user)["Groups"]
        names = {group["GroupName"] for group in found}
        return {role for role in Role if role.value in names}

    @property
    def _client(self) -> Any:
        return self._aws.client("cognito-idp")

    def _do(self, operation: str, **parameters: Any) -> Any:
        with cloud_errors(operation):
            return self._client._make_api_call(operation, {"UserPoolId": self._pool, **parameters})  # noqa: SLF001
