// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {EscrowTest} from "../../support/EscrowTest.sol";
import {EscrowHandler} from "./EscrowHandler.sol";
import {EscrowStore} from "./EscrowStore.sol";

/// @notice Whether the handler does what the invariants are to be tested with: one long run, and the share of each operation in it.
contract EscrowReach is EscrowTest {
    /// @dev One in a hundred successful calls: half of what the rarest operation has to have on average.
    uint256 private constant LEAST_SHARE = 100;

    EscrowStore private _store;
    EscrowHandler private _handler;

    function setUp() public override {
        super.setUp();
        _store = new EscrowStore();
        _handler = new EscrowHandler(escrows, _store);
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_handler);
    }

    /// hardhat-config: invariant.runs = 1
    /// hardhat-config: invariant.depth = 2000
    function invariant_NoStepOfALongRunBrokeARule() external view {
        assertEq(_store.broken(), 0, "rule broken by a step");
    }

    /// @dev After the run, whose seeds are new each time.
    function afterInvariant() external view {
        bytes4[12] memory operations = _operations();
        string[12] memory names = _names();
        for (uint256 i = 0; i < operations.length; ++i) {
            assertTrue(_store.successes(operations[i]) * LEAST_SHARE >= _store.total(), names[i]);
        }
    }

    function _operations() private pure returns (bytes4[12] memory) {
        return [
            EscrowHandler.lock.selector,
            EscrowHandler.topUp.selector,
            EscrowHandler.allocate.selector,
            EscrowHandler.redeem.selector,
            EscrowHandler.redeemMany.selector,
            EscrowHandler.releaseOwn.selector,
            EscrowHandler.releaseAgreed.selector,
            EscrowHandler.refund.selector,
            EscrowHandler.refundAgreed.selector,
            EscrowHandler.requestReclaim.selector,
            EscrowHandler.reclaim.selector,
            EscrowHandler.payBatch.selector
        ];
    }

    function _names() private pure returns (string[12] memory) {
        return [
            "lock",
            "topUp",
            "allocate",
            "redeem",
            "redeemMany",
            "release (own)",
            "release (agreed)",
            "refund",
            "refund (agreed)",
            "requestReclaim",
            "reclaim",
            "payBatch"
        ];
    }
}
