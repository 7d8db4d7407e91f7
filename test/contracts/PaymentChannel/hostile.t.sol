// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ChannelCalls} from "../support/ChannelCalls.sol";
import {ChannelTest} from "../support/ChannelTest.sol";
import {HostileAccount} from "../support/HostileAccounts.sol";
import {VM} from "../support/Vm.sol";

/// @notice Whatever one party is and does when it gets coin, the other gets its own: in these many ways, with random amounts.
contract HostileTest is ChannelTest {
    /// @dev A closing payee pays for a refund that burns its gas, and no more: far less than the block's 4,700,000.
    uint256 private constant ENOUGH_GAS = 250_000;

    HostileAccount private account;

    function setUp() public override {
        super.setUp();
        account = new HostileAccount();
    }

    function wayOf(uint8 seed) private pure returns (HostileAccount.Way) {
        return HostileAccount.Way(bound(seed, 0, uint256(type(HostileAccount.Way).max)));
    }

    function send(address sender, bytes memory data) private returns (bool success) {
        VM.prank(sender);
        (success, ) = address(channels).call{gas: ENOUGH_GAS}(data);
    }

    function testFuzz_NoPayeeCanLockThePayersMoney(uint8 seed, uint96 amount, bool tries) public {
        payee = address(account);
        amount = uint96(bound(amount, 1, DEPOSIT - 1));
        id = idOf(payer, payee, SALT);
        account.prepare(address(channels), ChannelCalls.redeem(payer, payee, SALT, amount, voucher(amount)));
        account.behave(wayOf(seed));
        openDefault();
        uint256 before = payer.balance;
        if (tries) send(stranger, ChannelCalls.redeem(payer, payee, SALT, amount, voucher(amount)));
        assertTrue(send(payer, ChannelCalls.requestClose(payee, SALT)), "request");
        passWindow();
        assertTrue(send(payer, ChannelCalls.withdraw(payer, payee, SALT)), "withdraw");
        uint256 paid = DEPOSIT - (payer.balance - before);
        assertTrue(paid == 0 || (tries && paid == amount), "all that was not redeemed came back");
        assertNone(id);
        assertEq(account.successes(), 0, "no second payment");
    }

    function testFuzz_NoPayerCanLockThePayeesMoney(uint8 seed, uint96 amount, bool closes, bool asked) public {
        payer = address(account);
        amount = uint96(bound(amount, 1, DEPOSIT));
        id = idOf(payer, payee, SALT);
        VM.deal(payer, DEPOSIT);
        account.execute(address(channels), DEPOSIT, ChannelCalls.open(payee, SALT));
        if (asked) account.execute(address(channels), 0, ChannelCalls.requestClose(payee, SALT));
        account.prepare(address(channels), ChannelCalls.withdraw(payer, payee, SALT));
        account.behave(wayOf(seed));
        bytes memory data = closes
            ? ChannelCalls.close(payer, SALT, amount, "agreed")
            : ChannelCalls.redeem(payer, payee, SALT, amount, "agreed");
        assertTrue(send(payee, data), "the payee needs nobody");
        assertEq(payee.balance, amount, "payee");
        assertEq(account.successes(), 0, "no second refund");
        (, uint96 settled, , ) = channels.channel(id);
        uint256 held = address(channels).balance;
        assertTrue(held == 0 || held == DEPOSIT - amount, "the refund waits, or is paid");
        assertTrue(held == 0 || settled == amount, "what was paid is remembered");
    }

    /// @dev Why a payee takes vouchers of accounts without code only, unless its operator allows contracts: this one's no longer count.
    function test_AVanishedPayersVouchersAreGoneAndItsCoinIsNotStuck() public {
        payer = address(account);
        id = idOf(payer, payee, SALT);
        VM.deal(payer, DEPOSIT);
        account.execute(address(channels), DEPOSIT, ChannelCalls.open(payee, SALT));
        assertTrue(send(payee, ChannelCalls.redeem(payer, payee, SALT, 1 ether, "agreed")), "while it is there");
        // What selfdestruct leaves behind after its transaction, which a test is all one of.
        VM.etch(payer, "");
        assertTrue(!send(payee, ChannelCalls.redeem(payer, payee, SALT, 2 ether, "agreed")), "nobody answers");
        assertTrue(send(payee, ChannelCalls.close(payer, SALT, 0, "")), "close");
        assertEq(payee.balance, 1 ether, "payee");
        assertEq(payer.balance, DEPOSIT - 1 ether, "refund");
        assertNone(id);
    }

    /// @dev A payee that refuses blocks an agreed close, and its own vouchers, and nothing else.
    function testFuzz_ARefusingPayeeHurtsItselfOnly(uint96 amount) public {
        payee = address(account);
        amount = uint96(bound(amount, 1, DEPOSIT));
        id = idOf(payer, payee, SALT);
        account.behave(HostileAccount.Way.Refuses);
        openDefault();
        assertTrue(!send(stranger, ChannelCalls.redeem(payer, payee, SALT, amount, voucher(amount))), "redeem");
        assertTrue(!send(stranger, ChannelCalls.redeemMany(payer, payee, SALT, amount, voucher(amount))), "batch");
        assertTrue(!send(payer, ChannelCalls.closeAgreed(payer, payee, SALT, amount, "agreed")), "agreed close");
        assertChannel(id, DEPOSIT, 0, 0, 0);
        uint256 before = payer.balance;
        assertTrue(send(payer, ChannelCalls.closeAgreed(payer, payee, SALT, 0, "agreed")), "agreed close at nothing");
        assertEq(payer.balance - before, DEPOSIT, "payer");
    }
}
