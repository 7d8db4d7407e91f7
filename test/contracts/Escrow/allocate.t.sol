// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IEscrow} from "../../../contracts/interfaces/IEscrow.sol";
import {IEscrowPayments} from "../../../contracts/interfaces/IEscrowPayments.sol";
import {EscrowTest} from "../support/EscrowTest.sol";
import {VM} from "../support/Vm.sol";

contract AllocateTest is EscrowTest {
    function setUp() public override {
        super.setUp();
        lockDefault();
    }

    function test_SetsFreeCoinAside() public {
        IEscrow.Allocation[] memory allocations = new IEscrow.Allocation[](2);
        allocations[0] = IEscrow.Allocation(second, 1 ether);
        allocations[1] = IEscrow.Allocation(seeder, 2 ether);
        expectEvent();
        emit IEscrow.Allocated(id, second, 1 ether, 1);
        expectEvent();
        emit IEscrow.Allocated(id, seeder, SHARE + 2 ether, 2);
        VM.prank(payer);
        escrows.allocate(FILE, SALT, allocations);
        assertAllocation(second, 1 ether, 0, 1);
        assertAllocation(seeder, SHARE + 2 ether, 0, 2);
        assertFree(AMOUNT - SHARE - 3 ether);
        assertEq(address(escrows).balance, AMOUNT, "nothing moved");
    }

    /// @dev Amounts count from the beginning: an increase comes on top of what was redeemed.
    function test_ComesOnTopOfWhatWasRedeemed() public {
        redeemDefault(SHARE);
        allocate(seeder, 1 ether);
        assertAllocation(seeder, SHARE + 1 ether, SHARE, 2);
        redeemDefault(SHARE + 1 ether);
        assertEq(seeder.balance, SHARE + 1 ether, "seeder");
    }

    function testFuzz_NeverMoreThanIsFree(uint96 amount) public {
        amount = uint96(bound(amount, 1, 2 * uint256(AMOUNT)));
        uint96 free = AMOUNT - SHARE;
        if (amount > free) {
            expectRevert(IEscrow.Escrow_AllocationExceedsFree.selector, abi.encode(free, amount));
            allocate(second, amount);
            amount = 0;
        } else {
            allocate(second, amount);
        }
        assertFree(free - amount);
        assertAllocation(second, amount, 0, amount == 0 ? 0 : 1);
    }

    function test_RevertWhen_SentByAnyoneElse() public {
        expectUnknown(idOf(seeder, FILE, SALT));
        VM.prank(seeder);
        escrows.allocate(FILE, SALT, one(seeder, 1));
    }

    function test_RevertWhen_ASeederIsZero() public {
        expectRevert(IEscrowPayments.Escrow_PayeeIsZero.selector, "");
        allocate(address(0), 1);
    }

    function test_RevertWhen_AShareIsZero() public {
        expectRevert(IEscrowPayments.Escrow_AmountIsZero.selector, "");
        allocate(second, 0);
    }

    function test_RevertWhen_TheDeadlineHasPassed() public {
        passDeadline();
        expectRevert(IEscrow.Escrow_DeadlinePassed.selector, abi.encode(id, deadline));
        allocate(second, 1);
        VM.warp(deadline - 1);
        allocate(second, 1);
        assertAllocation(second, 1, 0, 1);
    }

    /// @dev What a seeder may get in all counts from the beginning, so it could outgrow its word when the coin goes round and round.
    function test_RevertWhen_ASeedersSumDoesNotFit() public {
        uint96 most = type(uint96).max;
        redeemDefault(SHARE);
        VM.deal(payer, most);
        VM.prank(payer);
        escrows.topUp{value: most - (AMOUNT - SHARE)}(FILE, SALT);
        expectRevert(IEscrow.Escrow_AmountTooLarge.selector, abi.encode(most, uint256(most) + SHARE));
        allocate(seeder, most);
        allocate(second, most);
        assertFree(0);
    }
}
