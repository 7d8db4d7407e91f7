// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IPaymentChannel} from "../../../contracts/interfaces/IPaymentChannel.sol";
import {PaymentChannel} from "../../../contracts/PaymentChannel.sol";
import {SaltedAddress} from "../../../contracts/types/SaltedAddress.sol";
import {SaltedDeposit} from "../../../contracts/types/SaltedDeposit.sol";
import {Assertions} from "./Assertions.sol";
import {VM} from "./Vm.sol";

/// @notice Two accounts, a contract, and short words for what tests do all the time.
abstract contract ChannelTest is Assertions {
    uint32 internal constant WINDOW_SECONDS = 3600;
    uint16 internal constant WINDOW_BLOCKS = 240;
    uint96 internal constant DEPOSIT = 10 ether;
    uint96 internal constant SALT = 7;
    uint256 internal constant PAYER_KEY = 0xA11CE;
    uint256 internal constant PAYEE_KEY = 0xB0B;
    uint256 internal constant STRANGER_KEY = 0xE7E;

    bytes32 private constant VOUCHER_TYPEHASH = keccak256("Voucher(bytes32 channelId,uint96 cumulativeAmount)");
    bytes32 private constant CLOSE_TYPEHASH = keccak256("Close(bytes32 channelId,uint96 settled)");

    PaymentChannel internal channels;
    address internal payer;
    address internal payee;
    address internal stranger;
    /// @dev Id of (payer, payee, SALT).
    bytes32 internal id;

    function setUp() public virtual {
        VM.warp(1_700_000_000);
        VM.roll(1000);
        channels = new PaymentChannel(WINDOW_SECONDS, WINDOW_BLOCKS);
        payer = VM.addr(PAYER_KEY);
        payee = VM.addr(PAYEE_KEY);
        stranger = VM.addr(STRANGER_KEY);
        VM.deal(payer, 1000 ether);
        id = idOf(payer, payee, SALT);
    }

    function idOf(address payer_, address payee_, uint96 salt) internal pure returns (bytes32) {
        return keccak256(abi.encode(payer_, payee_, salt));
    }

    /// @dev Written out from the specification, as the next one is.
    function salted(address account, uint96 salt) internal pure returns (SaltedAddress) {
        return SaltedAddress.wrap(uint256(bytes32(abi.encodePacked(salt, account))));
    }

    function saltedDeposit(uint96 salt, uint96 deposit) internal pure returns (SaltedDeposit) {
        return SaltedDeposit.wrap(uint256(bytes32(abi.encodePacked(salt, uint160(deposit)))));
    }

    function openDefault() internal {
        VM.prank(payer);
        channels.open{value: DEPOSIT}(salted(payee, SALT));
    }

    function requestCloseDefault() internal {
        VM.prank(payer);
        channels.requestClose(salted(payee, SALT));
    }

    function passWindow() internal {
        VM.warp(block.timestamp + WINDOW_SECONDS);
        VM.roll(block.number + WINDOW_BLOCKS);
    }

    function voucherDigest(bytes32 channelId, uint96 amount) internal view returns (bytes32) {
        return digestOf(voucherHashOf(channelId, amount));
    }

    function closeDigest(bytes32 channelId, uint96 settled) internal view returns (bytes32) {
        return digestOf(closeHashOf(channelId, settled));
    }

    function voucherHashOf(bytes32 channelId, uint96 amount) internal pure returns (bytes32) {
        return keccak256(abi.encode(VOUCHER_TYPEHASH, channelId, amount));
    }

    function closeHashOf(bytes32 channelId, uint96 settled) internal pure returns (bytes32) {
        return keccak256(abi.encode(CLOSE_TYPEHASH, channelId, settled));
    }

    function digestOf(bytes32 structHash) internal view returns (bytes32) {
        return digestOn(block.chainid, structHash);
    }

    /// @dev Written out from EIP-712, so that it shares nothing with the contract.
    function digestOn(uint256 chainId, bytes32 structHash) internal view returns (bytes32) {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("ChiralPaymentChannel"),
                keccak256("1"),
                chainId,
                address(channels)
            )
        );
        return keccak256(abi.encodePacked(hex"1901", domain, structHash));
    }

    function compact(uint256 key, bytes32 digest) internal pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = VM.sign(key, digest);
        return abi.encodePacked(r, bytes32(uint256(s) | (uint256(v - 27) << 255)));
    }

    /// @dev The payer's voucher on the default channel.
    function voucher(uint96 amount) internal view returns (bytes memory) {
        return compact(PAYER_KEY, voucherDigest(id, amount));
    }

    function redeemDefault(uint96 amount) internal {
        channels.redeem(payer, salted(payee, SALT), amount, voucher(amount));
    }

    function assertChannel(
        bytes32 channelId,
        uint256 deposit,
        uint256 settled,
        uint256 closeAt,
        uint256 closeBlock
    ) internal view {
        (uint96 deposit_, uint96 settled_, uint40 closeAt_, uint64 closeBlock_) = channels.channel(channelId);
        assertEq(deposit_, deposit, "deposit");
        assertEq(settled_, settled, "settled");
        assertEq(closeAt_, closeAt, "closeAt");
        assertEq(closeBlock_, closeBlock, "closeBlock");
    }

    function assertNone(bytes32 channelId) internal view {
        assertChannel(channelId, 0, 0, 0, 0);
    }

    function expectRevert(bytes4 selector, bytes memory arguments) internal {
        VM.expectRevert(abi.encodePacked(selector, arguments));
    }

    function expectUnknown(bytes32 channelId) internal {
        expectRevert(IPaymentChannel.PaymentChannel_Unknown.selector, abi.encode(channelId));
    }

    function expectEvent() internal {
        VM.expectEmit(address(channels));
    }
}
