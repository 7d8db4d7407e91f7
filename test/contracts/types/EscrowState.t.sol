// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {EscrowState, EscrowStateLib} from "../../../contracts/types/EscrowState.sol";
import {EscrowAllocation} from "../../../contracts/types/EscrowAllocation.sol";
import {Assertions} from "../support/Assertions.sol";
import {VM} from "../support/Vm.sol";

contract EscrowStateTest is Assertions {
    function testFuzz_KeepsItsPartsApart(
        uint96 first,
        uint96 free,
        uint40 deadline,
        uint40 graceAt,
        uint64 graceBlock
    ) public pure {
        EscrowState state = EscrowStateLib.locked(first, deadline).withGrace(graceAt, graceBlock).withFree(free);
        assertEq(state.free(), free, "free");
        assertEq(state.deadline(), deadline, "deadline");
        assertEq(state.graceAt(), graceAt, "graceAt");
        assertEq(state.graceBlock(), graceBlock, "graceBlock");
        uint256 word = free | (uint256(deadline) << 96) | (uint256(graceAt) << 136) | (uint256(graceBlock) << 176);
        assertEq(EscrowState.unwrap(state), word, "layout");
        assertTrue(state.exists() == (word != 0), "exists");
        assertTrue(state.isEnding() == (graceAt != 0), "ending");
    }

    function testFuzz_CountsWhatIsLeft(uint40 graceAt, uint64 graceBlock, uint40 time, uint64 number) public {
        EscrowState state = EscrowStateLib.locked(1, 1).withGrace(graceAt, graceBlock);
        VM.warp(time);
        VM.roll(number);
        (uint256 secondsLeft, uint256 blocksLeft) = state.graceLeft();
        assertEq(secondsLeft, graceAt > time ? graceAt - time : 0, "seconds");
        assertEq(blocksLeft, graceBlock > number ? graceBlock - number : 0, "blocks");
    }
}

contract EscrowAllocationTest is Assertions {
    function testFuzz_KeepsItsPartsApart(uint96 allocated, uint96 redeemed, uint64 nonce, uint96 receipt) public pure {
        nonce = uint64(bound(nonce, 1, type(uint64).max));
        redeemed = uint96(bound(redeemed, 0, allocated));
        EscrowAllocation start = EscrowAllocation.wrap((uint256(nonce - 1) << 192) | type(uint192).max);
        EscrowAllocation held = start.withAllocated(allocated).withRedeemed(redeemed);
        assertEq(held.allocated(), allocated, "allocated");
        assertEq(held.redeemed(), redeemed, "redeemed");
        assertEq(held.nonce(), nonce, "nonce");
        assertEq(held.remainder(), allocated - redeemed, "remainder");
        assertEq(held.payableTo(receipt), receipt < allocated ? receipt : allocated, "payable");
        uint256 word = allocated | (uint256(redeemed) << 96) | (uint256(nonce) << 192);
        assertEq(EscrowAllocation.unwrap(held), word, "layout");
        assertTrue(held.exists(), "exists");
        assertTrue(!EscrowAllocation.wrap(0).exists(), "nothing");
    }
}
