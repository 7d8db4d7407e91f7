// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {WalletAccount} from "../../../contracts/mocks/Accounts.sol";
import {LibraryHarness} from "../../../contracts/mocks/LibraryHarness.sol";
import {ChannelTest} from "../support/ChannelTest.sol";
import {VM} from "../support/Vm.sol";

/// @notice The signature check against OpenZeppelin's: for 64 bytes both must say the same.
contract CompactSignatureTest is ChannelTest {
    uint256 private constant ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141;

    LibraryHarness private harness;

    function setUp() public override {
        super.setUp();
        harness = new LibraryHarness();
    }

    function oracle(address signer, bytes32 digest, bytes32 r, bytes32 vs) private pure returns (bool) {
        (address recovered, ECDSA.RecoverError failure, ) = ECDSA.tryRecover(digest, r, vs);
        return failure == ECDSA.RecoverError.NoError && recovered == signer;
    }

    function testFuzz_AgreesOnGoodSignatures(uint256 key, bytes32 digest) public view {
        key = bound(key, 1, ORDER - 1);
        // The fuzzer tries the constants it finds in the code, this one included.
        VM.assume(key != STRANGER_KEY);
        bytes memory signature = compact(key, digest);
        (bytes32 r, bytes32 vs) = abi.decode(signature, (bytes32, bytes32));
        assertTrue(oracle(VM.addr(key), digest, r, vs), "oracle");
        assertTrue(harness.isValid(VM.addr(key), digest, signature), "ours");
        assertTrue(!harness.isValid(stranger, digest, signature), "not the stranger's");
    }

    function testFuzz_AgreesOnRandomSignatures(bytes32 digest, bytes32 r, bytes32 vs) public view {
        (address recovered, ECDSA.RecoverError failure, ) = ECDSA.tryRecover(digest, r, vs);
        bool expected = failure == ECDSA.RecoverError.NoError && recovered != address(0);
        VM.assume(recovered.code.length == 0);
        assertTrue(harness.isValid(recovered, digest, abi.encodePacked(r, vs)) == expected, "same verdict");
    }

    function testFuzz_AgreesOnOneFlippedBit(uint256 key, bytes32 digest, uint16 bit) public view {
        key = bound(key, 1, ORDER - 1);
        bytes memory signature = compact(key, digest);
        uint256 index = bound(bit, 0, 511);
        signature[index / 8] ^= bytes1(uint8(1 << (index % 8)));
        (bytes32 r, bytes32 vs) = abi.decode(signature, (bytes32, bytes32));
        bool ours = harness.isValid(VM.addr(key), digest, signature);
        assertTrue(ours == oracle(VM.addr(key), digest, r, vs), "same verdict");
        assertTrue(!ours, "refused");
    }

    function testFuzz_RefusesHighS(bytes32 digest, uint256 s) public view {
        bytes memory signature = compact(PAYER_KEY, digest);
        (bytes32 r, bytes32 vs) = abi.decode(signature, (bytes32, bytes32));
        s = bound(s, ORDER / 2 + 1, 2 ** 255 - 1);
        bytes32 high = bytes32(s | (uint256(vs) & (1 << 255)));
        (, ECDSA.RecoverError failure, ) = ECDSA.tryRecover(digest, r, high);
        assertTrue(failure == ECDSA.RecoverError.InvalidSignatureS, "oracle");
        uint8 v = uint8((uint256(vs) >> 255) + 27);
        // Whoever plain ecrecover names is refused too: the message would have a second signature.
        address recovered = ecrecover(digest, v, r, bytes32(s));
        assertTrue(!harness.isValid(recovered, digest, abi.encodePacked(r, high)), "refused");
    }

    function testFuzz_AcceptsNo65Bytes(bytes32 digest) public view {
        (uint8 v, bytes32 r, bytes32 s) = VM.sign(PAYER_KEY, digest);
        bytes memory long = abi.encodePacked(r, s, v);
        assertTrue(SignatureChecker.isValidSignatureNow(payer, digest, long), "oracle takes 65");
        assertTrue(!harness.isValid(payer, digest, long), "we take 64 only");
    }

    function test_NobodySignsForTheZeroAddress() public view {
        assertTrue(!harness.isValid(address(0), bytes32(0), new bytes(64)), "zero signature");
    }

    function testFuzz_AgreesOnWallets(bytes32 digest, bytes calldata signature, uint8 mode) public {
        WalletAccount wallet = new WalletAccount();
        wallet.accept(digest, signature);
        // EatsGas has its own test: the oracle does not limit gas.
        WalletAccount.Mode chosen = WalletAccount.Mode(bound(mode, 0, uint256(WalletAccount.Mode.LongAnswer)));
        VM.assume(chosen != WalletAccount.Mode.EatsGas);
        wallet.setMode(chosen);
        bool expected = SignatureChecker.isValidERC1271SignatureNow(address(wallet), digest, signature);
        assertTrue(harness.isValid(address(wallet), digest, signature) == expected, "same verdict");
    }

    function test_AGasEatingWalletCostsLittle() public {
        WalletAccount wallet = new WalletAccount();
        wallet.setMode(WalletAccount.Mode.EatsGas);
        uint256 before = gasleft();
        assertTrue(!harness.isValid(address(wallet), bytes32(0), "signature"), "refused");
        assertTrue(before - gasleft() < 120_000, "limited gas");
    }
}
