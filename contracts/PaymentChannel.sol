// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {IPaymentChannel} from "./interfaces/IPaymentChannel.sol";
import {CompactSignature} from "./libraries/CompactSignature.sol";
import {VoucherLib} from "./libraries/VoucherLib.sol";
import {ChannelState, ChannelStateLib} from "./types/ChannelState.sol";

/// @title PaymentChannel
/// @dev See {IPaymentChannel}. There is no re-entrancy guard: every function writes the channel's word before it calls out, and writes
/// nothing after a call that succeeded.
contract PaymentChannel is IPaymentChannel, EIP712 {
    /// @dev The most gas a payer may use to take a refund while the payee closes: enough for a contract wallet's fallback and log, and
    /// little enough that a payer which burns it all cannot make closing unaffordable.
    uint256 private constant REFUND_GAS = 50_000;

    /// @inheritdoc IPaymentChannel
    uint32 public immutable DISPUTE_WINDOW_SECONDS;
    /// @inheritdoc IPaymentChannel
    uint16 public immutable DISPUTE_WINDOW_BLOCKS;

    mapping(bytes32 channelId => ChannelState) private _channels;

    constructor(uint32 windowSeconds, uint16 windowBlocks) EIP712("ChiralPaymentChannel", "1") {
        if (windowSeconds == 0 || windowBlocks == 0) revert PaymentChannel_WindowIsZero();
        DISPUTE_WINDOW_SECONDS = windowSeconds;
        DISPUTE_WINDOW_BLOCKS = windowBlocks;
    }

    // ---------------------------------------------------------------- payer

    /// @inheritdoc IPaymentChannel
    function open(address payee, uint96 salt) external payable returns (bytes32 channelId) {
        return _open(payee, salt, msg.value);
    }

    /// @inheritdoc IPaymentChannel
    function openMany(OpenItem[] calldata items) external payable {
        uint256 total = 0;
        for (uint256 i = 0; i < items.length; ++i) {
            OpenItem calldata item = items[i];
            total += item.deposit;
            _open(item.payee, item.salt, item.deposit);
        }
        if (total != msg.value) revert PaymentChannel_ValueMismatch(total, msg.value);
    }

    /// @inheritdoc IPaymentChannel
    function topUp(address payee, uint96 salt) external payable {
        bytes32 channelId = VoucherLib.channelIdOf(msg.sender, payee, salt);
        ChannelState state = _existing(channelId);
        if (state.isClosing()) revert PaymentChannel_Closing(channelId, state.closeAt());
        if (msg.value == 0) revert PaymentChannel_DepositIsZero();
        uint96 deposit;
        // Unchecked: all coin there is, and 96 bits more, stay far below 2^256.
        unchecked {
            deposit = _asDeposit(state.deposit() + msg.value);
        }
        _channels[channelId] = state.withDeposit(deposit);
        emit ToppedUp(channelId, deposit);
    }

    /// @inheritdoc IPaymentChannel
    function requestClose(address payee, uint96 salt) external {
        bytes32 channelId = VoucherLib.channelIdOf(msg.sender, payee, salt);
        ChannelState state = _existing(channelId);
        if (state.isClosing()) revert PaymentChannel_Closing(channelId, state.closeAt());
        // Unchecked: the window adds at most 32 bits of seconds and 16 bits of blocks.
        unchecked {
            _setClosing(
                channelId,
                state,
                uint40(block.timestamp + DISPUTE_WINDOW_SECONDS),
                uint64(block.number + DISPUTE_WINDOW_BLOCKS)
            );
        }
    }

    /// @inheritdoc IPaymentChannel
    function withdraw(address payer, address payee, uint96 salt) external {
        bytes32 channelId = VoucherLib.channelIdOf(payer, payee, salt);
        ChannelState state = _existing(channelId);
        if (!state.isClosing()) revert PaymentChannel_NotClosing(channelId);
        _requireWindowPassed(state);

        uint96 refund = state.remainder();
        _channels[channelId] = ChannelStateLib.NONE;
        emit Closed(channelId, state.settled(), refund);
        _pay(payer, refund);
    }

    // ---------------------------------------------------------------- payee

    /// @inheritdoc IPaymentChannel
    function redeem(
        address payer,
        address payee,
        uint96 salt,
        uint96 cumulativeAmount,
        bytes calldata signature
    ) external {
        bytes32 channelId = VoucherLib.channelIdOf(payer, payee, salt);
        ChannelState state = _existing(channelId);
        uint96 settled = _payable(state, cumulativeAmount);
        if (settled <= state.settled()) revert PaymentChannel_VoucherNotIncreasing(state.settled(), settled);
        if (!_isVoucherSigned(channelId, payer, cumulativeAmount, signature)) {
            revert PaymentChannel_InvalidSignature(payer);
        }
        _pay(payee, _settle(channelId, state, settled));
    }

    /// @inheritdoc IPaymentChannel
    function redeemMany(address payee, RedeemItem[] calldata items) external returns (uint256 paid) {
        for (uint256 i = 0; i < items.length; ++i) {
            RedeemItem calldata item = items[i];
            bytes32 channelId = VoucherLib.channelIdOf(item.payer, payee, item.salt);
            ChannelState state = _channels[channelId];
            uint96 settled = _payable(state, item.cumulativeAmount);
            if (!state.exists()) {
                emit RedeemSkipped(channelId, SkipReason.UnknownChannel);
            } else if (settled <= state.settled()) {
                emit RedeemSkipped(channelId, SkipReason.VoucherNotIncreasing);
            } else if (!_isVoucherSigned(channelId, item.payer, item.cumulativeAmount, item.signature)) {
                emit RedeemSkipped(channelId, SkipReason.InvalidSignature);
            } else {
                paid += _settle(channelId, state, settled);
            }
        }
        _pay(payee, paid);
    }

    /// @inheritdoc IPaymentChannel
    function close(address payer, uint96 salt, uint96 cumulativeAmount, bytes calldata signature) external {
        bytes32 channelId = VoucherLib.channelIdOf(payer, msg.sender, salt);
        ChannelState state = _existing(channelId);
        uint96 settled = _payable(state, cumulativeAmount);
        if (settled <= state.settled()) {
            settled = state.settled();
        } else if (!_isVoucherSigned(channelId, payer, cumulativeAmount, signature)) {
            revert PaymentChannel_InvalidSignature(payer);
        }
        _close(channelId, state, payer, msg.sender, settled);
    }

    // ----------------------------------------------------------------- both

    /// @inheritdoc IPaymentChannel
    function closeAgreed(
        address payer,
        address payee,
        uint96 salt,
        uint96 settled,
        bytes calldata signature
    ) external {
        if (msg.sender != payer && msg.sender != payee) revert PaymentChannel_NotAParty(msg.sender);
        bytes32 channelId = VoucherLib.channelIdOf(payer, payee, salt);
        ChannelState state = _existing(channelId);
        if (settled < state.settled() || settled > state.deposit()) {
            revert PaymentChannel_SettledOutOfRange(state.settled(), state.deposit(), settled);
        }
        address signer = msg.sender == payer ? payee : payer;
        bytes32 digest = _hashTypedDataV4(VoucherLib.closeHash(channelId, settled));
        if (!CompactSignature.isValid(signer, digest, signature)) revert PaymentChannel_InvalidSignature(signer);
        _close(channelId, state, payer, payee, settled);
    }

    // ---------------------------------------------------------------- views

    /// @inheritdoc IPaymentChannel
    function DOMAIN_SEPARATOR() external view returns (bytes32) {
        return _domainSeparatorV4();
    }

    /// @inheritdoc IPaymentChannel
    function channelIdOf(address payer, address payee, uint96 salt) external pure returns (bytes32) {
        return VoucherLib.channelIdOf(payer, payee, salt);
    }

    /// @inheritdoc IPaymentChannel
    function channel(
        bytes32 channelId
    ) external view returns (uint96 deposit, uint96 settled, uint40 closeAt, uint64 closeBlock) {
        ChannelState state = _channels[channelId];
        closeBlock = state.isClosing() ? state.closeBlockNumber(DISPUTE_WINDOW_BLOCKS) : 0;
        return (state.deposit(), state.settled(), state.closeAt(), closeBlock);
    }

    // -------------------------------------------------------------- private

    function _open(address payee, uint96 salt, uint256 value) private returns (bytes32 channelId) {
        if (payee == address(0)) revert PaymentChannel_PayeeIsZero();
        if (value == 0) revert PaymentChannel_DepositIsZero();
        uint96 deposit = _asDeposit(value);
        channelId = VoucherLib.channelIdOf(msg.sender, payee, salt);
        if (_channels[channelId].exists()) revert PaymentChannel_AlreadyOpen(channelId);
        _channels[channelId] = ChannelStateLib.opened(deposit);
        emit Opened(channelId, msg.sender, payee, salt, deposit);
    }

    /// @dev Writes the new settled amount, which must be above the old one, and returns what it adds. The caller pays it out.
    function _settle(bytes32 channelId, ChannelState state, uint96 settled) private returns (uint96 amount) {
        // Unchecked: the callers compared the two.
        unchecked {
            amount = settled - state.settled();
        }
        _channels[channelId] = state.withSettled(settled);
        emit Redeemed(channelId, settled, amount);
    }

    function _setClosing(bytes32 channelId, ChannelState state, uint40 closeAt, uint64 closeBlock) private {
        _channels[channelId] = state.withClose(closeAt, closeBlock);
        emit CloseRequested(channelId, closeAt, closeBlock);
    }

    /// @dev `settled` lies between what was paid before and the deposit.
    ///
    /// Refunds first: nothing else is called between clearing the word and the refund, and a refund that fails has undone all that it did,
    /// so the word is still empty when the refund is put back. The payee is paid last; it sent the transaction or signed for it, and its
    /// refusal reverts everything.
    function _close(bytes32 channelId, ChannelState state, address payer, address payee, uint96 settled) private {
        ChannelState last = state.withSettled(settled);
        uint96 refund = last.remainder();
        uint96 amount;
        // Unchecked: the callers compared the two.
        unchecked {
            amount = settled - state.settled();
        }
        _channels[channelId] = ChannelStateLib.NONE;
        if (_tryPay(payer, refund, REFUND_GAS)) {
            emit Closed(channelId, settled, refund);
        } else {
            if (amount != 0) emit Redeemed(channelId, settled, amount);
            _setClosing(channelId, last, uint40(block.timestamp), uint64(block.number));
        }
        _pay(payee, amount);
    }

    function _pay(address recipient, uint256 amount) private {
        if (!_tryPay(recipient, amount, gasleft())) revert PaymentChannel_PayoutFailed(recipient, amount);
    }

    /// @dev Assembly, because the high-level call would copy whatever the recipient returns at the caller's cost.
    function _tryPay(address recipient, uint256 amount, uint256 gasLimit) private returns (bool success) {
        if (amount == 0) return true;
        assembly ("memory-safe") {
            success := call(gasLimit, recipient, amount, 0, 0, 0, 0)
        }
    }

    function _existing(bytes32 channelId) private view returns (ChannelState state) {
        state = _channels[channelId];
        if (!state.exists()) revert PaymentChannel_Unknown(channelId);
    }

    function _requireWindowPassed(ChannelState state) private view {
        uint256 closeAt = state.closeAt();
        uint256 secondsLeft = block.timestamp < closeAt ? closeAt - block.timestamp : 0;
        uint256 blocksLeft = state.blocksLeft(DISPUTE_WINDOW_BLOCKS);
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

    function _asDeposit(uint256 value) private pure returns (uint96) {
        if (value > type(uint96).max) revert PaymentChannel_DepositTooLarge(type(uint96).max, value);
        return uint96(value);
    }
}
