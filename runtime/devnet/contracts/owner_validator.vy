# pragma version ~=0.4.3
# @title A validator module (ERC-7579): an account's operations are good when its owner signed them.
# @dev Takes a signature over the hash itself or over the hash as a message (EIP-191), as Kernel's does.

struct PackedUserOperation:
    sender: address
    nonce: uint256
    initCode: Bytes[4096]
    callData: Bytes[16384]
    accountGasLimits: bytes32
    preVerificationGas: uint256
    gasFees: bytes32
    paymasterAndData: Bytes[4096]
    signature: Bytes[256]

VALIDATOR: constant(uint256) = 1
FAILED: constant(uint256) = 1
SIGNED: constant(bytes4) = 0x1626ba7e
NOT_SIGNED: constant(bytes4) = 0xffffffff

ownerOf: public(HashMap[address, address])


@external
def onInstall(data: Bytes[32]):
    owner: address = abi_decode(data, address)
    assert owner != empty(address), "an owner is needed"
    self.ownerOf[msg.sender] = owner


@external
def onUninstall(data: Bytes[32]):
    self.ownerOf[msg.sender] = empty(address)


@external
@pure
def isModuleType(kind: uint256) -> bool:
    return kind == VALIDATOR


@external
@view
def isInitialized(account: address) -> bool:
    return self.ownerOf[account] != empty(address)


@external
@view
def validateUserOp(operation: PackedUserOperation, digest: bytes32) -> uint256:
    if self._is_signed(self.ownerOf[msg.sender], digest, operation.signature):
        return 0
    return FAILED


@external
@view
def isValidSignatureWithSender(sender: address, digest: bytes32, signature: Bytes[256]) -> bytes4:
    if self._is_signed(self.ownerOf[msg.sender], digest, signature):
        return SIGNED
    return NOT_SIGNED


@internal
@view
def _is_signed(owner: address, digest: bytes32, signature: Bytes[256]) -> bool:
    if len(signature) != 65 or owner == empty(address):
        return False
    r: uint256 = convert(slice(signature, 0, 32), uint256)
    s: uint256 = convert(slice(signature, 32, 32), uint256)
    v: uint256 = convert(slice(signature, 64, 1), uint256)
    message: bytes32 = keccak256(concat(b"\x19Ethereum Signed Message:\n32", digest))
    return owner == ecrecover(digest, v, r, s) or owner == ecrecover(message, v, r, s)
