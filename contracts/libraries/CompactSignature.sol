// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";

/// @notice Decides whether an account signed a digest: an EIP-2098 compact signature first, ERC-1271 only when that does not match.
/// @dev The order saves an account without code the 2,600 gas of looking for code. OpenZeppelin's ECDSA and SignatureChecker, which ask for
/// code first, are the oracle of the differential fuzz test.
library CompactSignature {
    /// @dev EIP-2098: r, then the y parity in the top bit of s.
    uint256 internal constant LENGTH = 64;

    /// @dev Half the order of secp256k1. Only s up to here is accepted, so every message has one signature of a key and nonce.
    uint256 internal constant MAX_S = 0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0;

    /// @dev The most gas a contract wallet may use to judge a signature: several owners' worth of ecrecover, and little enough that a
    /// wallet which burns all of it cannot stop a batch.
    uint256 internal constant ERC1271_GAS = 100_000;

    function isValid(address signer, bytes32 digest, bytes calldata signature) internal view returns (bool) {
        return
            (signature.length == LENGTH && _recovers(signer, digest, signature)) ||
            (signer.code.length != 0 && _isValidForContract(signer, digest, signature));
    }

    /// @dev A failed ecrecover gives zero, which is nobody's address.
    function _recovers(address signer, bytes32 digest, bytes calldata signature) private pure returns (bool) {
        bytes32 r;
        uint256 vs;
        assembly ("memory-safe") {
            r := calldataload(signature.offset)
            vs := calldataload(add(signature.offset, 0x20))
        }
        uint256 s = vs & uint256(type(int256).max);
        if (s > MAX_S) return false;
        // Unchecked: 27 + 1 at most.
        uint8 v;
        unchecked {
            v = uint8((vs >> 255) + 27);
        }
        address recovered = ecrecover(digest, v, r, bytes32(s));
        return recovered == signer && recovered != address(0);
    }

    /// @dev Assembly, because the high-level call would copy whatever the wallet returns at the caller's cost.
    function _isValidForContract(address wallet, bytes32 digest, bytes calldata signature) private view returns (bool) {
        bytes memory data = abi.encodeCall(IERC1271.isValidSignature, (digest, signature));
        bool success;
        bytes32 result;
        assembly ("memory-safe") {
            mstore(0x00, 0)
            success := staticcall(ERC1271_GAS, wallet, add(data, 0x20), mload(data), 0x00, 0x20)
            success := and(success, gt(returndatasize(), 0x1f))
            result := mload(0x00)
        }
        return success && result == bytes32(IERC1271.isValidSignature.selector);
    }
}
