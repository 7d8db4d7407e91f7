// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {IPaymentChannel} from "./interfaces/IPaymentChannel.sol";
import {CompactSignature} from "./libraries/CompactSignature.sol";
import {Payout} from "./libraries/Payout.sol";
import {VoucherLib} from "./libraries/VoucherLib.sol";
import {ChannelState, ChannelStateLib} from "./types/ChannelState.sol";
import {SaltedAddress} from "./types/SaltedAddress.sol";
import {SaltedDepositLib} from "./types/SaltedDeposit.sol";

/// @title PaymentChannel
/// @dev See {IPaymentChannel}. There is no re-entrancy guard: every function writes a channel's word before it calls out, and writes it
/// again only when the call failed; `closeMany` reads each channel's word after the calls for those before it.
contract PaymentChannel is IPaymentChannel, EIP712 {
    /// @dev The most gas a payer may use to take a refund while the payee closes: enough for a contract wallet's fallback and log, and
    /// little enough that a payer which burns it all cannot make closing unaffordable.
    uint256 private constant REFUND_GAS = 50_000;

    uint32 private immutable WINDOW_SECONDS;
    uint16 private immutable WINDOW_BLOCKS;

    /// @dev Puts a channel of the sender's into storage. A modifier, because the compiler copies it into `open` and `openMany`; a function
    /// that both call takes 35 gas to enter and leave, and `open` has none to spare (docs/adr/0002-payment-channel.md).
    modifier opening(SaltedAddress saltAndPayee, uint256 value) {
        if (saltAndPayee.account() == address(0)) revert PaymentChannel_PayeeIsZero();
        // Unchecked: nothing wraps around to the largest number, and is too large as well: one comparison for both.
        unchecked {
            if (value - 1 > type(uint96).max - 1) _revertForDeposit(value);
        }
        bytes32 channelId = VoucherLib.idToPayee(msg.sender, saltAndPayee);
        if (ChannelStateLib.load(channelId).exists()) revert PaymentChannel_AlreadyOpen(channelId);
        ChannelStateLib.opened(uint96(value)).store(channelId);
        _;
    }

    constructor(uint32 windowSeconds, uint16 windowBlocks) EIP712("ChiralPaymentChannel", "1") {
        if (windowSeconds == 0 || windowBlocks == 0) revert PaymentChannel_WindowIsZero();
        WINDOW_SECONDS = windowSeconds;
        WINDOW_BLOCKS = windowBlocks;
    }

    // ---------------------------------------------------------------- payer

    /// @inheritdoc IPaymentChannel
    function open(SaltedAddress saltAndPayee) external payable opening(saltAndPayee, msg.value) {
        emit Opened(msg.sender, saltAndPayee.account(), SaltedDepositLib.from(saltAndPayee.salt(), uint96(msg.value)));
    }

    /// @inheritdoc IPaymentChannel
    function openMany(OpenItem[] calldata items) external payable {
        uint256 total = 0;
        for (uint256 i = 0; i < items.length; ++i) {
            OpenItem calldata item = items[i];
            total += item.deposit;
            _open(item.saltAndPayee, item.deposit);
        }
        if (total != msg.value) revert PaymentChannel_ValueMismatch(total, msg.value);
    }

    /// @inheritdoc IPaymentChannel
    function topUp(SaltedAddress saltAndPayee) external payable {
        bytes32 channelId = VoucherLib.idToPayee(msg.sender, saltAndPayee);
        ChannelState state = _existing(channelId);
        if (state.isClosing()) revert PaymentChannel_Closing(channelId, state.closeAt());
        if (msg.value == 0) revert PaymentChannel_DepositIsZero();
        uint256 deposit;
        // Unchecked: all coin there is, and 96 bits more, stay far below 2^256.
        unchecked {
            deposit = state.deposit() + msg.value;
        }
        if (deposit > type(uint96).max) _revertForDeposit(deposit);
        state.withDeposit(uint96(deposit)).store(channelId);
        emit ToppedUp(channelId, uint96(deposit));
    }

    /// @inheritdoc IPaymentChannel
    function requestClose(SaltedAddress saltAndPayee) external {
        bytes32 channelId = VoucherLib.idToPayee(msg.sender, saltAndPayee);
        ChannelState state = _existing(channelId);
        if (state.isClosing()) revert PaymentChannel_Closing(channelId, state.closeAt());
        // Unchecked: the window adds at most 32 bits of seconds and 16 bits of blocks.
        unchecked {
            uint40 closeAt = uint40(block.timestamp + WINDOW_SECONDS);
            _setClosing(channelId, state, closeAt, uint64(block.number + WINDOW_BLOCKS));
        }
    }

    /// @inheritdoc IPaymentChannel
    function withdraw(address payer, SaltedAddress saltAndPayee) external {
        bytes32 channelId = VoucherLib.idToPayee(payer, saltAndPayee);
        ChannelState state = _existing(channelId);
        if (!state.isClosing()) revert PaymentChannel_NotClosing(channelId);
        _requireWindowPassed(state);

        uint96 refund = state.remainder();
        ChannelStateLib.NONE.store(channelId);
        emit Closed(channelId, state.settled(), refund);
        _pay(payer, refund);
    }

    // ---------------------------------------------------------------- payee

    /// @inheritdoc IPaymentChannel
    function redeem(address payer, SaltedAddress saltAndPayee, uint96 cumulativeAmount, bytes calldata signature) external {
        bytes32 channelId = VoucherLib.idToPayee(payer, saltAndPayee);
        ChannelState state = _existing(channelId);
        uint96 settled = _payable(state, cumulativeAmount);
        if (settled <= state.settled()) revert PaymentChannel_VoucherNotIncreasing(state.settled(), settled);
        if (!_isVoucherSigned(channelId, payer, cumulativeAmount, signature)) {
            revert PaymentChannel_InvalidSignature(payer);
        }
        _pay(saltAndPayee.account(), _settle(channelId, state, settled));
    }

    /// @inheritdoc IPaymentChannel
    function redeemMany(address payee, VoucherItem[] calldata items) external returns (uint256 paid) {
        for (uint256 i = 0; i < items.length; ++i) {
            VoucherItem calldata item = items[i];
            bytes32 channelId = VoucherLib.idFromPayer(item.saltAndPayer, payee);
            ChannelState state = ChannelStateLib.load(channelId);
            uint96 settled = _payable(state, item.cumulativeAmount);
            if (!state.exists()) {
                emit RedeemSkipped(channelId, SkipReason.UnknownChannel);
            } else if (settled <= state.settled()) {
                emit RedeemSkipped(channelId, SkipReason.VoucherNotIncreasing);
            } else if (!_isVoucherSigned(channelId, item.saltAndPayer.account(), item.cumulativeAmount, item.signature)) {
                emit RedeemSkipped(channelId, SkipReason.InvalidSignature);
            } else {
                paid += _settle(channelId, state, settled);
            }
        }
        _pay(payee, paid);
    }

    /// @inheritdoc IPaymentChannel
    function close(SaltedAddress saltAndPayer, bytes calldata signature, uint96 cumulativeAmount) external {
        address payer = saltAndPayer.account();
        bytes32 channelId = VoucherLib.idFromPayer(saltAndPayer, msg.sender);
        ChannelState state = _existing(channelId);
        uint96 settled = _payable(state, cumulativeAmount);
        if (settled <= state.settled()) {
            settled = state.settled();
        } else if (!_isVoucherSigned(channelId, payer, cumulativeAmount, signature)) {
            revert PaymentChannel_InvalidSignature(payer);
        }
        _pay(msg.sender, _close(channelId, state, payer, settled));
    }

    /// @inheritdoc IPaymentChannel
    function closeMany(VoucherItem[] calldata items) external returns (uint256 paid) {
        for (uint256 i = 0; i < items.length; ++i) {
            VoucherItem calldata item = items[i];
            address payer = item.saltAndPayer.account();
            bytes32 channelId = VoucherLib.idFromPayer(item.saltAndPayer, msg.sender);
            ChannelState state = ChannelStateLib.load(channelId);
            uint96 settled = _payable(state, item.cumulativeAmount);
            if (!state.exists()) {
                emit CloseSkipped(channelId, SkipReason.UnknownChannel);
            } else if (settled <= state.settled()) {
                paid += _close(channelId, state, payer, state.settled());
            } else if (!_isVoucherSigned(channelId, payer, item.cumulativeAmount, item.signature)) {
                emit CloseSkipped(channelId, SkipReason.InvalidSignature);
            } else {
                paid += _close(channelId, state, payer, settled);
            }
        }
        _pay(msg.sender, paid);
    }

    // ----------------------------------------------------------------- both

    /// @inheritdoc IPaymentChannel
    function closeAgreed(address payer, SaltedAddress saltAndPayee, uint96 settled, bytes calldata signature) external {
        address payee = saltAndPayee.account();
        if (msg.sender != payer && msg.sender != payee) revert PaymentChannel_NotAParty(msg.sender);
        bytes32 channelId = VoucherLib.idToPayee(payer, saltAndPayee);
        ChannelState state = _existing(channelId);
        if (settled < state.settled() || settled > state.deposit()) {
            revert PaymentChannel_SettledOutOfRange(state.settled(), state.deposit(), settled);
        }
        address signer = msg.sender == payer ? payee : payer;
        bytes32 digest = _hashTypedDataV4(VoucherLib.closeHash(channelId, settled));
        if (!CompactSignature.isValid(signer, digest, signature)) revert PaymentChannel_InvalidSignature(signer);
        _pay(payee, _close(channelId, state, payer, settled));
    }

    // ---------------------------------------------------------------- views

    /// @inheritdoc IPaymentChannel
    function DISPUTE_WINDOW() external view returns (uint32 windowSeconds, uint16 windowBlocks) {
        return (WINDOW_SECONDS, WINDOW_BLOCKS);
    }

    /// @inheritdoc IPaymentChannel
    function domainSeparator() external view returns (bytes32) {
        return _domainSeparatorV4();
    }

    /// @inheritdoc IPaymentChannel
    function channelIdFor(address payer, address payee, uint96 salt) external pure returns (bytes32) {
        return VoucherLib.channelIdOf(payer, payee, salt);
    }

    /// @inheritdoc IPaymentChannel
    function channel(
        bytes32 channelId
    ) external view returns (uint96 deposit, uint96 settled, uint40 closeAt, uint64 closeBlock) {
        ChannelState state = ChannelStateLib.load(channelId);
        closeBlock = state.isClosing() ? state.closeBlockNumber(WINDOW_BLOCKS) : 0;
        return (state.deposit(), state.settled(), state.closeAt(), closeBlock);
    }

    // -------------------------------------------------------------- private

    function _open(SaltedAddress saltAndPayee, uint96 deposit) private opening(saltAndPayee, deposit) {
        emit Opened(msg.sender, saltAndPayee.account(), SaltedDepositLib.from(saltAndPayee.salt(), deposit));
    }

    /// @dev Writes the new settled amount, which must be above the old one, and returns what it adds. The caller pays it out.
    function _settle(bytes32 channelId, ChannelState state, uint96 settled) private returns (uint96 amount) {
        // Unchecked: the callers compared the two.
        unchecked {
            amount = settled - state.settled();
        }
        state.withSettled(settled).store(channelId);
        emit Redeemed(channelId, settled, amount);
    }

    function _setClosing(bytes32 channelId, ChannelState state, uint40 closeAt, uint64 closeBlock) private {
        state.withClose(closeAt, closeBlock).store(channelId);
        emit CloseRequested(channelId, closeAt, closeBlock);
    }

    /// @dev `settled` lies between what was paid before and the deposit. Returns what it adds; the caller pays it out, last of all: the
    /// payee sent the transaction or signed for it, and its refusal reverts everything.
    ///
    /// Nothing else is called between clearing the word and the refund, and a refund that fails has undone all that it did, so the word is
    /// still empty when the refund is put back.
    function _close(bytes32 channelId, ChannelState state, address payer, uint96 settled) private returns (uint96 amount) {
        ChannelState last = state.withSettled(settled);
        uint96 refund = last.remainder();
        // Unchecked: the callers compared the two.
        unchecked {
            amount = settled - state.settled();
        }
        ChannelStateLib.NONE.store(channelId);
        if (Payout.trySend(payer, refund, REFUND_GAS)) {
            emit Closed(channelId, settled, refund);
        } else {
            if (amount != 0) emit Redeemed(channelId, settled, amount);
            _setClosing(channelId, last, uint40(block.timestamp), uint64(block.number));
        }
    }

    function _pay(address recipient, uint256 amount) private {
        if (!Payout.trySend(recipient, amount, gasleft())) revert PaymentChannel_PayoutFailed(recipient, amount);
    }

    function _existing(bytes32 channelId) private view returns (ChannelState state) {
        state = ChannelStateLib.load(channelId);
        if (!state.exists()) revert PaymentChannel_Unknown(channelId);
    }

    function _requireWindowPassed(ChannelState state) private view {
        uint256 closeAt = state.closeAt();
        uint256 secondsLeft = block.timestamp < closeAt ? closeAt - block.timestamp : 0;
        uint256 blocksLeft = state.blocksLeft(WINDOW_BLOCKS);
        if (secondsLeft != 0 || blocksLeft != 0) revert PaymentChannel_WindowOpen(secondsLeft, blocksLeft);
    }

    function _isVoucherSigned(
        bytes32 channelId,
        address payer,
        uint96 cumulativeAmount,
        bytes calldata signature
    ) private view returns (bool) {
        bytes32 digest = _hashTypedDataV4(VoucherLib.voucherHash(channelId, cumulativeAmount));
        return CompactSignature.isValid(payer, digest, signature);
    }

    /// @dev A voucher above the deposit pays the deposit.
    function _payable(ChannelState state, uint96 cumulativeAmount) private pure returns (uint96) {
        uint96 deposit = state.deposit();
        return cumulativeAmount < deposit ? cumulativeAmount : deposit;
    }

    function _revertForDeposit(uint256 deposit) private pure {
        if (deposit == 0) revert PaymentChannel_DepositIsZero();
        revert PaymentChannel_DepositTooLarge(type(uint96).max, deposit);
    }
}
