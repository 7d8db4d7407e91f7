// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IPaymentChannel} from "../../../contracts/interfaces/IPaymentChannel.sol";
import {ChannelTest} from "../support/ChannelTest.sol";
import {VM} from "../support/Vm.sol";

contract TopUpTest is ChannelTest {
    function test_AddsToTheDeposit() public {
        openDefault();
        redeemDefault(1 ether);
        expectEvent();
        emit IPaymentChannel.ToppedUp(id, DEPOSIT + 2 ether);
        VM.prank(payer);
        channels.topUp{value: 2 ether}(salted(payee, SALT));
        assertChannel(id, DEPOSIT + 2 ether, 1 ether, 0, 0);
    }

    function test_MakesAVoucherAboveTheOldDepositGood() public {
        openDefault();
        redeemDefault(DEPOSIT + 1 ether);
        VM.prank(payer);
        channels.topUp{value: 2 ether}(salted(payee, SALT));
        redeemDefault(DEPOSIT + 1 ether);
        assertEq(payee.balance, DEPOSIT + 1 ether, "payee");
    }

    function testFuzz_Adds(uint96 first, uint96 second) public {
        first = uint96(bound(first, 1, type(uint96).max - 1));
        second = uint96(bound(second, 1, type(uint96).max - first));
        VM.deal(payer, uint256(first) + second);
        VM.prank(payer);
        channels.open{value: first}(salted(payee, SALT));
        VM.prank(payer);
        channels.topUp{value: second}(salted(payee, SALT));
        assertChannel(id, uint256(first) + second, 0, 0, 0);
    }

    function test_RevertWhen_Unknown() public {
        expectUnknown(id);
        VM.prank(payer);
        channels.topUp{value: 1}(salted(payee, SALT));
    }

    function test_RevertWhen_SentBySomeoneElse() public {
        openDefault();
        VM.deal(stranger, 1);
        expectUnknown(idOf(stranger, payee, SALT));
        VM.prank(stranger);
        channels.topUp{value: 1}(salted(payee, SALT));
    }

    function test_RevertWhen_Closing() public {
        openDefault();
        requestCloseDefault();
        expectRevert(
            IPaymentChannel.PaymentChannel_Closing.selector,
            abi.encode(id, uint40(block.timestamp + WINDOW_SECONDS))
        );
        VM.prank(payer);
        channels.topUp{value: 1}(salted(payee, SALT));
    }

    function test_RevertWhen_NothingIsSent() public {
        openDefault();
        expectRevert(IPaymentChannel.PaymentChannel_DepositIsZero.selector, "");
        VM.prank(payer);
        channels.topUp(salted(payee, SALT));
    }

    function test_RevertWhen_TheSumDoesNotFit() public {
        openDefault();
        VM.deal(payer, 2 ** 96);
        expectRevert(
            IPaymentChannel.PaymentChannel_DepositTooLarge.selector,
            abi.encode(uint256(2 ** 96 - 1), uint256(2 ** 96) - 1 + DEPOSIT)
        );
        VM.prank(payer);
        channels.topUp{value: 2 ** 96 - 1}(salted(payee, SALT));
    }
}
