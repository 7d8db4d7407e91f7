// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ReceiptLib} from "../libraries/ReceiptLib.sol";

/// @notice Opens the receipt library to tests.
contract ReceiptHarness {
    function escrowIdOf(address payer, bytes32 fileHash, uint96 salt) external pure returns (bytes32) {
        return ReceiptLib.escrowIdOf(payer, fileHash, salt);
    }

    function receiptHash(
        bytes32 escrowId,
        address seeder,
        uint96 cumulativeAmount,
        bytes32 chunksHash,
        bytes8 protocol
    ) external pure returns (bytes32) {
        return ReceiptLib.receiptHash(escrowId, seeder, cumulativeAmount, chunksHash, protocol);
    }

    function releaseHash(
        bytes32 escrowId,
        address seeder,
        uint96 allocated,
        uint64 nonce
    ) external pure returns (bytes32) {
        return ReceiptLib.releaseHash(escrowId, seeder, allocated, nonce);
    }
}
