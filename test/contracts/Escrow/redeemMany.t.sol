// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IEscrow} from "../../../contracts/interfaces/IEscrow.sol";
import {IEscrowPayments} from "../../../contracts/interfaces/IEscrowPayments.sol";
import {ReentrantAccount, RefusingAccount, WalletAccount} from "../../../contracts/mocks/Accounts.sol";
import {EscrowTest} from "../support/EscrowTest.sol";
import {VM} from "../support/Vm.sol";

contract EscrowRedeemManyTest is EscrowTest {
    bytes32 private constant OTHER_FILE = keccak256("other file");

    function setUp() public override {
        super.setUp();
        lockBoth();
    }

    /// @dev An escrow of the payer's and one of the second account's, both with SHARE for the seeder.
    function lockBoth() private {
        lockDefault();
        VM.deal(second, AMOUNT);
        VM.prank(second);
        escrows.lock{value: AMOUNT}(OTHER_FILE, SALT, deadline, one(seeder, SHARE));
    }

    function item(uint256 key, bytes32 file, uint96 amount) private view returns (IEscrow.RedeemItem memory) {
        address payer_ = VM.addr(key);
        bytes memory signature = compact(key, receiptDigest(idOf(payer_, file, SALT), seeder, amount));
        return IEscrow.RedeemItem(payer_, file, SALT, amount, CHUNKS, HTTP, signature);
    }

    function twoGood() private view returns (IEscrow.RedeemItem[] memory items) {
        items = new IEscrow.RedeemItem[](2);
        items[0] = item(PAYER_KEY, FILE, 1 ether);
        items[1] = item(SECOND_KEY, OTHER_FILE, 2 ether);
    }

    function test_PaysAllAtOnce() public {
        IEscrow.RedeemItem[] memory items = twoGood();
        expectEvent();
        emit IEscrowPayments.Paid(payer, seeder, FILE, id, 1 ether, CHUNKS, HTTP);
        expectEvent();
        emit IEscrowPayments.Paid(
            second,
            seeder,
            OTHER_FILE,
            idOf(second, OTHER_FILE, SALT),
            2 ether,
            CHUNKS,
            HTTP
        );
        VM.expectCall(seeder, 3 ether, "");
        VM.prank(stranger);
        assertEq(escrows.redeemMany(seeder, items), 3 ether, "returned");
        assertEq(seeder.balance, 3 ether, "seeder");
        assertAllocation(seeder, SHARE, 1 ether, 1);
    }

    function test_SkipsAndReportsWhatCannotBeRedeemed() public {
        IEscrow.RedeemItem[] memory items = new IEscrow.RedeemItem[](5);
        items[0] = item(PAYER_KEY, OTHER_FILE, 1 ether);
        items[1] = item(PAYER_KEY, FILE, 1 ether);
        items[1].signature = items[0].signature;
        items[2] = item(PAYER_KEY, FILE, 0);
        items[3] = item(SECOND_KEY, OTHER_FILE, 2 ether);
        items[4] = items[3];
        bytes32 secondId = idOf(second, OTHER_FILE, SALT);

        _expectSkipped(idOf(payer, OTHER_FILE, SALT), IEscrow.SkipReason.UnknownAllocation);
        _expectSkipped(id, IEscrow.SkipReason.InvalidSignature);
        _expectSkipped(id, IEscrow.SkipReason.ReceiptNotIncreasing);
        expectEvent();
        emit IEscrowPayments.Paid(second, seeder, OTHER_FILE, secondId, 2 ether, CHUNKS, HTTP);
        _expectSkipped(secondId, IEscrow.SkipReason.ReceiptNotIncreasing);
        assertEq(escrows.redeemMany(seeder, items), 2 ether, "returned");
        assertEq(seeder.balance, 2 ether, "seeder");
        assertAllocation(seeder, SHARE, 0, 1);
    }

    function test_PaysNothingWhenAllIsSkipped() public {
        IEscrow.RedeemItem[] memory items = new IEscrow.RedeemItem[](1);
        items[0] = item(PAYER_KEY, OTHER_FILE, 1 ether);
        assertEq(escrows.redeemMany(seeder, items), 0, "returned");
        assertEq(escrows.redeemMany(seeder, new IEscrow.RedeemItem[](0)), 0, "empty batch");
        assertEq(seeder.balance, 0, "seeder");
    }

    /// @dev The seeder is part of what is signed and of where the money is.
    function test_SkipsReceiptsForAnotherSeeder() public {
        IEscrow.RedeemItem[] memory items = twoGood();
        allocate(stranger, 1 ether);
        _expectSkippedFor(stranger, id, IEscrow.SkipReason.InvalidSignature);
        assertEq(escrows.redeemMany(stranger, items), 0, "returned");
        assertEq(stranger.balance, 0, "stranger");
    }

    /// @dev The wallet is cut off by the signature check, so one bad payer costs little and stops nobody.
    function test_AWalletThatBurnsGasDoesNotStopTheRest() public {
        IEscrow.RedeemItem[] memory items = new IEscrow.RedeemItem[](3);
        for (uint256 i = 0; i < 2; ++i) {
            WalletAccount wallet = new WalletAccount();
            VM.deal(address(wallet), 1 ether);
            bytes memory data = abi.encodeCall(IEscrow.lock, (FILE, SALT, deadline, one(seeder, 1 ether)));
            wallet.execute(address(escrows), 1 ether, data);
            wallet.setMode(i == 0 ? WalletAccount.Mode.EatsGas : WalletAccount.Mode.Reverts);
            items[i] = IEscrow.RedeemItem(address(wallet), FILE, SALT, 1 ether, CHUNKS, HTTP, "signature");
        }
        items[2] = item(PAYER_KEY, FILE, 1 ether);
        assertEq(escrows.redeemMany{gas: 400_000}(seeder, items), 1 ether, "returned");
    }

    function test_RevertWhen_TheSeederRefuses() public {
        seeder = address(new RefusingAccount());
        allocate(seeder, 1 ether);
        IEscrow.RedeemItem[] memory items = new IEscrow.RedeemItem[](1);
        items[0] = item(PAYER_KEY, FILE, 1 ether);
        expectPayoutFailed(seeder, 1 ether);
        escrows.redeemMany(seeder, items);
        assertAllocation(seeder, 1 ether, 0, 1);
    }

    function test_AReentrantSeederGainsNothing() public {
        ReentrantAccount account = new ReentrantAccount();
        seeder = address(account);
        allocate(seeder, 1 ether);
        IEscrow.RedeemItem[] memory items = new IEscrow.RedeemItem[](1);
        items[0] = item(PAYER_KEY, FILE, 1 ether);
        account.prepare(address(escrows), 0, abi.encodeCall(IEscrow.redeemMany, (seeder, items)), false);
        escrows.redeemMany(seeder, items);
        assertEq(account.attempts(), 1, "tried");
        assertEq(seeder.balance, 1 ether, "paid once");
    }

    function testFuzz_PaysTheSumOfWhatIncreases(uint96[8] calldata amounts) public {
        IEscrow.RedeemItem[] memory items = new IEscrow.RedeemItem[](8);
        uint256[2] memory redeemed;
        for (uint256 i = 0; i < 8; ++i) {
            uint256 capped = amounts[i] < SHARE ? amounts[i] : SHARE;
            items[i] = i % 2 == 0 ? item(PAYER_KEY, FILE, amounts[i]) : item(SECOND_KEY, OTHER_FILE, amounts[i]);
            if (capped > redeemed[i % 2]) redeemed[i % 2] = capped;
        }
        assertEq(escrows.redeemMany(seeder, items), redeemed[0] + redeemed[1], "returned");
        assertEq(seeder.balance, redeemed[0] + redeemed[1], "seeder");
        assertEq(address(escrows).balance, 2 * uint256(AMOUNT) - seeder.balance, "rest held");
    }

    function _expectSkipped(bytes32 escrowId, IEscrow.SkipReason reason) private {
        _expectSkippedFor(seeder, escrowId, reason);
    }

    function _expectSkippedFor(address seeder_, bytes32 escrowId, IEscrow.SkipReason reason) private {
        expectEvent();
        emit IEscrow.RedeemSkipped(escrowId, seeder_, reason);
    }
}
