// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {CompactSignature} from "../libraries/CompactSignature.sol";
import {VoucherLib} from "../libraries/VoucherLib.sol";

/// @notice Opens the internal libraries to tests.
contract LibraryHarness {
    function isValid(address signer, bytes32 digest, bytes calldata signature) external view returns (bool) {
        return CompactSignature.isValid(signer, digest, signature);
    }

    function channelIdOf(address payer, address payee, uint96 salt) external pure returns (bytes32) {
        return VoucherLib.channelIdOf(payer, payee, salt);
    }

    function voucherHash(bytes32 channelId, uint96 cumulativeAmount) external pure returns (bytes32) {
        return VoucherLib.voucherHash(channelId, cumulativeAmount);
    }

    function closeHash(bytes32 channelId, uint96 settled) external pure returns (bytes32) {
        return VoucherLib.closeHash(channelId, settled);
    }
}
