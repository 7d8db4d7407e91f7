// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IPaymentChannel} from "../../../contracts/interfaces/IPaymentChannel.sol";
import {ChannelTest} from "../support/ChannelTest.sol";
import {VM} from "../support/Vm.sol";

contract OpenManyTest is ChannelTest {
    function items() private view returns (IPaymentChannel.OpenItem[] memory list) {
        list = new IPaymentChannel.OpenItem[](2);
        list[0] = IPaymentChannel.OpenItem({saltAndPayee: salted(payee, SALT), deposit: 3 ether});
        list[1] = IPaymentChannel.OpenItem({saltAndPayee: salted(stranger, SALT), deposit: 4 ether});
    }

    function test_OpensEach() public {
        expectEvent();
        emit IPaymentChannel.Opened(payer, payee, saltedDeposit(SALT, 3 ether));
        expectEvent();
        emit IPaymentChannel.Opened(payer, stranger, saltedDeposit(SALT, 4 ether));
        VM.prank(payer);
        channels.openMany{value: 7 ether}(items());

        assertChannel(id, 3 ether, 0, 0, 0);
        assertChannel(idOf(payer, stranger, SALT), 4 ether, 0, 0, 0);
        assertEq(address(channels).balance, 7 ether, "balance held");
    }

    function test_NothingToOpenIsFine() public {
        VM.prank(payer);
        channels.openMany(new IPaymentChannel.OpenItem[](0));
        assertEq(address(channels).balance, 0, "balance held");
    }

    function testFuzz_RevertWhen_TheCoinSentIsNotTheSum(uint96 value) public {
        VM.assume(value != 7 ether);
        VM.deal(payer, value);
        expectRevert(IPaymentChannel.PaymentChannel_ValueMismatch.selector, abi.encode(uint256(7 ether), uint256(value)));
        VM.prank(payer);
        channels.openMany{value: value}(items());
    }

    function test_RevertWhen_OneIdComesTwice() public {
        IPaymentChannel.OpenItem[] memory list = items();
        list[1].saltAndPayee = list[0].saltAndPayee;
        expectRevert(IPaymentChannel.PaymentChannel_AlreadyOpen.selector, abi.encode(id));
        VM.prank(payer);
        channels.openMany{value: 7 ether}(list);
    }

    function test_RevertWhen_OneDepositIsZero() public {
        IPaymentChannel.OpenItem[] memory list = items();
        list[1].deposit = 0;
        expectRevert(IPaymentChannel.PaymentChannel_DepositIsZero.selector, "");
        VM.prank(payer);
        channels.openMany{value: 3 ether}(list);
    }

    function test_RevertWhen_OnePayeeIsZero() public {
        IPaymentChannel.OpenItem[] memory list = items();
        list[1].saltAndPayee = salted(address(0), SALT);
        expectRevert(IPaymentChannel.PaymentChannel_PayeeIsZero.selector, "");
        VM.prank(payer);
        channels.openMany{value: 7 ether}(list);
    }
}
