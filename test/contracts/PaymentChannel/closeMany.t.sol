// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IPaymentChannel} from "../../../contracts/interfaces/IPaymentChannel.sol";
import {
    Account,
    GasEatingAccount,
    ReentrantAccount,
    RedeemingAccount,
    RefusingAccount,
    ReopeningAccount,
    ReturnBombAccount
} from "../../../contracts/mocks/Accounts.sol";
import {ChannelTest} from "../support/ChannelTest.sol";
import {VM} from "../support/Vm.sol";

contract CloseManyTest is ChannelTest {
    uint256 private constant SECOND_KEY = 0x5EC0;

    address private second;
    bytes32 private secondId;

    function setUp() public override {
        super.setUp();
        second = VM.addr(SECOND_KEY);
        secondId = idOf(second, payee, SALT);
        VM.deal(second, DEPOSIT);
        openDefault();
        VM.prank(second);
        channels.open{value: DEPOSIT}(salted(payee, SALT));
        VM.deal(payer, 0);
    }

    function item(uint256 key, uint96 salt, uint96 amount) private view returns (IPaymentChannel.VoucherItem memory) {
        address payer_ = VM.addr(key);
        bytes memory signature = compact(key, voucherDigest(idOf(payer_, payee, salt), amount));
        return IPaymentChannel.VoucherItem(salted(payer_, salt), amount, signature);
    }

    /// @dev Opens from a contract; it is closed without a voucher.
    function openFrom(Account account) private returns (IPaymentChannel.VoucherItem memory) {
        VM.deal(address(account), DEPOSIT);
        account.execute(address(channels), DEPOSIT, abi.encodeCall(IPaymentChannel.open, (salted(payee, SALT))));
        return IPaymentChannel.VoucherItem(salted(address(account), SALT), 0, "");
    }

    function one(
        IPaymentChannel.VoucherItem memory first
    ) private pure returns (IPaymentChannel.VoucherItem[] memory items) {
        items = new IPaymentChannel.VoucherItem[](1);
        items[0] = first;
    }

    function two(
        IPaymentChannel.VoucherItem memory first,
        IPaymentChannel.VoucherItem memory last
    ) private pure returns (IPaymentChannel.VoucherItem[] memory items) {
        items = new IPaymentChannel.VoucherItem[](2);
        (items[0], items[1]) = (first, last);
    }

    function closeMany(IPaymentChannel.VoucherItem[] memory items) private returns (uint256) {
        VM.prank(payee);
        return channels.closeMany(items);
    }

    function test_PaysThePayersTheirRestsAndThePayeeAtOnce() public {
        redeemDefault(1 ether);
        IPaymentChannel.VoucherItem[] memory items = two(item(PAYER_KEY, SALT, 3 ether), item(SECOND_KEY, SALT, 4 ether));
        expectEvent();
        emit IPaymentChannel.Closed(id, 3 ether, DEPOSIT - 3 ether);
        expectEvent();
        emit IPaymentChannel.Closed(secondId, 4 ether, DEPOSIT - 4 ether);
        VM.expectCall(payee, 6 ether, "");
        assertEq(closeMany(items), 6 ether, "returned");
        assertEq(payee.balance, 7 ether, "payee");
        assertEq(payer.balance, DEPOSIT - 3 ether, "payer");
        assertEq(second.balance, DEPOSIT - 4 ether, "second payer");
        assertEq(address(channels).balance, 0, "balance held");
        assertNone(id);
        assertNone(secondId);
    }

    function test_NeedsNoVoucherToTakeNothingMore() public {
        redeemDefault(1 ether);
        requestCloseDefault();
        assertEq(closeMany(one(IPaymentChannel.VoucherItem(salted(payer, SALT), 1 ether, ""))), 0, "returned");
        assertEq(payer.balance, DEPOSIT - 1 ether, "payer");
        assertNone(id);
    }

    function test_SkipsAndReportsWhatCannotBeClosed() public {
        IPaymentChannel.VoucherItem[] memory items = new IPaymentChannel.VoucherItem[](4);
        items[0] = item(PAYER_KEY, SALT + 1, 1 ether);
        items[1] = item(PAYER_KEY, SALT, 1 ether);
        items[1].signature = items[0].signature;
        items[2] = item(SECOND_KEY, SALT, 2 ether);
        items[3] = items[2];

        expectEvent();
        emit IPaymentChannel.CloseSkipped(idOf(payer, payee, SALT + 1), IPaymentChannel.SkipReason.UnknownChannel);
        expectEvent();
        emit IPaymentChannel.CloseSkipped(id, IPaymentChannel.SkipReason.InvalidSignature);
        expectEvent();
        emit IPaymentChannel.Closed(secondId, 2 ether, DEPOSIT - 2 ether);
        expectEvent();
        emit IPaymentChannel.CloseSkipped(secondId, IPaymentChannel.SkipReason.UnknownChannel);
        assertEq(closeMany(items), 2 ether, "returned");
        assertEq(payee.balance, 2 ether, "payee");
        assertChannel(id, DEPOSIT, 0, 0, 0);
    }

    function test_NothingToCloseIsFine() public {
        assertEq(closeMany(new IPaymentChannel.VoucherItem[](0)), 0, "returned");
    }

    /// @dev The payee is part of the id, so whoever else sends closes channels of its own, of which there are none.
    function test_OthersCloseNothing() public {
        IPaymentChannel.VoucherItem[] memory items = one(item(PAYER_KEY, SALT, 1 ether));
        VM.prank(stranger);
        assertEq(channels.closeMany(items), 0, "stranger");
        VM.prank(payer);
        assertEq(channels.closeMany(items), 0, "payer");
        assertChannel(id, DEPOSIT, 0, 0, 0);
    }

    function test_RefundsThatFailDoNotStopTheRest() public {
        Account[3] memory accounts = [
            Account(new RefusingAccount()),
            Account(new GasEatingAccount()),
            Account(new ReturnBombAccount())
        ];
        IPaymentChannel.VoucherItem[] memory items = new IPaymentChannel.VoucherItem[](4);
        for (uint256 i = 0; i < 3; ++i) items[i] = openFrom(accounts[i]);
        items[3] = item(PAYER_KEY, SALT, 1 ether);
        for (uint256 i = 0; i < 3; ++i) {
            expectEvent();
            emit IPaymentChannel.CloseRequested(
                idOf(address(accounts[i]), payee, SALT),
                uint40(block.timestamp),
                uint64(block.number)
            );
        }
        VM.prank(payee);
        assertEq(channels.closeMany{gas: 400_000}(items), 1 ether, "returned");
        for (uint256 i = 0; i < 3; ++i) {
            assertChannel(idOf(address(accounts[i]), payee, SALT), DEPOSIT, 0, block.timestamp, block.number);
        }
        assertNone(id);
        assertEq(address(channels).balance, 4 * uint256(DEPOSIT), "the refunds and the other channel wait");
    }

    function test_ARefusedRefundCanBeWithdrawnInTheSameBlock() public {
        RefusingAccount account = new RefusingAccount();
        closeMany(one(openFrom(account)));
        account.setAccepts(true);
        channels.withdraw(address(account), salted(payee, SALT));
        assertEq(address(account).balance, DEPOSIT, "payer");
    }

    /// @dev An item that a payer's refund has overtaken is judged by what the chain says then.
    function test_APayerThatRedeemsTheNextItemChangesNothing() public {
        VM.deal(payee, 1);
        IPaymentChannel.VoucherItem memory good = item(PAYER_KEY, SALT, 3 ether);
        Account account = new RedeemingAccount(channels, payer, salted(payee, SALT), 3 ether, good.signature);
        IPaymentChannel.VoucherItem memory meddling = openFrom(account);
        expectEvent();
        emit IPaymentChannel.Redeemed(id, 3 ether, 3 ether);
        assertEq(closeMany(two(meddling, good)), 0, "returned");
        assertEq(payee.balance, 1 + 3 ether, "payee");
        assertEq(payer.balance, DEPOSIT - 3 ether, "payer");
        assertEq(address(account).balance, DEPOSIT, "meddler");
        assertNone(id);
    }

    /// @dev The second item ends the channel that the first one's refund opened; its own refund opens the third.
    function test_APayerThatReopensDuringItsRefundKeepsTheNewChannel() public {
        Account account = new ReopeningAccount(channels, salted(payee, SALT));
        IPaymentChannel.VoucherItem memory reopened = openFrom(account);
        assertEq(closeMany(two(reopened, reopened)), 0, "returned");
        assertChannel(idOf(address(account), payee, SALT), 1, 0, 0, 0);
        assertEq(address(account).balance, DEPOSIT - 1, "payer");
        assertEq(address(channels).balance, 2 * uint256(DEPOSIT) + 1, "balance held");
    }

    function test_RevertWhen_ThePayeeRefusesItsOwnMoney() public {
        payee = address(new RefusingAccount());
        id = idOf(payer, payee, SALT);
        VM.deal(payer, DEPOSIT);
        openDefault();
        IPaymentChannel.VoucherItem[] memory items = one(item(PAYER_KEY, SALT, 1 ether));
        expectRevert(IPaymentChannel.PaymentChannel_PayoutFailed.selector, abi.encode(payee, uint256(1 ether)));
        closeMany(items);
        assertChannel(id, DEPOSIT, 0, 0, 0);
    }

    function test_AReentrantPayeeIsPaidOnce() public {
        ReentrantAccount account = new ReentrantAccount();
        payee = address(account);
        id = idOf(payer, payee, SALT);
        VM.deal(payer, DEPOSIT);
        openDefault();
        bytes memory call = abi.encodeCall(IPaymentChannel.closeMany, (one(item(PAYER_KEY, SALT, 1 ether))));
        account.prepare(address(channels), 0, call, false);
        account.execute(address(channels), 0, call);
        assertEq(account.attempts(), 1, "tried");
        assertEq(payee.balance, 1 ether, "paid once");
        assertEq(payer.balance, DEPOSIT - 1 ether, "refunded once");
    }

    function testFuzz_SplitsEachDeposit(uint96[4] calldata redeemed, uint96[4] calldata amounts) public {
        IPaymentChannel.VoucherItem[] memory items = new IPaymentChannel.VoucherItem[](4);
        uint256 paid = 0;
        uint256 before = payee.balance;
        for (uint96 i = 0; i < 4; ++i) {
            uint96 salt = SALT + 1 + i;
            VM.deal(payer, DEPOSIT);
            VM.prank(payer);
            channels.open{value: DEPOSIT}(salted(payee, salt));
            IPaymentChannel.VoucherItem memory first = item(PAYER_KEY, salt, redeemed[i]);
            if (redeemed[i] != 0) channels.redeem(payer, salted(payee, salt), redeemed[i], first.signature);
            items[i] = item(PAYER_KEY, salt, amounts[i]);
            uint256 highest = redeemed[i] > amounts[i] ? redeemed[i] : amounts[i];
            paid += highest < DEPOSIT ? highest : DEPOSIT;
        }
        uint256 redeemedBefore = payee.balance - before;
        assertEq(closeMany(items), paid - redeemedBefore, "returned");
        assertEq(payee.balance - before, paid, "payee");
        assertEq(payer.balance, 4 * uint256(DEPOSIT) - paid, "payer");
        assertEq(address(channels).balance, 2 * uint256(DEPOSIT), "the default channels are whole");
    }
}
