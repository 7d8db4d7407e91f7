// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IEscrow} from "../../../contracts/interfaces/IEscrow.sol";
import {IEscrowPayments} from "../../../contracts/interfaces/IEscrowPayments.sol";
import {EscrowTest} from "../support/EscrowTest.sol";
import {VM} from "../support/Vm.sol";

contract EscrowTopUpTest is EscrowTest {
    function test_AddsToWhatIsFree() public {
        lockDefault();
        expectEvent();
        emit IEscrow.ToppedUp(id, 2 ether);
        VM.prank(payer);
        escrows.topUp{value: 2 ether}(FILE, SALT);
        assertFree(AMOUNT - SHARE + 2 ether);
        assertAllocation(seeder, SHARE, 0, 1);
        assertEq(address(escrows).balance, AMOUNT + 2 ether, "balance held");
    }

    function testFuzz_AddsAnyAmountThatFits(uint96 first, uint96 more) public {
        first = uint96(bound(first, 1, type(uint96).max - 1));
        more = uint96(bound(more, 1, type(uint96).max - first));
        VM.deal(payer, uint256(first) + more);
        VM.prank(payer);
        escrows.lock{value: first}(FILE, SALT, deadline, none());
        VM.prank(payer);
        escrows.topUp{value: more}(FILE, SALT);
        assertFree(uint256(first) + more);
    }

    function test_RevertWhen_SentByAnyoneElse() public {
        lockDefault();
        VM.deal(stranger, 1 ether);
        expectUnknown(idOf(stranger, FILE, SALT));
        VM.prank(stranger);
        escrows.topUp{value: 1 ether}(FILE, SALT);
    }

    function test_RevertWhen_NoCoinIsSent() public {
        lockDefault();
        expectRevert(IEscrowPayments.Escrow_AmountIsZero.selector, "");
        VM.prank(payer);
        escrows.topUp(FILE, SALT);
    }

    function test_RevertWhen_TheSumDoesNotFit() public {
        uint256 value = uint256(type(uint96).max) - (AMOUNT - SHARE) + 1;
        lockDefault();
        VM.deal(payer, value);
        expectRevert(IEscrow.Escrow_AmountTooLarge.selector, abi.encode(type(uint96).max, uint256(1) << 96));
        VM.prank(payer);
        escrows.topUp{value: value}(FILE, SALT);
    }

    function test_RevertWhen_TheDeadlineHasPassed() public {
        lockDefault();
        passDeadline();
        expectRevert(IEscrow.Escrow_DeadlinePassed.selector, abi.encode(id, deadline));
        VM.prank(payer);
        escrows.topUp{value: 1}(FILE, SALT);
        VM.warp(deadline - 1);
        VM.prank(payer);
        escrows.topUp{value: 1}(FILE, SALT);
        assertFree(AMOUNT - SHARE + 1);
    }
}
