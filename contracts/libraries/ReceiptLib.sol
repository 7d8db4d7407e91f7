// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice What the parties of an escrow sign, as EIP-712 struct hashes. The twin of this file is the TypeScript receipt codec; both are
/// tested against test/vectors/receipt.json.
library ReceiptLib {
    bytes32 internal constant RECEIPT_TYPEHASH =
        keccak256(
            "Receipt(bytes32 escrowId,address seeder,uint96 cumulativeAmount,bytes32 chunksHash,bytes8 protocol)"
        );
    bytes32 internal constant RELEASE_TYPEHASH =
        keccak256("Release(bytes32 escrowId,address seeder,uint96 allocated,uint64 nonce)");

    function escrowIdOf(address payer, bytes32 fileHash, uint96 salt) internal pure returns (bytes32) {
        return keccak256(abi.encode(payer, fileHash, salt));
    }

    function receiptHash(
        bytes32 escrowId,
        address seeder,
        uint96 cumulativeAmount,
        bytes32 chunksHash,
        bytes8 protocol
    ) internal pure returns (bytes32) {
        return keccak256(abi.encode(RECEIPT_TYPEHASH, escrowId, seeder, cumulativeAmount, chunksHash, protocol));
    }

    function releaseHash(
        bytes32 escrowId,
        address seeder,
        uint96 allocated,
        uint64 nonce
    ) internal pure returns (bytes32) {
        return keccak256(abi.encode(RELEASE_TYPEHASH, escrowId, seeder, allocated, nonce));
    }
}
