// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IEscrow} from "../../../contracts/interfaces/IEscrow.sol";
import {EscrowTest} from "../support/EscrowTest.sol";
import {VM} from "../support/Vm.sol";

contract RequestReclaimTest is EscrowTest {
    function setUp() public override {
        super.setUp();
        lockDefault();
    }

    function test_AnyoneStartsTheGracePeriodAtTheDeadline() public {
        passDeadline();
        uint40 graceAt = deadline + GRACE_SECONDS;
        uint64 graceBlock = uint64(block.number) + GRACE_BLOCKS;
        expectEvent();
        emit IEscrow.ReclaimRequested(id, graceAt, graceBlock);
        VM.prank(stranger);
        escrows.requestReclaim(payer, FILE, SALT);
        assertEscrow(AMOUNT - SHARE, deadline, graceAt, graceBlock);
        assertAllocation(seeder, SHARE, 0, 1);
    }

    /// @dev However late it is: a seeder always has the whole period from the request on.
    function test_TheGracePeriodBeginsWithTheRequest() public {
        VM.warp(deadline + 30 days);
        VM.roll(block.number + 100_000);
        escrows.requestReclaim(payer, FILE, SALT);
        assertEscrow(
            AMOUNT - SHARE,
            deadline,
            uint256(deadline) + 30 days + GRACE_SECONDS,
            block.number + GRACE_BLOCKS
        );
    }

    function test_RevertWhen_TheDeadlineHasNotPassed() public {
        VM.warp(deadline - 1);
        expectRevert(IEscrow.Escrow_DeadlineNotPassed.selector, abi.encode(id, deadline));
        escrows.requestReclaim(payer, FILE, SALT);
        assertFree(AMOUNT - SHARE);
    }

    function test_RevertWhen_RequestedBefore() public {
        requestReclaim();
        uint40 graceAt = deadline + GRACE_SECONDS;
        VM.warp(block.timestamp + 10);
        expectRevert(IEscrow.Escrow_GraceStarted.selector, abi.encode(id, graceAt));
        escrows.requestReclaim(payer, FILE, SALT);
        passGrace();
        expectRevert(IEscrow.Escrow_GraceStarted.selector, abi.encode(id, graceAt));
        escrows.requestReclaim(payer, FILE, SALT);
    }

    function test_RevertWhen_Unknown() public {
        expectUnknown(idOf(payer, FILE, SALT + 1));
        escrows.requestReclaim(payer, FILE, SALT + 1);
    }
}
