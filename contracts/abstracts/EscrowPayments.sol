// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IEscrowPayments} from "../interfaces/IEscrowPayments.sol";

/// @title EscrowPayments
/// @dev See {IEscrowPayments}. `payBatch` needs no re-entrancy guard: it neither reads nor writes storage, and spends no more than it was
/// sent.
abstract contract EscrowPayments is IEscrowPayments {
    /// @dev The most gas a payee of a batch may use to take its coin: enough for a contract wallet's fallback and log, and little enough
    /// that one which burns it all leaves the rest of the batch affordable.
    uint256 private constant PAYMENT_GAS = 50_000;
    /// @dev What has to be left before a payment so that the payee is offered all of PAYMENT_GAS: a 64th of the gas stays behind, and the
    /// call itself costs up to 36,600 (value 9,000, cold 2,600, new account 25,000).
    uint256 private constant GAS_TO_OFFER = 90_000;

    /// @inheritdoc IEscrowPayments
    function payBatch(Payment[] calldata payments) external payable returns (uint256 returned) {
        uint256 total = 0;
        for (uint256 i = 0; i < payments.length; ++i) {
            Payment calldata payment = payments[i];
            if (payment.payee == address(0)) revert Escrow_PayeeIsZero();
            if (payment.amount == 0) revert Escrow_AmountIsZero();
            total += payment.amount;
        }
        if (total != msg.value) revert Escrow_ValueMismatch(total, msg.value);

        for (uint256 i = 0; i < payments.length; ++i) {
            Payment calldata payment = payments[i];
            uint256 gasBefore = gasleft();
            if (_tryPay(payment.payee, payment.amount, PAYMENT_GAS)) {
                emit Paid(
                    msg.sender,
                    payment.payee,
                    payment.fileHash,
                    bytes32(0),
                    payment.amount,
                    payment.chunksHash,
                    payment.protocol
                );
            } else {
                if (gasBefore < GAS_TO_OFFER) revert Escrow_GasTooLow(GAS_TO_OFFER, gasBefore);
                returned += payment.amount;
                emit PaymentSkipped(msg.sender, payment.payee, payment.fileHash, payment.amount);
            }
        }
        if (returned != 0) _pay(msg.sender, returned);
    }

    function _pay(address recipient, uint256 amount) internal {
        if (!_tryPay(recipient, amount, gasleft())) revert Escrow_PayoutFailed(recipient, amount);
    }

    /// @dev Assembly, because the high-level call would copy whatever the recipient returns at the caller's cost.
    function _tryPay(address recipient, uint256 amount, uint256 gasLimit) private returns (bool success) {
        assembly ("memory-safe") {
            success := call(gasLimit, recipient, amount, 0, 0, 0, 0)
        }
    }
}
