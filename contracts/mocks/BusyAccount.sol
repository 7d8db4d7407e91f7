// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Account} from "./Accounts.sol";

/// @notice Writes as many new storage words as it is told whenever it gets coin: 22,100 gas each.
contract BusyAccount is Account {
    uint256 public words;
    mapping(uint256 index => uint256) private _written;
    uint256 private _next = 1;

    receive() external payable override {
        uint256 first = _next;
        for (uint256 i = 0; i < words; ++i) {
            _written[first + i] = 1;
        }
    }

    /// @dev The words written before are left behind, so that the next ones are new.
    function setWords(uint256 value) external {
        _next += words;
        words = value;
    }
}
