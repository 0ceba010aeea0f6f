# pragma version 0.4.3
# pragma evm-version cancun
# What an account holds in one market of Perp Curie v2, for the guard: the position, and in quote units its
# margin, what the position cost, what was realised, less the funding that is due. So a trade moves base and
# quote as a purchase does, and a deposit moves nothing.

interface ClearingHouse:
    def getAccountBalance() -> address: view
    def getExchange() -> address: view
    def getVault() -> address: view

interface AccountBalance:
    def getTotalPositionSize(trader: address, market: address) -> int256: view
    def getTotalOpenNotional(trader: address, market: address) -> int256: view
    def getPnlAndPendingFee(trader: address) -> (int256, int256, uint256): view

interface Exchange:
    def getPendingFundingPayment(trader: address, market: address) -> int256: view

interface Vault:
    def decimals() -> uint8: view
    def getBalance(trader: address) -> int256: view

MARKET: immutable(address)
ACCOUNTS: immutable(AccountBalance)
EXCHANGE: immutable(Exchange)
VAULT: immutable(Vault)
BASE_SCALE: immutable(int256)
QUOTE_SCALE: immutable(int256)


@deploy
def __init__(clearing_house: address, market: address, base_decimals: uint8):
    """
    @param market The base token that names the market.
    @param base_decimals Those of the guard's base token; Curie's own amounts have 18.
    """
    house: ClearingHouse = ClearingHouse(clearing_house)
    MARKET = market
    ACCOUNTS = AccountBalance(staticcall house.getAccountBalance())
    EXCHANGE = Exchange(staticcall house.getExchange())
    VAULT = Vault(staticcall house.getVault())
    BASE_SCALE = convert(10 ** (18 - convert(base_decimals, uint256)), int256)
    QUOTE_SCALE = convert(10 ** (18 - convert(staticcall VAULT.decimals(), uint256)), int256)


@external
@view
def holdings(owner: address) -> (int256, int256):
    """
    @notice Base and quote units; what is between two units is the lower one.
    """
    realised: int256 = 0
    unrealised: int256 = 0
    fees: uint256 = 0
    realised, unrealised, fees = staticcall ACCOUNTS.getPnlAndPendingFee(owner)
    quote: int256 = staticcall ACCOUNTS.getTotalOpenNotional(owner, MARKET)
    quote += realised - staticcall EXCHANGE.getPendingFundingPayment(owner, MARKET)
    margin: int256 = staticcall VAULT.getBalance(owner)
    base: int256 = staticcall ACCOUNTS.getTotalPositionSize(owner, MARKET)
    return self._floor(base, BASE_SCALE), margin + self._floor(quote, QUOTE_SCALE)


@internal
@pure
def _floor(number: int256, scale: int256) -> int256:
    below: bool = number < 0 and number % scale != 0
    return number // scale - convert(below, int256)
