"""Credentials of coders (token or password), and forms that count once."""

from __future__ import annotations

import hashlib
import os
import secrets
from datetime import UTC, timedelta
from hmac import compare_digest

from coder.errors import CodingError, UsageError
from coder.steps.coding.coders import add_coder, check_coder
from coder.steps.study.study import Study
from coder.store import credentials

COST = {"n": 2**15, "r": 8, "p": 3}
"""What one guess costs: about 32 MiB and a tenth of a second or more (scrypt: Percival, 2009)."""
SHORTEST_PASSWORD = 10
LONGEST_NAME = 80
FORM_DAYS = 7


def check_name(study: Study, name: str) -> str:
    """Return the name under which a person will code.

    Raises
    ------
    CodingError
        The name is empty, too long, unprintable, or belongs to a model or machine.
    """
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise CodingError("this is no name of a coder", todo=f"type a name of 1 to {LONGEST_NAME} printable characters")
    check_coder(study, name)
    return name


def give_token(study: Study, name: str, *, dry_run: bool = False) -> str:
    """Make a token for a coder and return it; the study keeps its hash alone. An older one is void from now on."""
    token = secrets.token_urlsafe(24)
    _give(study, name, "token", token, dry_run)
    return token


def give_password(study: Study, name: str, password: str, *, dry_run: bool = False) -> None:
    """Let a coder sign in with a password; the study keeps its hash alone.

    Raises
    ------
    UsageError
        The password is too short.
    """
    if len(password) < SHORTEST_PASSWORD:
        raise UsageError("the password is too short", todo=f"take {SHORTEST_PASSWORD} characters or more, or --token")
    _give(study, name, "password", password, dry_run)


def _give(study: Study, name: str, kind: str, word: str, dry_run: bool) -> None:
    name = check_name(study, name)
    with study.store.transaction("coders add", dry_run=dry_run):
        add_coder(study, name)
        credentials.set_credential(study.store, name, kind, hashed(word))


def hashed(word: str, salt: bytes | None = None) -> str:
    """Return a salted scrypt hash of a token or password, with its costs.

    Examples
    --------
    >>> hashed("open sesame", b"0123456789abcdef")[:40]
    'scrypt$32768$8$3$30313233343536373839616'
    """
    salt = salt or os.urandom(16)
    digest = hashlib.scrypt(word.encode(), salt=salt, maxmem=2**26, **COST)
    return "$".join(["scrypt", *(str(cost) for cost in COST.values()), salt.hex(), digest.hex()])


def matches(word: str, stored: str) -> bool:
    """Tell whether a token or password is the one whose hash is stored."""
    _, n, r, p, salt, digest = stored.split("$")
    found = hashlib.scrypt(word.encode(), salt=bytes.fromhex(salt), n=int(n), r=int(r), p=int(p), maxmem=2**26)
    return compare_digest(found.hex(), digest)


def needs_sign_in(study: Study) -> bool:
    """Tell whether anybody in the study has a token or a password: then everybody needs one."""
    return credentials.has_credentials(study.store)


def sign_in(study: Study, name: str, word: str) -> bool:
    """Tell whether the token or password is that coder's; an unknown name takes as long as a wrong word."""
    stored = credentials.credential(study.store, name)
    if stored is None:
        hashed(word)
        return False
    return matches(word, stored)


def key_of(study: Study, name: str) -> str:
    """Return what changes when a coder gets another token or password, and ends older sessions then."""
    return hashlib.sha256((credentials.credential(study.store, name) or "").encode()).hexdigest()[:16]


def room_secret(study: Study) -> bytes:
    """Return the secret that signs the sessions and forms of this study's web app, created on first use.

    It lies in the study's cache, readable for its owner alone; whoever deletes it signs everybody out.
    """
    path = study.folder / "cache" / "room.key"
    path.parent.mkdir(exist_ok=True)
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(os.urandom(32))
    except FileExistsError:
        pass
    return path.read_bytes()


def send_once(study: Study, form: str, doubled: Exception) -> None:
    """Let the next transaction of this study use up a form; raise `doubled` where it was sent before.

    The form's id is written with what the transaction writes, or not at all: a form whose change failed can be sent
    again, and one whose change is in the log cannot.
    """
    if credentials.was_sent(study.store, form):
        raise doubled
    oldest = (study.store.clock() - timedelta(days=FORM_DAYS + 1)).astimezone(UTC).isoformat()

    def use_up() -> None:
        if not credentials.mark_sent(study.store, form, oldest):
            raise doubled  # another request was quicker

    study.store.first_write = use_up
