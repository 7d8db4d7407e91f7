// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ChannelState, ChannelStateLib} from "../../../contracts/types/ChannelState.sol";
import {ChannelCalls} from "../support/ChannelCalls.sol";
import {ChannelTest} from "../support/ChannelTest.sol";
import {VM} from "../support/Vm.sol";

/// @notice Claims about PaymentChannel's accounting that hold for all inputs: the arguments of each function are symbols, not samples.
contract ChannelProofs is ChannelTest {
    uint256 private constant COIN = type(uint96).max;

    /// @dev Addresses that are numbers, since those of keys are symbols, which could be one and the same; and balances too.
    function setUp() public override {
        super.setUp();
        (payer, payee, stranger) = (address(0xA11CE), address(0xB0B), address(0xE7E));
        id = idOf(payer, payee, SALT);
        VM.deal(payer, COIN);
        VM.deal(payee, 0);
        VM.deal(address(channels), 0);
    }

    function check_aStateKeepsItsPartsApart(uint256 word, uint96 amount, uint40 closeAt, uint64 closeBlock) external pure {
        ChannelState state = ChannelState.wrap(word);
        ChannelState more = state.withDeposit(amount);
        assert(more.deposit() == amount && more.settled() == state.settled() && more.closeAt() == state.closeAt());
        ChannelState paid = state.withSettled(amount);
        assert(paid.settled() == amount && paid.deposit() == state.deposit() && paid.closeAt() == state.closeAt());
        ChannelState closing = state.withClose(closeAt, closeBlock);
        assert(closing.settled() == state.settled() && closing.deposit() == state.deposit());
        assert(closing.closeAt() == closeAt && closing.isClosing() == (closeAt != 0));
    }

    function check_aNewStateIsItsDeposit(uint96 amount) external pure {
        ChannelState state = ChannelStateLib.opened(amount);
        assert(state.deposit() == amount && state.settled() == 0 && !state.isClosing());
        assert(state.exists() == (amount != 0));
    }

    /// @dev open, topUp, requestClose, withdraw at any time and block: all comes back, when the window is over and not before.
    function check_whatNobodyRedeemsComesBackAfterTheWindow(uint96 paid, uint96 more, uint40 waits, uint16 blocks) external {
        if (!_send(payer, paid, ChannelCalls.open(payee, SALT))) return;
        bool added = _send(payer, more, ChannelCalls.topUp(payee, SALT));
        uint256 deposit = uint256(paid) + (added ? more : 0);
        assert(address(channels).balance == deposit && payer.balance == COIN - deposit);
        assert(_send(payer, 0, ChannelCalls.requestClose(payee, SALT)));
        VM.warp(block.timestamp + waits);
        VM.roll(block.number + blocks);
        bool passed = waits >= WINDOW_SECONDS && blocks >= WINDOW_BLOCKS;
        assert(_send(stranger, 0, ChannelCalls.withdraw(payer, payee, SALT)) == passed);
        assert(payer.balance == (passed ? COIN : COIN - deposit));
        assert(address(channels).balance == COIN - payer.balance);
    }

    /// @dev Without a signature the payee can close, and everything goes back.
    function check_aPayeeWithoutAVoucherGetsNothing(uint96 paid) external {
        if (!_send(payer, paid, ChannelCalls.open(payee, SALT))) return;
        assert(_send(payee, 0, ChannelCalls.close(payer, SALT, 0, "")));
        assert(payee.balance == 0 && payer.balance == COIN && address(channels).balance == 0);
    }

    function _send(address sender, uint256 value, bytes memory data) private returns (bool success) {
        VM.prank(sender);
        (success, ) = address(channels).call{value: value}(data);
    }
}
