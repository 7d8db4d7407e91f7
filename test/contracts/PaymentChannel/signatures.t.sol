// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IPaymentChannel} from "../../../contracts/interfaces/IPaymentChannel.sol";
import {PaymentChannel} from "../../../contracts/PaymentChannel.sol";
import {ChannelCalls} from "../support/ChannelCalls.sol";
import {ChannelTest} from "../support/ChannelTest.sol";
import {VM} from "../support/Vm.sol";

/// @notice Every way a signature comes in (redeem, redeemMany, close, closeAgreed from either side), and every way one could be bent.
contract SignaturesTest is ChannelTest {
    uint256 private constant ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141;
    uint96 private constant AMOUNT = 3 ether;

    function setUp() public override {
        super.setUp();
        openDefault();
    }

    /// @dev With the vouchers and closes that the other party must have signed, no path takes them and nothing moves.
    function refused(uint96 amount, bytes memory fromPayer, bytes memory closeFromPayer, bytes memory fromPayee) private {
        fails(stranger, ChannelCalls.redeem(payer, payee, SALT, amount, fromPayer), payer);
        fails(payee, ChannelCalls.close(payer, SALT, amount, fromPayer), payer);
        fails(payee, ChannelCalls.closeAgreed(payer, payee, SALT, amount, closeFromPayer), payer);
        fails(payer, ChannelCalls.closeAgreed(payer, payee, SALT, amount, fromPayee), payee);
        (bool success, bytes memory paid) = address(channels).call(
            ChannelCalls.redeemMany(payer, payee, SALT, amount, fromPayer)
        );
        assertTrue(success && abi.decode(paid, (uint256)) == 0, "batch pays nothing");
        assertChannel(id, DEPOSIT, 0, 0, 0);
        assertEq(payee.balance, 0, "payee");
    }

    function fails(address sender, bytes memory data, address signer) private {
        VM.prank(sender);
        (bool success, bytes memory reason) = address(channels).call(data);
        assertTrue(!success, "refused");
        bytes memory expected = abi.encodeWithSelector(IPaymentChannel.PaymentChannel_InvalidSignature.selector, signer);
        assertEq(keccak256(reason), keccak256(expected), "for the signature");
    }

    function test_TheRightSignaturesAreTakenOnEachPath() public {
        bytes[4] memory calls = [
            ChannelCalls.redeem(payer, payee, SALT, AMOUNT, voucher(AMOUNT)),
            ChannelCalls.redeemMany(payer, payee, SALT, AMOUNT + 1, voucher(AMOUNT + 1)),
            ChannelCalls.close(payer, SALT, AMOUNT + 2, voucher(AMOUNT + 2)),
            ChannelCalls.closeAgreed(payer, payee, SALT, 0, compact(PAYER_KEY, closeDigest(id, 0)))
        ];
        for (uint256 i = 0; i < calls.length; ++i) {
            if (i == 3) openDefault();
            VM.prank(payee);
            (bool success, ) = address(channels).call(calls[i]);
            assertTrue(success, "accepted");
        }
        assertEq(payee.balance, AMOUNT + 2, "payee");
    }

    function testFuzz_NoBitMayChange(uint16 bit) public {
        bit = uint16(bound(bit, 0, 511));
        bytes[3] memory signed = all(AMOUNT, block.chainid);
        for (uint256 i = 0; i < 3; ++i) signed[i][bit / 8] ^= bytes1(uint8(1 << (bit % 8)));
        refused(AMOUNT, signed[0], signed[1], signed[2]);
    }

    function testFuzz_NoByteMayBeAddedOrMissing(uint8 length, bytes32 filling) public {
        VM.assume(length != 64);
        bytes[3] memory signed = all(AMOUNT, block.chainid);
        for (uint256 i = 0; i < 3; ++i) {
            bytes memory cut = bytes.concat(signed[i], filling, filling, filling, filling, filling, filling);
            assembly ("memory-safe") {
                mstore(cut, length)
            }
            signed[i] = cut;
        }
        refused(AMOUNT, signed[0], signed[1], signed[2]);
    }

    /// @dev (r, n - s) with the other parity is the same signature to ecrecover.
    function testFuzz_TheHighTwinIsRefused(uint96 amount) public {
        amount = uint96(bound(amount, 1, DEPOSIT));
        bytes[3] memory signed = all(amount, block.chainid);
        for (uint256 i = 0; i < 3; ++i) {
            (bytes32 r, uint256 vs) = abi.decode(signed[i], (bytes32, uint256));
            uint256 s = ORDER - (vs & (2 ** 255 - 1));
            // A high s needs the bit where EIP-2098 has the parity: both ways to write it down, and the plain 65 bytes.
            uint8 v = vs >> 255 == 0 ? 28 : 27;
            signed[i] = amount % 3 == 0
                ? abi.encodePacked(r, s)
                : amount % 3 == 1
                    ? abi.encodePacked(r, s ^ (1 << 255))
                    : abi.encodePacked(r, s, v);
        }
        refused(amount, signed[0], signed[1], signed[2]);
    }

    function testFuzz_EachFieldIsSigned(uint96 otherAmount, uint96 otherSalt, uint64 otherChain, uint8 field) public {
        field = uint8(bound(field, 0, 3));
        otherAmount = uint96(bound(otherAmount, 0, DEPOSIT));
        VM.assume(otherAmount != AMOUNT && otherSalt != SALT);
        otherChain = uint64(bound(otherChain, 1, type(uint64).max));
        VM.assume(otherChain != block.chainid);
        PaymentChannel own = channels;
        bytes32 ownId = id;

        if (field == 1) id = idOf(payer, payee, otherSalt);
        if (field == 2) channels = new PaymentChannel(WINDOW_SECONDS, WINDOW_BLOCKS);
        bytes[3] memory signed = all(field == 0 ? otherAmount : AMOUNT, field == 3 ? otherChain : block.chainid);
        (channels, id) = (own, ownId);
        refused(AMOUNT, signed[0], signed[1], signed[2]);
    }

    function testFuzz_NobodyElseCanSign(uint256 key) public {
        key = bound(key, 1, ORDER - 1);
        VM.assume(key != PAYER_KEY && key != PAYEE_KEY);
        bytes memory signed = compact(key, voucherDigest(id, AMOUNT));
        bytes memory signedClose = compact(key, closeDigest(id, AMOUNT));
        refused(AMOUNT, signed, signedClose, signedClose);
    }

    function test_NoMessageCountsAsTheOtherNorOnesOwn() public {
        bytes memory own = compact(PAYEE_KEY, voucherDigest(id, AMOUNT));
        refused(AMOUNT, own, voucher(AMOUNT), compact(PAYER_KEY, closeDigest(id, AMOUNT)));
        refused(AMOUNT, compact(PAYER_KEY, closeDigest(id, AMOUNT)), own, own);
    }

    /// @dev Each life of an id pays at most its deposit and the highest voucher: what an old one can do is bounded by the payer's new coin.
    function testFuzz_AReopenedIdPaysOldVouchersFromItsOwnDepositOnly(uint96 first, uint96 second, uint96 deposit) public {
        first = uint96(bound(first, 1, DEPOSIT));
        second = uint96(bound(second, 1, DEPOSIT));
        deposit = uint96(bound(deposit, 1, DEPOSIT));
        redeemDefault(first);
        VM.prank(payee);
        channels.close(salted(payer, SALT), "", 0);
        assertEq(payee.balance, first, "first life");
        (bool success, ) = address(channels).call(ChannelCalls.redeem(payer, payee, SALT, second, voucher(second)));
        assertTrue(!success, "an ended channel pays nothing");

        VM.prank(payer);
        (success, ) = address(channels).call{value: deposit}(ChannelCalls.open(payee, SALT));
        assertTrue(success, "opened again");
        redeemDefault(second);
        assertEq(payee.balance, first + (second < deposit ? second : deposit), "second life");
        assertEq(address(channels).balance, deposit - (second < deposit ? second : deposit), "rest held");
    }

    /// @dev The payer's voucher and close, and the payee's close.
    function all(uint96 amount, uint256 chainId) private view returns (bytes[3] memory) {
        bytes32 close = digestOn(chainId, closeHashOf(id, amount));
        bytes32 voucher_ = digestOn(chainId, voucherHashOf(id, amount));
        return [compact(PAYER_KEY, voucher_), compact(PAYER_KEY, close), compact(PAYEE_KEY, close)];
    }
}
