"""How coders sign in to the audit server, and which of its forms were sent already."""

from __future__ import annotations

from coder.store.database import Store


def set_credential(store: Store, coder: str, kind: str, hashed: str) -> None:
    """Write down how a coder signs in, in the place of what held before."""
    store.db.execute(
        "INSERT INTO credential (coder, kind, hash, at) SELECT id, ?, ?, ? FROM coder WHERE name = ?"
        " ON CONFLICT (coder) DO UPDATE SET kind = excluded.kind, hash = excluded.hash, at = excluded.at",
        (kind, hashed, store.now(), coder),
    )


def credential(store: Store, coder: str) -> str | None:
    """Return the salted hash that a coder's token or password has to match, or None."""
    found = store.one(
        "SELECT credential.hash FROM credential JOIN coder ON coder.id = credential.coder WHERE coder.name = ?",
        (coder,),
    )
    return None if found is None else str(found)


def has_credentials(store: Store) -> bool:
    """Tell whether anybody has a token or a password."""
    return bool(store.one("SELECT EXISTS (SELECT 1 FROM credential)"))


def was_sent(store: Store, form: str) -> bool:
    """Tell whether a form was sent already."""
    return bool(store.one("SELECT EXISTS (SELECT 1 FROM sent_form WHERE id = ?)", (form,)))


def mark_sent(store: Store, form: str, forget_before: str) -> bool:
    """Write down inside a transaction that a form was sent; False if it was before. Forget forms that are too old."""
    store.db.execute("DELETE FROM sent_form WHERE at < ?", (forget_before,))
    written = store.db.execute("INSERT OR IGNORE INTO sent_form (id, at) VALUES (?, ?)", (form, store.now()))
    return written.rowcount == 1
