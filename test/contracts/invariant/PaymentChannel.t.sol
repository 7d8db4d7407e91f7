// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ChannelCalls} from "../support/ChannelCalls.sol";
import {ChannelTest} from "../support/ChannelTest.sol";
import {VM} from "../support/Vm.sol";
import {Handler} from "./Handler.sol";
import {Store} from "./Store.sol";

/// @notice The rules of README.md beside this file, by number.
contract PaymentChannelInvariants is ChannelTest {
    /// @dev The shape in which the runner takes functions that are no steps.
    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    Store private _store;
    Handler private _handler;

    function setUp() public override {
        super.setUp();
        _store = new Store();
        _handler = new Handler(channels, _store);
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_handler);
    }

    function excludeSelectors() external view returns (FuzzSelector[] memory excluded) {
        excluded = new FuzzSelector[](1);
        excluded[0] = FuzzSelector(address(_handler), new bytes4[](1));
        excluded[0].selectors[0] = ChannelTest.setUp.selector;
    }

    /// @dev Every campaign ends each of its runs with all rules, whichever it checks after every step.
    function afterInvariant() external {
        invariant_1_BalanceIsTheSumOfTheRemainders();
        invariant_2_WhatWentInCameOutOrIsHeld();
        invariant_3_SettledIsWithinTheDeposit();
        invariant_4_5_6_7_NoStepBrokeARule();
        invariant_8_ThePayerCanLeaveAfterTheWindowAndNotBefore();
        invariant_9_StrangersGetNothing();
        invariant_10_NothingLeavesAnEndedChannel();
        invariant_11_ThePayeeCanFinishAlone();
    }

    function invariant_1_BalanceIsTheSumOfTheRemainders() public view {
        uint256 sum = 0;
        for (uint256 i = 0; i < _store.count(); ++i) {
            Store.Seen memory state = _handler.look(_store.ids(i));
            sum += state.deposit - state.settled;
        }
        assertEq(address(channels).balance, sum, "balance held");
    }

    function invariant_2_WhatWentInCameOutOrIsHeld() public view {
        assertEq(_store.deposited(), _store.paidOut() + address(channels).balance, "money in");
    }

    function invariant_3_SettledIsWithinTheDeposit() public view {
        for (uint256 i = 0; i < _store.count(); ++i) {
            Store.Seen memory state = _handler.look(_store.ids(i));
            assertTrue(state.settled <= state.deposit, "settled <= deposit");
        }
    }

    function invariant_4_5_6_7_NoStepBrokeARule() public view {
        assertEq(_store.broken(), 0, "rule broken by a step");
    }

    /// @dev Tries the exit of every channel, and takes it back by reverting.
    function invariant_8_ThePayerCanLeaveAfterTheWindowAndNotBefore() public {
        for (uint256 i = 0; i < _store.count(); ++i) {
            (address payer_, address payee_, uint96 salt) = _store.keys(_store.ids(i));
            Store.Seen memory state = _handler.look(_store.ids(i));
            bool passed = state.closeAt != 0 && block.timestamp >= state.closeAt && block.number >= state.closeBlock;
            bool accepts = payer_ != address(_handler.WALLET()) || _handler.WALLET().accepts();
            uint256 refund = state.deposit - state.settled;
            bytes memory data = ChannelCalls.withdraw(payer_, payee_, salt);
            assertTrue(_works(stranger, data) == (passed && (accepts || refund == 0)), "exit");
        }
    }

    /// @dev The step modifier compares where each wei went (rule 9); this is the sum of it.
    function invariant_9_StrangersGetNothing() public view {
        assertEq(stranger.balance, 0, "stranger");
        assertTrue(_store.broken() != 9, "a step paid somebody else, or let a stranger do something");
    }

    function invariant_10_NothingLeavesAnEndedChannel() public view {
        assertTrue(_store.broken() != 10, "an ended channel paid or changed");
    }

    /// @dev Whatever the payer does: the best voucher can be redeemed, and the channel ended, by the payee's transaction alone.
    function invariant_11_ThePayeeCanFinishAlone() public {
        for (uint256 i = 0; i < _store.count(); ++i) {
            bytes32 channelId = _store.ids(i);
            (address payer_, address payee_, uint96 salt) = _store.keys(channelId);
            Store.Seen memory state = _handler.look(channelId);
            if (state.deposit == 0) continue;
            uint96 best = _store.highestVoucher(channelId);
            bytes memory signature = best == 0 ? bytes("") : compact(PAYER_KEY, voucherDigest(channelId, best));
            bytes memory data = ChannelCalls.close(payer_, salt, best, signature);
            assertTrue(_works(payee_, data), "close by the payee");
            data = ChannelCalls.redeem(payer_, payee_, salt, best, signature);
            bool pays = best > state.settled && state.settled < state.deposit;
            assertTrue(_works(payee_, data) == pays, "redeem by the payee");
        }
    }

    error Undo(bool success);

    /// @dev Whether a call would succeed. Nothing of it stays.
    function _works(address sender, bytes memory data) private returns (bool success) {
        try this.tryCall(sender, data) {
            assertTrue(false, "always reverts");
        } catch (bytes memory reason) {
            // Skips the selector of Undo.
            success = reason.length == 36 && reason[35] == 0x01;
        }
    }

    function tryCall(address sender, bytes calldata data) external {
        VM.prank(sender);
        (bool success, ) = address(channels).call(data);
        revert Undo(success);
    }
}
