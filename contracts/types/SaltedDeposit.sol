// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice A new channel's salt and deposit in one word, as `Opened` reports them: salt u96 | deposit u160, of which 96 bits can be set.
/// @dev The salt stands where {SaltedAddress} has it. A second word in the event would cost 256 gas.
type SaltedDeposit is uint256;

library SaltedDepositLib {
    uint256 private constant SALT_SHIFT = 160;

    function from(uint96 salt, uint96 deposit) internal pure returns (SaltedDeposit) {
        return SaltedDeposit.wrap((uint256(salt) << SALT_SHIFT) | deposit);
    }
}
