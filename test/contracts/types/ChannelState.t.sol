// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ChannelState, ChannelStateLib} from "../../../contracts/types/ChannelState.sol";
import {Assertions} from "../support/Assertions.sol";
import {VM} from "../support/Vm.sol";

contract ChannelStateTest is Assertions {
    uint16 private constant WINDOW = 240;

    function testFuzz_KeepsItsPartsApart(uint96 deposit, uint96 settled, uint40 closeAt, uint24 closeBlock) public {
        VM.roll(closeBlock);
        ChannelState state = ChannelState.wrap(type(uint256).max);
        state = state.withClose(closeAt, closeBlock).withDeposit(deposit).withSettled(settled);
        assertEq(state.deposit(), deposit, "deposit");
        assertEq(state.settled(), settled, "settled");
        assertEq(state.closeAt(), closeAt, "closeAt");
        assertEq(state.closeBlockNumber(WINDOW), closeBlock, "closeBlock");
        uint256 word = deposit | (uint256(settled) << 96) | (uint256(closeAt) << 192) | (uint256(closeBlock) << 232);
        assertEq(ChannelState.unwrap(state), word, "layout");
        assertTrue(state.exists() == (word != 0), "exists");
        assertTrue(state.isClosing() == (closeAt != 0), "closing");
    }

    function testFuzz_CountsBlocksModulo24Bits(uint64 requested, uint16 window, uint24 elapsed) public {
        requested = uint64(bound(requested, 0, type(uint64).max - 2 ** 26));
        window = uint16(bound(window, 1, type(uint16).max));
        elapsed = uint24(bound(elapsed, 0, 2 ** 24 - 1 - window));
        ChannelState state = ChannelStateLib.opened(1).withClose(1, requested + window);
        VM.roll(uint256(requested) + elapsed);
        assertEq(state.blocksLeft(window), elapsed < window ? window - elapsed : 0, "blocks left");
        assertEq(state.closeBlockNumber(window), uint256(requested) + window, "full number");
    }
}
