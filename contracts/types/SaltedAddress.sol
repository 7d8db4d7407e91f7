// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice A party of a channel and the channel's salt in one word: salt u96 | account u160, the account in the low bits.
/// @dev The two fill a word exactly: nothing is left to check, and calls carry a word less (docs/adr/0002-payment-channel.md).
type SaltedAddress is uint256;

using SaltedAddressLib for SaltedAddress global;

library SaltedAddressLib {
    uint256 private constant SALT_SHIFT = 160;

    function account(SaltedAddress self) internal pure returns (address) {
        return address(uint160(SaltedAddress.unwrap(self)));
    }

    function salt(SaltedAddress self) internal pure returns (uint96) {
        return uint96(SaltedAddress.unwrap(self) >> SALT_SHIFT);
    }
}
