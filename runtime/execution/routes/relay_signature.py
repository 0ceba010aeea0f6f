"""The signature that relays know a sender by: `X-Flashbots-Signature`, over each request's body."""

from __future__ import annotations

from stratc.runtime.addresses import checksummed
from stratc.runtime.execution.userop.signer import Signer
from stratc.runtime.keccak import keccak256

HEADER = "X-Flashbots-Signature"


def relay_signature(signer: Signer, body: bytes) -> str:
    """`address:signature`, the signature being `personal_sign` of the body's hash written in hexadecimal."""
    text = b"0x" + keccak256(body).hex().encode()
    message = b"\x19Ethereum Signed Message:\n" + str(len(text)).encode() + text
    return f"{checksummed(signer.address)}:0x{signer.sign(keccak256(message)).hex()}"
