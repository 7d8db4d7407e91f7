// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IEscrowPayments} from "./IEscrowPayments.sol";

/// @title Escrows for one file each, in the native coin
/// @notice A payer locks coin for a file until a deadline and allocates it to seeders. Each seeder is paid by the payer's receipts, whose
/// amounts only grow; what is not owed returns early when its seeder agrees, and after the deadline and a grace period in any case.
/// The contract has no owner, no fee and no upgrade. Specification: docs/specs/04-escrow.md.
///
/// Life of an escrow: none -> locked -> (ending). It never returns to none: an id is (payer, fileHash, salt), it keeps its deadline for
/// ever, and so it can be locked once. A receipt or release is never good for a second escrow.
///
/// No function pays two parties, but for `payBatch`, which passes over a payee that does not take its coin. So a party that refuses
/// coin stops nobody but itself.
interface IEscrow is IEscrowPayments {
    // ---------------------------------------------------------------- types

    /// @param amount Wei to set aside for `seeder`, above zero.
    struct Allocation {
        address seeder;
        uint96 amount;
    }

    /// @param allocated All that the seeder may get from the escrow in the end, in wei; not below what it has redeemed.
    /// @param signature The seeder's signature of Release(escrowId, seeder, allocated, nonce). Not looked at when the seeder is the sender.
    struct Release {
        address seeder;
        uint96 allocated;
        bytes signature;
    }

    /// @param signature The payer's signature of Receipt(escrowId, seeder, cumulativeAmount, chunksHash, protocol).
    struct RedeemItem {
        address payer;
        bytes32 fileHash;
        uint96 salt;
        uint96 cumulativeAmount;
        bytes32 chunksHash;
        bytes8 protocol;
        bytes signature;
    }

    /// @notice Why `redeemMany` passed over an item.
    enum SkipReason {
        UnknownAllocation,
        ReceiptNotIncreasing,
        InvalidSignature
    }

    // --------------------------------------------------------------- events

    /// @param deadline Unix time in seconds from which the payer can have back what is not redeemed, after a grace period.
    /// @param amount What was paid in, in wei.
    event Locked(
        bytes32 indexed escrowId,
        address indexed payer,
        bytes32 indexed fileHash,
        uint96 salt,
        uint40 deadline,
        uint96 amount
    );

    /// @param amount What was paid in now, in wei.
    event ToppedUp(bytes32 indexed escrowId, uint96 amount);

    /// @notice More was set aside for a seeder.
    /// @param allocated All that the seeder may get from the escrow, what it has redeemed included, in wei.
    /// @param nonce What a Release of this allocation has to name.
    event Allocated(bytes32 indexed escrowId, address indexed seeder, uint96 allocated, uint64 nonce);

    /// @notice A seeder's allocation was lowered: by the seeder's agreement, or after the grace period by `reclaim`.
    /// @param allocated All that the seeder may get from the escrow, what it has redeemed included, in wei.
    /// @param nonce What a Release of this allocation has to name.
    event Released(bytes32 indexed escrowId, address indexed seeder, uint96 allocated, uint64 nonce);

    /// @notice An item of `redeemMany` was not redeemed; the rest of the batch was.
    event RedeemSkipped(bytes32 indexed escrowId, address indexed seeder, SkipReason reason);

    /// @notice Free coin went back to the payer.
    event Refunded(bytes32 indexed escrowId, uint96 amount);

    /// @notice The deadline has passed and the grace period began.
    /// @param graceAt Unix time in seconds from which `reclaim` is possible, if `graceBlock` has come as well.
    /// @param graceBlock Block number from which `reclaim` is possible, if `graceAt` has come as well.
    event ReclaimRequested(bytes32 indexed escrowId, uint40 graceAt, uint64 graceBlock);

    /// @notice What was free, and what the seeders named had not redeemed, went back to the payer.
    event Reclaimed(bytes32 indexed escrowId, uint256 amount);

    // --------------------------------------------------------------- errors

    /// @notice Thrown by the constructor when a part of the grace period is zero.
    error Escrow_GraceIsZero();
    /// @notice Thrown when an amount would not fit 96 bits.
    error Escrow_AmountTooLarge(uint256 maximum, uint256 actual);
    /// @notice Thrown by `lock` when the deadline is not in the future, or too far in it.
    error Escrow_DeadlineOutOfRange(uint256 minimum, uint256 maximum, uint256 actual);
    /// @notice Thrown by `lock` when the id was used before.
    error Escrow_AlreadyLocked(bytes32 escrowId);
    /// @notice Thrown when no escrow has this id.
    error Escrow_Unknown(bytes32 escrowId);
    /// @notice Thrown by `topUp` and `allocate` when the deadline has passed.
    error Escrow_DeadlinePassed(bytes32 escrowId, uint40 deadline);
    /// @notice Thrown by `requestReclaim` before the deadline.
    error Escrow_DeadlineNotPassed(bytes32 escrowId, uint40 deadline);
    /// @notice Thrown by `requestReclaim` when the grace period was started before.
    error Escrow_GraceStarted(bytes32 escrowId, uint40 graceAt);
    /// @notice Thrown by `reclaim` when the grace period was not started.
    error Escrow_GraceNotStarted(bytes32 escrowId);
    /// @notice Thrown by `reclaim` while a part of the grace period is still to pass.
    error Escrow_GraceOpen(uint256 secondsLeft, uint256 blocksLeft);
    /// @notice Thrown when nothing was ever allocated to the seeder from this escrow.
    error Escrow_UnknownAllocation(bytes32 escrowId, address seeder);
    /// @notice Thrown when more is to be allocated than is free.
    error Escrow_AllocationExceedsFree(uint96 free, uint96 amount);
    /// @notice Thrown when a release would raise an allocation, or lower it below what was redeemed.
    error Escrow_AllocationOutOfRange(uint96 minimum, uint96 maximum, uint96 actual);
    /// @notice Thrown by `redeem` when the receipt, held to the allocation, pays no more than what was redeemed before.
    error Escrow_ReceiptNotIncreasing(uint96 expectedAbove, uint96 actual);
    /// @notice Thrown when `signer` did not sign.
    error Escrow_InvalidSignature(address signer);
    /// @notice Thrown by `refund` and `reclaim` when there is nothing to pay back.
    error Escrow_NothingToReturn(bytes32 escrowId);

    // ---------------------------------------------------------------- payer

    /// @notice Locks the coin sent for chunks of a file, and allocates from it.
    /// @dev Emits `Locked`, and `Allocated` for each allocation. The caller is the payer. The file hash is part of the id, so it can be
    /// proved from this call's data; it is not stored.
    ///
    /// Requirements:
    /// - the coin sent is above zero and below 2^96 wei
    /// - the id was never used; the payer SHOULD draw `salt` at random
    /// - `deadline` is in the future, and at most `MAX_LIFETIME_SECONDS` ahead
    /// - each allocation has a seeder and an amount, and together they do not exceed the coin sent
    /// @param salt Tells apart the escrows of one payer for one file.
    /// @param deadline Unix time in seconds; it cannot be changed.
    /// @return escrowId keccak256(abi.encode(payer, fileHash, salt)).
    function lock(
        bytes32 fileHash,
        uint96 salt,
        uint40 deadline,
        Allocation[] calldata allocations
    ) external payable returns (bytes32 escrowId);

    /// @notice Adds the coin sent to what is free.
    /// @dev Emits `ToppedUp`.
    ///
    /// Requirements:
    /// - the caller is the payer; the escrow exists and its deadline has not passed
    /// - the coin sent is above zero, and what is free stays below 2^96 wei
    function topUp(bytes32 fileHash, uint96 salt) external payable;

    /// @notice Sets free coin aside for seeders, in addition to what they have. From then on only the seeder can give it back before the
    /// deadline.
    /// @dev Emits `Allocated` for each.
    ///
    /// Requirements:
    /// - the caller is the payer; the escrow exists and its deadline has not passed
    /// - each allocation has a seeder and an amount, and together they do not exceed what is free
    function allocate(bytes32 fileHash, uint96 salt, Allocation[] calldata allocations) external;

    /// @notice Pays back to the payer, at any time, what is free and what seeders release with it.
    /// @dev Emits `Released` for each release, and `Refunded`.
    ///
    /// Requirements:
    /// - the caller is the payer; the escrow exists; each release meets the requirements of `release`
    /// - something is free in the end; the payer accepts it
    function refund(bytes32 fileHash, uint96 salt, Release[] calldata releases) external;

    // --------------------------------------------------------------- seeder

    /// @notice Pays the seeder min(cumulativeAmount, allocated) minus what it redeemed before.
    /// @dev Emits `Paid`. Anyone may send it, since it pays the seeder alone. Possible until the allocation was reclaimed: after the
    /// deadline, and all through the grace period, too.
    ///
    /// Requirements:
    /// - something was allocated to the seeder; the receipt pays something, and the payer signed it
    /// - the seeder accepts the coin
    /// @param chunksHash Part of what was signed: keccak256 of the bitfield of the chunks, or zero.
    /// @param protocol Part of what was signed: how the chunks came, or zero.
    function redeem(
        address payer,
        bytes32 fileHash,
        uint96 salt,
        address seeder,
        uint96 cumulativeAmount,
        bytes32 chunksHash,
        bytes8 protocol,
        bytes calldata signature
    ) external;

    /// @notice Redeems receipts of many escrows for one seeder in one payout.
    /// @dev Emits `Paid` or `RedeemSkipped` for each item; an item that cannot be redeemed never stops the others. Requirement: the seeder
    /// accepts the coin.
    /// @return paid What was paid to the seeder, in wei.
    function redeemMany(address seeder, RedeemItem[] calldata items) external returns (uint256 paid);

    /// @notice Lowers allocations to what their seeders agree to; the difference becomes free, for other seeders or a `refund`.
    /// @dev Emits `Released` for each. Anyone may send it: the seeder itself without a signature, others with the seeder's.
    ///
    /// Each agreement is good once, for the allocation as it stood, since every change of an allocation changes its nonce. A seeder takes
    /// one back by releasing to what it has.
    ///
    /// Requirements:
    /// - the escrow exists; each seeder has an allocation, and `allocated` is from what it redeemed to what it has
    /// - each seeder sends it or signed it
    function release(address payer, bytes32 fileHash, uint96 salt, Release[] calldata releases) external;

    // ----------------------------------------------------------- after the deadline

    /// @notice Starts the grace period, after which the payer can have back what is not redeemed.
    /// @dev Emits `ReclaimRequested`. Anyone may send it.
    ///
    /// Requirements:
    /// - the escrow exists; its deadline has passed
    /// - the grace period was not started before (so a second request can neither shorten nor prolong it)
    function requestReclaim(address payer, bytes32 fileHash, uint96 salt) external;

    /// @notice Pays back to the payer what is free and what the seeders named have not redeemed.
    /// @dev Emits `Released` for each seeder that had something left, and `Reclaimed`. Anyone may send it, since it pays the payer alone.
    /// A seeder that has nothing left is passed over; one that was not named can be named in another call.
    ///
    /// Requirements:
    /// - the grace period was started, and both parts of it have passed
    /// - there is something to pay back; the payer accepts it (a refusal reverts and costs nobody else anything)
    function reclaim(address payer, bytes32 fileHash, uint96 salt, address[] calldata seeders) external;

    // ---------------------------------------------------------------- views

    /// @notice The first part of the grace period, in seconds. Both parts have to pass: seconds alone fail the seeder when mining stalls,
    /// blocks alone when a miner races.
    function GRACE_SECONDS() external view returns (uint32);

    /// @notice The second part of the grace period, in blocks.
    function GRACE_BLOCKS() external view returns (uint16);

    /// @notice The furthest a deadline may be ahead, in seconds: a mistyped one would lock coin until its seeders agree.
    function MAX_LIFETIME_SECONDS() external view returns (uint40);

    /// @notice The EIP-712 domain separator on this chain (see also `eip712Domain`, EIP-5267).
    function DOMAIN_SEPARATOR() external view returns (bytes32);

    /// @notice keccak256(abi.encode(payer, fileHash, salt)).
    function escrowIdOf(address payer, bytes32 fileHash, uint96 salt) external pure returns (bytes32);

    /// @notice An escrow's state; all zero when it does not exist.
    /// @return free What is allocated to nobody, in wei.
    /// @return deadline Unix time in seconds from which the grace period can be started.
    /// @return graceAt Unix time in seconds from which `reclaim` is possible; zero while the grace period was not started.
    /// @return graceBlock Block number from which `reclaim` is possible; zero while the grace period was not started.
    function escrow(
        bytes32 escrowId
    ) external view returns (uint96 free, uint40 deadline, uint40 graceAt, uint64 graceBlock);

    /// @notice What an escrow holds for a seeder; all zero when nothing was ever allocated.
    /// @return allocated All that the seeder may get, what it has redeemed included, in wei.
    /// @return redeemed All that the seeder was paid, in wei.
    /// @return nonce How often `allocated` was changed.
    function allocation(
        bytes32 escrowId,
        address seeder
    ) external view returns (uint96 allocated, uint96 redeemed, uint64 nonce);
}
