// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Escrow} from "../../../contracts/Escrow.sol";
import {IEscrow} from "../../../contracts/interfaces/IEscrow.sol";
import {IEscrowPayments} from "../../../contracts/interfaces/IEscrowPayments.sol";
import {EscrowTest} from "../support/EscrowTest.sol";
import {VM} from "../support/Vm.sol";

contract EscrowRedeemTest is EscrowTest {
    uint256 private constant ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141;

    function setUp() public override {
        super.setUp();
        lockDefault();
    }

    function test_PaysTheSeederWhoeverSends() public {
        bytes memory signature = receipt(2 ether);
        expectEvent();
        emit IEscrowPayments.Paid(payer, seeder, FILE, id, 2 ether, CHUNKS, HTTP);
        VM.prank(stranger);
        redeemWith(2 ether, signature);
        assertEq(seeder.balance, 2 ether, "seeder");
        assertEq(stranger.balance, 0, "sender");
        assertAllocation(seeder, SHARE, 2 ether, 1);
        assertFree(AMOUNT - SHARE);
    }

    function test_PaysTheDifferenceToWhatWasRedeemed() public {
        redeemDefault(2 ether);
        expectEvent();
        emit IEscrowPayments.Paid(payer, seeder, FILE, id, 3 ether, CHUNKS, HTTP);
        redeemDefault(5 ether);
        assertEq(seeder.balance, 5 ether, "seeder");
    }

    function test_AReceiptAboveTheAllocationPaysTheAllocation() public {
        redeemDefault(type(uint96).max);
        assertEq(seeder.balance, SHARE, "seeder");
        assertAllocation(seeder, SHARE, SHARE, 1);
        assertFree(AMOUNT - SHARE);
        // The same receipt is good for more when more is allocated.
        allocate(seeder, 1 ether);
        redeemDefault(type(uint96).max);
        assertEq(seeder.balance, SHARE + 1 ether, "seeder");
    }

    function testFuzz_PaysTheHighestReceiptUpToTheAllocation(uint96[6] calldata amounts) public {
        uint256 highest = 0;
        for (uint256 i = 0; i < amounts.length; ++i) {
            uint96 amount = uint96(bound(amounts[i], 0, 2 * uint256(SHARE)));
            uint96 capped = amount < SHARE ? amount : SHARE;
            bytes memory signature = receipt(amount);
            if (capped <= highest) expectNotIncreasing(uint96(highest), capped);
            else highest = capped;
            redeemWith(amount, signature);
            assertEq(seeder.balance, highest, "seeder");
        }
        assertEq(address(escrows).balance, AMOUNT - highest, "rest held");
    }

    function test_ASeedersReceiptLeavesTheOthersAlone() public {
        allocate(second, 4 ether);
        redeemDefault(type(uint96).max);
        assertAllocation(second, 4 ether, 0, 1);
        assertEq(address(escrows).balance, 4 ether, "second's share held");
    }

    function test_IsPossibleAfterTheDeadlineAndAllThroughTheGracePeriod() public {
        passDeadline();
        redeemDefault(1 ether);
        escrows.requestReclaim(payer, FILE, SALT);
        redeemDefault(2 ether);
        passGrace();
        VM.warp(block.timestamp + 365 days);
        redeemDefault(3 ether);
        assertEq(seeder.balance, 3 ether, "seeder");
    }

    function test_RevertWhen_Reclaimed() public {
        redeemDefault(1 ether);
        requestReclaim();
        passGrace();
        reclaim(seeder);
        bytes memory signature = receipt(SHARE);
        expectNotIncreasing(1 ether, 1 ether);
        redeemWith(SHARE, signature);
    }

    function test_RevertWhen_TheReceiptDoesNotIncrease() public {
        redeemDefault(2 ether);
        bytes memory same = receipt(2 ether);
        bytes memory lower = receipt(1 ether);
        expectNotIncreasing(2 ether, 2 ether);
        redeemWith(2 ether, same);
        expectNotIncreasing(2 ether, 1 ether);
        redeemWith(1 ether, lower);
    }

    function test_RevertWhen_TheAmountIsZero() public {
        bytes memory signature = receipt(0);
        expectNotIncreasing(0, 0);
        redeemWith(0, signature);
    }

    function test_RevertWhen_NothingWasAllocated() public {
        expectRevert(IEscrow.Escrow_UnknownAllocation.selector, abi.encode(id, second));
        escrows.redeem(payer, FILE, SALT, second, 1, CHUNKS, HTTP, "");
        expectRevert(IEscrow.Escrow_UnknownAllocation.selector, abi.encode(idOf(payer, FILE, SALT + 1), seeder));
        escrows.redeem(payer, FILE, SALT + 1, seeder, 1, CHUNKS, HTTP, "");
    }

    /// @dev Every word that was signed counts: a receipt for one seeder, file, salt, chunks or protocol is no other's.
    function test_RevertWhen_AnythingButWhatWasSignedIsPresented() public {
        allocate(second, 1 ether);
        bytes memory signature = receipt(1 ether);
        expectInvalidSignature(payer);
        escrows.redeem(payer, FILE, SALT, second, 1 ether, CHUNKS, HTTP, signature);
        expectInvalidSignature(payer);
        escrows.redeem(payer, FILE, SALT, seeder, 1 ether + 1, CHUNKS, HTTP, signature);
        expectInvalidSignature(payer);
        escrows.redeem(payer, FILE, SALT, seeder, 1 ether, FILE, HTTP, signature);
        expectInvalidSignature(payer);
        escrows.redeem(payer, FILE, SALT, seeder, 1 ether, CHUNKS, "ed2k", signature);
        VM.prank(payer);
        escrows.lock{value: 1 ether}(FILE, SALT + 1, deadline, one(seeder, 1 ether));
        expectInvalidSignature(payer);
        escrows.redeem(payer, FILE, SALT + 1, seeder, 1 ether, CHUNKS, HTTP, signature);
        redeemWith(1 ether, signature);
    }

    function test_RevertWhen_SignedBySomebodyElse() public {
        _refuses(compact(SEEDER_KEY, receiptDigest(id, seeder, 1 ether)));
        _refuses(compact(STRANGER_KEY, receiptDigest(id, seeder, 1 ether)));
    }

    function test_RevertWhen_SignedForAnotherDomain() public {
        bytes32 hash = receiptStruct(1 ether);
        uint256 chainId = block.chainid;
        address contract_ = address(escrows);
        _refuses(compact(PAYER_KEY, digestFor("ChiralPaymentChannel", chainId, contract_, hash)));
        _refuses(compact(PAYER_KEY, digestFor("ChiralEscrow", chainId + 1, contract_, hash)));
        _refuses(compact(PAYER_KEY, digestFor("ChiralEscrow", chainId, stranger, hash)));
        redeemWith(1 ether, compact(PAYER_KEY, digestFor("ChiralEscrow", chainId, contract_, hash)));
    }

    function test_RevertWhen_TheSignatureIsAReleases() public {
        _refuses(compact(PAYER_KEY, releaseDigest(id, seeder, 1 ether, 1)));
    }

    function test_RevertWhen_TheChainSplits() public {
        bytes memory signature = receipt(1 ether);
        VM.chainId(block.chainid + 1);
        expectInvalidSignature(payer);
        redeemWith(1 ether, signature);
    }

    function test_RevertWhen_TheSignatureIsMalleable() public {
        (uint8 v, bytes32 r, bytes32 s) = VM.sign(PAYER_KEY, receiptDigest(id, seeder, 1 ether));
        bytes32 high = bytes32(ORDER - uint256(s));
        _refuses(abi.encodePacked(r, s, v));
        _refuses(abi.encodePacked(r, high, v == 27 ? uint8(28) : uint8(27)));
        _refuses(abi.encodePacked(r, bytes32(uint256(high) | (uint256(28 - v) << 255))));
        _refuses("");
        _refuses(new bytes(64));
    }

    function testFuzz_RevertWhen_ABitIsFlipped(uint16 bit) public {
        bytes memory signature = receipt(1 ether);
        uint256 index = bound(bit, 0, 511);
        signature[index / 8] ^= bytes1(uint8(1 << (index % 8)));
        _refuses(signature);
    }

    /// @dev An amount of more than 96 bits is refused, not cut to one that was signed.
    function test_RevertWhen_TheAmountDoesNotFit() public {
        bytes memory data = abi.encodeWithSelector(
            IEscrow.redeem.selector,
            payer,
            FILE,
            SALT,
            seeder,
            (uint256(1) << 96) + 1 ether,
            CHUNKS,
            HTTP,
            receipt(1 ether)
        );
        (bool success, ) = address(escrows).call(data);
        assertTrue(!success, "refused");
    }

    function test_AnotherContractOfTheSameKindRefuses() public {
        Escrow other = new Escrow(GRACE_SECONDS, GRACE_BLOCKS);
        VM.prank(payer);
        other.lock{value: AMOUNT}(FILE, SALT, deadline, one(seeder, SHARE));
        bytes memory signature = receipt(1 ether);
        expectInvalidSignature(payer);
        other.redeem(payer, FILE, SALT, seeder, 1 ether, CHUNKS, HTTP, signature);
    }

    function _refuses(bytes memory signature) private {
        expectInvalidSignature(payer);
        redeemWith(1 ether, signature);
    }
}
