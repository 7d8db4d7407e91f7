// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Escrow} from "../../../contracts/Escrow.sol";
import {IEscrow} from "../../../contracts/interfaces/IEscrow.sol";
import {IEscrowPayments} from "../../../contracts/interfaces/IEscrowPayments.sol";
import {Assertions} from "./Assertions.sol";
import {VM} from "./Vm.sol";

/// @notice A payer, two seeders, a contract, and short words for what tests do all the time.
abstract contract EscrowTest is Assertions {
    uint32 internal constant GRACE_SECONDS = 3600;
    uint16 internal constant GRACE_BLOCKS = 240;
    uint96 internal constant AMOUNT = 10 ether;
    uint96 internal constant SHARE = 6 ether;
    uint96 internal constant SALT = 7;
    uint40 internal constant LIFETIME = 1 days;
    bytes32 internal constant FILE = keccak256("file");
    bytes32 internal constant CHUNKS = keccak256("chunks");
    bytes8 internal constant HTTP = "http";
    uint256 internal constant PAYER_KEY = 0xA11CE;
    uint256 internal constant SEEDER_KEY = 0xB0B;
    uint256 internal constant SECOND_KEY = 0x5EC0;
    uint256 internal constant STRANGER_KEY = 0xE7E;

    bytes32 private constant RECEIPT_TYPEHASH =
        keccak256(
            "Receipt(bytes32 escrowId,address seeder,uint96 cumulativeAmount,bytes32 chunksHash,bytes8 protocol)"
        );
    bytes32 private constant RELEASE_TYPEHASH =
        keccak256("Release(bytes32 escrowId,address seeder,uint96 allocated,uint64 nonce)");

    Escrow internal escrows;
    address internal payer;
    address internal seeder;
    address internal second;
    address internal stranger;
    uint40 internal deadline;
    /// @dev Id of (payer, FILE, SALT).
    bytes32 internal id;

    function setUp() public virtual {
        VM.warp(1_700_000_000);
        VM.roll(1000);
        escrows = new Escrow(GRACE_SECONDS, GRACE_BLOCKS);
        payer = VM.addr(PAYER_KEY);
        seeder = VM.addr(SEEDER_KEY);
        second = VM.addr(SECOND_KEY);
        stranger = VM.addr(STRANGER_KEY);
        deadline = uint40(block.timestamp) + LIFETIME;
        VM.deal(payer, 1000 ether);
        id = idOf(payer, FILE, SALT);
    }

    function idOf(address payer_, bytes32 fileHash, uint96 salt) internal pure returns (bytes32) {
        return keccak256(abi.encode(payer_, fileHash, salt));
    }

    function none() internal pure returns (IEscrow.Allocation[] memory) {
        return new IEscrow.Allocation[](0);
    }

    function one(address seeder_, uint96 amount) internal pure returns (IEscrow.Allocation[] memory allocations) {
        allocations = new IEscrow.Allocation[](1);
        allocations[0] = IEscrow.Allocation(seeder_, amount);
    }

    /// @dev AMOUNT in all, SHARE of it for the seeder.
    function lockDefault() internal {
        VM.prank(payer);
        escrows.lock{value: AMOUNT}(FILE, SALT, deadline, one(seeder, SHARE));
    }

    function allocate(address seeder_, uint96 amount) internal {
        VM.prank(payer);
        escrows.allocate(FILE, SALT, one(seeder_, amount));
    }

    function passDeadline() internal {
        VM.warp(deadline);
    }

    function requestReclaim() internal {
        passDeadline();
        escrows.requestReclaim(payer, FILE, SALT);
    }

    function passGrace() internal {
        VM.warp(block.timestamp + GRACE_SECONDS);
        VM.roll(block.number + GRACE_BLOCKS);
    }

    function reclaim(address seeder_) internal {
        address[] memory seeders = new address[](1);
        seeders[0] = seeder_;
        escrows.reclaim(payer, FILE, SALT, seeders);
    }

    function receiptDigest(bytes32 escrowId, address seeder_, uint96 amount) internal view returns (bytes32) {
        return digestOf(keccak256(abi.encode(RECEIPT_TYPEHASH, escrowId, seeder_, amount, CHUNKS, HTTP)));
    }

    function releaseDigest(
        bytes32 escrowId,
        address seeder_,
        uint96 allocated,
        uint64 nonce
    ) internal view returns (bytes32) {
        return digestOf(keccak256(abi.encode(RELEASE_TYPEHASH, escrowId, seeder_, allocated, nonce)));
    }

    function digestOf(bytes32 structHash) internal view returns (bytes32) {
        return digestFor("ChiralEscrow", block.chainid, address(escrows), structHash);
    }

    /// @dev Written out from EIP-712, so that it shares nothing with the contract.
    function digestFor(
        string memory name,
        uint256 chainId,
        address verifyingContract,
        bytes32 structHash
    ) internal pure returns (bytes32) {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256(bytes(name)),
                keccak256("1"),
                chainId,
                verifyingContract
            )
        );
        return keccak256(abi.encodePacked(hex"1901", domain, structHash));
    }

    function receiptStruct(uint96 amount) internal view returns (bytes32) {
        return keccak256(abi.encode(RECEIPT_TYPEHASH, id, seeder, amount, CHUNKS, HTTP));
    }

    function compact(uint256 key, bytes32 digest) internal pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = VM.sign(key, digest);
        return abi.encodePacked(r, bytes32(uint256(s) | (uint256(v - 27) << 255)));
    }

    /// @dev The payer's receipt for the default seeder.
    function receipt(uint96 amount) internal view returns (bytes memory) {
        return compact(PAYER_KEY, receiptDigest(id, seeder, amount));
    }

    function redeemDefault(uint96 amount) internal {
        redeemWith(amount, receipt(amount));
    }

    function redeemWith(uint96 amount, bytes memory signature) internal {
        escrows.redeem(payer, FILE, SALT, seeder, amount, CHUNKS, HTTP, signature);
    }

    /// @dev A release by the default seeder's signature.
    function agreed(uint96 allocated, uint64 nonce) internal view returns (IEscrow.Release[] memory releases) {
        releases = new IEscrow.Release[](1);
        bytes memory signature = compact(SEEDER_KEY, releaseDigest(id, seeder, allocated, nonce));
        releases[0] = IEscrow.Release(seeder, allocated, signature);
    }

    /// @dev A release that its seeder sends itself.
    function own(address seeder_, uint96 allocated) internal pure returns (IEscrow.Release[] memory releases) {
        releases = new IEscrow.Release[](1);
        releases[0] = IEscrow.Release(seeder_, allocated, "");
    }

    function assertEscrow(uint256 free, uint256 deadline_, uint256 graceAt, uint256 graceBlock) internal view {
        (uint96 free_, uint40 actualDeadline, uint40 graceAt_, uint64 graceBlock_) = escrows.escrow(id);
        assertEq(free_, free, "free");
        assertEq(actualDeadline, deadline_, "deadline");
        assertEq(graceAt_, graceAt, "graceAt");
        assertEq(graceBlock_, graceBlock, "graceBlock");
    }

    /// @dev Free coin of an escrow whose grace period was not started.
    function assertFree(uint256 free) internal view {
        assertEscrow(free, deadline, 0, 0);
    }

    function assertAllocation(address seeder_, uint256 allocated, uint256 redeemed, uint256 nonce) internal view {
        (uint96 allocated_, uint96 redeemed_, uint64 nonce_) = escrows.allocation(id, seeder_);
        assertEq(allocated_, allocated, "allocated");
        assertEq(redeemed_, redeemed, "redeemed");
        assertEq(nonce_, nonce, "nonce");
    }

    function expectRevert(bytes4 selector, bytes memory arguments) internal {
        VM.expectRevert(abi.encodePacked(selector, arguments));
    }

    function expectUnknown(bytes32 escrowId) internal {
        expectRevert(IEscrow.Escrow_Unknown.selector, abi.encode(escrowId));
    }

    function expectNotIncreasing(uint96 expectedAbove, uint96 actual) internal {
        expectRevert(IEscrow.Escrow_ReceiptNotIncreasing.selector, abi.encode(expectedAbove, actual));
    }

    function expectInvalidSignature(address signer) internal {
        expectRevert(IEscrow.Escrow_InvalidSignature.selector, abi.encode(signer));
    }

    function expectPayoutFailed(address recipient, uint256 amount) internal {
        expectRevert(IEscrowPayments.Escrow_PayoutFailed.selector, abi.encode(recipient, amount));
    }

    function expectEvent() internal {
        VM.expectEmit(address(escrows));
    }
}
