// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IEscrow} from "../../../contracts/interfaces/IEscrow.sol";
import {EscrowTest} from "../support/EscrowTest.sol";
import {VM} from "../support/Vm.sol";

contract ReclaimTest is EscrowTest {
    function setUp() public override {
        super.setUp();
        lockDefault();
    }

    function both() private view returns (address[] memory seeders) {
        seeders = new address[](2);
        (seeders[0], seeders[1]) = (seeder, second);
    }

    function test_PaysThePayerAllThatIsNotRedeemed() public {
        allocate(second, 1 ether);
        redeemDefault(2 ether);
        requestReclaim();
        passGrace();
        uint256 before = payer.balance;
        expectEvent();
        emit IEscrow.Released(id, seeder, 2 ether, 2);
        expectEvent();
        emit IEscrow.Released(id, second, 0, 2);
        expectEvent();
        emit IEscrow.Reclaimed(id, AMOUNT - 2 ether);
        VM.prank(stranger);
        escrows.reclaim(payer, FILE, SALT, both());
        assertEq(payer.balance - before, AMOUNT - 2 ether, "payer");
        assertEq(stranger.balance, 0, "sender");
        assertEq(address(escrows).balance, 0, "nothing held");
        assertAllocation(seeder, 2 ether, 2 ether, 2);
        assertAllocation(second, 0, 0, 2);
    }

    /// @dev Who names only some seeders, or none, delays the rest for nobody.
    function test_TheOthersCanBeNamedLater() public {
        allocate(second, 1 ether);
        requestReclaim();
        passGrace();
        uint256 before = payer.balance;
        escrows.reclaim(payer, FILE, SALT, new address[](0));
        assertEq(payer.balance - before, AMOUNT - SHARE - 1 ether, "free");
        reclaim(second);
        assertEq(payer.balance - before, AMOUNT - SHARE, "and the second's");
        escrows.reclaim(payer, FILE, SALT, both());
        assertEq(payer.balance - before, AMOUNT, "and the seeder's");
    }

    function test_PassesOverSeedersWithNothingLeft() public {
        requestReclaim();
        passGrace();
        redeemDefault(SHARE);
        address[] memory seeders = new address[](3);
        (seeders[0], seeders[1], seeders[2]) = (seeder, stranger, seeder);
        escrows.reclaim(payer, FILE, SALT, seeders);
        assertAllocation(seeder, SHARE, SHARE, 1);
        assertAllocation(stranger, 0, 0, 0);
    }

    function testFuzz_BothPartsOfTheGracePeriodMustPass(uint32 elapsedSeconds, uint32 elapsedBlocks) public {
        requestReclaim();
        elapsedSeconds = uint32(bound(elapsedSeconds, 0, 2 * uint256(GRACE_SECONDS)));
        elapsedBlocks = uint32(bound(elapsedBlocks, 0, 2 * uint256(GRACE_BLOCKS)));
        VM.warp(block.timestamp + elapsedSeconds);
        VM.roll(block.number + elapsedBlocks);
        uint256 secondsLeft = elapsedSeconds < GRACE_SECONDS ? GRACE_SECONDS - elapsedSeconds : 0;
        uint256 blocksLeft = elapsedBlocks < GRACE_BLOCKS ? GRACE_BLOCKS - elapsedBlocks : 0;
        bool early = secondsLeft != 0 || blocksLeft != 0;
        if (early) _expectOpen(secondsLeft, blocksLeft);
        reclaim(seeder);
        assertEq(address(escrows).balance, early ? AMOUNT : 0, "balance held");
    }

    function test_RevertWhen_MiningStalls() public {
        requestReclaim();
        VM.warp(block.timestamp + 365 days);
        VM.roll(block.number + GRACE_BLOCKS - 1);
        _expectOpen(0, 1);
        reclaim(seeder);
    }

    function test_RevertWhen_AMinerRaces() public {
        requestReclaim();
        VM.warp(block.timestamp + GRACE_SECONDS - 1);
        VM.roll(block.number + 1_000_000);
        _expectOpen(1, 0);
        reclaim(seeder);
    }

    function test_RevertWhen_TheGracePeriodWasNotStarted() public {
        VM.warp(deadline + 365 days);
        VM.roll(block.number + 1_000_000);
        expectRevert(IEscrow.Escrow_GraceNotStarted.selector, abi.encode(id));
        reclaim(seeder);
    }

    function test_RevertWhen_NothingIsLeft() public {
        requestReclaim();
        passGrace();
        reclaim(seeder);
        expectRevert(IEscrow.Escrow_NothingToReturn.selector, abi.encode(id));
        reclaim(seeder);
    }

    function test_RevertWhen_Unknown() public {
        expectUnknown(idOf(payer, FILE, SALT + 1));
        escrows.reclaim(payer, FILE, SALT + 1, new address[](0));
    }

    function _expectOpen(uint256 secondsLeft, uint256 blocksLeft) private {
        expectRevert(IEscrow.Escrow_GraceOpen.selector, abi.encode(secondsLeft, blocksLeft));
    }
}
