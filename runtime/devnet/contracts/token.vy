# pragma version ~=0.4.3
# @title A token for local chains: ERC-20 with permits (ERC-2612); its owner makes as much of it as wanted.

event Transfer:
    sender: indexed(address)
    receiver: indexed(address)
    value: uint256

event Approval:
    owner: indexed(address)
    spender: indexed(address)
    value: uint256

PERMIT: constant(bytes32) = keccak256(
    "Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)"
)
DOMAIN: constant(bytes32) = keccak256(
    "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
)
HALF: constant(bytes32) = 0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0

name: public(String[32])
symbol: public(String[16])
decimals: public(immutable(uint8))
version: public(constant(String[1])) = "1"
owner: public(immutable(address))
DOMAIN_SEPARATOR: public(immutable(bytes32))

totalSupply: public(uint256)
balanceOf: public(HashMap[address, uint256])
allowance: public(HashMap[address, HashMap[address, uint256]])
nonces: public(HashMap[address, uint256])


@deploy
def __init__(name: String[32], symbol: String[16], places: uint8):
    self.name = name
    self.symbol = symbol
    decimals = places
    owner = msg.sender
    DOMAIN_SEPARATOR = keccak256(
        abi_encode(DOMAIN, keccak256(name), keccak256(version), chain.id, self)
    )


@external
def mint(receiver: address, amount: uint256):
    assert msg.sender == owner, "only the owner makes tokens"
    self.totalSupply += amount
    self.balanceOf[receiver] += amount
    log Transfer(sender=empty(address), receiver=receiver, value=amount)


@external
def transfer(receiver: address, amount: uint256) -> bool:
    self._move(msg.sender, receiver, amount)
    return True


@external
def transferFrom(sender: address, receiver: address, amount: uint256) -> bool:
    allowed: uint256 = self.allowance[sender][msg.sender]
    assert allowed >= amount, "more than allowed"
    if allowed != max_value(uint256):
        self.allowance[sender][msg.sender] = allowed - amount
    self._move(sender, receiver, amount)
    return True


@external
def approve(spender: address, amount: uint256) -> bool:
    self._approve(msg.sender, spender, amount)
    return True


@external
def permit(owner_: address, spender: address, amount: uint256, deadline: uint256, v: uint8, r: bytes32, s: bytes32):
    assert block.timestamp <= deadline, "the permit has expired"
    assert convert(s, uint256) <= convert(HALF, uint256), "the signature is not in its canonical form"
    digest: bytes32 = keccak256(
        concat(
            b"\x19\x01",
            DOMAIN_SEPARATOR,
            keccak256(abi_encode(PERMIT, owner_, spender, amount, self.nonces[owner_], deadline)),
        )
    )
    signer: address = ecrecover(digest, v, r, s)
    assert signer == owner_ and signer != empty(address), "the permit is not signed by the owner"
    self.nonces[owner_] += 1
    self._approve(owner_, spender, amount)


@internal
def _approve(owner_: address, spender: address, amount: uint256):
    self.allowance[owner_][spender] = amount
    log Approval(owner=owner_, spender=spender, value=amount)


@internal
def _move(sender: address, receiver: address, amount: uint256):
    assert receiver not in [self, empty(address)], "tokens sent there are lost"
    assert self.balanceOf[sender] >= amount, "more than the balance"
    self.balanceOf[sender] -= amount
    self.balanceOf[receiver] += amount
    log Transfer(sender=sender, receiver=receiver, value=amount)
