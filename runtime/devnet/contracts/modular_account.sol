// SPDX-License-Identifier: MIT
pragma solidity ^0.8.26;

import {AccountERC7579} from "@openzeppelin/contracts/account/extensions/draft-AccountERC7579.sol";
import {IEntryPoint} from "@openzeppelin/contracts/interfaces/IERC4337.sol";

/// OpenZeppelin's ERC-7579 account as it is, bound to an EntryPoint, with its first validator installed.
contract modular_account is AccountERC7579 {
    IEntryPoint private immutable _entryPoint;

    constructor(IEntryPoint entryPoint_, address validator, bytes memory data) payable {
        _entryPoint = entryPoint_;
        _installModule(1, validator, data);
    }

    function entryPoint() public view override returns (IEntryPoint) {
        return _entryPoint;
    }

    receive() external payable override {}
}
