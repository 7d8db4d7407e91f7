// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IEscrow} from "../../../contracts/interfaces/IEscrow.sol";
import {
    Account,
    GasEatingAccount,
    ReentrantAccount,
    RefusingAccount,
    ReturnBombAccount,
    WalletAccount
} from "../../../contracts/mocks/Accounts.sol";
import {EscrowTest} from "../support/EscrowTest.sol";
import {VM} from "../support/Vm.sol";

/// @notice Parties that are contracts: wallets that sign, and accounts that take their coin awkwardly.
contract EscrowAccountsTest is EscrowTest {
    function lockAs(Account account, address seeder_) private {
        payer = address(account);
        id = idOf(payer, FILE, SALT);
        VM.deal(payer, AMOUNT);
        account.execute(
            address(escrows),
            AMOUNT,
            abi.encodeCall(IEscrow.lock, (FILE, SALT, deadline, one(seeder_, SHARE)))
        );
    }

    function lockFor(Account account) private {
        seeder = address(account);
        VM.prank(payer);
        escrows.lock{value: AMOUNT}(FILE, SALT, deadline, one(seeder, SHARE));
    }

    function test_AWalletPaysByItsOwnRule() public {
        WalletAccount wallet = new WalletAccount();
        lockAs(wallet, seeder);
        wallet.accept(receiptDigest(id, seeder, 1 ether), "any length");
        redeemWith(1 ether, "any length");
        assertEq(seeder.balance, 1 ether, "seeder");
        expectInvalidSignature(payer);
        redeemWith(2 ether, "any length");
    }

    function test_AWalletThatMisbehavesSignsNothing() public {
        WalletAccount wallet = new WalletAccount();
        lockAs(wallet, seeder);
        wallet.accept(receiptDigest(id, seeder, 1 ether), "signature");
        WalletAccount.Mode[4] memory modes = [
            WalletAccount.Mode.Reverts,
            WalletAccount.Mode.WrongValue,
            WalletAccount.Mode.ShortAnswer,
            WalletAccount.Mode.EatsGas
        ];
        for (uint256 i = 0; i < modes.length; ++i) {
            wallet.setMode(modes[i]);
            expectInvalidSignature(payer);
            redeemWith(1 ether, "signature");
        }
    }

    function test_AWalletReleasesByItsOwnRule() public {
        WalletAccount wallet = new WalletAccount();
        lockFor(wallet);
        IEscrow.Release[] memory releases = own(seeder, 1 ether);
        releases[0].signature = "agreed";
        expectInvalidSignature(seeder);
        escrows.release(payer, FILE, SALT, releases);
        wallet.accept(releaseDigest(id, seeder, 1 ether, 1), "agreed");
        escrows.release(payer, FILE, SALT, releases);
        assertAllocation(seeder, 1 ether, 0, 2);
    }

    function test_ASeederThatRefusesStopsOnlyItself() public {
        RefusingAccount account = new RefusingAccount();
        lockFor(account);
        allocate(second, 1 ether);
        bytes memory signature = receipt(1 ether);
        expectPayoutFailed(seeder, 1 ether);
        redeemWith(1 ether, signature);
        assertAllocation(seeder, SHARE, 0, 1);

        VM.prank(payer);
        escrows.refund(FILE, SALT, new IEscrow.Release[](0));
        requestReclaim();
        passGrace();
        uint256 before = payer.balance;
        reclaim(seeder);
        assertEq(payer.balance - before, SHARE, "payer");
        assertAllocation(second, 1 ether, 0, 1);
    }

    function test_ASeederThatBurnsGasStopsOnlyItself() public {
        lockFor(new GasEatingAccount());
        bytes memory signature = receipt(1 ether);
        expectPayoutFailed(seeder, 1 ether);
        escrows.redeem{gas: 1_000_000}(payer, FILE, SALT, seeder, 1 ether, CHUNKS, HTTP, signature);
        assertAllocation(seeder, SHARE, 0, 1);
    }

    function test_ARefusalWithALongReasonIsNotCopied() public {
        lockFor(new ReturnBombAccount());
        bytes memory signature = receipt(1 ether);
        expectPayoutFailed(seeder, 1 ether);
        redeemWith(1 ether, signature);
    }

    function test_APayerThatRefusesStopsOnlyItself() public {
        RefusingAccount account = new RefusingAccount();
        lockAs(account, seeder);
        expectPayoutFailed(payer, AMOUNT - SHARE);
        account.execute(
            address(escrows),
            0,
            abi.encodeCall(IEscrow.refund, (FILE, SALT, new IEscrow.Release[](0)))
        );
        requestReclaim();
        passGrace();
        expectPayoutFailed(payer, AMOUNT);
        reclaim(seeder);
        account.setAccepts(true);
        reclaim(seeder);
        assertEq(payer.balance, AMOUNT, "payer");
        assertEq(address(escrows).balance, 0, "nothing held");
    }

    function test_AReentrantSeederIsPaidOnce() public {
        ReentrantAccount account = new ReentrantAccount();
        lockFor(account);
        bytes memory again = abi.encodeCall(
            IEscrow.redeem,
            (payer, FILE, SALT, seeder, 2 ether, CHUNKS, HTTP, receipt(2 ether))
        );
        account.prepare(address(escrows), 0, again, false);
        redeemDefault(2 ether);
        assertEq(account.attempts(), 1, "tried");
        assertEq(account.successes(), 0, "in vain");
        assertEq(seeder.balance, 2 ether, "paid once");
    }

    /// @dev Inside its payout a seeder redeems a higher receipt: that is its right, and the sum is the same.
    function test_AReentrantSeederGetsNoMoreThanItsReceipts() public {
        ReentrantAccount account = new ReentrantAccount();
        lockFor(account);
        bytes memory more = abi.encodeCall(
            IEscrow.redeem,
            (payer, FILE, SALT, seeder, 3 ether, CHUNKS, HTTP, receipt(3 ether))
        );
        account.prepare(address(escrows), 0, more, false);
        redeemDefault(2 ether);
        assertEq(account.successes(), 1, "redeemed inside");
        assertEq(seeder.balance, 3 ether, "the higher receipt");
        assertAllocation(seeder, SHARE, 3 ether, 1);
        assertEq(address(escrows).balance, AMOUNT - 3 ether, "rest held");
    }

    function test_AReentrantPayerIsRefundedOnce() public {
        ReentrantAccount account = new ReentrantAccount();
        lockAs(account, seeder);
        bytes memory data = abi.encodeCall(IEscrow.refund, (FILE, SALT, new IEscrow.Release[](0)));
        account.prepare(address(escrows), 0, data, false);
        account.execute(address(escrows), 0, data);
        assertEq(account.attempts(), 1, "tried");
        assertEq(account.successes(), 0, "in vain");
        assertEq(payer.balance, AMOUNT - SHARE, "paid once");
        assertEq(address(escrows).balance, SHARE, "the seeder's share held");
    }

    function test_AReentrantPayerReclaimsOnce() public {
        ReentrantAccount account = new ReentrantAccount();
        lockAs(account, seeder);
        requestReclaim();
        passGrace();
        address[] memory seeders = new address[](1);
        seeders[0] = seeder;
        account.prepare(
            address(escrows),
            0,
            abi.encodeCall(IEscrow.reclaim, (payer, FILE, SALT, seeders)),
            false
        );
        reclaim(seeder);
        assertEq(account.successes(), 0, "in vain");
        assertEq(payer.balance, AMOUNT, "paid once");
    }
}
