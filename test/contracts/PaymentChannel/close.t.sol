// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IPaymentChannel} from "../../../contracts/interfaces/IPaymentChannel.sol";
import {
    Account,
    GasEatingAccount,
    ReentrantAccount,
    RefusingAccount,
    ReopeningAccount,
    ReturnBombAccount
} from "../../../contracts/mocks/Accounts.sol";
import {ChannelTest} from "../support/ChannelTest.sol";
import {VM} from "../support/Vm.sol";

contract CloseTest is ChannelTest {
    function closeDefault(uint96 amount) private {
        bytes memory signature = voucher(amount);
        VM.prank(payee);
        channels.close(salted(payer, SALT), signature, amount);
    }

    function test_PaysBoth() public {
        openDefault();
        redeemDefault(1 ether);
        uint256 before = payer.balance;
        expectEvent();
        emit IPaymentChannel.Closed(id, 4 ether, DEPOSIT - 4 ether);
        closeDefault(4 ether);
        assertEq(payee.balance, 4 ether, "payee");
        assertEq(payer.balance - before, DEPOSIT - 4 ether, "payer");
        assertNone(id);
    }

    function test_NeedsNoVoucherToTakeNothingMore() public {
        openDefault();
        redeemDefault(1 ether);
        expectEvent();
        emit IPaymentChannel.Closed(id, 1 ether, DEPOSIT - 1 ether);
        VM.prank(payee);
        channels.close(salted(payer, SALT), "", 1 ether);
        assertEq(payee.balance, 1 ether, "payee");
    }

    function testFuzz_SplitsTheDeposit(uint96 deposit, uint96 first, uint96 last) public {
        VM.assume(deposit != 0 && first != 0);
        VM.deal(payer, deposit);
        VM.prank(payer);
        channels.open{value: deposit}(salted(payee, SALT));
        redeemDefault(first);
        closeDefault(last);
        uint256 highest = first > last ? first : last;
        uint256 paid = highest < deposit ? highest : deposit;
        assertEq(payee.balance, paid, "payee");
        assertEq(payer.balance, deposit - paid, "payer");
        assertEq(address(channels).balance, 0, "balance held");
        assertNone(id);
    }

    function test_IsPossibleWhileClosing() public {
        openDefault();
        requestCloseDefault();
        closeDefault(2 ether);
        assertEq(payee.balance, 2 ether, "payee");
        assertNone(id);
    }

    function test_RevertWhen_Unknown() public {
        expectUnknown(id);
        VM.prank(payee);
        channels.close(salted(payer, SALT), "", 0);
    }

    function test_RevertWhen_NotSentByThePayee() public {
        openDefault();
        bytes memory signature = voucher(1 ether);
        expectUnknown(idOf(payer, stranger, SALT));
        VM.prank(stranger);
        channels.close(salted(payer, SALT), signature, 1 ether);
        expectUnknown(idOf(payer, payer, SALT));
        VM.prank(payer);
        channels.close(salted(payer, SALT), "", 0);
    }

    function test_RevertWhen_TheVoucherIsNotSigned() public {
        openDefault();
        bytes memory signature = compact(PAYEE_KEY, voucherDigest(id, 1 ether));
        expectRevert(IPaymentChannel.PaymentChannel_InvalidSignature.selector, abi.encode(payer));
        VM.prank(payee);
        channels.close(salted(payer, SALT), signature, 1 ether);
        assertChannel(id, DEPOSIT, 0, 0, 0);
    }

    function test_RevertWhen_ThePayeeRefusesItsOwnMoney() public {
        payee = address(new RefusingAccount());
        id = idOf(payer, payee, SALT);
        openDefault();
        bytes memory signature = voucher(1 ether);
        expectRevert(IPaymentChannel.PaymentChannel_PayoutFailed.selector, abi.encode(payee, uint256(1 ether)));
        VM.prank(payee);
        channels.close(salted(payer, SALT), signature, 1 ether);
        assertChannel(id, DEPOSIT, 0, 0, 0);
    }

    /// @dev Opens from a contract whose vouchers a key signs: the wallet mock would hide what is tested here.
    function openFrom(Account account) private returns (bytes32 channelId) {
        VM.deal(address(account), DEPOSIT);
        account.execute(address(channels), DEPOSIT, abi.encodeCall(IPaymentChannel.open, (salted(payee, SALT))));
        return idOf(address(account), payee, SALT);
    }

    function test_ARefundThatFailsDoesNotStopThePayee() public {
        Account[3] memory accounts = [
            Account(new RefusingAccount()),
            Account(new GasEatingAccount()),
            Account(new ReturnBombAccount())
        ];
        for (uint256 i = 0; i < accounts.length; ++i) {
            bytes32 channelId = openFrom(accounts[i]);
            expectEvent();
            emit IPaymentChannel.CloseRequested(channelId, uint40(block.timestamp), uint64(block.number));
            VM.prank(payee);
            channels.close{gas: 200_000}(salted(address(accounts[i]), SALT), "", 0);
            assertChannel(channelId, DEPOSIT, 0, block.timestamp, block.number);
        }
        assertEq(address(channels).balance, 3 * uint256(DEPOSIT), "the refunds wait");
    }

    function test_ARefusedRefundCanBeWithdrawnInTheSameBlock() public {
        RefusingAccount account = new RefusingAccount();
        bytes32 channelId = openFrom(account);
        VM.prank(payee);
        channels.close(salted(address(account), SALT), "", 0);
        account.setAccepts(true);
        channels.withdraw(address(account), salted(payee, SALT));
        assertEq(address(account).balance, DEPOSIT, "payer");
        assertNone(channelId);
    }

    /// @dev The refund is the last thing that could go wrong before the payee is paid, and no state is open then.
    function test_AReentrantPayerIsPaidOnce() public {
        openDefault();
        ReentrantAccount account = new ReentrantAccount();
        bytes32 channelId = openFrom(account);
        bytes memory again = abi.encodeCall(IPaymentChannel.withdraw, (address(account), salted(payee, SALT)));
        account.prepare(address(channels), 0, again, false);
        VM.prank(payee);
        channels.close(salted(address(account), SALT), "", 0);
        assertEq(address(account).balance, DEPOSIT, "paid once");
        assertEq(address(channels).balance, DEPOSIT, "the other channel is whole");
        assertNone(channelId);
    }

    function test_APayerThatReopensDuringItsRefundKeepsTheNewChannel() public {
        Account account = new ReopeningAccount(channels, salted(payee, SALT));
        bytes32 channelId = openFrom(account);
        VM.prank(payee);
        channels.close(salted(address(account), SALT), "", 0);
        assertChannel(channelId, 1, 0, 0, 0);
        assertEq(address(account).balance, DEPOSIT - 1, "payer");
        assertEq(address(channels).balance, 1, "balance held");
    }

    function test_APayerThatReopensAndRefusesGetsTheOldRefundOnly() public {
        ReentrantAccount account = new ReentrantAccount();
        bytes32 channelId = openFrom(account);
        account.prepare(address(channels), 1 ether, abi.encodeCall(IPaymentChannel.open, (salted(payee, SALT))), true);
        VM.prank(payee);
        channels.close(salted(address(account), SALT), "", 0);
        assertChannel(channelId, DEPOSIT, 0, block.timestamp, block.number);
        assertEq(address(channels).balance, DEPOSIT, "balance held");
        account.prepare(address(0), 0, "", false);
        channels.withdraw(address(account), salted(payee, SALT));
        assertEq(address(account).balance, DEPOSIT, "payer");
    }
}
