// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IPaymentChannel} from "../../../contracts/interfaces/IPaymentChannel.sol";
import {
    GasEatingAccount,
    ReentrantAccount,
    RefusingAccount,
    ReturnBombAccount,
    WalletAccount
} from "../../../contracts/mocks/Accounts.sol";
import {PaymentChannel} from "../../../contracts/PaymentChannel.sol";
import {ChannelTest} from "../support/ChannelTest.sol";
import {VM} from "../support/Vm.sol";

contract RedeemTest is ChannelTest {
    function test_PaysThePayeeTheDifference() public {
        openDefault();
        expectEvent();
        emit IPaymentChannel.Redeemed(id, 1 ether, 1 ether);
        redeemDefault(1 ether);
        expectEvent();
        emit IPaymentChannel.Redeemed(id, 3 ether, 2 ether);
        VM.prank(stranger);
        redeemDefault(3 ether);

        assertChannel(id, DEPOSIT, 3 ether, 0, 0);
        assertEq(payee.balance, 3 ether, "payee");
        assertEq(stranger.balance, 0, "sender");
    }

    function testFuzz_PaysUpToTheDeposit(uint96 deposit, uint96 first, uint96 second) public {
        VM.assume(deposit != 0 && first != 0);
        VM.deal(payer, deposit);
        VM.prank(payer);
        channels.open{value: deposit}(salted(payee, SALT));
        redeemDefault(first);
        uint96 settled = first < deposit ? first : deposit;
        assertEq(payee.balance, settled, "first");

        uint96 most = second < deposit ? second : deposit;
        bytes memory signature = voucher(second);
        if (most <= settled) {
            expectRevert(
                IPaymentChannel.PaymentChannel_VoucherNotIncreasing.selector,
                abi.encode(settled, most)
            );
        }
        channels.redeem(payer, salted(payee, SALT), second, signature);
        assertEq(payee.balance, most > settled ? most : settled, "second");
        assertEq(address(channels).balance, deposit - payee.balance, "rest held");
    }

    function test_IsPossibleWhileClosingAndAfterTheWindow() public {
        openDefault();
        requestCloseDefault();
        redeemDefault(1 ether);
        passWindow();
        redeemDefault(2 ether);
        assertEq(payee.balance, 2 ether, "payee");
        assertChannel(id, DEPOSIT, 2 ether, block.timestamp, block.number);
    }

    function test_RevertWhen_Unknown() public {
        bytes memory signature = voucher(1);
        expectUnknown(id);
        channels.redeem(payer, salted(payee, SALT), 1, signature);
    }

    function test_RevertWhen_Replayed() public {
        openDefault();
        redeemDefault(1 ether);
        bytes memory signature = voucher(1 ether);
        expectRevert(
            IPaymentChannel.PaymentChannel_VoucherNotIncreasing.selector,
            abi.encode(uint96(1 ether), uint96(1 ether))
        );
        channels.redeem(payer, salted(payee, SALT), 1 ether, signature);
    }

    function test_RevertWhen_TheChannelHasEnded() public {
        openDefault();
        VM.prank(payee);
        channels.close(salted(payer, SALT), "", 0);
        bytes memory signature = voucher(1 ether);
        expectUnknown(id);
        channels.redeem(payer, salted(payee, SALT), 1 ether, signature);
    }

    function test_RevertWhen_SignedByAnotherKey() public {
        openDefault();
        refuses(1 ether, compact(STRANGER_KEY, voucherDigest(id, 1 ether)));
        refuses(1 ether, compact(PAYEE_KEY, voucherDigest(id, 1 ether)));
    }

    function test_RevertWhen_SignedForAnotherAmountChannelOrMessage() public {
        openDefault();
        refuses(1 ether, compact(PAYER_KEY, voucherDigest(id, 1 ether - 1)));
        refuses(1 ether, compact(PAYER_KEY, voucherDigest(idOf(payer, payee, SALT + 1), 1 ether)));
        refuses(1 ether, compact(PAYER_KEY, closeDigest(id, 1 ether)));
    }

    function test_RevertWhen_SignedForAnotherContract() public {
        openDefault();
        PaymentChannel own = channels;
        channels = new PaymentChannel(WINDOW_SECONDS, WINDOW_BLOCKS);
        bytes memory signature = voucher(1 ether);
        channels = own;
        refuses(1 ether, signature);
    }

    function test_RevertWhen_SignedForAnotherChain() public {
        openDefault();
        bytes memory signature = voucher(1 ether);
        VM.chainId(98_765);
        refuses(1 ether, signature);
    }

    function testFuzz_RevertWhen_SignatureIsRandom(bytes calldata signature) public {
        openDefault();
        refuses(1 ether, signature);
    }

    function test_RevertWhen_AmountDoesNotFit() public {
        openDefault();
        bytes memory data = abi.encodeWithSignature(
            "redeem(address,address,uint96,uint96,bytes)",
            payer,
            payee,
            SALT,
            uint256(2 ** 96) + 1,
            voucher(1)
        );
        (bool success, ) = address(channels).call(data);
        assertTrue(!success, "not truncated");
    }

    function test_AWalletSignsByErc1271() public {
        WalletAccount wallet = new WalletAccount();
        bytes32 channelId = openFrom(wallet);
        bytes memory signature = "any length will do for a wallet, since it alone has to understand it";
        wallet.accept(voucherDigest(channelId, 1 ether), signature);
        channels.redeem(address(wallet), salted(payee, SALT), 1 ether, signature);
        assertEq(payee.balance, 1 ether, "payee");
    }

    function test_RevertWhen_TheWalletDoesNotAgree() public {
        WalletAccount wallet = new WalletAccount();
        openFrom(wallet);
        for (uint256 mode = 0; mode <= uint256(WalletAccount.Mode.EatsGas); ++mode) {
            wallet.setMode(WalletAccount.Mode(mode));
            expectRevert(IPaymentChannel.PaymentChannel_InvalidSignature.selector, abi.encode(address(wallet)));
            channels.redeem(address(wallet), salted(payee, SALT), 1 ether, "signature");
        }
    }

    function test_RevertWhen_ThePayeeRefuses() public {
        address[3] memory accounts = [
            address(new RefusingAccount()),
            address(new GasEatingAccount()),
            address(new ReturnBombAccount())
        ];
        for (uint256 i = 0; i < accounts.length; ++i) {
            payee = accounts[i];
            id = idOf(payer, payee, SALT);
            openDefault();
            bytes memory signature = voucher(1 ether);
            expectRevert(
                IPaymentChannel.PaymentChannel_PayoutFailed.selector,
                abi.encode(payee, uint256(1 ether))
            );
            channels.redeem{gas: 1_000_000}(payer, salted(payee, SALT), 1 ether, signature);
            assertChannel(id, DEPOSIT, 0, 0, 0);
        }
    }

    function test_AReentrantPayeeGainsNothing() public {
        ReentrantAccount account = new ReentrantAccount();
        payee = address(account);
        id = idOf(payer, payee, SALT);
        openDefault();
        bytes memory signature = voucher(1 ether);
        account.prepare(
            address(channels),
            0,
            abi.encodeCall(IPaymentChannel.redeem, (payer, salted(payee, SALT), 1 ether, signature)),
            false
        );
        channels.redeem(payer, salted(payee, SALT), 1 ether, signature);
        assertEq(account.attempts(), 1, "tried");
        assertEq(account.successes(), 0, "in vain");
        assertEq(payee.balance, 1 ether, "paid once");
    }

    function test_AReentrantPayeeMayCloseItsOwnChannel() public {
        ReentrantAccount account = new ReentrantAccount();
        payee = address(account);
        id = idOf(payer, payee, SALT);
        openDefault();
        uint256 before = payer.balance;
        account.prepare(address(channels), 0, abi.encodeCall(IPaymentChannel.close, (salted(payer, SALT), "", 0)), false);
        redeemDefault(1 ether);
        assertEq(account.successes(), 1, "closed");
        assertEq(payee.balance, 1 ether, "paid once");
        assertEq(payer.balance - before, DEPOSIT - 1 ether, "refunded the rest");
        assertNone(id);
    }

    function openFrom(WalletAccount wallet) private returns (bytes32) {
        VM.deal(address(wallet), DEPOSIT);
        wallet.execute(address(channels), DEPOSIT, abi.encodeCall(IPaymentChannel.open, (salted(payee, SALT))));
        return idOf(address(wallet), payee, SALT);
    }

    function refuses(uint96 amount, bytes memory signature) private {
        expectRevert(IPaymentChannel.PaymentChannel_InvalidSignature.selector, abi.encode(payer));
        channels.redeem(payer, salted(payee, SALT), amount, signature);
        assertChannel(id, DEPOSIT, 0, 0, 0);
    }
}
