// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IEscrow} from "../../../contracts/interfaces/IEscrow.sol";
import {EscrowTest} from "../support/EscrowTest.sol";
import {VM} from "../support/Vm.sol";

contract RefundTest is EscrowTest {
    function setUp() public override {
        super.setUp();
        lockDefault();
    }

    function refund(IEscrow.Release[] memory releases) private {
        VM.prank(payer);
        escrows.refund(FILE, SALT, releases);
    }

    function test_ReturnsWhatIsFreeBeforeTheDeadline() public {
        uint256 before = payer.balance;
        expectEvent();
        emit IEscrow.Refunded(id, AMOUNT - SHARE);
        refund(new IEscrow.Release[](0));
        assertEq(payer.balance - before, AMOUNT - SHARE, "payer");
        assertFree(0);
        assertAllocation(seeder, SHARE, 0, 1);
        assertEq(address(escrows).balance, SHARE, "the seeder's share held");
    }

    function test_ReturnsWhatSeedersReleaseWithIt() public {
        redeemDefault(2 ether);
        IEscrow.Release[] memory releases = agreed(2 ether, 1);
        uint256 before = payer.balance;
        expectEvent();
        emit IEscrow.Released(id, seeder, 2 ether, 2);
        expectEvent();
        emit IEscrow.Refunded(id, AMOUNT - 2 ether);
        refund(releases);
        assertEq(payer.balance - before, AMOUNT - 2 ether, "payer");
        assertEq(address(escrows).balance, 0, "nothing held");
    }

    /// @dev The seeder keeps what the receipts say, even when the payer is faster.
    function test_LeavesASeederWhatItDidNotRelease() public {
        refund(agreed(3 ether, 1));
        redeemDefault(type(uint96).max);
        assertEq(seeder.balance, 3 ether, "seeder");
    }

    function testFuzz_ConservesValue(uint96 redeemed, uint96 allocated) public {
        redeemed = uint96(bound(redeemed, 1, SHARE));
        allocated = uint96(bound(allocated, redeemed, SHARE));
        redeemDefault(redeemed);
        uint256 before = payer.balance;
        refund(agreed(allocated, 1));
        assertEq(payer.balance - before, AMOUNT - allocated, "payer");
        assertEq(address(escrows).balance, allocated - redeemed, "held for the seeder");
    }

    function test_IsPossibleAfterTheDeadlineAndInTheGracePeriod() public {
        requestReclaim();
        uint256 before = payer.balance;
        refund(agreed(0, 1));
        assertEq(payer.balance - before, AMOUNT, "payer");
    }

    function test_RevertWhen_NothingIsFree() public {
        refund(new IEscrow.Release[](0));
        expectRevert(IEscrow.Escrow_NothingToReturn.selector, abi.encode(id));
        refund(new IEscrow.Release[](0));
    }

    function test_RevertWhen_TheSeederDidNotAgree() public {
        expectInvalidSignature(seeder);
        refund(own(seeder, 0));
        IEscrow.Release[] memory releases = agreed(1 ether, 1);
        releases[0].allocated = 0;
        expectInvalidSignature(seeder);
        refund(releases);
    }

    function test_RevertWhen_TheReleaseIsBelowWhatWasRedeemed() public {
        IEscrow.Release[] memory releases = agreed(1 ether, 1);
        redeemDefault(2 ether);
        expectRevert(
            IEscrow.Escrow_AllocationOutOfRange.selector,
            abi.encode(uint96(2 ether), SHARE, uint96(1 ether))
        );
        refund(releases);
    }

    function test_RevertWhen_SentByAnyoneElse() public {
        expectUnknown(idOf(seeder, FILE, SALT));
        VM.prank(seeder);
        escrows.refund(FILE, SALT, own(seeder, 0));
    }
}
