// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IPaymentChannel} from "../../../contracts/interfaces/IPaymentChannel.sol";
import {ReentrantAccount, RefusingAccount, WalletAccount} from "../../../contracts/mocks/Accounts.sol";
import {ChannelTest} from "../support/ChannelTest.sol";
import {VM} from "../support/Vm.sol";

contract RedeemManyTest is ChannelTest {
    uint256 private constant SECOND_KEY = 0x5EC0;

    address private second;

    function setUp() public override {
        super.setUp();
        second = VM.addr(SECOND_KEY);
        VM.deal(second, 100 ether);
        openDefault();
        VM.prank(second);
        channels.open{value: DEPOSIT}(salted(payee, SALT));
    }

    function item(uint256 key, uint96 salt, uint96 amount) private view returns (IPaymentChannel.VoucherItem memory) {
        address payer_ = VM.addr(key);
        bytes memory signature = compact(key, voucherDigest(idOf(payer_, payee, salt), amount));
        return IPaymentChannel.VoucherItem(salted(payer_, salt), amount, signature);
    }

    function twoGood() private view returns (IPaymentChannel.VoucherItem[] memory items) {
        items = new IPaymentChannel.VoucherItem[](2);
        items[0] = item(PAYER_KEY, SALT, 1 ether);
        items[1] = item(SECOND_KEY, SALT, 2 ether);
    }

    function test_PaysAllAtOnce() public {
        IPaymentChannel.VoucherItem[] memory items = twoGood();
        expectEvent();
        emit IPaymentChannel.Redeemed(id, 1 ether, 1 ether);
        expectEvent();
        emit IPaymentChannel.Redeemed(idOf(second, payee, SALT), 2 ether, 2 ether);
        VM.expectCall(payee, 3 ether, "");
        VM.prank(stranger);
        assertEq(channels.redeemMany(payee, items), 3 ether, "returned");
        assertEq(payee.balance, 3 ether, "payee");
        assertChannel(id, DEPOSIT, 1 ether, 0, 0);
        assertChannel(idOf(second, payee, SALT), DEPOSIT, 2 ether, 0, 0);
    }

    function test_SkipsAndReportsWhatCannotBeRedeemed() public {
        IPaymentChannel.VoucherItem[] memory items = new IPaymentChannel.VoucherItem[](5);
        items[0] = item(PAYER_KEY, SALT + 1, 1 ether);
        items[1] = item(PAYER_KEY, SALT, 1 ether);
        items[1].signature = items[0].signature;
        items[2] = item(PAYER_KEY, SALT, 0);
        items[3] = item(SECOND_KEY, SALT, 2 ether);
        items[4] = items[3];
        bytes32 secondId = idOf(second, payee, SALT);

        expectEvent();
        emit IPaymentChannel.RedeemSkipped(idOf(payer, payee, SALT + 1), IPaymentChannel.SkipReason.UnknownChannel);
        expectEvent();
        emit IPaymentChannel.RedeemSkipped(id, IPaymentChannel.SkipReason.InvalidSignature);
        expectEvent();
        emit IPaymentChannel.RedeemSkipped(id, IPaymentChannel.SkipReason.VoucherNotIncreasing);
        expectEvent();
        emit IPaymentChannel.Redeemed(secondId, 2 ether, 2 ether);
        expectEvent();
        emit IPaymentChannel.RedeemSkipped(secondId, IPaymentChannel.SkipReason.VoucherNotIncreasing);
        assertEq(channels.redeemMany(payee, items), 2 ether, "returned");
        assertEq(payee.balance, 2 ether, "payee");
        assertChannel(id, DEPOSIT, 0, 0, 0);
    }

    function test_PaysNothingWhenAllIsSkipped() public {
        IPaymentChannel.VoucherItem[] memory items = new IPaymentChannel.VoucherItem[](1);
        items[0] = item(PAYER_KEY, SALT + 1, 1 ether);
        assertEq(channels.redeemMany(payee, items), 0, "returned");
        assertEq(channels.redeemMany(payee, new IPaymentChannel.VoucherItem[](0)), 0, "empty batch");
        assertEq(payee.balance, 0, "payee");
    }

    function test_PaysNoMoreThanEachDeposit() public {
        IPaymentChannel.VoucherItem[] memory items = new IPaymentChannel.VoucherItem[](1);
        items[0] = item(PAYER_KEY, SALT, type(uint96).max);
        channels.redeemMany(payee, items);
        assertEq(payee.balance, DEPOSIT, "payee");
    }

    /// @dev A stranger's channel to somebody else cannot be paid to this payee: the payee is part of the id.
    function test_SkipsVouchersForAnotherPayee() public {
        bytes memory signature = voucher(1 ether);
        IPaymentChannel.VoucherItem[] memory items = new IPaymentChannel.VoucherItem[](1);
        items[0] = IPaymentChannel.VoucherItem(salted(payer, SALT), 1 ether, signature);
        assertEq(channels.redeemMany(stranger, items), 0, "returned");
        assertEq(stranger.balance, 0, "stranger");
    }

    /// @dev The wallet is cut off at ERC1271_GAS, so one bad payer costs little and stops nobody.
    function test_AWalletThatBurnsGasDoesNotStopTheRest() public {
        IPaymentChannel.VoucherItem[] memory items = new IPaymentChannel.VoucherItem[](3);
        for (uint256 i = 0; i < 2; ++i) {
            WalletAccount wallet = new WalletAccount();
            VM.deal(address(wallet), 1 ether);
            wallet.execute(address(channels), 1 ether, abi.encodeCall(IPaymentChannel.open, (salted(payee, SALT))));
            wallet.setMode(i == 0 ? WalletAccount.Mode.EatsGas : WalletAccount.Mode.Reverts);
            items[i] = IPaymentChannel.VoucherItem(salted(address(wallet), SALT), 1 ether, "signature");
        }
        items[2] = item(PAYER_KEY, SALT, 1 ether);
        assertEq(channels.redeemMany{gas: 400_000}(payee, items), 1 ether, "returned");
    }

    function test_RevertWhen_ThePayeeRefuses() public {
        payee = address(new RefusingAccount());
        id = idOf(payer, payee, SALT);
        openDefault();
        IPaymentChannel.VoucherItem[] memory items = new IPaymentChannel.VoucherItem[](1);
        items[0] = item(PAYER_KEY, SALT, 1 ether);
        expectRevert(IPaymentChannel.PaymentChannel_PayoutFailed.selector, abi.encode(payee, uint256(1 ether)));
        channels.redeemMany(payee, items);
        assertChannel(id, DEPOSIT, 0, 0, 0);
    }

    function test_AReentrantPayeeGainsNothing() public {
        ReentrantAccount account = new ReentrantAccount();
        payee = address(account);
        id = idOf(payer, payee, SALT);
        openDefault();
        IPaymentChannel.VoucherItem[] memory items = new IPaymentChannel.VoucherItem[](1);
        items[0] = item(PAYER_KEY, SALT, 1 ether);
        bytes memory again = abi.encodeCall(IPaymentChannel.redeemMany, (payee, items));
        account.prepare(address(channels), 0, again, false);
        channels.redeemMany(payee, items);
        assertEq(account.attempts(), 1, "tried");
        assertEq(payee.balance, 1 ether, "paid once");
    }

    function testFuzz_PaysTheSumOfWhatIncreases(uint96[8] calldata amounts) public {
        IPaymentChannel.VoucherItem[] memory items = new IPaymentChannel.VoucherItem[](8);
        uint256[2] memory settled;
        for (uint256 i = 0; i < 8; ++i) {
            uint256 key = i % 2 == 0 ? PAYER_KEY : SECOND_KEY;
            uint256 capped = amounts[i] < DEPOSIT ? amounts[i] : DEPOSIT;
            items[i] = item(key, SALT, amounts[i]);
            if (capped > settled[i % 2]) settled[i % 2] = capped;
        }
        assertEq(channels.redeemMany(payee, items), settled[0] + settled[1], "returned");
        assertEq(payee.balance, settled[0] + settled[1], "payee");
        assertEq(address(channels).balance, 2 * uint256(DEPOSIT) - payee.balance, "rest held");
    }
}
