// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IPaymentChannel} from "../../../contracts/interfaces/IPaymentChannel.sol";
import {RefusingAccount, WalletAccount} from "../../../contracts/mocks/Accounts.sol";
import {ChannelTest} from "../support/ChannelTest.sol";
import {VM} from "../support/Vm.sol";

contract CloseAgreedTest is ChannelTest {
    function agreed(address sender, uint256 signerKey, uint96 settled) private {
        bytes memory signature = compact(signerKey, closeDigest(id, settled));
        VM.prank(sender);
        channels.closeAgreed(payer, salted(payee, SALT), settled, signature);
    }

    function test_ThePayerSendsWhatThePayeeSigned() public {
        openDefault();
        redeemDefault(1 ether);
        uint256 before = payer.balance;
        expectEvent();
        emit IPaymentChannel.Closed(id, 3 ether, DEPOSIT - 3 ether);
        agreed(payer, PAYEE_KEY, 3 ether);
        assertEq(payee.balance, 3 ether, "payee");
        assertEq(payer.balance - before, DEPOSIT - 3 ether, "payer");
        assertNone(id);
    }

    function test_ThePayeeSendsWhatThePayerSigned() public {
        openDefault();
        agreed(payee, PAYER_KEY, DEPOSIT);
        assertEq(payee.balance, DEPOSIT, "payee");
        assertNone(id);
    }

    function test_IsPossibleWhileClosing() public {
        openDefault();
        requestCloseDefault();
        agreed(payer, PAYEE_KEY, 0);
        assertNone(id);
    }

    function test_ARefusedRefundStaysAndThePayeeIsPaid() public {
        RefusingAccount refusing = new RefusingAccount();
        VM.deal(address(refusing), DEPOSIT);
        refusing.execute(address(channels), DEPOSIT, abi.encodeCall(IPaymentChannel.open, (salted(payee, SALT))));
        bytes32 channelId = idOf(address(refusing), payee, SALT);
        bytes memory signature = compact(PAYEE_KEY, closeDigest(channelId, 1 ether));
        expectEvent();
        emit IPaymentChannel.Redeemed(channelId, 1 ether, 1 ether);
        expectEvent();
        emit IPaymentChannel.CloseRequested(channelId, uint40(block.timestamp), uint64(block.number));
        refusing.execute(
            address(channels),
            0,
            abi.encodeCall(IPaymentChannel.closeAgreed, (address(refusing), salted(payee, SALT), 1 ether, signature))
        );
        assertEq(payee.balance, 1 ether, "payee");
        assertChannel(channelId, DEPOSIT, 1 ether, block.timestamp, block.number);
        assertEq(address(channels).balance, DEPOSIT - 1 ether, "the refund waits");
    }

    function test_APayeeWalletAgreesByErc1271() public {
        WalletAccount wallet = new WalletAccount();
        payee = address(wallet);
        id = idOf(payer, payee, SALT);
        openDefault();
        wallet.accept(closeDigest(id, 1 ether), "yes");
        VM.prank(payer);
        channels.closeAgreed(payer, salted(payee, SALT), 1 ether, "yes");
        assertEq(payee.balance, 1 ether, "payee");
    }

    function testFuzz_SplitsTheDeposit(uint96 deposit, uint96 first, uint96 settled) public {
        deposit = uint96(bound(deposit, 1, type(uint96).max));
        first = uint96(bound(first, 1, deposit));
        settled = uint96(bound(settled, first, deposit));
        VM.deal(payer, deposit);
        VM.prank(payer);
        channels.open{value: deposit}(salted(payee, SALT));
        redeemDefault(first);
        agreed(payer, PAYEE_KEY, settled);
        assertEq(payee.balance, settled, "payee");
        assertEq(payer.balance, deposit - settled, "payer");
    }

    function test_RevertWhen_SentByAStranger() public {
        openDefault();
        bytes memory signature = compact(PAYEE_KEY, closeDigest(id, 1 ether));
        expectRevert(IPaymentChannel.PaymentChannel_NotAParty.selector, abi.encode(stranger));
        VM.prank(stranger);
        channels.closeAgreed(payer, salted(payee, SALT), 1 ether, signature);
    }

    function test_RevertWhen_TheOtherDidNotSign() public {
        openDefault();
        refuses(payer, payee, compact(PAYER_KEY, closeDigest(id, 1 ether)));
        refuses(payee, payer, compact(PAYEE_KEY, closeDigest(id, 1 ether)));
        refuses(payer, payee, compact(STRANGER_KEY, closeDigest(id, 1 ether)));
        refuses(payer, payee, compact(PAYEE_KEY, closeDigest(id, 2 ether)));
        refuses(payer, payee, compact(PAYEE_KEY, closeDigest(idOf(payer, payee, SALT + 1), 1 ether)));
        refuses(payer, payee, compact(PAYEE_KEY, voucherDigest(id, 1 ether)));
        refuses(payee, payer, voucher(1 ether));
    }

    function test_RevertWhen_SettledIsBelowWhatWasPaid() public {
        openDefault();
        redeemDefault(2 ether);
        outOfRange(2 ether, 2 ether - 1);
    }

    function test_RevertWhen_SettledIsAboveTheDeposit() public {
        openDefault();
        outOfRange(0, DEPOSIT + 1);
    }

    function test_RevertWhen_Unknown() public {
        bytes memory signature = compact(PAYEE_KEY, closeDigest(id, 0));
        expectUnknown(id);
        VM.prank(payer);
        channels.closeAgreed(payer, salted(payee, SALT), 0, signature);
    }

    /// @dev Why a payee refuses an id it has seen closed (docs/specs/02-channel.md): its old signature still counts.
    function test_AnOldCloseSignatureCountsAgainWhenThePayerReusesASalt() public {
        openDefault();
        agreed(payer, PAYEE_KEY, 0);
        openDefault();
        agreed(payer, PAYEE_KEY, 0);
        assertNone(id);
    }

    /// @dev Why a payer never reuses a salt: its old vouchers still count.
    function test_AnOldVoucherCountsAgainWhenThePayerReusesASalt() public {
        openDefault();
        redeemDefault(2 ether);
        agreed(payer, PAYEE_KEY, 2 ether);
        openDefault();
        redeemDefault(2 ether);
        assertEq(payee.balance, 4 ether, "payee");
    }

    function refuses(address sender, address signer, bytes memory signature) private {
        expectRevert(IPaymentChannel.PaymentChannel_InvalidSignature.selector, abi.encode(signer));
        VM.prank(sender);
        channels.closeAgreed(payer, salted(payee, SALT), 1 ether, signature);
    }

    function outOfRange(uint96 minimum, uint96 settled) private {
        bytes memory signature = compact(PAYEE_KEY, closeDigest(id, settled));
        expectRevert(
            IPaymentChannel.PaymentChannel_SettledOutOfRange.selector,
            abi.encode(minimum, DEPOSIT, settled)
        );
        VM.prank(payer);
        channels.closeAgreed(payer, salted(payee, SALT), settled, signature);
    }
}
