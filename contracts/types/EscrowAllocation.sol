// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice What an escrow holds for one seeder, in one storage word, so that redeeming costs one read and one write.
/// @dev From the least significant bit: allocated u96 | redeemed u96 | nonce u64. Both amounts count from the beginning, so what the seeder
/// can still get is their difference. `nonce` counts the changes of `allocated`: a seeder's agreement to lower it is good for the one
/// allocation it was given for.
type EscrowAllocation is uint256;

using EscrowAllocationLib for EscrowAllocation global;

library EscrowAllocationLib {
    uint256 private constant REDEEMED_SHIFT = 96;
    uint256 private constant NONCE_SHIFT = 192;

    /// @dev Whether anything was ever allocated; the nonce never goes back.
    function exists(EscrowAllocation self) internal pure returns (bool) {
        return EscrowAllocation.unwrap(self) != 0;
    }

    function allocated(EscrowAllocation self) internal pure returns (uint96) {
        return uint96(EscrowAllocation.unwrap(self));
    }

    function redeemed(EscrowAllocation self) internal pure returns (uint96) {
        return uint96(EscrowAllocation.unwrap(self) >> REDEEMED_SHIFT);
    }

    function nonce(EscrowAllocation self) internal pure returns (uint64) {
        return uint64(EscrowAllocation.unwrap(self) >> NONCE_SHIFT);
    }

    /// @dev What the seeder can still get.
    function remainder(EscrowAllocation self) internal pure returns (uint96) {
        // Unchecked: redeemed never exceeds allocated (invariant 3).
        unchecked {
            return allocated(self) - redeemed(self);
        }
    }

    /// @dev What a receipt for `cumulativeAmount` pays in all: one above the allocation pays the allocation.
    function payableTo(EscrowAllocation self, uint96 cumulativeAmount) internal pure returns (uint96) {
        uint96 limit = allocated(self);
        return cumulativeAmount < limit ? cumulativeAmount : limit;
    }

    function withRedeemed(EscrowAllocation self, uint96 redeemed_) internal pure returns (EscrowAllocation) {
        uint256 others = EscrowAllocation.unwrap(self) & ~(uint256(type(uint96).max) << REDEEMED_SHIFT);
        return EscrowAllocation.wrap(others | (uint256(redeemed_) << REDEEMED_SHIFT));
    }

    /// @dev A change of the amount is a new allocation as far as agreements go: the nonce moves on.
    function withAllocated(EscrowAllocation self, uint96 allocated_) internal pure returns (EscrowAllocation) {
        // Unchecked: nobody makes 2^64 changes.
        unchecked {
            uint256 others = EscrowAllocation.unwrap(self) & ~uint256(type(uint96).max);
            return EscrowAllocation.wrap((others | allocated_) + (1 << NONCE_SHIFT));
        }
    }
}
