// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice What the two parties of a channel sign, as EIP-712 struct hashes. The twin of this file is the TypeScript voucher codec; both
/// are tested against test/vectors/voucher.json.
library VoucherLib {
    bytes32 internal constant VOUCHER_TYPEHASH = keccak256("Voucher(bytes32 channelId,uint96 cumulativeAmount)");
    bytes32 internal constant CLOSE_TYPEHASH = keccak256("Close(bytes32 channelId,uint96 settled)");

    function channelIdOf(address payer, address payee, uint96 salt) internal pure returns (bytes32) {
        return _hash(bytes32(uint256(uint160(payer))), bytes32(uint256(uint160(payee))), salt);
    }

    function voucherHash(bytes32 channelId, uint96 cumulativeAmount) internal pure returns (bytes32) {
        return _hash(VOUCHER_TYPEHASH, channelId, cumulativeAmount);
    }

    function closeHash(bytes32 channelId, uint96 settled) internal pure returns (bytes32) {
        return _hash(CLOSE_TYPEHASH, channelId, settled);
    }

    /// @dev keccak256(abi.encode(a, b, c)), without moving the free memory pointer: every operation hashes once or twice.
    function _hash(bytes32 a, bytes32 b, uint256 c) private pure returns (bytes32 result) {
        assembly ("memory-safe") {
            let pointer := mload(0x40)
            mstore(pointer, a)
            mstore(add(pointer, 0x20), b)
            mstore(add(pointer, 0x40), c)
            result := keccak256(pointer, 0x60)
        }
    }
}
