// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {PaymentChannel} from "../../../contracts/PaymentChannel.sol";
import {ChannelTest} from "../support/ChannelTest.sol";
import {VM} from "../support/Vm.sol";
import {Handler} from "./Handler.sol";
import {Store} from "./Store.sol";

/// @notice The rules of README.md beside this file, by number.
contract PaymentChannelInvariants is ChannelTest {
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

    function invariant_1_BalanceIsTheSumOfTheRemainders() external view {
        uint256 sum = 0;
        for (uint256 i = 0; i < _store.count(); ++i) {
            Store.Seen memory state = _handler.look(_store.ids(i));
            sum += state.deposit - state.settled;
        }
        assertEq(address(channels).balance, sum, "balance held");
    }

    function invariant_2_WhatWentInCameOutOrIsHeld() external view {
        assertEq(_store.deposited(), _store.paidOut() + address(channels).balance, "money in");
    }

    function invariant_3_SettledIsWithinTheDeposit() external view {
        for (uint256 i = 0; i < _store.count(); ++i) {
            Store.Seen memory state = _handler.look(_store.ids(i));
            assertTrue(state.settled <= state.deposit, "settled <= deposit");
        }
    }

    function invariant_4_5_6_7_NoStepBrokeARule() external view {
        assertEq(_store.broken(), 0, "rule broken by a step");
    }

    /// @dev Tries the exit of every closing channel, and takes it back by reverting.
    function invariant_8_ThePayerCanLeaveAfterTheWindowAndNotBefore() external {
        for (uint256 i = 0; i < _store.count(); ++i) {
            (address payer_, address payee_, uint96 salt) = _store.keys(_store.ids(i));
            Store.Seen memory state = _handler.look(_store.ids(i));
            bool passed = state.closeAt != 0 && block.timestamp >= state.closeAt && block.number >= state.closeBlock;
            bool accepts = payer_ != address(_handler.WALLET()) || _handler.WALLET().accepts();
            uint256 refund = state.deposit - state.settled;
            assertTrue(_canWithdraw(payer_, payee_, salt) == (passed && (accepts || refund == 0)), "exit");
        }
    }

    function invariant_9_StrangersGetNothing() external view {
        assertEq(stranger.balance, 0, "stranger");
    }

    error Undo(bool success);

    function _canWithdraw(address payer_, address payee_, uint96 salt) private returns (bool success) {
        try this.tryWithdraw(payer_, payee_, salt) {
            assertTrue(false, "always reverts");
        } catch (bytes memory reason) {
            // Skips the selector of Undo.
            success = reason.length == 36 && reason[35] == 0x01;
        }
    }

    function tryWithdraw(address payer_, address payee_, uint96 salt) external {
        VM.prank(stranger);
        (bool success, ) = address(channels).call(abi.encodeCall(PaymentChannel.withdraw, (payer_, salted(payee_, salt))));
        revert Undo(success);
    }
}
