// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IPaymentChannel} from "../../../contracts/interfaces/IPaymentChannel.sol";

/// @notice The calls of the contract as bytes, for tests that send them as several senders or expect them to fail.
library ChannelCalls {
    function open(address payee, uint96 salt) internal pure returns (bytes memory) {
        return abi.encodeCall(IPaymentChannel.open, (payee, salt));
    }

    function openMany(address payee, uint96 salt, uint96 deposit) internal pure returns (bytes memory) {
        IPaymentChannel.OpenItem[] memory items = new IPaymentChannel.OpenItem[](1);
        items[0] = IPaymentChannel.OpenItem({payee: payee, salt: salt, deposit: deposit});
        return abi.encodeCall(IPaymentChannel.openMany, (items));
    }

    function topUp(address payee, uint96 salt) internal pure returns (bytes memory) {
        return abi.encodeCall(IPaymentChannel.topUp, (payee, salt));
    }

    function requestClose(address payee, uint96 salt) internal pure returns (bytes memory) {
        return abi.encodeCall(IPaymentChannel.requestClose, (payee, salt));
    }

    function withdraw(address payer, address payee, uint96 salt) internal pure returns (bytes memory) {
        return abi.encodeCall(IPaymentChannel.withdraw, (payer, payee, salt));
    }

    function redeem(
        address payer,
        address payee,
        uint96 salt,
        uint96 amount,
        bytes memory signature
    ) internal pure returns (bytes memory) {
        return abi.encodeCall(IPaymentChannel.redeem, (payer, payee, salt, amount, signature));
    }

    /// @dev The same voucher twice: the second is skipped.
    function redeemMany(
        address payer,
        address payee,
        uint96 salt,
        uint96 amount,
        bytes memory signature
    ) internal pure returns (bytes memory) {
        IPaymentChannel.RedeemItem[] memory items = new IPaymentChannel.RedeemItem[](2);
        items[0] = IPaymentChannel.RedeemItem(payer, salt, amount, signature);
        items[1] = items[0];
        return abi.encodeCall(IPaymentChannel.redeemMany, (payee, items));
    }

    function close(
        address payer,
        uint96 salt,
        uint96 amount,
        bytes memory signature
    ) internal pure returns (bytes memory) {
        return abi.encodeCall(IPaymentChannel.close, (payer, salt, amount, signature));
    }

    function closeAgreed(
        address payer,
        address payee,
        uint96 salt,
        uint96 settled,
        bytes memory signature
    ) internal pure returns (bytes memory) {
        return abi.encodeCall(IPaymentChannel.closeAgreed, (payer, payee, salt, settled, signature));
    }
}
