// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice What an escrow holds for nobody in particular, and its dates, in one storage word.
/// @dev From the least significant bit: free u96 | deadline u40 | graceAt u40 | graceBlock u64; 16 bits are unused. Zero means "no such
/// escrow": an escrow always has a deadline, and keeps it for ever, so that no id can be used twice. `graceAt` is zero until the grace
/// period was started.
type EscrowState is uint256;

using EscrowStateLib for EscrowState global;

library EscrowStateLib {
    uint256 private constant DEADLINE_SHIFT = 96;
    uint256 private constant GRACE_AT_SHIFT = 136;
    uint256 private constant GRACE_BLOCK_SHIFT = 176;

    function locked(uint96 free_, uint40 deadline_) internal pure returns (EscrowState) {
        return EscrowState.wrap(free_ | (uint256(deadline_) << DEADLINE_SHIFT));
    }

    function exists(EscrowState self) internal pure returns (bool) {
        return EscrowState.unwrap(self) != 0;
    }

    function free(EscrowState self) internal pure returns (uint96) {
        return uint96(EscrowState.unwrap(self));
    }

    function deadline(EscrowState self) internal pure returns (uint40) {
        return uint40(EscrowState.unwrap(self) >> DEADLINE_SHIFT);
    }

    function graceAt(EscrowState self) internal pure returns (uint40) {
        return uint40(EscrowState.unwrap(self) >> GRACE_AT_SHIFT);
    }

    function graceBlock(EscrowState self) internal pure returns (uint64) {
        return uint64(EscrowState.unwrap(self) >> GRACE_BLOCK_SHIFT);
    }

    function isEnding(EscrowState self) internal pure returns (bool) {
        return graceAt(self) != 0;
    }

    /// @dev What is still to pass of the grace period; both are 0 when it is over. Means nothing before it was started.
    function graceLeft(EscrowState self) internal view returns (uint256 secondsLeft, uint256 blocksLeft) {
        (uint256 time, uint256 number) = (graceAt(self), graceBlock(self));
        // Unchecked: compared first.
        unchecked {
            if (block.timestamp < time) secondsLeft = time - block.timestamp;
            if (block.number < number) blocksLeft = number - block.number;
        }
    }

    function withFree(EscrowState self, uint96 free_) internal pure returns (EscrowState) {
        return EscrowState.wrap((EscrowState.unwrap(self) & ~uint256(type(uint96).max)) | free_);
    }

    /// @dev The same money, ending: the grace period is over from time `graceAt_` and from block `graceBlock_` on. Called once, while both
    /// are zero.
    function withGrace(EscrowState self, uint40 graceAt_, uint64 graceBlock_) internal pure returns (EscrowState) {
        return
            EscrowState.wrap(
                EscrowState.unwrap(self) |
                    (uint256(graceAt_) << GRACE_AT_SHIFT) |
                    (uint256(graceBlock_) << GRACE_BLOCK_SHIFT)
            );
    }
}
