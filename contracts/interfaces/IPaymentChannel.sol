// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Unidirectional payment channels in the native coin
/// @notice A payer locks a deposit for a payee and signs vouchers for ever larger cumulative amounts; the payee redeems the latest. The
/// contract has no owner, no fee and no upgrade. Specification: docs/specs/02-channel.md.
///
/// Life of a channel: none -> open -> (closing) -> none. Clearing the storage word is what ends it.
///
/// An id is (payer, payee, salt). Only the payer can open it, so an id that comes back after its end is the payer's own doing: vouchers
/// it signed earlier are then valid again. A payee MUST refuse an id it has seen closed, since a `Close` signature it gave earlier is then
/// valid again as well.
interface IPaymentChannel {
    // ---------------------------------------------------------------- types

    /// @param deposit Wei to lock, above zero.
    struct OpenItem {
        address payee;
        uint96 salt;
        uint96 deposit;
    }

    /// @param signature The payer's signature of Voucher(channelId, cumulativeAmount).
    struct RedeemItem {
        address payer;
        uint96 salt;
        uint96 cumulativeAmount;
        bytes signature;
    }

    /// @notice Why `redeemMany` passed over an item.
    enum SkipReason {
        UnknownChannel,
        VoucherNotIncreasing,
        InvalidSignature
    }

    // --------------------------------------------------------------- events

    /// @notice The payer locked a deposit.
    /// @param deposit In wei.
    event Opened(
        bytes32 indexed channelId,
        address indexed payer,
        address indexed payee,
        uint96 salt,
        uint96 deposit
    );

    /// @param deposit All that was ever paid in, in wei.
    event ToppedUp(bytes32 indexed channelId, uint96 deposit);

    /// @param settled All that was ever paid to the payee, in wei.
    /// @param amount What was paid to the payee now, in wei.
    event Redeemed(bytes32 indexed channelId, uint96 settled, uint96 amount);

    /// @notice An item of a batch was not redeemed; the rest of the batch was.
    event RedeemSkipped(bytes32 indexed channelId, SkipReason reason);

    /// @notice The payer asked for its money back, or refused its refund during a close (then both limits are those of this block).
    /// @param closeAt Unix time in seconds from which `withdraw` is possible, if `closeBlock` has come as well.
    /// @param closeBlock Block number from which `withdraw` is possible, if `closeAt` has come as well.
    event CloseRequested(bytes32 indexed channelId, uint40 closeAt, uint64 closeBlock);

    /// @notice The channel ended; emitted once, when all of its money has left.
    /// @param settled All that was ever paid to the payee, in wei, what this transaction paid included.
    /// @param refund What went back to the payer, in wei.
    event Closed(bytes32 indexed channelId, uint96 settled, uint96 refund);

    // --------------------------------------------------------------- errors

    /// @notice Thrown by the constructor when a part of the dispute window is zero.
    error PaymentChannel_WindowIsZero();
    /// @notice Thrown when the payee to open for is the zero address.
    error PaymentChannel_PayeeIsZero();
    /// @notice Thrown when a deposit or top-up is zero.
    error PaymentChannel_DepositIsZero();
    /// @notice Thrown when the deposit would not fit 96 bits.
    error PaymentChannel_DepositTooLarge(uint256 maximum, uint256 actual);
    /// @notice Thrown by `openMany` when the coin sent is not the sum of the deposits.
    error PaymentChannel_ValueMismatch(uint256 expected, uint256 actual);
    /// @notice Thrown when the id to open is in use.
    error PaymentChannel_AlreadyOpen(bytes32 channelId);
    /// @notice Thrown when no channel has this id (never opened, or ended).
    error PaymentChannel_Unknown(bytes32 channelId);
    /// @notice Thrown by `topUp` and `requestClose` when a close was requested already.
    error PaymentChannel_Closing(bytes32 channelId, uint40 closeAt);
    /// @notice Thrown by `withdraw` when no close was requested.
    error PaymentChannel_NotClosing(bytes32 channelId);
    /// @notice Thrown by `withdraw` while a part of the dispute window is still to pass.
    error PaymentChannel_WindowOpen(uint256 secondsLeft, uint256 blocksLeft);
    /// @notice Thrown when the voucher, held to the deposit, pays no more than what was paid before.
    error PaymentChannel_VoucherNotIncreasing(uint96 expectedAbove, uint96 actual);
    /// @notice Thrown when an agreed settlement is below what was paid before, or above the deposit.
    error PaymentChannel_SettledOutOfRange(uint96 minimum, uint96 maximum, uint96 actual);
    /// @notice Thrown when `signer` did not sign.
    error PaymentChannel_InvalidSignature(address signer);
    /// @notice Thrown by `closeAgreed` when the sender is neither payer nor payee.
    error PaymentChannel_NotAParty(address sender);
    /// @notice Thrown when the recipient of a payout refuses the coin.
    error PaymentChannel_PayoutFailed(address recipient, uint256 amount);

    // ---------------------------------------------------------------- payer

    /// @notice Locks the coin sent for `payee`.
    /// @dev Emits `Opened`. The caller is the payer.
    ///
    /// Requirements:
    /// - `payee` is not zero, the coin sent is above zero and below 2^96 wei
    /// - the id is not in use; the payer SHOULD draw `salt` at random and never use one twice
    /// @param salt Tells apart the channels of one pair.
    /// @return channelId keccak256(abi.encode(payer, payee, salt)).
    function open(address payee, uint96 salt) external payable returns (bytes32 channelId);

    /// @notice Opens several channels; all or none.
    /// @dev Emits `Opened` for each. Requirements: those of `open` for each, and the coin sent is the sum of the deposits.
    function openMany(OpenItem[] calldata items) external payable;

    /// @notice Adds the coin sent to the deposit.
    /// @dev Emits `ToppedUp`. Only the payer can: the payee may count a deposit as that payer's alone, and the id needs no third word of
    /// calldata.
    ///
    /// Requirements:
    /// - the channel exists and no close was requested: coin added later would be locked for nothing, and the payee has stopped serving
    /// - the coin sent is above zero and the new deposit below 2^96 wei
    function topUp(address payee, uint96 salt) external payable;

    /// @notice Starts the dispute window, after which the payer can have back what is not redeemed.
    /// @dev Emits `CloseRequested`. Requirements: the caller is the payer; the channel exists; no close was requested before (so a second
    /// request can neither shorten nor prolong the window).
    function requestClose(address payee, uint96 salt) external;

    /// @notice Pays the payer what was not redeemed and ends the channel.
    /// @dev Emits `Closed`. Anyone may send it, since it pays the payer alone: a payer whose whole balance was the deposit can be helped.
    ///
    /// Requirements:
    /// - a close was requested, and both parts of the window have passed
    /// - the payer accepts the coin (a refusal reverts and costs nobody else anything)
    function withdraw(address payer, address payee, uint96 salt) external;

    // ---------------------------------------------------------------- payee

    /// @notice Pays the payee min(cumulativeAmount, deposit) minus what was paid before.
    /// @dev Emits `Redeemed`. Anyone may send it, since it pays the payee alone. Possible until the channel ends, after a close request
    /// too.
    ///
    /// Requirements:
    /// - the channel exists, the voucher pays something, and the payer signed it
    /// - the payee accepts the coin
    function redeem(
        address payer,
        address payee,
        uint96 salt,
        uint96 cumulativeAmount,
        bytes calldata signature
    ) external;

    /// @notice Redeems vouchers of many payers for one payee in one payout.
    /// @dev Emits `Redeemed` or `RedeemSkipped` for each item; an item that cannot be redeemed never stops the others.
    /// @return paid What was paid to the payee, in wei.
    function redeemMany(address payee, RedeemItem[] calldata items) external returns (uint256 paid);

    /// @notice Ends the channel at once: pays the payee its voucher and the payer the rest.
    /// @dev The caller is the payee, who gives up the rest. It needs no signature when `cumulativeAmount` does not exceed what was paid
    /// before.
    ///
    /// Emits `Closed`. A payer that refuses its refund, or needs more than 50,000 gas to take it, does not stop the payee: `Redeemed` (when
    /// something was paid) and `CloseRequested` are emitted instead, and the refund stays in the channel, where the payer can
    /// `withdraw` it from the same block on.
    ///
    /// Requirements:
    /// - the channel exists
    /// - the payer signed the voucher, if it pays something
    /// - the payee accepts the coin
    function close(address payer, uint96 salt, uint96 cumulativeAmount, bytes calldata signature) external;

    // ----------------------------------------------------------------- both

    /// @notice Ends the channel at once at an amount both agree on: the one sends, the other signed Close(channelId, settled).
    /// @dev Emits and treats a refused refund as `close` does.
    ///
    /// Requirements:
    /// - the channel exists; the caller is its payer or its payee; the other signed
    /// - `settled` is not below what was paid before and not above the deposit
    /// - the payee accepts the coin; if it does not, the payer still has `requestClose`
    /// @param settled All that the payee is to have received in the end, in wei.
    function closeAgreed(
        address payer,
        address payee,
        uint96 salt,
        uint96 settled,
        bytes calldata signature
    ) external;

    // ---------------------------------------------------------------- views

    /// @notice The first part of the dispute window, in seconds. Both parts have to pass: seconds alone fail the payee when mining stalls,
    /// blocks alone when a miner races.
    function DISPUTE_WINDOW_SECONDS() external view returns (uint32);

    /// @notice The second part of the dispute window, in blocks.
    function DISPUTE_WINDOW_BLOCKS() external view returns (uint16);

    /// @notice The EIP-712 domain separator on this chain (see also `eip712Domain`, EIP-5267).
    function DOMAIN_SEPARATOR() external view returns (bytes32);

    /// @notice keccak256(abi.encode(payer, payee, salt)).
    function channelIdOf(address payer, address payee, uint96 salt) external pure returns (bytes32);

    /// @notice A channel's state; all zero when it does not exist.
    /// @return deposit All that was ever paid in, in wei.
    /// @return settled All that was ever paid to the payee, in wei.
    /// @return closeAt Unix time in seconds from which `withdraw` is possible; zero when no close was requested.
    /// @return closeBlock Block number from which `withdraw` is possible; zero when no close was requested.
    function channel(
        bytes32 channelId
    ) external view returns (uint96 deposit, uint96 settled, uint40 closeAt, uint64 closeBlock);
}
