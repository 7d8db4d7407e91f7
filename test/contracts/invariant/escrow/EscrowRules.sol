// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {RefusingAccount} from "../../../../contracts/mocks/Accounts.sol";
import {EscrowTest} from "../../support/EscrowTest.sol";
import {VM} from "../../support/Vm.sol";
import {EscrowStore} from "./EscrowStore.sol";

/// @notice The world of the handler (six escrows, their parties) and the rules of README.md that are about one step.
abstract contract EscrowRules is EscrowTest {
    uint256 public constant COUNT = 6;
    uint256 internal constant PARTIES = 2;

    /// @dev All that the contract says about one escrow.
    struct Look {
        uint256 free;
        uint256 deadline;
        uint256 graceAt;
        uint256 graceBlock;
        uint256[2] allocated;
        uint256[2] redeemed;
    }

    /// @dev A moment: all escrows, and the balances of payers, seeders, stranger and contract.
    struct Moment {
        Look[6] escrows;
        uint256[2] payers;
        uint256[2] seeders;
        uint256 stranger;
        uint256 held;
    }

    EscrowStore public immutable STORE;
    RefusingAccount public immutable PAYER_WALLET;
    RefusingAccount public immutable SEEDER_WALLET;

    uint96[6] public salts;
    /// @dev What the step may do: whose allocation in the chosen escrow is lowered with consent; what its batch pays.
    bool[2] internal agrees;
    uint256[2] internal batchPaid;
    uint256 internal chosen;

    constructor(EscrowStore store) {
        STORE = store;
        PAYER_WALLET = new RefusingAccount();
        SEEDER_WALLET = new RefusingAccount();
        stranger = VM.addr(STRANGER_KEY);
        PAYER_WALLET.setAccepts(true);
        SEEDER_WALLET.setAccepts(true);
        for (uint256 i = 0; i < PARTIES; ++i) VM.deal(payerAt(i), 1_000_000 ether);
        for (uint256 i = 0; i < COUNT; ++i) salts[i] = uint96(i);
    }

    function payerAt(uint256 index) public view returns (address) {
        return index % PARTIES == 0 ? VM.addr(PAYER_KEY) : address(PAYER_WALLET);
    }

    function seederAt(uint256 index) public view returns (address) {
        return index == 0 ? VM.addr(SEEDER_KEY) : address(SEEDER_WALLET);
    }

    function idAt(uint256 index) public view returns (bytes32) {
        return idOf(payerAt(index), FILE, salts[index]);
    }

    function look(uint256 index) public view returns (Look memory seen) {
        (seen.free, seen.deadline, seen.graceAt, seen.graceBlock) = escrows.escrow(idAt(index));
        for (uint256 s = 0; s < PARTIES; ++s) {
            (seen.allocated[s], seen.redeemed[s], ) = escrows.allocation(idAt(index), seederAt(s));
        }
    }

    function isGraceOver(Look memory seen) public view returns (bool) {
        return seen.graceAt != 0 && block.timestamp >= seen.graceAt && block.number >= seen.graceBlock;
    }

    /// @dev What the payer would have back if all ended now.
    function leftOf(Look memory seen) public pure returns (uint256) {
        return seen.free + seen.allocated[0] - seen.redeemed[0] + seen.allocated[1] - seen.redeemed[1];
    }

    function takeMoment() internal view returns (Moment memory moment) {
        for (uint256 i = 0; i < COUNT; ++i) moment.escrows[i] = look(i);
        for (uint256 i = 0; i < PARTIES; ++i) {
            moment.payers[i] = payerAt(i).balance;
            moment.seeders[i] = seederAt(i).balance;
        }
        moment.stranger = stranger.balance;
        moment.held = address(escrows).balance;
    }

    /// @dev Rules 2 to 7, 9 and 10 of one step.
    function compare(Moment memory before, Moment memory afterwards, bool isReclaim) internal {
        uint256[2] memory payerGets;
        uint256[2] memory payerGives = [batchPaid[0] + batchPaid[1], 0];
        if (chosen % PARTIES == 1) (payerGives[0], payerGives[1]) = (0, payerGives[0]);
        uint256[2] memory seederGets = batchPaid;
        for (uint256 i = 0; i < COUNT; ++i) {
            (Look memory a, Look memory b) = (before.escrows[i], afterwards.escrows[i]);
            _compareDates(a, b);
            for (uint256 s = 0; s < PARTIES; ++s) _compareAllocation(i, s, a, b, isReclaim);
            for (uint256 s = 0; s < PARTIES; ++s) seederGets[s] += b.redeemed[s] - a.redeemed[s];
            // What was paid in and not returned is what is free and what was ever left to seeders.
            payerGives[i % PARTIES] += b.free + b.allocated[0] + b.allocated[1];
            payerGets[i % PARTIES] += a.free + a.allocated[0] + a.allocated[1];
        }
        for (uint256 i = 0; i < PARTIES; ++i) {
            if (afterwards.payers[i] + payerGives[i] != before.payers[i] + payerGets[i]) STORE.report(2);
            if (afterwards.seeders[i] != before.seeders[i] + seederGets[i]) STORE.report(2);
        }
        if (afterwards.stranger != before.stranger) STORE.report(9);
        if (batchPaid[0] + batchPaid[1] != 0 && !_isSame(before, afterwards)) STORE.report(10);
    }

    function _compareDates(Look memory a, Look memory b) private {
        if (a.deadline != 0 && a.deadline != b.deadline) STORE.report(6);
        if (a.graceAt != 0) {
            if (a.graceAt != b.graceAt || a.graceBlock != b.graceBlock) STORE.report(6);
        } else if (b.graceAt != 0) {
            bool whole = b.graceAt == block.timestamp + GRACE_SECONDS && b.graceBlock == block.number + GRACE_BLOCKS;
            if (!whole || block.timestamp < b.deadline) STORE.report(6);
        }
    }

    function _compareAllocation(uint256 i, uint256 s, Look memory a, Look memory b, bool isReclaim) private {
        if (b.redeemed[s] > b.allocated[s]) STORE.report(3);
        if (b.redeemed[s] < a.redeemed[s]) STORE.report(4);
        if (b.redeemed[s] > STORE.highestSigned(idAt(i), seederAt(s))) STORE.report(5);
        if (b.allocated[s] < a.allocated[s]) {
            bool agreed = i == chosen && agrees[s];
            bool reclaimed = i == chosen && isReclaim && isGraceOver(a) && b.allocated[s] == a.redeemed[s];
            if (!agreed && !reclaimed) STORE.report(7);
        }
    }

    function _isSame(Moment memory a, Moment memory b) private pure returns (bool) {
        return a.held == b.held && keccak256(abi.encode(a.escrows)) == keccak256(abi.encode(b.escrows));
    }
}
