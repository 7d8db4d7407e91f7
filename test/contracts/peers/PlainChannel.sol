// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";

/// @notice What PaymentChannel does, as one would write it down first: structs, mappings, high-level calls, OpenZeppelin. Only its gas is
/// of interest; PaymentChannel has to stay at or below it in every operation (gas.test.ts).
/// @dev Left out is what costs nothing where nothing goes wrong, but the refund that is refused, which is kept for its gas.
contract PlainChannel is EIP712 {
    struct Channel {
        uint96 deposit;
        uint96 settled;
        uint40 closeAt;
        uint24 closeBlock;
    }

    struct OpenItem {
        address payee;
        uint96 salt;
        uint96 deposit;
    }

    struct VoucherItem {
        address payer;
        uint96 salt;
        uint96 cumulativeAmount;
        bytes signature;
    }

    enum SkipReason {
        UnknownChannel,
        VoucherNotIncreasing,
        InvalidSignature
    }

    event Opened(address indexed payer, address indexed payee, uint96 salt, uint96 deposit);
    event ToppedUp(bytes32 indexed channelId, uint96 deposit);
    event Redeemed(bytes32 indexed channelId, uint96 settled, uint96 amount);
    event Skipped(bytes32 indexed channelId, SkipReason reason);
    event CloseRequested(bytes32 indexed channelId, uint40 closeAt, uint64 closeBlock);
    event Closed(bytes32 indexed channelId, uint96 settled, uint96 refund);

    error WindowIsZero();
    error PayeeIsZero();
    error DepositIsZero();
    error DepositTooLarge(uint256 maximum, uint256 actual);
    error ValueMismatch(uint256 expected, uint256 actual);
    error AlreadyOpen(bytes32 channelId);
    error Unknown(bytes32 channelId);
    error Closing(bytes32 channelId, uint40 closeAt);
    error NotClosing(bytes32 channelId);
    error WindowOpen(uint40 closeAt, uint24 closeBlock);
    error VoucherNotIncreasing(uint96 expectedAbove, uint96 actual);
    error SettledOutOfRange(uint96 minimum, uint96 maximum, uint96 actual);
    error InvalidSignature(address signer);
    error NotAParty(address sender);
    error PayoutFailed(address recipient, uint256 amount);

    bytes32 private constant VOUCHER_TYPEHASH = keccak256("Voucher(bytes32 channelId,uint96 cumulativeAmount)");
    bytes32 private constant CLOSE_TYPEHASH = keccak256("Close(bytes32 channelId,uint96 settled)");
    uint256 private constant REFUND_GAS = 50_000;

    uint32 public immutable WINDOW_SECONDS;
    uint16 public immutable WINDOW_BLOCKS;

    mapping(bytes32 channelId => Channel) public channels;

    constructor(uint32 windowSeconds, uint16 windowBlocks) EIP712("ChiralPaymentChannel", "1") {
        if (windowSeconds == 0 || windowBlocks == 0) revert WindowIsZero();
        WINDOW_SECONDS = windowSeconds;
        WINDOW_BLOCKS = windowBlocks;
    }

    function open(address payee, uint96 salt) external payable {
        _open(payee, salt, msg.value);
    }

    function openMany(OpenItem[] calldata items) external payable {
        uint256 total = 0;
        for (uint256 i = 0; i < items.length; ++i) {
            total += items[i].deposit;
            _open(items[i].payee, items[i].salt, items[i].deposit);
        }
        if (total != msg.value) revert ValueMismatch(total, msg.value);
    }

    function topUp(address payee, uint96 salt) external payable {
        bytes32 channelId = channelIdOf(msg.sender, payee, salt);
        Channel storage channel = _existing(channelId);
        if (channel.closeAt != 0) revert Closing(channelId, channel.closeAt);
        if (msg.value == 0) revert DepositIsZero();
        uint256 deposit = channel.deposit + msg.value;
        if (deposit > type(uint96).max) revert DepositTooLarge(type(uint96).max, deposit);
        channel.deposit = uint96(deposit);
        emit ToppedUp(channelId, uint96(deposit));
    }

    function requestClose(address payee, uint96 salt) external {
        bytes32 channelId = channelIdOf(msg.sender, payee, salt);
        Channel storage channel = _existing(channelId);
        if (channel.closeAt != 0) revert Closing(channelId, channel.closeAt);
        uint256 closeBlock = block.number + WINDOW_BLOCKS;
        channel.closeAt = uint40(block.timestamp + WINDOW_SECONDS);
        channel.closeBlock = uint24(closeBlock);
        emit CloseRequested(channelId, channel.closeAt, uint64(closeBlock));
    }

    function withdraw(address payer, address payee, uint96 salt) external {
        bytes32 channelId = channelIdOf(payer, payee, salt);
        Channel memory channel = _existing(channelId);
        if (channel.closeAt == 0) revert NotClosing(channelId);
        uint24 distance;
        unchecked {
            distance = channel.closeBlock - uint24(block.number);
        }
        if (block.timestamp < channel.closeAt || (distance != 0 && distance <= WINDOW_BLOCKS)) {
            revert WindowOpen(channel.closeAt, channel.closeBlock);
        }
        delete channels[channelId];
        uint96 refund = channel.deposit - channel.settled;
        emit Closed(channelId, channel.settled, refund);
        _pay(payer, refund);
    }

    function redeem(address payer, address payee, uint96 salt, uint96 amount, bytes calldata signature) external {
        bytes32 channelId = channelIdOf(payer, payee, salt);
        Channel storage channel = _existing(channelId);
        uint96 settled = _least(amount, channel.deposit);
        if (settled <= channel.settled) revert VoucherNotIncreasing(channel.settled, settled);
        if (!_isSigned(payer, VOUCHER_TYPEHASH, channelId, amount, signature)) revert InvalidSignature(payer);
        _pay(payee, _settle(channelId, channel, settled));
    }

    function redeemMany(address payee, VoucherItem[] calldata items) external returns (uint256 paid) {
        for (uint256 i = 0; i < items.length; ++i) {
            VoucherItem calldata item = items[i];
            bytes32 channelId = channelIdOf(item.payer, payee, item.salt);
            Channel storage channel = channels[channelId];
            uint96 settled = _least(item.cumulativeAmount, channel.deposit);
            if (channel.deposit == 0) {
                emit Skipped(channelId, SkipReason.UnknownChannel);
            } else if (settled <= channel.settled) {
                emit Skipped(channelId, SkipReason.VoucherNotIncreasing);
            } else if (
                !_isSigned(item.payer, VOUCHER_TYPEHASH, channelId, item.cumulativeAmount, item.signature)
            ) {
                emit Skipped(channelId, SkipReason.InvalidSignature);
            } else {
                paid += _settle(channelId, channel, settled);
            }
        }
        _pay(payee, paid);
    }

    function close(address payer, uint96 salt, uint96 amount, bytes calldata signature) external {
        bytes32 channelId = channelIdOf(payer, msg.sender, salt);
        Channel memory channel = _existing(channelId);
        uint96 settled = _least(amount, channel.deposit);
        if (settled <= channel.settled) {
            settled = channel.settled;
        } else if (!_isSigned(payer, VOUCHER_TYPEHASH, channelId, amount, signature)) {
            revert InvalidSignature(payer);
        }
        _pay(msg.sender, _close(channelId, channel, payer, settled));
    }

    function closeMany(VoucherItem[] calldata items) external returns (uint256 paid) {
        for (uint256 i = 0; i < items.length; ++i) {
            VoucherItem calldata item = items[i];
            bytes32 channelId = channelIdOf(item.payer, msg.sender, item.salt);
            Channel memory channel = channels[channelId];
            uint96 settled = _least(item.cumulativeAmount, channel.deposit);
            if (channel.deposit == 0) {
                emit Skipped(channelId, SkipReason.UnknownChannel);
            } else if (settled <= channel.settled) {
                paid += _close(channelId, channel, item.payer, channel.settled);
            } else if (
                !_isSigned(item.payer, VOUCHER_TYPEHASH, channelId, item.cumulativeAmount, item.signature)
            ) {
                emit Skipped(channelId, SkipReason.InvalidSignature);
            } else {
                paid += _close(channelId, channel, item.payer, settled);
            }
        }
        _pay(msg.sender, paid);
    }

    function closeAgreed(address payer, address payee, uint96 salt, uint96 settled, bytes calldata signature) external {
        if (msg.sender != payer && msg.sender != payee) revert NotAParty(msg.sender);
        bytes32 channelId = channelIdOf(payer, payee, salt);
        Channel memory channel = _existing(channelId);
        if (settled < channel.settled || settled > channel.deposit) {
            revert SettledOutOfRange(channel.settled, channel.deposit, settled);
        }
        address signer = msg.sender == payer ? payee : payer;
        if (!_isSigned(signer, CLOSE_TYPEHASH, channelId, settled, signature)) revert InvalidSignature(signer);
        _pay(payee, _close(channelId, channel, payer, settled));
    }

    function channelIdOf(address payer, address payee, uint96 salt) public pure returns (bytes32) {
        return keccak256(abi.encode(payer, payee, salt));
    }

    function _open(address payee, uint96 salt, uint256 deposit) private {
        if (payee == address(0)) revert PayeeIsZero();
        if (deposit == 0) revert DepositIsZero();
        if (deposit > type(uint96).max) revert DepositTooLarge(type(uint96).max, deposit);
        bytes32 channelId = channelIdOf(msg.sender, payee, salt);
        Channel storage channel = channels[channelId];
        if (channel.deposit != 0) revert AlreadyOpen(channelId);
        channel.deposit = uint96(deposit);
        emit Opened(msg.sender, payee, salt, uint96(deposit));
    }

    function _settle(bytes32 channelId, Channel storage channel, uint96 settled) private returns (uint96 amount) {
        amount = settled - channel.settled;
        channel.settled = settled;
        emit Redeemed(channelId, settled, amount);
    }

    function _close(
        bytes32 channelId,
        Channel memory channel,
        address payer,
        uint96 settled
    ) private returns (uint96 amount) {
        uint96 refund = channel.deposit - settled;
        amount = settled - channel.settled;
        delete channels[channelId];
        bool accepted = true;
        if (refund != 0) (accepted, ) = payer.call{value: refund, gas: REFUND_GAS}("");
        if (accepted) {
            emit Closed(channelId, settled, refund);
        } else {
            channels[channelId] = Channel(
                channel.deposit,
                settled,
                uint40(block.timestamp),
                uint24(block.number)
            );
            if (amount != 0) emit Redeemed(channelId, settled, amount);
            emit CloseRequested(channelId, uint40(block.timestamp), uint64(block.number));
        }
    }

    function _pay(address recipient, uint256 amount) private {
        if (amount == 0) return;
        (bool success, ) = recipient.call{value: amount}("");
        if (!success) revert PayoutFailed(recipient, amount);
    }

    function _existing(bytes32 channelId) private view returns (Channel storage channel) {
        channel = channels[channelId];
        if (channel.deposit == 0) revert Unknown(channelId);
    }

    /// @dev ERC-1271 only where the key does not match, as PaymentChannel does.
    function _isSigned(
        address signer,
        bytes32 typehash,
        bytes32 channelId,
        uint96 amount,
        bytes calldata signature
    ) private view returns (bool) {
        bytes32 digest = _hashTypedDataV4(keccak256(abi.encode(typehash, channelId, amount)));
        if (signature.length == 64) {
            (bytes32 r, bytes32 vs) = abi.decode(signature, (bytes32, bytes32));
            (address recovered, ECDSA.RecoverError failure, ) = ECDSA.tryRecover(digest, r, vs);
            if (failure == ECDSA.RecoverError.NoError && recovered == signer) return true;
        }
        return SignatureChecker.isValidERC1271SignatureNow(signer, digest, signature);
    }

    function _least(uint96 a, uint96 b) private pure returns (uint96) {
        return a < b ? a : b;
    }
}
