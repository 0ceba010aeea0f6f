from __future__ import annotations

import copy
import json
import logging
import os
import pickle
import sys
import traceback
from collections.abc import Iterator
from getpass import GetPassWarning
from pathlib import Path
from types import TracebackType

import pytest
from eth_account import Account
from hypothesis import given
from hypothesis import strategies as st

from stratc.cli.failures import USAGE, WORLD, Failure
from stratc.cli.unlocking import unlocked
from stratc.runtime.addresses import checksummed
from stratc.runtime.execution.userop.accounts.simple_07 import Simple07
from stratc.runtime.execution.userop.accounts.simple_08 import Simple08
from stratc.runtime.execution.userop.entry_points import CANONICAL, EntryPoint
from stratc.runtime.execution.userop.errors import OperationError
from stratc.runtime.execution.userop.keystore import KeystoreError, create, unlock
from stratc.runtime.execution.userop.operation import UserOperation
from stratc.runtime.execution.userop.password import PasswordError, password_from
from stratc.runtime.execution.userop.secret import Secret
from stratc.runtime.execution.userop.signer import LocalSigner, SignerError
from stratc.runtime.execution.userop.signing import signed

KEY = bytes(range(101, 133))
PASSWORD = "correct horse battery staple"
FORMS = [KEY.hex(), repr(KEY), str(int.from_bytes(KEY, "big")), repr(bytearray(KEY)), PASSWORD]


def told(error: BaseException) -> Iterator[str]:
    """All that an error and its tracebacks can tell, local variables of every frame included."""
    yield "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())
    seen: list[BaseException] = [error]
    for each in seen:
        yield repr(each) + str(each) + repr(vars(each))
        frame: TracebackType | None = each.__traceback__
        while frame:
            yield repr(
                {
                    k: v
                    for k, v in frame.tb_frame.f_locals.items()
                    if frame.tb_frame.f_globals is not globals()
                }
            )
            frame = frame.tb_next
        seen += [one for one in (each.__cause__, each.__context__) if one and one not in seen]


def leaks(text: str) -> list[str]:
    return [form for form in FORMS if form.lower() in text.lower()]


def raised(work: object, *arguments: object) -> BaseException:
    try:
        work(*arguments)  # type: ignore[operator]  # whatever is tried
    except Exception as error:  # noqa: BLE001 - its traceback is what is tested
        return error
    raise AssertionError("nothing was raised")


@pytest.fixture
def without_coincurve(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "coincurve", None)


@pytest.fixture
def keystore(tmp_path: Path) -> Path:
    path = tmp_path / "trader.json"
    path.write_text(json.dumps(Account.encrypt(KEY, PASSWORD, iterations=2)))
    return path


@given(
    key=st.integers(1, 2**255).map(lambda k: k.to_bytes(32, "big")),
    digest=st.binary(min_size=32, max_size=32),
)
def test_signatures_are_those_of_eth_account(key: bytes, digest: bytes) -> None:
    signer, wanted = LocalSigner(Secret(key)), Account.unsafe_sign_hash(digest, key)
    assert signer.sign(digest) == wanted.signature
    assert checksummed(signer.address) == Account.from_key(key).address


def test_without_coincurve_the_signatures_are_the_same(without_coincurve: None) -> None:
    with pytest.raises(ImportError):
        import coincurve  # noqa: F401 - to see that it is away
    signer = LocalSigner(Secret(KEY))
    assert signer.sign(b"\5" * 32) == Account.unsafe_sign_hash(b"\5" * 32, KEY).signature
    assert checksummed(signer.address) == Account.from_key(KEY).address
    assert not leaks("".join(told(raised(signer.sign, "x" * 32))))


@pytest.mark.parametrize(
    "key", [b"", KEY[1:], KEY + b"\1", bytes(32), b"\xff" * 32], ids=["none", "short", "long", "zero", "high"]
)
def test_what_is_no_key_is_refused(key: bytes) -> None:
    secret = Secret(key)
    del key
    error = raised(LocalSigner, secret)
    assert isinstance(error, SignerError)
    assert "this is no private key" in str(error)
    shown = "".join(told(error))
    assert "no private key" in shown
    for form in (secret.reveal().hex(), repr(secret.reveal())):
        assert form in ("", "b''") or form not in shown


def test_a_digest_has_32_bytes() -> None:
    with pytest.raises(SignerError, match="and this has 31"):
        LocalSigner(Secret(KEY)).sign(b"\1" * 31)


def test_a_signer_shows_its_address_and_nothing_else(caplog: pytest.LogCaptureFixture) -> None:
    signer, secret = LocalSigner(Secret(KEY)), Secret(KEY)
    assert repr(signer) == str(signer) == f"LocalSigner({Account.from_key(KEY).address})"
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("test").warning("%s %r %s", signer, secret, {"signer": signer, "key": [secret]})
    fields = {name: getattr(one, name) for one in (signer, secret) for name in type(one).__slots__}
    assert not leaks(caplog.text + repr(fields) + repr(dir(signer)))
    assert not hasattr(signer, "__dict__")


@pytest.mark.parametrize("copier", [pickle.dumps, copy.copy, copy.deepcopy])
@pytest.mark.parametrize("kind", [LocalSigner, lambda secret: secret], ids=["signer", "secret"])
def test_neither_pickled_nor_copied(copier: object, kind: object) -> None:
    thing = kind(Secret(KEY))  # type: ignore[operator]  # a class or a function
    error = raised(copier, thing)
    assert isinstance(error, TypeError)
    assert "cannot be pickled or copied" in str(error)
    assert not leaks("".join(told(error)))


def test_a_keystore_of_eth_account_opens(keystore: Path) -> None:
    signer = unlock(keystore, Secret(PASSWORD.encode()))
    assert signer.sign(b"\1" * 32) == Account.unsafe_sign_hash(b"\1" * 32, KEY).signature


def test_one_with_pbkdf2_opens(tmp_path: Path) -> None:
    path = tmp_path / "k.json"
    path.write_text(json.dumps(Account.encrypt(KEY, PASSWORD, kdf="pbkdf2", iterations=10)))
    assert checksummed(unlock(path, Secret(PASSWORD.encode())).address) == Account.from_key(KEY).address


def test_a_keystore_of_ours_opens_in_eth_account(tmp_path: Path) -> None:
    path = tmp_path / "k.json"
    create(path, Secret(KEY), Secret(PASSWORD.encode()), scrypt_n=2)
    assert Account.decrypt(path.read_text(), PASSWORD) == KEY
    assert path.stat().st_mode & 0o777 == 0o600
    again = raised(create, path, Secret(KEY), Secret(b"x"), 2)
    assert "there is a file of this name" in str(again)
    nowhere = raised(create, tmp_path / "no" / "k.json", Secret(KEY), Secret(b"x"), 2)
    assert "cannot be written" in str(nowhere)
    odd = raised(create, tmp_path / "odd.json", Secret(KEY), Secret(PASSWORD.encode()), 3)
    assert "take a power of two" in str(odd)
    assert not leaks("".join([*told(again), *told(nowhere), *told(odd)]))
    assert not (tmp_path / "odd.json").exists()


def edited(path: Path, *where: str, value: object) -> Path:
    """The keystore with one entry changed."""
    whole = json.loads(path.read_text())
    inner = whole
    for name in where[:-1]:
        inner = inner[name]
    inner[where[-1]] = value
    path.write_text(json.dumps(whole))
    return path


@pytest.mark.parametrize(
    ("where", "value", "said"),
    [
        (["version"], 1, "no keystore of version 3"),
        (["crypto"], None, "no keystore of version 3"),
        (["crypto", "kdf"], "argon2", "damaged or of a kind that is not known"),
        (["crypto", "kdfparams"], [], "damaged"),
        (["crypto", "kdfparams", "n"], 3, "damaged"),
        (["crypto", "kdfparams", "n"], -1, "damaged"),
        (["crypto", "kdfparams", "n"], 2**40, "would take 1,073,741,824 MiB"),
        (["crypto", "kdfparams", "p"], 10**9, "1,000,000,000 rounds"),
        (["crypto", "kdfparams", "salt"], "zz", "damaged"),
        (["crypto", "cipherparams"], {}, "damaged"),
        (["crypto", "ciphertext"], "00", "password does not open it"),
        (["crypto", "mac"], "00", "password does not open it"),
        (["address"], "11" * 20, "it says it is for 0x1111"),
    ],
)
def test_broken_keystores(keystore: Path, where: list[str], value: object, said: str) -> None:
    edited(keystore, *where, value=value)
    error = raised(unlock, keystore, Secret(PASSWORD.encode()))
    assert isinstance(error, KeystoreError), error
    assert said in str(error)
    assert "; " in str(error)
    assert not leaks("".join(told(error)))


@given(text=st.one_of(st.text(max_size=40), st.just(KEY.hex()), st.just("[" * 5000)))
def test_what_is_no_keystore(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.getbasetemp() / "text.json"
    path.write_text(text, encoding="utf-8", errors="replace")
    error = raised(unlock, path, Secret(b"x"))
    assert isinstance(error, KeystoreError)
    assert not leaks("".join(told(error)))


def test_a_wrong_password_and_a_missing_file(keystore: Path) -> None:
    wrong = raised(unlock, keystore, Secret(b"another"))
    assert (
        str(wrong)
        == f"keystore {keystore}: the password does not open it; give the password it was made with"
    )
    missing = raised(unlock, keystore.parent / "none.json", Secret(PASSWORD.encode()))
    assert "cannot be read (No such file or directory)" in str(missing)
    folder = raised(unlock, keystore.parent, Secret(PASSWORD.encode()))
    assert "cannot be read (Is a directory)" in str(folder)
    assert not leaks("".join([*told(wrong), *told(missing), *told(folder)]))


def test_a_keystore_that_holds_no_key(keystore: Path) -> None:
    """Its text is shorter, and its MAC is right."""
    from Crypto.Hash import keccak
    from eth_keyfile.keyfile import _derive_scrypt_key

    crypto = json.loads(keystore.read_text())["crypto"]
    derived = _derive_scrypt_key(crypto["kdfparams"], PASSWORD.encode())
    short = crypto["ciphertext"][:32]
    mac = keccak.new(data=derived[16:32] + bytes.fromhex(short), digest_bits=256).hexdigest()
    edited(edited(keystore, "crypto", "ciphertext", value=short), "crypto", "mac", value=mac)
    error = raised(unlock, keystore, Secret(PASSWORD.encode()))
    assert "what it holds is no private key" in str(error)
    assert not leaks("".join(told(error)))


def pipe(data: bytes) -> int:
    reader, writer = os.pipe()
    os.write(writer, data)
    os.close(writer)
    return reader


@pytest.mark.parametrize("ending", ["", "\n", "\r\n", "\nmore"])
def test_a_password_from_a_descriptor(ending: str) -> None:
    reader = pipe((PASSWORD + ending).encode())
    try:
        assert password_from(f"fd:{reader}").reveal() == PASSWORD.encode()
    finally:
        os.close(reader)


def test_a_password_from_the_environment_is_taken_out_of_it() -> None:
    environment = {"TRADER": PASSWORD, "OTHER": "x"}
    assert password_from("env:TRADER", environment=environment).reveal() == PASSWORD.encode()
    assert environment == {"OTHER": "x"}


def test_a_password_from_a_prompt() -> None:
    asked = []
    got = password_from("prompt", "password of x: ", ask=lambda text: asked.append(text) or PASSWORD)  # type: ignore[func-returns-value]  # append
    assert (asked, got.reveal()) == (["password of x: "], PASSWORD.encode())


def _shown(_: str) -> str:
    import warnings

    warnings.warn("can not control echo", GetPassWarning, stacklevel=1)
    return PASSWORD


def _nobody(_: str) -> str:
    raise EOFError


@pytest.mark.parametrize("ask", [_shown, _nobody])
def test_a_prompt_that_would_show_the_password_is_refused(ask: object) -> None:
    with pytest.raises(PasswordError, match="no terminal to ask for the password"):
        password_from("prompt", ask=ask)  # type: ignore[arg-type]  # one of the two above


@pytest.mark.parametrize(
    ("source", "said", "usage"),
    [
        ("hunter2", "no source of a password; write prompt, fd:NUMBER or env:NAME", True),
        ("fd:x", "no source", True),
        ("env:", "no source", True),
        ("fd:987", "file descriptor 987 (Bad file descriptor)", False),
        ("fd:99999999999999999999", "no such descriptor", False),
        ("env:STRATC_NOT_THERE", "no variable STRATC_NOT_THERE", False),
    ],
)
def test_where_no_password_is(source: str, said: str, usage: bool, keystore: Path) -> None:
    error = raised(password_from, source)
    assert isinstance(error, PasswordError)
    assert said in str(error)
    failure = raised(unlocked, keystore, source)
    assert isinstance(failure, Failure)
    assert failure.code == (USAGE if usage else WORLD)
    assert failure.fix


def test_the_command_line_ends_with_3_on_a_keystore_that_does_not_open(
    keystore: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRADER", "not it" + PASSWORD[:3])
    failure = raised(unlocked, keystore, "env:TRADER")
    assert isinstance(failure, Failure)
    assert (failure.code, failure.fix) == (WORLD, "give the password it was made with")
    monkeypatch.setenv("TRADER", PASSWORD)
    assert checksummed(unlocked(keystore, "env:TRADER").address) == Account.from_key(KEY).address
    assert "TRADER" not in os.environ


ENTRY_POINT = EntryPoint(bytes.fromhex(CANONICAL["0.8"][2:]), "0.8", 1)


def test_a_signed_operation_recovers_to_its_owner() -> None:
    account, signer = Simple08(b"\1" * 20), LocalSigner(Secret(KEY))
    operation = signed(UserOperation(account.address, 0, b"x"), account, ENTRY_POINT, signer)
    digest = account.digest(operation, ENTRY_POINT)
    assert Account._recover_hash(digest, signature=operation.signature) == checksummed(signer.address)


def test_nobody_signs_for_another_account_or_entry_point() -> None:
    signer = LocalSigner(Secret(KEY))
    with pytest.raises(OperationError, match=r"sender is 0x02.* signs is 0x01"):
        signed(UserOperation(b"\2" * 20, 0, b"x"), Simple08(b"\1" * 20), ENTRY_POINT, signer)
    with pytest.raises(OperationError, match=r"simple_07 is for EntryPoint 0\.7, and this is 0\.8"):
        signed(UserOperation(b"\1" * 20, 0, b"x"), Simple07(b"\1" * 20), ENTRY_POINT, signer)
