// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IEscrow} from "../../../contracts/interfaces/IEscrow.sol";
import {EscrowAllocation} from "../../../contracts/types/EscrowAllocation.sol";
import {EscrowState, EscrowStateLib} from "../../../contracts/types/EscrowState.sol";
import {EscrowTest} from "../support/EscrowTest.sol";
import {VM} from "../support/Vm.sol";

/// @notice Claims about Escrow's accounting that hold for all inputs: the arguments of each function are symbols, not samples.
contract EscrowProofs is EscrowTest {
    uint256 private constant COIN = type(uint96).max;

    /// @dev Addresses that are numbers, since those of keys are symbols, which could be one and the same; and balances too.
    function setUp() public override {
        super.setUp();
        (payer, seeder) = (address(0xA11CE), address(0xB0B));
        id = idOf(payer, FILE, SALT);
        VM.deal(payer, COIN);
        VM.deal(seeder, 0);
        VM.deal(address(escrows), 0);
    }

    function check_anAllocationKeepsItsPartsApart(uint256 word, uint96 amount) external pure {
        EscrowAllocation held = EscrowAllocation.wrap(word);
        EscrowAllocation redeemed = held.withRedeemed(amount);
        assert(redeemed.redeemed() == amount);
        assert(redeemed.allocated() == held.allocated() && redeemed.nonce() == held.nonce());
        VM.assume(held.nonce() != type(uint64).max);
        EscrowAllocation allocated = held.withAllocated(amount);
        assert(allocated.allocated() == amount && allocated.redeemed() == held.redeemed());
        assert(allocated.nonce() == held.nonce() + 1);
    }

    function check_aReceiptPaysAtMostItsAmountAndTheAllocation(uint256 word, uint96 amount) external pure {
        EscrowAllocation held = EscrowAllocation.wrap(word);
        uint96 payable_ = held.payableTo(amount);
        assert(payable_ <= amount && payable_ <= held.allocated());
        assert(payable_ == amount || payable_ == held.allocated());
    }

    function check_anEscrowKeepsItsPartsApart(uint96 first, uint96 next, uint40 end, uint40 at, uint64 number) external pure {
        EscrowState state = EscrowStateLib.locked(first, end).withGrace(at, number).withFree(next);
        assert(state.free() == next && state.deadline() == end);
        assert(state.graceAt() == at && state.graceBlock() == number);
        assert(state.exists() || (next == 0 && end == 0 && at == 0 && number == 0));
    }

    /// @dev lock, topUp, allocate: whatever is paid in and however it is divided, the contract holds free + allocated.
    function check_whatIsPaidInIsFreeOrAllocated(uint96 paid, uint96 share, uint96 more, uint96 moreShare) external {
        VM.prank(payer);
        try escrows.lock{value: paid}(FILE, SALT, deadline, one(seeder, share)) {} catch {
            return;
        }
        VM.prank(payer);
        try escrows.topUp{value: more}(FILE, SALT) {} catch {}
        VM.prank(payer);
        try escrows.allocate(FILE, SALT, one(seeder, moreShare)) {} catch {}
        (uint96 free, , , ) = escrows.escrow(id);
        (uint96 allocated, uint96 redeemed, ) = escrows.allocation(id, seeder);
        assert(redeemed == 0);
        assert(address(escrows).balance == uint256(free) + allocated);
        assert(payer.balance == COIN - address(escrows).balance);
    }

    /// @dev refund, then reclaim: the payer has back what it paid in, to the wei, however it was divided.
    function check_whatNobodyRedeemsComesBack(uint96 paid, uint96 share) external {
        VM.prank(payer);
        try escrows.lock{value: paid}(FILE, SALT, deadline, one(seeder, share)) {} catch {
            return;
        }
        VM.prank(payer);
        try escrows.refund(FILE, SALT, new IEscrow.Release[](0)) {} catch {
            assert(paid == share);
        }
        assert(address(escrows).balance == share);
        VM.warp(deadline);
        escrows.requestReclaim(payer, FILE, SALT);
        VM.warp(uint256(deadline) + GRACE_SECONDS);
        VM.roll(block.number + GRACE_BLOCKS);
        address[] memory seeders = new address[](1);
        seeders[0] = seeder;
        escrows.reclaim(payer, FILE, SALT, seeders);
        assert(address(escrows).balance == 0);
        assert(payer.balance == COIN);
    }
}
