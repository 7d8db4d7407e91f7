// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IPaymentChannel} from "../../../contracts/interfaces/IPaymentChannel.sol";
import {PaymentChannel} from "../../../contracts/PaymentChannel.sol";
import {ChannelTest} from "../support/ChannelTest.sol";
import {VM} from "../support/Vm.sol";

contract ConstructorTest is ChannelTest {
    function test_KeepsTheWindow() public view {
        (uint32 windowSeconds, uint16 windowBlocks) = channels.DISPUTE_WINDOW();
        assertEq(windowSeconds, WINDOW_SECONDS, "seconds");
        assertEq(windowBlocks, WINDOW_BLOCKS, "blocks");
    }

    function test_RevertWhen_WindowHasNoSeconds() public {
        expectRevert(IPaymentChannel.PaymentChannel_WindowIsZero.selector, "");
        new PaymentChannel(0, WINDOW_BLOCKS);
    }

    function test_RevertWhen_WindowHasNoBlocks() public {
        expectRevert(IPaymentChannel.PaymentChannel_WindowIsZero.selector, "");
        new PaymentChannel(WINDOW_SECONDS, 0);
    }

    function test_RevertWhen_CoinIsSentWithoutACall() public {
        VM.prank(payer);
        (bool success, ) = address(channels).call{value: 1}("");
        assertTrue(!success, "plain transfer refused");
    }

    function test_DomainSeparatorFollowsTheChainId() public {
        bytes32 before = channels.domainSeparator();
        VM.chainId(98_765);
        assertTrue(channels.domainSeparator() != before, "another chain, another domain");
        (, string memory name, string memory version, uint256 chainId, address verifying, , ) = channels.eip712Domain();
        assertEq(keccak256(bytes(name)), keccak256("ChiralPaymentChannel"), "name");
        assertEq(keccak256(bytes(version)), keccak256("1"), "version");
        assertEq(chainId, 98_765, "chain id");
        assertTrue(verifying == address(channels), "verifying contract");
    }

    function testFuzz_ChannelIdIsTheHashOfItsThreeWords(address payer_, address payee_, uint96 salt) public view {
        assertEq(channels.channelIdFor(payer_, payee_, salt), keccak256(abi.encode(payer_, payee_, salt)), "id");
    }
}
