"""Gives a plain account the code of a contract, signed by its key (EIP-7702)."""

from __future__ import annotations

from eth_account import Account

from stratc.runtime.chain.receipts import receipt_of
from stratc.runtime.chain.rpc import Rpc
from stratc.runtime.devnet.people import Person
from stratc.runtime.devnet.problems import DevnetError

GAS = 200_000
FEE = 100 * 10**9
"""Wei per unit of gas: more than a local chain ever asks for."""


def delegate(rpc: Rpc, person: Person, code: str) -> None:
    """Send the authorization from the person's own account.

    Raises:
        DevnetError: the chain does not take it.
    """
    chain = int(rpc.call("eth_chainId"), 16)
    nonce = int(rpc.call("eth_getTransactionCount", person.address, "latest"), 16)
    permission = Account.sign_authorization(
        {"chainId": chain, "address": code, "nonce": nonce + 1}, person.key
    )
    signed = Account.sign_transaction(
        {
            "chainId": chain,
            "nonce": nonce,
            "to": person.address,
            "value": 0,
            "gas": GAS,
            "maxFeePerGas": FEE,
            "maxPriorityFeePerGas": 0,
            "authorizationList": [permission],
        },
        person.key,
    )
    receipt_of(
        rpc, rpc.call("eth_sendRawTransaction", "0x" + signed.raw_transaction.hex().removeprefix("0x"))
    )
    found = rpc.call("eth_getCode", person.address, "latest")
    if found.lower() != "0xef0100" + code[2:].lower():
        raise DevnetError(f"{person.address} did not get the code of {code}: the chain does not do EIP-7702")
