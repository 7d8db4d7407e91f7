// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice Sends coin to accounts that may do anything when they get it.
library Payout {
    /// @dev Assembly, because the high-level call would copy whatever the recipient returns at the caller's cost.
    function trySend(address recipient, uint256 amount, uint256 gasLimit) internal returns (bool success) {
        if (amount == 0) return true;
        assembly ("memory-safe") {
            success := call(gasLimit, recipient, amount, 0, 0, 0, 0)
        }
    }
}
