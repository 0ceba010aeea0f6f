"""Where a strategy lives on a chain: EntryPoint, account, tokens, venues, oracles, guard.

The compiler and the runtime share it; `stratc.runtime.deployment_file` reads it from TOML.
"""

from __future__ import annotations

from itertools import chain
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from stratc.runtime.addresses import AddressError, parsed
from stratc.runtime.execution.userop.entry_points import Version, version_at


def _address(text: str) -> str:
    try:
        parsed(text)
    except AddressError as error:
        raise ValueError(str(error)) from None
    return text


Address = Annotated[str, AfterValidator(_address)]
"""A checksummed address."""
Data = Annotated[str, Field(pattern=r"^0x([0-9a-fA-F]{2})*$")]
"""Bytes, as 0x and two hexadecimal digits each."""
Word = Annotated[str, Field(pattern=r"^0x[0-9a-fA-F]{64}$")]
"""32 bytes, as 0x and 64 hexadecimal digits."""
Symbol = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]*$", max_length=32)]
"""An asset, as the program writes it."""
Name = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$", max_length=64)]
"""A venue, as the program writes it."""
Feed = Annotated[str, Field(pattern=r"^[ -~]+$", max_length=64)]
"""What an oracle calls a price (`ETH/USD`), as the program writes it."""
Decimals = Annotated[int, Field(ge=0, le=36)]


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class EntryPointAt(_Record):
    """The EntryPoint contract that operations go through."""

    address: Address
    version: Version

    @model_validator(mode="after")
    def _is_the_version_it_says(self) -> Self:
        known = version_at(parsed(self.address))
        if known not in (None, self.version):
            raise ValueError(f'EntryPoint v{known} lives at {self.address}; write version = "{known}"')
        return self


class _Account(_Record):
    address: Address


class _Made(_Account):
    factory: Address | None = None
    """Makes the account with its first operation; leave it out for an account that is there."""
    factory_data: Data = "0x"

    @model_validator(mode="after")
    def _factory_and_its_data(self) -> Self:
        if (self.factory is None) != (self.factory_data == "0x"):
            raise ValueError("factory and factory_data go together; give both, or neither")
        return self


class Simple07At(_Made):
    """`SimpleAccount` of EntryPoint v0.7."""

    kind: Literal["simple_07"]


class Simple08At(_Made):
    """`SimpleAccount` of EntryPoint v0.8 or v0.9."""

    kind: Literal["simple_08"]


class Simple7702At(_Account):
    """An ordinary key's own address, which runs `delegate`'s code (EIP-7702)."""

    kind: Literal["simple_7702"]
    delegate: Address


class Safe4337At(_Made):
    """A Safe with Safe4337Module; `multi_send` is MultiSend or MultiSendCallOnly."""

    kind: Literal["safe_4337"]
    module: Address
    multi_send: Address


class Erc7579At(_Made):
    """A modular account; `validator` is the module that decides about operations."""

    kind: Literal["erc7579"]
    validator: Address
    signing: Literal["raw", "personal"] = "raw"
    """What the validator checks: a signature of the operation's hash, or of it as a personal message."""


AccountAt = Annotated[
    Simple07At | Simple08At | Simple7702At | Safe4337At | Erc7579At, Field(discriminator="kind")
]


ACCOUNTS: dict[str, type[BaseModel]] = {
    "simple_07": Simple07At,
    "simple_08": Simple08At,
    "simple_7702": Simple7702At,
    "safe_4337": Safe4337At,
    "erc7579": Erc7579At,
}
"""What an account of each kind says."""


class TokenAt(_Record):
    """A token; its decimals are checked against the chain."""

    address: Address
    decimals: Decimals


class UniswapV3At(_Record):
    """A Uniswap v3 pool; `address` is its SwapRouter02, `fee` the pool's in millionths."""

    kind: Literal["uniswap_v3"]
    address: Address
    pool: Address
    fee: int = Field(ge=1, lt=1_000_000)


class PerpCurieAt(_Record):
    """A market of Perp Curie v2; `address` is the ClearingHouse, `market` the base token that names the market."""

    kind: Literal["perp_curie"]
    address: Address
    market: Address
    vault: Address
    account_balance: Address


class LyraAt(_Record):
    """An options market of Lyra's AMM; `address` is its OptionMarket."""

    kind: Literal["lyra"]
    address: Address
    option_token: Address
    greek_cache: Address
    quote: Symbol | None = None
    """The token that premiums and collateral are paid in; None: the program's quote asset."""


class AaveV3At(_Record):
    """A lending market of Aave v3; `address` is its Pool."""

    kind: Literal["aave_v3"]
    address: Address


Venue = Annotated[UniswapV3At | PerpCurieAt | LyraAt | AaveV3At, Field(discriminator="kind")]

VENUES: dict[str, type[BaseModel]] = {
    "uniswap_v3": UniswapV3At,
    "perp_curie": PerpCurieAt,
    "lyra": LyraAt,
    "aave_v3": AaveV3At,
}
"""What a venue of each kind says."""


class ChainlinkAt(_Record):
    """A Chainlink aggregator, or anything with its interface."""

    address: Address
    decimals: Decimals


class PythAt(_Record):
    """A price of a Pyth contract, by its id."""

    address: Address
    id: Word


class RedStoneAt(_Record):
    """A price of RedStone, by its id, checked by the contract at `address`."""

    address: Address
    id: str = Field(pattern=r"^[ -~]+$", max_length=32)
    decimals: Decimals = 8


class PoolPriceAt(_Record):
    """The mean price of a Uniswap v3 pool over `window` seconds."""

    address: Address
    window: int = Field(ge=1, le=86_400)


ORACLES: dict[str, type[BaseModel]] = {
    "chainlink": ChainlinkAt,
    "pyth": PythAt,
    "redstone": RedStoneAt,
    "uniswap_v3": PoolPriceAt,
}
"""What a feed of each provider says."""


class Oracles(_Record):
    """Where prices come from: by the word and the feed that the program writes."""

    chainlink: dict[Feed, ChainlinkAt] = Field(default_factory=dict)
    pyth: dict[Feed, PythAt] = Field(default_factory=dict)
    redstone: dict[Feed, RedStoneAt] = Field(default_factory=dict)
    uniswap_v3: dict[Feed, PoolPriceAt] = Field(default_factory=dict)


class GuardAt(_Record):
    """The strategy's guard contract, and the validator of its session key if it has one (ERC-7579).

    `book` is the contract that tells the guard what the account holds at venues, if it was deployed with one.
    """

    address: Address
    session_validator: Address | None = None
    book: Address | None = None


class Deployment(_Record):
    """One strategy's account on one chain, and all that it deals with there."""

    chain_id: int = Field(ge=1, lt=1 << 64)
    confirmations: int = Field(default=1, ge=1, le=10_000)
    """How many blocks deep a transaction is final; 1 is its own block."""
    entry_point: EntryPointAt
    account: AccountAt
    tokens: dict[Symbol, TokenAt] = Field(default_factory=dict)
    venues: dict[Name, Venue] = Field(default_factory=dict)
    oracles: Oracles = Field(default_factory=Oracles)
    guard: GuardAt | None = None

    @model_validator(mode="after")
    def _markets_are_paid_in_tokens_it_has(self) -> Self:
        for name, venue in self.venues.items():
            if isinstance(venue, LyraAt) and venue.quote not in (None, *self.tokens):
                raise ValueError(
                    f"venues.{name} is paid in {venue.quote}, which is not among the tokens; "
                    f"add [tokens.{venue.quote}] with its address and decimals"
                )
        return self

    @model_validator(mode="after")
    def _each_at_an_address_of_its_own(self) -> Self:
        seen: dict[str, str] = {}
        for role, address in self._roles():
            if address in seen:
                raise ValueError(
                    f"{role} and {seen[address]} are both at {address}; one of the two is a slip: correct it"
                )
            seen[address] = role
        return self

    def _roles(self) -> list[tuple[str, str]]:
        """What cannot be one contract: a token paid to itself, an account that is its own guard."""
        fixed = [("entry_point", self.entry_point.address), ("account", self.account.address)]
        guard = [] if self.guard is None else [("guard", self.guard.address)]
        tokens = ((f"tokens.{symbol}", token.address) for symbol, token in self.tokens.items())
        return list(chain(fixed, guard, tokens))
