// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IPaymentChannel} from "../../../contracts/interfaces/IPaymentChannel.sol";
import {SaltedAddress} from "../../../contracts/types/SaltedAddress.sol";

/// @notice The calls of the contract as bytes, for tests that send them as several senders or expect them to fail.
library ChannelCalls {
    function open(address payee, uint96 salt) internal pure returns (bytes memory) {
        return abi.encodeCall(IPaymentChannel.open, (_salted(payee, salt)));
    }

    function openMany(address payee, uint96 salt, uint96 deposit) internal pure returns (bytes memory) {
        IPaymentChannel.OpenItem[] memory items = new IPaymentChannel.OpenItem[](1);
        items[0] = IPaymentChannel.OpenItem(_salted(payee, salt), deposit);
        return abi.encodeCall(IPaymentChannel.openMany, (items));
    }

    function topUp(address payee, uint96 salt) internal pure returns (bytes memory) {
        return abi.encodeCall(IPaymentChannel.topUp, (_salted(payee, salt)));
    }

    function requestClose(address payee, uint96 salt) internal pure returns (bytes memory) {
        return abi.encodeCall(IPaymentChannel.requestClose, (_salted(payee, salt)));
    }

    function withdraw(address payer, address payee, uint96 salt) internal pure returns (bytes memory) {
        return abi.encodeCall(IPaymentChannel.withdraw, (payer, _salted(payee, salt)));
    }

    function redeem(
        address payer,
        address payee,
        uint96 salt,
        uint96 amount,
        bytes memory signature
    ) internal pure returns (bytes memory) {
        return abi.encodeCall(IPaymentChannel.redeem, (payer, _salted(payee, salt), amount, signature));
    }

    /// @dev The same voucher twice: the second is skipped.
    function redeemMany(
        address payer,
        address payee,
        uint96 salt,
        uint96 amount,
        bytes memory signature
    ) internal pure returns (bytes memory) {
        return abi.encodeCall(IPaymentChannel.redeemMany, (payee, _twice(payer, salt, amount, signature)));
    }

    function close(
        address payer,
        uint96 salt,
        uint96 amount,
        bytes memory signature
    ) internal pure returns (bytes memory) {
        return abi.encodeCall(IPaymentChannel.close, (_salted(payer, salt), signature, amount));
    }

    /// @dev The same channel twice: the second is skipped, or what the first one's refund opened again.
    function closeMany(
        address payer,
        uint96 salt,
        uint96 amount,
        bytes memory signature
    ) internal pure returns (bytes memory) {
        return abi.encodeCall(IPaymentChannel.closeMany, (_twice(payer, salt, amount, signature)));
    }

    function closeAgreed(
        address payer,
        address payee,
        uint96 salt,
        uint96 settled,
        bytes memory signature
    ) internal pure returns (bytes memory) {
        return abi.encodeCall(IPaymentChannel.closeAgreed, (payer, _salted(payee, salt), settled, signature));
    }

    function _twice(
        address payer,
        uint96 salt,
        uint96 amount,
        bytes memory signature
    ) private pure returns (IPaymentChannel.VoucherItem[] memory items) {
        items = new IPaymentChannel.VoucherItem[](2);
        items[0] = IPaymentChannel.VoucherItem(_salted(payer, salt), amount, signature);
        items[1] = items[0];
    }

    function _salted(address account, uint96 salt) private pure returns (SaltedAddress) {
        return SaltedAddress.wrap((uint256(salt) << 160) | uint160(account));
    }
}
