// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SaltedAddress} from "../types/SaltedAddress.sol";

/// @notice What the two parties of a channel sign, as EIP-712 struct hashes. The twin of this file is the TypeScript voucher codec; both
/// are tested against test/vectors/voucher.json.
library VoucherLib {
    bytes32 internal constant VOUCHER_TYPEHASH = keccak256("Voucher(bytes32 channelId,uint96 cumulativeAmount)");
    bytes32 internal constant CLOSE_TYPEHASH = keccak256("Close(bytes32 channelId,uint96 settled)");

    function channelIdOf(address payer, address payee, uint96 salt) internal pure returns (bytes32) {
        return _hash(bytes32(uint256(uint160(payer))), bytes32(uint256(uint160(payee))), salt);
    }

    /// @dev The channel's id where the payee's address carries the salt.
    function idToPayee(address payer, SaltedAddress saltAndPayee) internal pure returns (bytes32) {
        return channelIdOf(payer, saltAndPayee.account(), saltAndPayee.salt());
    }

    /// @dev The channel's id where the payer's address carries the salt.
    function idFromPayer(SaltedAddress saltAndPayer, address payee) internal pure returns (bytes32) {
        return channelIdOf(saltAndPayer.account(), payee, saltAndPayer.salt());
    }

    function voucherHash(bytes32 channelId, uint96 cumulativeAmount) internal pure returns (bytes32) {
        return _hash(VOUCHER_TYPEHASH, channelId, cumulativeAmount);
    }

    function closeHash(bytes32 channelId, uint96 settled) internal pure returns (bytes32) {
        return _hash(CLOSE_TYPEHASH, channelId, settled);
    }

    /// @dev keccak256(abi.encode(a, b, c)), in the scratch space and the word behind it, which is put back. Every operation hashes once or
    /// twice, and `abi.encode` costs 60 to 90 gas more each time.
    function _hash(bytes32 a, bytes32 b, uint256 c) private pure returns (bytes32 result) {
        assembly ("memory-safe") {
            let free := mload(0x40)
            mstore(0x00, a)
            mstore(0x20, b)
            mstore(0x40, c)
            result := keccak256(0x00, 0x60)
            mstore(0x40, free)
        }
    }
}
