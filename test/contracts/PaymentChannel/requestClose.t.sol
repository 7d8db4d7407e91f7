// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IPaymentChannel} from "../../../contracts/interfaces/IPaymentChannel.sol";
import {ChannelTest} from "../support/ChannelTest.sol";
import {VM} from "../support/Vm.sol";

contract RequestCloseTest is ChannelTest {
    function test_StartsTheWindow() public {
        openDefault();
        redeemDefault(1 ether);
        uint40 closeAt = uint40(block.timestamp + WINDOW_SECONDS);
        uint64 closeBlock = uint64(block.number + WINDOW_BLOCKS);
        expectEvent();
        emit IPaymentChannel.CloseRequested(id, closeAt, closeBlock);
        requestCloseDefault();
        assertChannel(id, DEPOSIT, 1 ether, closeAt, closeBlock);
        assertEq(address(channels).balance, DEPOSIT - 1 ether, "nothing moved");
    }

    function testFuzz_ReportsFullBlockNumbers(uint40 number) public {
        VM.roll(number);
        openDefault();
        requestCloseDefault();
        uint256 closeAt = block.timestamp + WINDOW_SECONDS;
        uint256 closeBlock = uint256(number) + WINDOW_BLOCKS;
        assertChannel(id, DEPOSIT, 0, closeAt, closeBlock);
        VM.roll(closeBlock + 1_000_000);
        assertChannel(id, DEPOSIT, 0, closeAt, closeBlock);
    }

    function test_RevertWhen_RequestedBefore() public {
        openDefault();
        requestCloseDefault();
        uint40 closeAt = uint40(block.timestamp + WINDOW_SECONDS);
        uint256 closeBlock = block.number + WINDOW_BLOCKS;
        VM.warp(block.timestamp + 100);
        VM.roll(block.number + 10);
        expectRevert(IPaymentChannel.PaymentChannel_Closing.selector, abi.encode(id, closeAt));
        requestCloseDefault();
        assertChannel(id, DEPOSIT, 0, closeAt, closeBlock);
    }

    function test_RevertWhen_Unknown() public {
        expectUnknown(id);
        requestCloseDefault();
    }

    function test_RevertWhen_SentByThePayeeOrAStranger() public {
        openDefault();
        expectUnknown(idOf(payee, payee, SALT));
        VM.prank(payee);
        channels.requestClose(salted(payee, SALT));
        expectUnknown(idOf(stranger, payee, SALT));
        VM.prank(stranger);
        channels.requestClose(salted(payee, SALT));
        assertChannel(id, DEPOSIT, 0, 0, 0);
    }
}
