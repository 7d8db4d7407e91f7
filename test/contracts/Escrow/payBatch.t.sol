// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IEscrow} from "../../../contracts/interfaces/IEscrow.sol";
import {IEscrowPayments} from "../../../contracts/interfaces/IEscrowPayments.sol";
import {
    Account,
    GasEatingAccount,
    ReentrantAccount,
    RefusingAccount,
    ReturnBombAccount
} from "../../../contracts/mocks/Accounts.sol";
import {BusyAccount} from "../../../contracts/mocks/BusyAccount.sol";
import {EscrowTest} from "../support/EscrowTest.sol";
import {VM} from "../support/Vm.sol";

contract PayBatchTest is EscrowTest {
    /// @dev Everyone else's money, which no batch may touch.
    function setUp() public override {
        super.setUp();
        lockDefault();
    }

    function payment(address payee, uint96 amount) private pure returns (IEscrowPayments.Payment memory) {
        return IEscrowPayments.Payment(payee, amount, FILE, CHUNKS, HTTP);
    }

    function three(address middle) private view returns (IEscrowPayments.Payment[] memory payments) {
        payments = new IEscrowPayments.Payment[](3);
        payments[0] = payment(seeder, 5 ether);
        payments[1] = payment(middle, 3 ether);
        payments[2] = payment(second, 2 ether);
    }

    function pay(IEscrowPayments.Payment[] memory payments, uint256 value) private returns (uint256) {
        VM.prank(payer);
        return escrows.payBatch{value: value}(payments);
    }

    function assertUntouched() private view {
        assertEq(address(escrows).balance, AMOUNT, "the escrow is whole, and nothing stayed");
    }

    function test_PaysEachAndReportsEach() public {
        IEscrowPayments.Payment[] memory payments = three(stranger);
        payments[1].protocol = "ed2k";
        payments[2].fileHash = CHUNKS;
        expectEvent();
        emit IEscrowPayments.Paid(payer, seeder, FILE, bytes32(0), 5 ether, CHUNKS, HTTP);
        expectEvent();
        emit IEscrowPayments.Paid(payer, stranger, FILE, bytes32(0), 3 ether, CHUNKS, "ed2k");
        expectEvent();
        emit IEscrowPayments.Paid(payer, second, CHUNKS, bytes32(0), 2 ether, CHUNKS, HTTP);
        assertEq(pay(payments, 10 ether), 0, "returned");
        assertEq(seeder.balance, 5 ether, "first");
        assertEq(stranger.balance, 3 ether, "second");
        assertEq(second.balance, 2 ether, "third");
        assertUntouched();
    }

    function test_PaysOnePayeeTwice() public {
        pay(three(seeder), 10 ether);
        assertEq(seeder.balance, 8 ether, "both");
    }

    function test_AnEmptyBatchDoesNothing() public {
        assertEq(pay(new IEscrowPayments.Payment[](0), 0), 0, "returned");
        assertUntouched();
    }

    function test_SkipsAPayeeThatRefuses() public {
        _skips(address(new RefusingAccount()));
    }

    function test_SkipsAPayeeThatBurnsItsGas() public {
        _skips(address(new GasEatingAccount()));
    }

    function test_SkipsAPayeeWithALongReason() public {
        _skips(address(new ReturnBombAccount()));
    }

    function test_SkipsTheContractItself() public {
        _skips(address(escrows));
    }

    /// @dev 50,000 gas and the 2,300 that come with coin: two new storage words fit, three do not.
    function test_GivesEachPayeeItsGasAndNoMore() public {
        BusyAccount account = new BusyAccount();
        account.setWords(2);
        assertEq(pay(three(address(account)), 10 ether), 0, "two fit");
        account.setWords(3);
        assertEq(pay(three(address(account)), 10 ether), 3 ether, "three do not");
        assertUntouched();
    }

    function test_OneThatBurnsAllCostsTheRestLittle() public {
        IEscrowPayments.Payment[] memory payments = new IEscrowPayments.Payment[](21);
        for (uint256 i = 0; i < 20; ++i) payments[i] = payment(address(new GasEatingAccount()), 1 ether);
        payments[20] = payment(seeder, 1 ether);
        VM.prank(payer);
        assertEq(escrows.payBatch{value: 21 ether, gas: 2_000_000}(payments), 20 ether, "returned");
        assertEq(seeder.balance, 1 ether, "the last one is paid");
    }

    /// @dev Whatever gas is sent: a payee that would take its coin is never skipped, the whole batch reverts.
    function testFuzz_NeverSkipsAWillingPayeeForWantOfGas(uint256 gasLimit) public {
        gasLimit = bound(gasLimit, 30_000, 200_000);
        BusyAccount account = new BusyAccount();
        account.setWords(2);
        IEscrowPayments.Payment[] memory payments = new IEscrowPayments.Payment[](1);
        payments[0] = payment(address(account), 1 ether);
        VM.prank(payer);
        try escrows.payBatch{value: 1 ether, gas: gasLimit}(payments) returns (uint256 returned) {
            assertEq(returned, 0, "paid");
            assertEq(address(account).balance, 1 ether, "payee");
        } catch {
            assertEq(address(account).balance, 0, "reverted");
        }
        assertUntouched();
    }

    function test_RevertWhen_APayeeFailsThatWasNotOfferedItsGas() public {
        BusyAccount account = new BusyAccount();
        account.setWords(2);
        IEscrowPayments.Payment[] memory payments = new IEscrowPayments.Payment[](1);
        payments[0] = payment(address(account), 1 ether);
        VM.prank(payer);
        try escrows.payBatch{value: 1 ether, gas: 50_000}(payments) {
            assertTrue(false, "too little gas");
        } catch (bytes memory reason) {
            assertEq(bytes4(reason), IEscrowPayments.Escrow_GasTooLow.selector, "reason");
        }
    }

    function testFuzz_ConservesValue(uint96[6] calldata amounts, uint8 refusing) public {
        IEscrowPayments.Payment[] memory payments = new IEscrowPayments.Payment[](6);
        address refuser = address(new RefusingAccount());
        address account = address(new Account());
        uint256 total = 0;
        uint256 refused = 0;
        for (uint256 i = 0; i < 6; ++i) {
            uint96 amount = uint96(bound(amounts[i], 1, 10 ether));
            bool refuses = (refusing >> i) & 1 == 1;
            payments[i] = payment(refuses ? refuser : account, amount);
            total += amount;
            if (refuses) refused += amount;
        }
        uint256 before = payer.balance;
        assertEq(pay(payments, total), refused, "returned");
        assertEq(before - payer.balance, total - refused, "payer");
        assertEq(account.balance, total - refused, "payee");
        assertEq(refuser.balance, 0, "refuser");
        assertUntouched();
    }

    function test_RevertWhen_TheCoinIsNotTheSum() public {
        IEscrowPayments.Payment[] memory payments = three(stranger);
        uint256[3] memory values = [uint256(10 ether - 1), 10 ether + 1, 0];
        for (uint256 i = 0; i < 3; ++i) {
            expectRevert(
                IEscrowPayments.Escrow_ValueMismatch.selector,
                abi.encode(uint256(10 ether), values[i])
            );
            pay(payments, values[i]);
        }
        assertEq(seeder.balance, 0, "nobody is paid");
    }

    function test_RevertWhen_APayeeIsZero() public {
        expectRevert(IEscrowPayments.Escrow_PayeeIsZero.selector, "");
        pay(three(address(0)), 10 ether);
    }

    function test_RevertWhen_AnAmountIsZero() public {
        IEscrowPayments.Payment[] memory payments = three(stranger);
        payments[1].amount = 0;
        expectRevert(IEscrowPayments.Escrow_AmountIsZero.selector, "");
        pay(payments, 7 ether);
    }

    function test_RevertWhen_TheCallerRefusesWhatIsReturned() public {
        RefusingAccount caller = new RefusingAccount();
        VM.deal(address(caller), 10 ether);
        bytes memory data = abi.encodeCall(IEscrowPayments.payBatch, (three(address(new RefusingAccount()))));
        expectPayoutFailed(address(caller), 3 ether);
        caller.execute(address(escrows), 10 ether, data);
        assertEq(seeder.balance, 0, "nobody is paid");
        caller.setAccepts(true);
        caller.execute(address(escrows), 10 ether, data);
        assertEq(address(caller).balance, 3 ether, "caller");
        assertEq(seeder.balance, 5 ether, "payee");
    }

    /// @dev A payee that sends a batch of its own from inside pays it with its own coin.
    function test_AReentrantPayeeSpendsItsOwn() public {
        ReentrantAccount account = new ReentrantAccount();
        IEscrowPayments.Payment[] memory inner = new IEscrowPayments.Payment[](1);
        inner[0] = payment(stranger, 1 ether);
        bytes memory data = abi.encodeCall(IEscrowPayments.payBatch, (inner));
        account.prepare(address(escrows), 0, data, false);
        pay(three(address(account)), 10 ether);
        assertEq(stranger.balance, 0, "nothing without coin");
        VM.deal(stranger, 1);
        account.prepare(address(escrows), 1 ether, data, false);
        pay(three(address(account)), 10 ether);
        assertEq(address(account).balance + stranger.balance - 1, 6 ether, "out of its own");
        assertUntouched();
    }

    /// @dev The caller's refund of the escrow inside its own batch's return: two books that share no word.
    function test_AReentrantCallerGetsEachOnce() public {
        ReentrantAccount caller = new ReentrantAccount();
        VM.deal(address(caller), 20 ether);
        caller.execute(
            address(escrows),
            10 ether,
            abi.encodeCall(IEscrow.lock, (FILE, SALT, deadline, one(seeder, SHARE)))
        );
        bytes memory refund = abi.encodeCall(IEscrow.refund, (FILE, SALT, new IEscrow.Release[](0)));
        caller.prepare(address(escrows), 0, refund, false);
        bytes memory batch = abi.encodeCall(IEscrowPayments.payBatch, (three(address(new RefusingAccount()))));
        caller.execute(address(escrows), 10 ether, batch);
        assertEq(caller.attempts(), 2, "the return, and the refund");
        assertEq(caller.successes(), 1, "one refund");
        assertEq(address(caller).balance, 3 ether + AMOUNT - SHARE, "caller");
        assertEq(address(escrows).balance, AMOUNT + SHARE, "held");
    }

    function _skips(address payee) private {
        uint256 before = payer.balance;
        uint256 payeeBefore = payee.balance;
        expectEvent();
        emit IEscrowPayments.Paid(payer, seeder, FILE, bytes32(0), 5 ether, CHUNKS, HTTP);
        expectEvent();
        emit IEscrowPayments.PaymentSkipped(payer, payee, FILE, 3 ether);
        expectEvent();
        emit IEscrowPayments.Paid(payer, second, FILE, bytes32(0), 2 ether, CHUNKS, HTTP);
        assertEq(pay(three(payee), 10 ether), 3 ether, "returned");
        assertEq(seeder.balance, 5 ether, "first");
        assertEq(second.balance, 2 ether, "last");
        assertEq(payee.balance, payeeBefore, "skipped");
        assertEq(before - payer.balance, 7 ether, "payer");
        assertUntouched();
    }
}
