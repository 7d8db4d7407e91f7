// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Payments for chunks in the native coin, one record each
/// @notice What every payment of the escrow contract looks like, and the way to pay many seeders at once without an escrow.
interface IEscrowPayments {
    // ---------------------------------------------------------------- types

    /// @param amount Wei, above zero.
    /// @param chunksHash keccak256 of the bitfield of the chunks that are paid for; zero when it is not said.
    /// @param protocol How the chunks came, in ASCII with zeros behind ("http", "ed2k"); zero when it is not said.
    struct Payment {
        address payee;
        uint96 amount;
        bytes32 fileHash;
        bytes32 chunksHash;
        bytes8 protocol;
    }

    // --------------------------------------------------------------- events

    /// @notice One payment for chunks of one file, from an escrow or by `payBatch`: the same record whatever protocol they came by.
    /// @param escrowId Zero for a payment of `payBatch`.
    /// @param amount What was paid now, in wei.
    /// @param chunksHash As the receipt or the payment says; the contract only hands it on.
    /// @param protocol As the receipt or the payment says; the contract only hands it on.
    event Paid(
        address indexed payer,
        address indexed payee,
        bytes32 indexed fileHash,
        bytes32 escrowId,
        uint96 amount,
        bytes32 chunksHash,
        bytes8 protocol
    );

    /// @notice A payee of `payBatch` did not take its coin within its gas, so the coin went back to the payer.
    event PaymentSkipped(address indexed payer, address indexed payee, bytes32 indexed fileHash, uint96 amount);

    // --------------------------------------------------------------- errors

    /// @notice Thrown when the coin sent, or the amount of an allocation or payment, is zero.
    error Escrow_AmountIsZero();
    /// @notice Thrown when the seeder of an allocation or the payee of a payment is the zero address.
    error Escrow_PayeeIsZero();
    /// @notice Thrown by `payBatch` when the coin sent is not the sum of the payments.
    error Escrow_ValueMismatch(uint256 expected, uint256 actual);
    /// @notice Thrown by `payBatch` when a payee failed that could not be offered all its gas.
    error Escrow_GasTooLow(uint256 needed, uint256 actual);
    /// @notice Thrown when the recipient of a payout refuses the coin.
    error Escrow_PayoutFailed(address recipient, uint256 amount);

    // ------------------------------------------------------------- payments

    /// @notice Pays the coin sent to many payees.
    /// @dev Emits `Paid` or `PaymentSkipped` for each payment. A payee that refuses, or needs more than 50,000 gas, is passed over, and its
    /// share returned to the caller at the end.
    ///
    /// Requirements:
    /// - each payment has a payee and an amount, and the coin sent is their sum
    /// - a payee that fails was offered all its gas (a caller that sends too little gas would else skip payees that are willing)
    /// - the caller accepts what is returned, if anything is
    /// @return returned What went back to the caller, in wei.
    function payBatch(Payment[] calldata payments) external payable returns (uint256 returned);
}
