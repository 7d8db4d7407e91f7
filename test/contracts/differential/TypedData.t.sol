// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import {ChannelCalls} from "../support/ChannelCalls.sol";
import {ChannelTest} from "../support/ChannelTest.sol";
import {VM} from "../support/Vm.sol";

/// @notice OpenZeppelin's EIP-712 with the name and version of ours.
contract TypedDataOracle is EIP712 {
    constructor() EIP712("ChiralPaymentChannel", "1") {}

    function domainSeparator() external view returns (bytes32) {
        return _domainSeparatorV4();
    }

    function digest(bytes32 structHash) external view returns (bytes32) {
        return _hashTypedDataV4(structHash);
    }
}

/// @notice What the contract takes for a signed digest, against OpenZeppelin's code run at the contract's own address.
contract TypedDataTest is ChannelTest {
    /// @dev EIP-2294 keeps chain ids below half of 2^64.
    uint256 private constant MAX_CHAIN_ID = 2 ** 63 - 37;

    /// @dev The oracle takes the contract's place, so both have the same verifying contract; then the contract comes back.
    function oracleOf(bytes32 structHash) private returns (bytes32 separator, bytes32 digest) {
        bytes memory code = address(channels).code;
        TypedDataOracle oracle = new TypedDataOracle();
        VM.etch(address(channels), address(oracle).code);
        separator = TypedDataOracle(address(channels)).domainSeparator();
        digest = TypedDataOracle(address(channels)).digest(structHash);
        VM.etch(address(channels), code);
    }

    function testFuzz_TheDomainSeparatorIsOpenZeppelins(uint64 chainId) public {
        VM.chainId(bound(chainId, 1, MAX_CHAIN_ID));
        (bytes32 separator, ) = oracleOf(bytes32(0));
        assertEq(domainSeparator(), separator, "separator");
    }

    function testFuzz_TheDigestIsOpenZeppelins(uint64 chainId, bytes32 structHash) public {
        VM.chainId(bound(chainId, 1, MAX_CHAIN_ID));
        (bytes32 separator, bytes32 digest) = oracleOf(structHash);
        assertEq(digestOf(structHash), digest, "digest");
        assertEq(MessageHashUtils.toTypedDataHash(separator, structHash), digest, "separator and digest");
    }

    function testFuzz_AVoucherSignedAsOpenZeppelinHashesItIsPaid(uint64 chainId, uint96 amount) public {
        VM.chainId(bound(chainId, 1, MAX_CHAIN_ID));
        amount = uint96(bound(amount, 1, DEPOSIT));
        openDefault();
        (, bytes32 digest) = oracleOf(voucherHashOf(id, amount));
        (bool success, ) = address(channels).call(
            ChannelCalls.redeem(payer, payee, SALT, amount, compact(PAYER_KEY, digest))
        );
        assertTrue(success, "redeem");
        assertEq(payee.balance, amount, "payee");
    }

    function testFuzz_ACloseSignedAsOpenZeppelinHashesItCounts(uint64 chainId, uint96 settled) public {
        VM.chainId(bound(chainId, 1, MAX_CHAIN_ID));
        settled = uint96(bound(settled, 0, DEPOSIT));
        openDefault();
        (, bytes32 digest) = oracleOf(closeHashOf(id, settled));
        bytes memory data = ChannelCalls.closeAgreed(payer, payee, SALT, settled, compact(PAYEE_KEY, digest));
        VM.prank(payer);
        (bool success, ) = address(channels).call(data);
        assertTrue(success, "closeAgreed");
        assertEq(payee.balance, settled, "payee");
    }

    function domainSeparator() private view returns (bytes32) {
        return channels.domainSeparator();
    }
}
