// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {EscrowPayments} from "./abstracts/EscrowPayments.sol";
import {IEscrow} from "./interfaces/IEscrow.sol";
import {CompactSignature} from "./libraries/CompactSignature.sol";
import {ReceiptLib} from "./libraries/ReceiptLib.sol";
import {EscrowAllocation} from "./types/EscrowAllocation.sol";
import {EscrowState, EscrowStateLib} from "./types/EscrowState.sol";

/// @title Escrow
/// @dev See {IEscrow}. There is no re-entrancy guard: a function that pays from an escrow writes its words first and pays once, as its last
/// act. Wallets are asked about signatures by a static call, in which nothing can change.
contract Escrow is IEscrow, EscrowPayments, EIP712 {
    /// @inheritdoc IEscrow
    uint40 public constant MAX_LIFETIME_SECONDS = 366 days;
    /// @inheritdoc IEscrow
    uint32 public immutable GRACE_SECONDS;
    /// @inheritdoc IEscrow
    uint16 public immutable GRACE_BLOCKS;

    mapping(bytes32 escrowId => EscrowState) private _escrows;
    mapping(bytes32 escrowId => mapping(address seeder => EscrowAllocation)) private _allocations;

    constructor(uint32 graceSeconds, uint16 graceBlocks) EIP712("ChiralEscrow", "1") {
        if (graceSeconds == 0 || graceBlocks == 0) revert Escrow_GraceIsZero();
        GRACE_SECONDS = graceSeconds;
        GRACE_BLOCKS = graceBlocks;
    }

    // ---------------------------------------------------------------- payer

    /// @inheritdoc IEscrow
    function lock(
        bytes32 fileHash,
        uint96 salt,
        uint40 deadline,
        Allocation[] calldata allocations
    ) external payable returns (bytes32 escrowId) {
        if (deadline <= block.timestamp || deadline > block.timestamp + MAX_LIFETIME_SECONDS) {
            revert Escrow_DeadlineOutOfRange(block.timestamp + 1, block.timestamp + MAX_LIFETIME_SECONDS, deadline);
        }
        escrowId = ReceiptLib.escrowIdOf(msg.sender, fileHash, salt);
        if (_escrows[escrowId].exists()) revert Escrow_AlreadyLocked(escrowId);
        uint96 amount = _sent(0);
        emit Locked(escrowId, msg.sender, fileHash, salt, deadline, amount);
        _escrows[escrowId] = EscrowStateLib.locked(_allocate(escrowId, amount, allocations), deadline);
    }

    /// @inheritdoc IEscrow
    function topUp(bytes32 fileHash, uint96 salt) external payable {
        bytes32 escrowId = ReceiptLib.escrowIdOf(msg.sender, fileHash, salt);
        EscrowState state = _beforeDeadline(escrowId);
        _escrows[escrowId] = state.withFree(_sent(state.free()));
        emit ToppedUp(escrowId, uint96(msg.value));
    }

    /// @inheritdoc IEscrow
    function allocate(bytes32 fileHash, uint96 salt, Allocation[] calldata allocations) external {
        bytes32 escrowId = ReceiptLib.escrowIdOf(msg.sender, fileHash, salt);
        EscrowState state = _beforeDeadline(escrowId);
        _escrows[escrowId] = state.withFree(_allocate(escrowId, state.free(), allocations));
    }

    /// @inheritdoc IEscrow
    function refund(bytes32 fileHash, uint96 salt, Release[] calldata releases) external {
        bytes32 escrowId = ReceiptLib.escrowIdOf(msg.sender, fileHash, salt);
        EscrowState state = _existing(escrowId);
        uint96 amount = _release(escrowId, state.free(), releases);
        if (amount == 0) revert Escrow_NothingToReturn(escrowId);
        _escrows[escrowId] = state.withFree(0);
        emit Refunded(escrowId, amount);
        _pay(msg.sender, amount);
    }

    // --------------------------------------------------------------- seeder

    /// @inheritdoc IEscrow
    function redeem(
        address payer,
        bytes32 fileHash,
        uint96 salt,
        address seeder,
        uint96 cumulativeAmount,
        bytes32 chunksHash,
        bytes8 protocol,
        bytes calldata signature
    ) external {
        bytes32 escrowId = ReceiptLib.escrowIdOf(payer, fileHash, salt);
        EscrowAllocation held = _allocations[escrowId][seeder];
        if (!held.exists()) revert Escrow_UnknownAllocation(escrowId, seeder);
        uint96 redeemed = held.payableTo(cumulativeAmount);
        if (redeemed <= held.redeemed()) revert Escrow_ReceiptNotIncreasing(held.redeemed(), redeemed);
        bytes32 hash = ReceiptLib.receiptHash(escrowId, seeder, cumulativeAmount, chunksHash, protocol);
        if (!_isSigned(payer, hash, signature)) revert Escrow_InvalidSignature(payer);

        uint96 amount = _redeem(escrowId, seeder, held, redeemed);
        emit Paid(payer, seeder, fileHash, escrowId, amount, chunksHash, protocol);
        _pay(seeder, amount);
    }

    /// @inheritdoc IEscrow
    function redeemMany(address seeder, RedeemItem[] calldata items) external returns (uint256 paid) {
        for (uint256 i = 0; i < items.length; ++i) {
            paid += _redeemItem(seeder, items[i]);
        }
        if (paid != 0) _pay(seeder, paid);
    }

    /// @inheritdoc IEscrow
    function release(address payer, bytes32 fileHash, uint96 salt, Release[] calldata releases) external {
        bytes32 escrowId = ReceiptLib.escrowIdOf(payer, fileHash, salt);
        EscrowState state = _existing(escrowId);
        _escrows[escrowId] = state.withFree(_release(escrowId, state.free(), releases));
    }

    // --------------------------------------------------- after the deadline

    /// @inheritdoc IEscrow
    function requestReclaim(address payer, bytes32 fileHash, uint96 salt) external {
        bytes32 escrowId = ReceiptLib.escrowIdOf(payer, fileHash, salt);
        EscrowState state = _existing(escrowId);
        if (state.isEnding()) revert Escrow_GraceStarted(escrowId, state.graceAt());
        if (block.timestamp < state.deadline()) revert Escrow_DeadlineNotPassed(escrowId, state.deadline());
        uint40 graceAt = uint40(block.timestamp + GRACE_SECONDS);
        uint64 graceBlock = uint64(block.number + GRACE_BLOCKS);
        _escrows[escrowId] = state.withGrace(graceAt, graceBlock);
        emit ReclaimRequested(escrowId, graceAt, graceBlock);
    }

    /// @inheritdoc IEscrow
    function reclaim(address payer, bytes32 fileHash, uint96 salt, address[] calldata seeders) external {
        bytes32 escrowId = ReceiptLib.escrowIdOf(payer, fileHash, salt);
        EscrowState state = _existing(escrowId);
        _requireGracePassed(escrowId, state);

        uint256 amount = state.free();
        for (uint256 i = 0; i < seeders.length; ++i) {
            EscrowAllocation held = _allocations[escrowId][seeders[i]];
            uint96 left = held.remainder();
            if (left == 0) continue;
            amount += left;
            _lower(escrowId, seeders[i], held, held.redeemed());
        }
        if (amount == 0) revert Escrow_NothingToReturn(escrowId);
        _escrows[escrowId] = state.withFree(0);
        emit Reclaimed(escrowId, amount);
        _pay(payer, amount);
    }

    // ---------------------------------------------------------------- views

    /// @inheritdoc IEscrow
    function DOMAIN_SEPARATOR() external view returns (bytes32) {
        return _domainSeparatorV4();
    }

    /// @inheritdoc IEscrow
    function escrowIdOf(address payer, bytes32 fileHash, uint96 salt) external pure returns (bytes32) {
        return ReceiptLib.escrowIdOf(payer, fileHash, salt);
    }

    /// @inheritdoc IEscrow
    function escrow(
        bytes32 escrowId
    ) external view returns (uint96 free, uint40 deadline, uint40 graceAt, uint64 graceBlock) {
        EscrowState state = _escrows[escrowId];
        return (state.free(), state.deadline(), state.graceAt(), state.graceBlock());
    }

    /// @inheritdoc IEscrow
    function allocation(
        bytes32 escrowId,
        address seeder
    ) external view returns (uint96 allocated, uint96 redeemed, uint64 nonce) {
        EscrowAllocation held = _allocations[escrowId][seeder];
        return (held.allocated(), held.redeemed(), held.nonce());
    }

    // -------------------------------------------------------------- private

    /// @dev Raises allocations out of `free` and returns what is left of it. The caller writes that down.
    function _allocate(bytes32 escrowId, uint96 free, Allocation[] calldata allocations) private returns (uint96) {
        for (uint256 i = 0; i < allocations.length; ++i) {
            (address seeder, uint96 amount) = (allocations[i].seeder, allocations[i].amount);
            if (seeder == address(0)) revert Escrow_PayeeIsZero();
            if (amount == 0) revert Escrow_AmountIsZero();
            if (amount > free) revert Escrow_AllocationExceedsFree(free, amount);
            EscrowAllocation held = _allocations[escrowId][seeder];
            // Unchecked: the amount was compared to what is free; two numbers of 96 bits have a sum of 97.
            unchecked {
                free -= amount;
                held = held.withAllocated(_asAmount(uint256(held.allocated()) + amount));
            }
            _allocations[escrowId][seeder] = held;
            emit Allocated(escrowId, seeder, held.allocated(), held.nonce());
        }
        return free;
    }

    /// @dev Lowers allocations as their seeders agree and returns what is then free. The caller writes that down.
    function _release(bytes32 escrowId, uint96 free, Release[] calldata releases) private returns (uint96) {
        uint256 total = free;
        for (uint256 i = 0; i < releases.length; ++i) {
            (address seeder, uint96 allocated) = (releases[i].seeder, releases[i].allocated);
            EscrowAllocation held = _allocations[escrowId][seeder];
            if (!held.exists()) revert Escrow_UnknownAllocation(escrowId, seeder);
            if (allocated < held.redeemed() || allocated > held.allocated()) {
                revert Escrow_AllocationOutOfRange(held.redeemed(), held.allocated(), allocated);
            }
            if (seeder != msg.sender) {
                bytes32 hash = ReceiptLib.releaseHash(escrowId, seeder, allocated, held.nonce());
                if (!_isSigned(seeder, hash, releases[i].signature)) revert Escrow_InvalidSignature(seeder);
            }
            // Unchecked: the two were compared; and no sum of amounts that are held comes near 2^256.
            unchecked {
                total += held.allocated() - allocated;
            }
            _lower(escrowId, seeder, held, allocated);
        }
        return _asAmount(total);
    }

    function _lower(bytes32 escrowId, address seeder, EscrowAllocation held, uint96 allocated) private {
        EscrowAllocation lowered = held.withAllocated(allocated);
        _allocations[escrowId][seeder] = lowered;
        emit Released(escrowId, seeder, allocated, lowered.nonce());
    }

    /// @dev Redeems or reports the item. The caller pays out what is returned.
    function _redeemItem(address seeder, RedeemItem calldata item) private returns (uint96 amount) {
        bytes32 escrowId = ReceiptLib.escrowIdOf(item.payer, item.fileHash, item.salt);
        EscrowAllocation held = _allocations[escrowId][seeder];
        uint96 redeemed = held.payableTo(item.cumulativeAmount);
        if (!held.exists()) {
            emit RedeemSkipped(escrowId, seeder, SkipReason.UnknownAllocation);
        } else if (redeemed <= held.redeemed()) {
            emit RedeemSkipped(escrowId, seeder, SkipReason.ReceiptNotIncreasing);
        } else if (!_isReceiptSigned(escrowId, seeder, item)) {
            emit RedeemSkipped(escrowId, seeder, SkipReason.InvalidSignature);
        } else {
            amount = _redeem(escrowId, seeder, held, redeemed);
            emit Paid(item.payer, seeder, item.fileHash, escrowId, amount, item.chunksHash, item.protocol);
        }
    }

    /// @dev Writes the new redeemed amount, which must be above the old one, and returns what it adds. The caller pays it out.
    function _redeem(
        bytes32 escrowId,
        address seeder,
        EscrowAllocation held,
        uint96 redeemed
    ) private returns (uint96 amount) {
        // Unchecked: the callers compared the two.
        unchecked {
            amount = redeemed - held.redeemed();
        }
        _allocations[escrowId][seeder] = held.withRedeemed(redeemed);
    }

    function _existing(bytes32 escrowId) private view returns (EscrowState state) {
        state = _escrows[escrowId];
        if (!state.exists()) revert Escrow_Unknown(escrowId);
    }

    function _beforeDeadline(bytes32 escrowId) private view returns (EscrowState state) {
        state = _existing(escrowId);
        if (block.timestamp >= state.deadline()) revert Escrow_DeadlinePassed(escrowId, state.deadline());
    }

    function _requireGracePassed(bytes32 escrowId, EscrowState state) private view {
        if (!state.isEnding()) revert Escrow_GraceNotStarted(escrowId);
        (uint256 secondsLeft, uint256 blocksLeft) = state.graceLeft();
        if (secondsLeft != 0 || blocksLeft != 0) revert Escrow_GraceOpen(secondsLeft, blocksLeft);
    }

    /// @dev The coin sent, on top of `free`.
    function _sent(uint96 free) private view returns (uint96) {
        if (msg.value == 0) revert Escrow_AmountIsZero();
        // Unchecked: all coin there is, and 96 bits more, stay far below 2^256.
        unchecked {
            return _asAmount(free + msg.value);
        }
    }

    function _isSigned(address signer, bytes32 structHash, bytes calldata signature) private view returns (bool) {
        return CompactSignature.isValid(signer, _hashTypedDataV4(structHash), signature);
    }

    function _isReceiptSigned(bytes32 id, address seeder, RedeemItem calldata item) private view returns (bool) {
        bytes32 hash = ReceiptLib.receiptHash(id, seeder, item.cumulativeAmount, item.chunksHash, item.protocol);
        return _isSigned(item.payer, hash, item.signature);
    }

    function _asAmount(uint256 value) private pure returns (uint96) {
        if (value > type(uint96).max) revert Escrow_AmountTooLarge(type(uint96).max, value);
        return uint96(value);
    }
}
