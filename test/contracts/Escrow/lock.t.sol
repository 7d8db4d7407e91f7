// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IEscrow} from "../../../contracts/interfaces/IEscrow.sol";
import {IEscrowPayments} from "../../../contracts/interfaces/IEscrowPayments.sol";
import {EscrowTest} from "../support/EscrowTest.sol";
import {VM} from "../support/Vm.sol";

contract LockTest is EscrowTest {
    function test_LocksTheCoinAndSetsSharesAside() public {
        IEscrow.Allocation[] memory allocations = new IEscrow.Allocation[](2);
        allocations[0] = IEscrow.Allocation(seeder, 3 ether);
        allocations[1] = IEscrow.Allocation(second, 4 ether);
        expectEvent();
        emit IEscrow.Locked(id, payer, FILE, SALT, deadline, AMOUNT);
        expectEvent();
        emit IEscrow.Allocated(id, seeder, 3 ether, 1);
        expectEvent();
        emit IEscrow.Allocated(id, second, 4 ether, 1);
        VM.prank(payer);
        assertEq(escrows.lock{value: AMOUNT}(FILE, SALT, deadline, allocations), id, "returned");
        assertFree(3 ether);
        assertAllocation(seeder, 3 ether, 0, 1);
        assertAllocation(second, 4 ether, 0, 1);
        assertEq(address(escrows).balance, AMOUNT, "balance held");
    }

    function test_NeedsNoSeeder() public {
        VM.prank(payer);
        escrows.lock{value: AMOUNT}(FILE, SALT, deadline, none());
        assertFree(AMOUNT);
    }

    function test_ASeederNamedTwiceHasBothShares() public {
        IEscrow.Allocation[] memory allocations = new IEscrow.Allocation[](2);
        allocations[0] = IEscrow.Allocation(seeder, 3 ether);
        allocations[1] = IEscrow.Allocation(seeder, 4 ether);
        VM.prank(payer);
        escrows.lock{value: AMOUNT}(FILE, SALT, deadline, allocations);
        assertAllocation(seeder, 7 ether, 0, 2);
        assertFree(3 ether);
    }

    function test_TheSameFileAndSaltOfAnotherPayerIsAnotherEscrow() public {
        lockDefault();
        VM.deal(second, 1 ether);
        VM.prank(second);
        bytes32 other = escrows.lock{value: 1 ether}(FILE, SALT, deadline, none());
        assertTrue(other != id, "ids differ");
        assertFree(AMOUNT - SHARE);
    }

    function testFuzz_WhatIsNotAllocatedIsFree(uint96 amount, uint96 first, uint96 next, uint40 ahead) public {
        amount = uint96(bound(amount, 2, type(uint96).max));
        first = uint96(bound(first, 1, amount - 1));
        next = uint96(bound(next, 1, amount - first));
        deadline = uint40(block.timestamp + bound(ahead, 1, 366 days));
        IEscrow.Allocation[] memory allocations = new IEscrow.Allocation[](2);
        allocations[0] = IEscrow.Allocation(seeder, first);
        allocations[1] = IEscrow.Allocation(second, next);
        VM.deal(payer, amount);
        VM.prank(payer);
        escrows.lock{value: amount}(FILE, SALT, deadline, allocations);
        assertFree(uint256(amount) - first - next);
        assertAllocation(seeder, first, 0, 1);
        assertAllocation(second, next, 0, 1);
    }

    function test_RevertWhen_TheDeadlineIsNotInTheFuture() public {
        _refusesDeadline(uint40(block.timestamp));
        _refusesDeadline(0);
    }

    function test_RevertWhen_TheDeadlineIsMoreThanAYearAhead() public {
        _refusesDeadline(uint40(block.timestamp + 366 days + 1));
        _refusesDeadline(type(uint40).max);
    }

    /// @dev Milliseconds do not fit, and are not cut to something that does.
    function test_RevertWhen_TheDeadlineIsInMilliseconds() public {
        bytes memory data = abi.encodeWithSelector(IEscrow.lock.selector, FILE, SALT, block.timestamp * 1000, none());
        VM.prank(payer);
        (bool success, ) = address(escrows).call{value: AMOUNT}(data);
        assertTrue(!success, "refused");
    }

    function test_RevertWhen_NoCoinIsSent() public {
        expectRevert(IEscrowPayments.Escrow_AmountIsZero.selector, "");
        VM.prank(payer);
        escrows.lock(FILE, SALT, deadline, none());
    }

    function test_RevertWhen_TheCoinDoesNotFit() public {
        uint256 amount = uint256(type(uint96).max) + 1;
        VM.deal(payer, amount);
        expectRevert(IEscrow.Escrow_AmountTooLarge.selector, abi.encode(type(uint96).max, amount));
        VM.prank(payer);
        escrows.lock{value: amount}(FILE, SALT, deadline, none());
    }

    function test_RevertWhen_MoreIsAllocatedThanSent() public {
        IEscrow.Allocation[] memory allocations = new IEscrow.Allocation[](2);
        allocations[0] = IEscrow.Allocation(seeder, AMOUNT);
        allocations[1] = IEscrow.Allocation(second, 1);
        expectRevert(IEscrow.Escrow_AllocationExceedsFree.selector, abi.encode(uint96(0), uint96(1)));
        VM.prank(payer);
        escrows.lock{value: AMOUNT}(FILE, SALT, deadline, allocations);
    }

    function test_RevertWhen_ASeederIsZero() public {
        expectRevert(IEscrowPayments.Escrow_PayeeIsZero.selector, "");
        VM.prank(payer);
        escrows.lock{value: AMOUNT}(FILE, SALT, deadline, one(address(0), 1));
    }

    function test_RevertWhen_AShareIsZero() public {
        expectRevert(IEscrowPayments.Escrow_AmountIsZero.selector, "");
        VM.prank(payer);
        escrows.lock{value: AMOUNT}(FILE, SALT, deadline, one(seeder, 0));
    }

    function test_RevertWhen_TheIdIsInUse() public {
        lockDefault();
        _refusesTheId();
    }

    /// @dev What makes a receipt or release good for one escrow alone: an id that ended does not come back.
    function test_RevertWhen_TheIdWasUsedBeforeAndAllOfItIsPaidOut() public {
        lockDefault();
        redeemDefault(SHARE);
        VM.prank(payer);
        escrows.refund(FILE, SALT, new IEscrow.Release[](0));
        assertEq(address(escrows).balance, 0, "nothing held");
        _refusesTheId();
        requestReclaim();
        passGrace();
        deadline = uint40(block.timestamp) + LIFETIME;
        _refusesTheId();
    }

    function _refusesTheId() private {
        expectRevert(IEscrow.Escrow_AlreadyLocked.selector, abi.encode(id));
        VM.prank(payer);
        escrows.lock{value: AMOUNT}(FILE, SALT, deadline, none());
    }

    function _refusesDeadline(uint40 value) private {
        expectRevert(
            IEscrow.Escrow_DeadlineOutOfRange.selector,
            abi.encode(block.timestamp + 1, block.timestamp + 366 days, value)
        );
        VM.prank(payer);
        escrows.lock{value: AMOUNT}(FILE, SALT, value, none());
    }
}
