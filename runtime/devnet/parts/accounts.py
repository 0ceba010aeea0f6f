"""Smart accounts of every kind that strategies can trade from, all owned by the trader."""

from __future__ import annotations

from typing import NamedTuple

from eth_abi.abi import encode

from stratc.runtime.chain.contract import Contract, checksummed
from stratc.runtime.devnet.artifacts import Artifact, artifact, at_home
from stratc.runtime.devnet.compiled import solidity, vyper
from stratc.runtime.devnet.delegation import delegate
from stratc.runtime.devnet.deployer import Deployer
from stratc.runtime.devnet.packages import ACCOUNT_ABSTRACTION_07, ACCOUNT_ABSTRACTION_08, SAFE, SAFE_4337
from stratc.runtime.devnet.parts.entry_points import EntryPoints
from stratc.runtime.devnet.people import DELEGATING, TRADER

NOBODY = "0x0000000000000000000000000000000000000000"


class Accounts(NamedTuple):
    """The accounts, deployed, and what makes or serves them."""

    simple_07: Contract
    simple_08: Contract
    simple_7702: Contract
    safe: Contract
    modular_07: Contract
    modular_08: Contract
    simple_factory_07: Contract
    simple_factory_08: Contract
    simple_7702_code: Contract
    safe_module: Contract
    safe_multi_send: Contract
    owner_validator: Contract

    def trading(self, points: EntryPoints) -> list[tuple[Contract, Contract]]:
        """Every account with the EntryPoint it works with."""
        v07, v08 = points
        return [
            (self.simple_07, v07),
            (self.simple_08, v08),
            (self.simple_7702, v08),
            (self.safe, v07),
            (self.modular_07, v07),
            (self.modular_08, v08),
        ]


class _Safe(NamedTuple):
    account: Contract
    module: Contract
    multi_send: Contract


def deploy(deployer: Deployer, entry_points: EntryPoints) -> Accounts:
    """One account of each kind."""
    v07, v08 = entry_points
    factory_07 = deployer.create(artifact(ACCOUNT_ABSTRACTION_07, "SimpleAccountFactory"), v07.address)
    factory_08 = deployer.create(artifact(ACCOUNT_ABSTRACTION_08, "SimpleAccountFactory"), v08.address)
    code_7702 = artifact(ACCOUNT_ABSTRACTION_08, "Simple7702Account")
    delegate_to = deployer.create(code_7702)
    delegate(deployer.rpc, DELEGATING, delegate_to.address)
    safe = _safe(deployer, v07)
    validator = deployer.create(vyper(at_home("owner_validator.vy")))
    return Accounts(
        _simple_07(deployer, factory_07, artifact(ACCOUNT_ABSTRACTION_07, "SimpleAccount")),
        _simple_08(deployer, factory_08, artifact(ACCOUNT_ABSTRACTION_08, "SimpleAccount")),
        Contract(DELEGATING.address, code_7702.abi),
        safe.account,
        _modular(deployer, v07, validator),
        _modular(deployer, v08, validator),
        factory_07,
        factory_08,
        delegate_to,
        safe.module,
        safe.multi_send,
        validator,
    )


def _simple_07(deployer: Deployer, factory: Contract, account: Artifact) -> Contract:
    deployer.send(factory, "createAccount", TRADER.address, 0)
    return Contract(_address(deployer, factory), account.abi)


def _simple_08(deployer: Deployer, factory: Contract, account: Artifact) -> Contract:
    """This factory obeys the EntryPoint's helper alone; the local node lends us its name."""
    helper = factory.call(deployer.rpc, "senderCreator")
    deployer.rpc.call("anvil_setBalance", helper, hex(10**18))
    deployer.rpc.call("anvil_impersonateAccount", helper)
    Deployer(deployer.rpc, helper).send(factory, "createAccount", TRADER.address, 0)
    deployer.rpc.call("anvil_stopImpersonatingAccount", helper)
    deployer.rpc.call("anvil_setBalance", helper, "0x0")
    return Contract(_address(deployer, factory), account.abi)


def _address(deployer: Deployer, factory: Contract) -> str:
    return checksummed(factory.call(deployer.rpc, "getAddress", TRADER.address, 0))


def _modular(deployer: Deployer, entry_point: Contract, validator: Contract) -> Contract:
    owner = encode(["address"], [TRADER.address])
    return deployer.create(solidity("modular_account"), entry_point.address, validator.address, owner)


def _safe(deployer: Deployer, entry_point: Contract) -> _Safe:
    singleton = deployer.create(artifact(SAFE, "Safe"))
    factory = deployer.create(artifact(SAFE, "SafeProxyFactory"))
    multi_send = deployer.create(artifact(SAFE, "MultiSend"))
    setup = deployer.create(artifact(SAFE_4337, "SafeModuleSetup"))
    module = deployer.create(artifact(SAFE_4337, "Safe4337Module"), entry_point.address)
    first = singleton.data(
        "setup",
        [TRADER.address],
        1,
        setup.address,
        bytes.fromhex(setup.data("enableModules", [module.address])[2:]),
        module.address,
        NOBODY,
        0,
        NOBODY,
    )
    receipt = deployer.send(factory, "createProxyWithNonce", singleton.address, bytes.fromhex(first[2:]), 0)
    (made,) = factory.events(receipt, "ProxyCreation")
    return _Safe(Contract(checksummed(made["proxy"]), singleton.abi), module, multi_send)
