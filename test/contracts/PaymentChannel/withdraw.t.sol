// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IPaymentChannel} from "../../../contracts/interfaces/IPaymentChannel.sol";
import {ReentrantAccount, RefusingAccount} from "../../../contracts/mocks/Accounts.sol";
import {ChannelTest} from "../support/ChannelTest.sol";
import {VM} from "../support/Vm.sol";

contract WithdrawTest is ChannelTest {
    function test_PaysThePayerTheRest() public {
        openDefault();
        redeemDefault(3 ether);
        requestCloseDefault();
        passWindow();
        uint256 before = payer.balance;
        expectEvent();
        emit IPaymentChannel.Closed(id, 3 ether, DEPOSIT - 3 ether);
        VM.prank(stranger);
        channels.withdraw(payer, salted(payee, SALT));
        assertEq(payer.balance - before, DEPOSIT - 3 ether, "payer");
        assertEq(stranger.balance, 0, "sender");
        assertEq(address(channels).balance, 0, "balance held");
        assertNone(id);
    }

    function test_EndsAChannelThatIsFullySettled() public {
        openDefault();
        redeemDefault(DEPOSIT);
        requestCloseDefault();
        passWindow();
        expectEvent();
        emit IPaymentChannel.Closed(id, DEPOSIT, 0);
        channels.withdraw(payer, salted(payee, SALT));
        assertNone(id);
    }

    function testFuzz_BothPartsOfTheWindowMustPass(uint32 elapsedSeconds, uint24 elapsedBlocks) public {
        openDefault();
        requestCloseDefault();
        // A chain of 2^24 blocks more is the other test's.
        elapsedBlocks = uint24(bound(elapsedBlocks, 0, 2 ** 24 - 1 - WINDOW_BLOCKS));
        VM.warp(block.timestamp + elapsedSeconds);
        VM.roll(block.number + elapsedBlocks);
        uint256 secondsLeft = elapsedSeconds < WINDOW_SECONDS ? WINDOW_SECONDS - elapsedSeconds : 0;
        uint256 blocksLeft = elapsedBlocks < WINDOW_BLOCKS ? WINDOW_BLOCKS - elapsedBlocks : 0;
        bool early = secondsLeft != 0 || blocksLeft != 0;
        if (early) expectRevert(IPaymentChannel.PaymentChannel_WindowOpen.selector, abi.encode(secondsLeft, blocksLeft));
        channels.withdraw(payer, salted(payee, SALT));
        assertEq(address(channels).balance, early ? DEPOSIT : 0, "balance held");
    }

    function test_RevertWhen_SentInTheBlockOfTheRequest() public {
        openDefault();
        requestCloseDefault();
        expectRevert(
            IPaymentChannel.PaymentChannel_WindowOpen.selector,
            abi.encode(uint256(WINDOW_SECONDS), uint256(WINDOW_BLOCKS))
        );
        channels.withdraw(payer, salted(payee, SALT));
    }

    function test_RevertWhen_MiningStalls() public {
        openDefault();
        requestCloseDefault();
        VM.warp(block.timestamp + 365 days);
        VM.roll(block.number + WINDOW_BLOCKS - 1);
        expectRevert(IPaymentChannel.PaymentChannel_WindowOpen.selector, abi.encode(uint256(0), uint256(1)));
        channels.withdraw(payer, salted(payee, SALT));
    }

    function test_RevertWhen_AMinerRaces() public {
        openDefault();
        requestCloseDefault();
        VM.warp(block.timestamp + WINDOW_SECONDS - 1);
        VM.roll(block.number + 1_000_000);
        expectRevert(IPaymentChannel.PaymentChannel_WindowOpen.selector, abi.encode(uint256(1), uint256(0)));
        channels.withdraw(payer, salted(payee, SALT));
    }

    /// @dev 24 bits of the block number are kept: across their wrap-around the window is the same.
    function testFuzz_TheHeightOfTheChainDoesNotMatter(uint40 height) public {
        VM.roll(height);
        openDefault();
        requestCloseDefault();
        VM.warp(block.timestamp + WINDOW_SECONDS);
        VM.roll(uint256(height) + WINDOW_BLOCKS - 1);
        expectRevert(IPaymentChannel.PaymentChannel_WindowOpen.selector, abi.encode(uint256(0), uint256(1)));
        channels.withdraw(payer, salted(payee, SALT));
        VM.roll(uint256(height) + WINDOW_BLOCKS);
        channels.withdraw(payer, salted(payee, SALT));
        assertNone(id);
    }

    /// @dev The same where the request and the window's end lie on either side of the wrap-around, which random heights seldom do.
    function testFuzz_TheWrapAroundShortensNoWindow(uint16 before) public {
        uint256 height = 2 ** 24 - bound(before, 1, WINDOW_BLOCKS);
        VM.roll(height);
        openDefault();
        requestCloseDefault();
        assertChannel(id, DEPOSIT, 0, block.timestamp + WINDOW_SECONDS, height + WINDOW_BLOCKS);
        VM.warp(block.timestamp + WINDOW_SECONDS);
        expectRevert(IPaymentChannel.PaymentChannel_WindowOpen.selector, abi.encode(uint256(0), uint256(WINDOW_BLOCKS)));
        channels.withdraw(payer, salted(payee, SALT));
        VM.roll(height + WINDOW_BLOCKS - 1);
        expectRevert(IPaymentChannel.PaymentChannel_WindowOpen.selector, abi.encode(uint256(0), uint256(1)));
        channels.withdraw(payer, salted(payee, SALT));
        VM.roll(height + WINDOW_BLOCKS);
        channels.withdraw(payer, salted(payee, SALT));
        assertNone(id);
    }

    /// @dev The price of 24 bits: whoever waits 2^24 blocks may meet one more window, and is never early.
    function test_After16MillionBlocksTheWaitCanComeOnceMore() public {
        openDefault();
        requestCloseDefault();
        VM.warp(block.timestamp + WINDOW_SECONDS);
        VM.roll(block.number + WINDOW_BLOCKS + 2 ** 24 - 1);
        expectRevert(IPaymentChannel.PaymentChannel_WindowOpen.selector, abi.encode(uint256(0), uint256(1)));
        channels.withdraw(payer, salted(payee, SALT));
        VM.roll(block.number + 1);
        channels.withdraw(payer, salted(payee, SALT));
        assertNone(id);
    }

    function test_RevertWhen_NoCloseWasRequested() public {
        openDefault();
        passWindow();
        expectRevert(IPaymentChannel.PaymentChannel_NotClosing.selector, abi.encode(id));
        channels.withdraw(payer, salted(payee, SALT));
    }

    function test_RevertWhen_Unknown() public {
        expectUnknown(id);
        channels.withdraw(payer, salted(payee, SALT));
    }

    function test_RevertWhen_WithdrawnBefore() public {
        openDefault();
        requestCloseDefault();
        passWindow();
        channels.withdraw(payer, salted(payee, SALT));
        expectUnknown(id);
        channels.withdraw(payer, salted(payee, SALT));
    }

    function test_APayerThatRefusesKeepsItsMoneyInTheChannel() public {
        RefusingAccount account = new RefusingAccount();
        VM.deal(address(account), DEPOSIT);
        account.execute(address(channels), DEPOSIT, abi.encodeCall(IPaymentChannel.open, (salted(payee, SALT))));
        account.execute(address(channels), 0, abi.encodeCall(IPaymentChannel.requestClose, (salted(payee, SALT))));
        passWindow();
        expectRevert(
            IPaymentChannel.PaymentChannel_PayoutFailed.selector,
            abi.encode(address(account), uint256(DEPOSIT))
        );
        channels.withdraw(address(account), salted(payee, SALT));
        account.setAccepts(true);
        channels.withdraw(address(account), salted(payee, SALT));
        assertEq(address(account).balance, DEPOSIT, "payer");
    }

    function test_AReentrantPayerIsPaidOnce() public {
        ReentrantAccount account = new ReentrantAccount();
        VM.deal(address(account), DEPOSIT);
        openDefault();
        account.execute(address(channels), DEPOSIT, abi.encodeCall(IPaymentChannel.open, (salted(payee, SALT))));
        account.execute(address(channels), 0, abi.encodeCall(IPaymentChannel.requestClose, (salted(payee, SALT))));
        passWindow();
        bytes memory again = abi.encodeCall(IPaymentChannel.withdraw, (address(account), salted(payee, SALT)));
        account.prepare(address(channels), 0, again, false);
        channels.withdraw(address(account), salted(payee, SALT));
        assertEq(account.attempts(), 1, "tried");
        assertEq(account.successes(), 0, "in vain");
        assertEq(address(account).balance, DEPOSIT, "paid once");
        assertEq(address(channels).balance, DEPOSIT, "the other channel is whole");
    }
}
