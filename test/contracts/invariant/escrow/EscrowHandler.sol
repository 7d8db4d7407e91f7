// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Escrow} from "../../../../contracts/Escrow.sol";
import {IEscrow} from "../../../../contracts/interfaces/IEscrow.sol";
import {IEscrowPayments} from "../../../../contracts/interfaces/IEscrowPayments.sol";
import {GasEatingAccount} from "../../../../contracts/mocks/Accounts.sol";
import {VM} from "../../support/Vm.sol";
import {EscrowRules} from "./EscrowRules.sol";
import {EscrowStore} from "./EscrowStore.sol";

/// @notice The random actor of the invariant tests: every public function that changes something is a step the runner may take.
contract EscrowHandler is EscrowRules {
    uint256 private constant MAX_AMOUNT = 100 ether;
    uint256 private constant MAX_LIFETIME = 3 hours;

    enum Phase {
        None,
        BeforeDeadline,
        AfterDeadline,
        GraceOver,
        Exists,
        Redeemable,
        Any
    }

    GasEatingAccount public immutable GAS_EATER;
    uint96 private _salt;
    uint256 private _seeder;

    constructor(Escrow escrows_, EscrowStore store) EscrowRules(store) {
        escrows = escrows_;
        GAS_EATER = new GasEatingAccount();
    }

    /// @dev Overridden, because as a public function it would be a step as well, and deploy another contract.
    function setUp() public override {}

    /// @dev Does a step's call on an escrow in the phase it needs, then checks what may change in one step.
    modifier step(uint256 seed, Phase phase) {
        _choose(seed, phase);
        Moment memory before = takeMoment();
        _;
        compare(before, takeMoment(), msg.sig == this.reclaim.selector);
        STORE.succeed(msg.sig);
    }

    function lock(uint256 seed, uint256 amount, uint256 share, uint256 lifetime) external step(seed, Phase.None) {
        amount = bound(amount, 2, MAX_AMOUNT);
        uint40 end = uint40(block.timestamp + bound(lifetime, 1, MAX_LIFETIME));
        IEscrow.Allocation[] memory allocations = one(seeder, uint96(bound(share, 1, amount)));
        _send(amount, abi.encodeCall(IEscrow.lock, (FILE, _salt, end, allocations)));
    }

    function topUp(uint256 seed, uint256 amount) external step(seed, Phase.BeforeDeadline) {
        _send(bound(amount, 1, MAX_AMOUNT), abi.encodeCall(IEscrow.topUp, (FILE, _salt)));
    }

    function allocate(uint256 seed, uint256 amount) external step(seed, Phase.BeforeDeadline) {
        uint256 free = look(chosen).free;
        require(free != 0, "nothing is free");
        IEscrow.Allocation[] memory allocations = one(seeder, uint96(bound(amount, 1, free)));
        _send(0, abi.encodeCall(IEscrow.allocate, (FILE, _salt, allocations)));
    }

    function redeem(uint256 seed, uint96 amount) external step(seed, Phase.Redeemable) {
        bytes memory signature = _sign(amount);
        VM.prank(stranger);
        escrows.redeem(payer, FILE, _salt, seeder, _bounded(amount), CHUNKS, HTTP, signature);
    }

    /// @dev The chosen escrow twice and all the others of its payer: one good item, one repeated, some unknown.
    function redeemMany(uint256 seed, uint96 amount) external step(seed, Phase.Redeemable) {
        IEscrow.RedeemItem[] memory items = new IEscrow.RedeemItem[](COUNT / PARTIES + 1);
        uint96 own = _salt;
        for (uint256 i = 0; i < items.length; ++i) {
            _salt = i == 0 ? own : salts[(i - 1) * PARTIES + chosen % PARTIES];
            id = idOf(payer, FILE, _salt);
            items[i] = IEscrow.RedeemItem(payer, FILE, _salt, _bounded(amount), CHUNKS, HTTP, _sign(amount));
        }
        VM.prank(stranger);
        require(escrows.redeemMany(seeder, items) != 0, "nothing to redeem");
    }

    function releaseOwn(uint256 seed, uint256 allocated) external step(seed, Phase.Redeemable) {
        IEscrow.Release[] memory releases = own(seeder, _lower(allocated));
        bytes memory data = abi.encodeCall(IEscrow.release, (payer, FILE, _salt, releases));
        if (_seeder == 1) {
            SEEDER_WALLET.execute(address(escrows), 0, data);
        } else {
            VM.prank(seeder);
            _call(0, data);
        }
    }

    function releaseAgreed(uint256 seed, uint256 allocated) external step(seed, Phase.Redeemable) {
        IEscrow.Release[] memory releases = _signedRelease(allocated);
        VM.prank(stranger);
        escrows.release(payer, FILE, _salt, releases);
    }

    function refund(uint256 seed) external step(seed, Phase.Exists) {
        _send(0, abi.encodeCall(IEscrow.refund, (FILE, _salt, new IEscrow.Release[](0))));
    }

    function refundAgreed(uint256 seed, uint256 allocated) external step(seed, Phase.Redeemable) {
        IEscrow.Release[] memory releases = _signedRelease(allocated);
        _send(0, abi.encodeCall(IEscrow.refund, (FILE, _salt, releases)));
    }

    function requestReclaim(uint256 seed) external step(seed, Phase.AfterDeadline) {
        VM.prank(stranger);
        escrows.requestReclaim(payer, FILE, _salt);
    }

    function reclaim(uint256 seed, uint256 named) external step(seed, Phase.GraceOver) {
        address[] memory seeders = new address[](named % 3);
        for (uint256 i = 0; i < seeders.length; ++i) seeders[i] = seederAt((i + _seeder) % PARTIES);
        VM.prank(stranger);
        escrows.reclaim(payer, FILE, _salt, seeders);
    }

    function payBatch(uint256 seed, uint96 first, uint96 next, uint96 burnt) external step(seed, Phase.Any) {
        IEscrowPayments.Payment[] memory payments = new IEscrowPayments.Payment[](3);
        payments[0] = _payment(address(GAS_EATER), burnt);
        payments[1] = _payment(seederAt(0), first);
        payments[2] = _payment(seederAt(1), next);
        uint256 total = uint256(payments[0].amount) + payments[1].amount + payments[2].amount;
        _send(total, abi.encodeCall(IEscrowPayments.payBatch, (payments)));
        batchPaid = [uint256(payments[1].amount), SEEDER_WALLET.accepts() ? payments[2].amount : 0];
        if (address(GAS_EATER).balance != 0) STORE.report(9);
    }

    /// @dev A wallet refuses coin a quarter of the time.
    function setAccepts(uint256 choice) external {
        choice = uint256(keccak256(abi.encode(choice, STORE.total())));
        PAYER_WALLET.setAccepts(choice % 4 != 0);
        SEEDER_WALLET.setAccepts((choice >> 8) % 4 != 0);
    }

    function passTime(uint256 secondsPassed) external {
        VM.warp(block.timestamp + bound(secondsPassed, 0, 2 * uint256(GRACE_SECONDS)));
    }

    function passBlocks(uint256 blocks) external {
        VM.roll(block.number + bound(blocks, 0, 2 * uint256(GRACE_BLOCKS)));
    }

    /// @dev The first escrow from a random one on that is in the phase; without one, the step is not possible now.
    function _choose(uint256 seed, Phase phase) private {
        uint256 tried = 0;
        // The runner likes edges and what it has seen; which escrow it is should not depend on that.
        seed = uint256(keccak256(abi.encode(seed, STORE.total())));
        if (phase == Phase.None) _renew(seed % COUNT);
        // Mostly, or in short runs hardly any grace period would come to its end.
        if (phase == Phase.GraceOver && (seed >> 200) % 8 != 0) _waitForGrace(seed % COUNT, (seed >> 208) % 4 == 0);
        // Only the payer with a key signs receipts; the other's are tried now and then.
        bool keyOnly = phase == Phase.Redeemable && (seed >> 192) % 8 != 0;
        for (chosen = seed % COUNT; !_isIn(look(chosen), phase) || (keyOnly && chosen % PARTIES != 0); chosen = (chosen + 1) % COUNT) {
            require(++tried < COUNT, "no escrow is in this phase");
        }
        payer = payerAt(chosen);
        _salt = salts[chosen];
        id = idAt(chosen);
        _seeder = (seed >> 128) % PARTIES;
        // Mostly one that has something left in it.
        Look memory seen = look(chosen);
        if (seen.allocated[_seeder] == seen.redeemed[_seeder] && (seed >> 64) % 4 != 0) _seeder = 1 - _seeder;
        seeder = seederAt(_seeder);
        delete agrees;
        delete batchPaid;
    }

    /// @dev An id is good for one escrow: where one is over and empty, the next one gets another salt.
    function _renew(uint256 index) private {
        Look memory seen = look(index);
        if (isGraceOver(seen) && leftOf(seen) == 0) salts[index] += uint96(COUNT);
    }

    /// @dev Until the grace period is over of the first escrow from `index` on that is in it, or also of one that anybody could end.
    function _waitForGrace(uint256 index, bool ends) private {
        for (uint256 i = 0; i < COUNT; ++i) {
            chosen = (index + i) % COUNT;
            Look memory seen = look(chosen);
            if (leftOf(seen) == 0 || (seen.graceAt == 0 && !ends)) continue;
            if (seen.graceAt == 0) {
                if (block.timestamp < seen.deadline) VM.warp(seen.deadline);
                escrows.requestReclaim(payerAt(chosen), FILE, salts[chosen]);
                seen = look(chosen);
            }
            if (block.timestamp < seen.graceAt) VM.warp(seen.graceAt);
            if (block.number < seen.graceBlock) VM.roll(seen.graceBlock);
            return;
        }
    }

    function _isIn(Look memory seen, Phase phase) private view returns (bool) {
        if (phase == Phase.None) return seen.deadline == 0;
        if (phase == Phase.BeforeDeadline) return block.timestamp < seen.deadline;
        if (phase == Phase.AfterDeadline) {
            return seen.deadline != 0 && block.timestamp >= seen.deadline && seen.graceAt == 0;
        }
        if (phase == Phase.GraceOver) return isGraceOver(seen) && leftOf(seen) != 0;
        if (phase == Phase.Redeemable) return leftOf(seen) != seen.free;
        return phase == Phase.Any || seen.deadline != 0;
    }

    /// @dev Up to half above the allocation, and mostly above what was redeemed.
    function _bounded(uint96 amount) private view returns (uint96) {
        Look memory seen = look(chosen);
        uint256 random = uint256(keccak256(abi.encode(amount, STORE.total())));
        uint256 minimum = random % 8 == 0 ? 0 : seen.redeemed[_seeder];
        return uint96(bound(random >> 3, minimum, (seen.allocated[_seeder] * 3) / 2));
    }

    /// @dev The payer that is a contract signs nothing.
    function _sign(uint96 amount) private returns (bytes memory) {
        STORE.sign(id, seeder, payer == address(PAYER_WALLET) ? 0 : _bounded(amount));
        return compact(PAYER_KEY, receiptDigest(id, seeder, _bounded(amount)));
    }

    function _lower(uint256 allocated) private returns (uint96) {
        Look memory seen = look(chosen);
        agrees[_seeder] = true;
        // Mostly a part, so that something is left to redeem.
        uint256 least = allocated % 8 == 0
            ? seen.redeemed[_seeder]
            : (seen.redeemed[_seeder] + seen.allocated[_seeder] + 1) / 2;
        return uint96(bound(allocated, least, seen.allocated[_seeder]));
    }

    /// @dev By the seeder with a key, whichever was chosen.
    function _signedRelease(uint256 allocated) private returns (IEscrow.Release[] memory releases) {
        (_seeder, seeder) = (0, seederAt(0));
        (, , uint64 nonce) = escrows.allocation(id, seeder);
        return agreed(_lower(allocated), nonce);
    }

    function _payment(address payee, uint96 amount) private pure returns (IEscrowPayments.Payment memory) {
        return IEscrowPayments.Payment(payee, uint96(bound(amount, 1, MAX_AMOUNT)), FILE, CHUNKS, HTTP);
    }

    /// @dev As the payer.
    function _send(uint256 value, bytes memory data) private {
        if (payer == address(PAYER_WALLET)) {
            PAYER_WALLET.execute(address(escrows), value, data);
        } else {
            VM.prank(payer);
            _call(value, data);
        }
    }

    /// @dev Fails with the call, so that a step that cannot be done is undone altogether.
    function _call(uint256 value, bytes memory data) private {
        (bool success, ) = address(escrows).call{value: value}(data);
        require(success, "the step is not possible now");
    }
}
