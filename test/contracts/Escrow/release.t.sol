// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IEscrow} from "../../../contracts/interfaces/IEscrow.sol";
import {EscrowTest} from "../support/EscrowTest.sol";
import {VM} from "../support/Vm.sol";

contract ReleaseTest is EscrowTest {
    function setUp() public override {
        super.setUp();
        lockDefault();
    }

    function test_TheSeederLowersItsOwnAllocation() public {
        redeemDefault(1 ether);
        expectEvent();
        emit IEscrow.Released(id, seeder, 2 ether, 2);
        VM.prank(seeder);
        escrows.release(payer, FILE, SALT, own(seeder, 2 ether));
        assertAllocation(seeder, 2 ether, 1 ether, 2);
        assertFree(AMOUNT - 2 ether);
        assertEq(address(escrows).balance, AMOUNT - 1 ether, "nothing moved");
    }

    function test_AnyoneBringsTheSeedersSignature() public {
        IEscrow.Release[] memory releases = agreed(2 ether, 1);
        VM.prank(payer);
        escrows.release(payer, FILE, SALT, releases);
        assertAllocation(seeder, 2 ether, 0, 2);
        releases = agreed(1 ether, 2);
        VM.prank(stranger);
        escrows.release(payer, FILE, SALT, releases);
        assertAllocation(seeder, 1 ether, 0, 3);
        assertFree(AMOUNT - 1 ether);
    }

    function test_ReleasesOfManySeedersAtOnce() public {
        allocate(second, 2 ether);
        IEscrow.Release[] memory releases = new IEscrow.Release[](2);
        releases[0] = agreed(1 ether, 1)[0];
        releases[1] = IEscrow.Release(second, 0, compact(SECOND_KEY, releaseDigest(id, second, 0, 1)));
        escrows.release(payer, FILE, SALT, releases);
        assertAllocation(seeder, 1 ether, 0, 2);
        assertAllocation(second, 0, 0, 2);
        assertFree(AMOUNT - 1 ether);
    }

    function test_WhatIsReleasedIsThereForAnotherSeeder() public {
        VM.prank(seeder);
        escrows.release(payer, FILE, SALT, own(seeder, 0));
        allocate(second, AMOUNT);
        assertAllocation(second, AMOUNT, 0, 1);
        assertFree(0);
    }

    function testFuzz_BetweenWhatWasRedeemedAndWhatIsAllocated(uint96 redeemed, uint96 allocated) public {
        redeemed = uint96(bound(redeemed, 1, SHARE));
        allocated = uint96(bound(allocated, 0, 2 * uint256(SHARE)));
        redeemDefault(redeemed);
        IEscrow.Release[] memory releases = agreed(allocated, 1);
        bool possible = allocated >= redeemed && allocated <= SHARE;
        if (!possible) _expectOutOfRange(redeemed, SHARE, allocated);
        escrows.release(payer, FILE, SALT, releases);
        assertAllocation(seeder, possible ? allocated : SHARE, redeemed, possible ? 2 : 1);
        assertFree(AMOUNT - (possible ? allocated : SHARE));
    }

    /// @dev The nonce: what was agreed for one allocation is not good for the next one, even when the amounts are the same.
    function test_RevertWhen_ASignatureIsReplayedAfterANewAllocation() public {
        IEscrow.Release[] memory releases = agreed(0, 1);
        escrows.release(payer, FILE, SALT, releases);
        allocate(seeder, SHARE);
        assertAllocation(seeder, SHARE, 0, 3);
        expectInvalidSignature(seeder);
        escrows.release(payer, FILE, SALT, releases);
    }

    function test_RevertWhen_TheAllocationWasRaisedAfterTheSignature() public {
        IEscrow.Release[] memory releases = agreed(1 ether, 1);
        allocate(seeder, 1 ether);
        expectInvalidSignature(seeder);
        escrows.release(payer, FILE, SALT, releases);
    }

    /// @dev A seeder takes an agreement back by releasing to what it has.
    function test_RevertWhen_TheSeederTookItBack() public {
        IEscrow.Release[] memory releases = agreed(1 ether, 1);
        VM.prank(seeder);
        escrows.release(payer, FILE, SALT, own(seeder, SHARE));
        assertAllocation(seeder, SHARE, 0, 2);
        expectInvalidSignature(seeder);
        escrows.release(payer, FILE, SALT, releases);
    }

    function test_RevertWhen_OneReleaseIsGivenTwice() public {
        IEscrow.Release[] memory releases = new IEscrow.Release[](2);
        releases[0] = agreed(1 ether, 1)[0];
        releases[1] = releases[0];
        expectInvalidSignature(seeder);
        escrows.release(payer, FILE, SALT, releases);
        assertAllocation(seeder, SHARE, 0, 1);
    }

    function test_RevertWhen_TheSeederDidNotAgree() public {
        IEscrow.Release[] memory releases = own(seeder, 1 ether);
        expectInvalidSignature(seeder);
        VM.prank(payer);
        escrows.release(payer, FILE, SALT, releases);
        releases[0].signature = compact(PAYER_KEY, releaseDigest(id, seeder, 1 ether, 1));
        expectInvalidSignature(seeder);
        VM.prank(payer);
        escrows.release(payer, FILE, SALT, releases);
        releases[0].signature = compact(SEEDER_KEY, receiptDigest(id, seeder, 1 ether));
        expectInvalidSignature(seeder);
        VM.prank(payer);
        escrows.release(payer, FILE, SALT, releases);
    }

    function test_RevertWhen_SignedForAnotherEscrow() public {
        VM.prank(payer);
        escrows.lock{value: AMOUNT}(FILE, SALT + 1, deadline, one(seeder, SHARE));
        IEscrow.Release[] memory releases = agreed(1 ether, 1);
        expectInvalidSignature(seeder);
        escrows.release(payer, FILE, SALT + 1, releases);
    }

    function test_RevertWhen_NothingWasAllocated() public {
        expectRevert(IEscrow.Escrow_UnknownAllocation.selector, abi.encode(id, stranger));
        VM.prank(stranger);
        escrows.release(payer, FILE, SALT, own(stranger, 0));
        assertAllocation(stranger, 0, 0, 0);
    }

    function test_RevertWhen_Unknown() public {
        expectUnknown(idOf(payer, FILE, SALT + 1));
        VM.prank(seeder);
        escrows.release(payer, FILE, SALT + 1, own(seeder, 0));
    }

    function _expectOutOfRange(uint96 minimum, uint96 maximum, uint96 actual) private {
        expectRevert(IEscrow.Escrow_AllocationOutOfRange.selector, abi.encode(minimum, maximum, actual));
    }
}
