// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {StorageSlot} from "@openzeppelin/contracts/utils/StorageSlot.sol";

/// @notice All of a channel's mutable state in one storage word, so that every operation costs one read and one write.
/// @dev From the least significant bit: deposit u96 | settled u96 | closeAt u40 | closeBlock u24. Zero means "no such channel":
/// a channel always has a deposit. `closeAt` is zero until a close is requested.
///
/// `closeBlock` keeps the low 24 bits of the block number at which the window's block count ends. Whether that block has come is decided
/// by the distance to it modulo 2^24 (see `blocksLeft`), so the absolute height of the chain does not matter. Only after 2^24 blocks
/// (about eight years of 15-second blocks) without a withdrawal does the distance wrap: the withdrawal then has to wait at most one more
/// window. It never becomes possible too early.
type ChannelState is uint256;

using ChannelStateLib for ChannelState global;

library ChannelStateLib {
    uint256 private constant SETTLED_SHIFT = 96;
    uint256 private constant CLOSE_AT_SHIFT = 192;
    uint256 private constant CLOSE_BLOCK_SHIFT = 232;

    /// @dev The state of a channel that does not exist, or no longer exists.
    ChannelState internal constant NONE = ChannelState.wrap(0);

    /// @dev A channel's word lies in the storage slot its id names. Ids are hashes of 96 bytes, so no other slot can be met; a mapping
    /// would hash once more for each access.
    function load(bytes32 channelId) internal view returns (ChannelState) {
        return ChannelState.wrap(StorageSlot.getUint256Slot(channelId).value);
    }

    function store(ChannelState self, bytes32 channelId) internal {
        StorageSlot.getUint256Slot(channelId).value = ChannelState.unwrap(self);
    }

    function opened(uint96 deposit_) internal pure returns (ChannelState) {
        return ChannelState.wrap(deposit_);
    }

    function exists(ChannelState self) internal pure returns (bool) {
        return ChannelState.unwrap(self) != 0;
    }

    function deposit(ChannelState self) internal pure returns (uint96) {
        return uint96(ChannelState.unwrap(self));
    }

    function settled(ChannelState self) internal pure returns (uint96) {
        return uint96(ChannelState.unwrap(self) >> SETTLED_SHIFT);
    }

    /// @dev What the payer would get back now.
    function remainder(ChannelState self) internal pure returns (uint96) {
        // Unchecked: settled never exceeds the deposit (invariant 3).
        unchecked {
            return deposit(self) - settled(self);
        }
    }

    function closeAt(ChannelState self) internal pure returns (uint40) {
        return uint40(ChannelState.unwrap(self) >> CLOSE_AT_SHIFT);
    }

    function isClosing(ChannelState self) internal pure returns (bool) {
        return closeAt(self) != 0;
    }

    /// @dev Blocks until the window's block count ends; 0 when it has ended. `windowBlocks` is the longest distance there can be, so a
    /// larger one (modulo 2^24) means that the block lies in the past.
    function blocksLeft(ChannelState self, uint16 windowBlocks) internal view returns (uint24) {
        uint24 closeBlock = uint24(ChannelState.unwrap(self) >> CLOSE_BLOCK_SHIFT);
        // Unchecked: the wrap-around is the modular distance that is wanted.
        unchecked {
            uint24 distance = closeBlock - uint24(block.number);
            return distance > windowBlocks ? 0 : distance;
        }
    }

    /// @dev The full number of the block at which the window's block count ends or ended (exact for 2^24 blocks after it).
    function closeBlockNumber(ChannelState self, uint16 windowBlocks) internal view returns (uint64) {
        uint24 closeBlock = uint24(ChannelState.unwrap(self) >> CLOSE_BLOCK_SHIFT);
        // Unchecked: the subtraction of the low 24 bits wraps on purpose, and `blocksPast` never exceeds the latest possible block's
        // number on a chain that reached the stored block.
        unchecked {
            uint256 latestPossible = block.number + windowBlocks;
            uint24 blocksPast = uint24(latestPossible) - closeBlock;
            return uint64(latestPossible - blocksPast);
        }
    }

    function withDeposit(ChannelState self, uint96 deposit_) internal pure returns (ChannelState) {
        return ChannelState.wrap((ChannelState.unwrap(self) & ~uint256(type(uint96).max)) | deposit_);
    }

    function withSettled(ChannelState self, uint96 settled_) internal pure returns (ChannelState) {
        uint256 others = ChannelState.unwrap(self) & ~(uint256(type(uint96).max) << SETTLED_SHIFT);
        return ChannelState.wrap(others | (uint256(settled_) << SETTLED_SHIFT));
    }

    /// @dev The same money, closing: withdrawable from time `closeAt_` and from block `closeBlockNumber_` on.
    function withClose(
        ChannelState self,
        uint40 closeAt_,
        uint64 closeBlockNumber_
    ) internal pure returns (ChannelState) {
        uint256 money = ChannelState.unwrap(self) & type(uint192).max;
        return
            ChannelState.wrap(
                money |
                    (uint256(closeAt_) << CLOSE_AT_SHIFT) |
                    (uint256(uint24(closeBlockNumber_)) << CLOSE_BLOCK_SHIFT)
            );
    }
}
