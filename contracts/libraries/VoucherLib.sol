// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice What the two parties of a channel sign, as EIP-712 struct hashes. The twin of this file is the TypeScript voucher codec; both
/// are tested against test/vectors/voucher.json.
library VoucherLib {
    bytes32 internal constant VOUCHER_TYPEHASH = keccak256("Voucher(bytes32 channelId,uint96 cumulativeAmount)");
    bytes32 internal constant CLOSE_TYPEHASH = keccak256("Close(bytes32 channelId,uint96 settled)");

    /// @dev keccak256 of the three words payer, payee, salt in the standard ABI encoding (96 bytes).
    function channelIdOf(address payer, address payee, uint96 salt) internal pure returns (bytes32) {
        return keccak256(abi.encode(payer, payee, salt));
    }

    function voucherHash(bytes32 channelId, uint96 cumulativeAmount) internal pure returns (bytes32) {
        return keccak256(abi.encode(VOUCHER_TYPEHASH, channelId, cumulativeAmount));
    }

    function closeHash(bytes32 channelId, uint96 settled) internal pure returns (bytes32) {
        return keccak256(abi.encode(CLOSE_TYPEHASH, channelId, settled));
    }
}
