// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IPaymentChannel} from "../../../contracts/interfaces/IPaymentChannel.sol";
import {ChannelTest} from "../support/ChannelTest.sol";
import {VM} from "../support/Vm.sol";

contract OpenTest is ChannelTest {
    function test_LocksTheCoin() public {
        expectEvent();
        emit IPaymentChannel.Opened(payer, payee, saltedDeposit(SALT, DEPOSIT));
        VM.prank(payer);
        channels.open{value: DEPOSIT}(salted(payee, SALT));

        assertChannel(id, DEPOSIT, 0, 0, 0);
        assertEq(address(channels).balance, DEPOSIT, "balance held");
    }

    /// @dev docs/specs/02-channel.md §2: the storage slot is the id.
    function test_WritesTheSlotThatTheIdNames() public {
        openDefault();
        assertEq(VM.load(address(channels), id), bytes32(uint256(DEPOSIT)), "word");
    }

    function testFuzz_KeepsAnyDeposit(uint96 deposit, uint96 salt, address payee_) public {
        VM.assume(deposit != 0 && payee_ != address(0));
        VM.deal(payer, deposit);
        VM.prank(payer);
        channels.open{value: deposit}(salted(payee_, salt));
        assertChannel(idOf(payer, payee_, salt), deposit, 0, 0, 0);
    }

    function test_SaltsTellChannelsOfOnePairApart() public {
        openDefault();
        VM.prank(payer);
        channels.open{value: 1}(salted(payee, SALT + 1));
        assertChannel(id, DEPOSIT, 0, 0, 0);
        assertChannel(idOf(payer, payee, SALT + 1), 1, 0, 0, 0);
    }

    function test_AnEndedIdCanBeOpenedAgainByItsPayer() public {
        openDefault();
        VM.prank(payee);
        channels.close(salted(payer, SALT), "", 0);
        openDefault();
        assertChannel(id, DEPOSIT, 0, 0, 0);
    }

    function test_RevertWhen_PayeeIsZero() public {
        expectRevert(IPaymentChannel.PaymentChannel_PayeeIsZero.selector, "");
        VM.prank(payer);
        channels.open{value: DEPOSIT}(salted(address(0), SALT));
    }

    function test_RevertWhen_DepositIsZero() public {
        expectRevert(IPaymentChannel.PaymentChannel_DepositIsZero.selector, "");
        VM.prank(payer);
        channels.open(salted(payee, SALT));
    }

    function test_RevertWhen_DepositDoesNotFit() public {
        VM.deal(payer, 2 ** 96);
        expectRevert(
            IPaymentChannel.PaymentChannel_DepositTooLarge.selector,
            abi.encode(uint256(2 ** 96 - 1), uint256(2 ** 96))
        );
        VM.prank(payer);
        channels.open{value: 2 ** 96}(salted(payee, SALT));
    }

    function test_RevertWhen_IdIsInUse() public {
        openDefault();
        expectRevert(IPaymentChannel.PaymentChannel_AlreadyOpen.selector, abi.encode(id));
        VM.prank(payer);
        channels.open{value: 1}(salted(payee, SALT));
    }

    function test_RevertWhen_IdIsInUseAndFullySettled() public {
        openDefault();
        redeemDefault(DEPOSIT);
        expectRevert(IPaymentChannel.PaymentChannel_AlreadyOpen.selector, abi.encode(id));
        VM.prank(payer);
        channels.open{value: 1}(salted(payee, SALT));
    }
}
