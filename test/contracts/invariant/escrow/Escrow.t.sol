// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Escrow} from "../../../../contracts/Escrow.sol";
import {EscrowTest} from "../../support/EscrowTest.sol";
import {VM} from "../../support/Vm.sol";
import {EscrowHandler} from "./EscrowHandler.sol";
import {EscrowRules} from "./EscrowRules.sol";
import {EscrowStore} from "./EscrowStore.sol";

/// @notice The rules of README.md beside this file, by number.
contract EscrowInvariants is EscrowTest {
    /// @dev The shape in which the runner takes functions that are no steps.
    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

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

    function excludeSelectors() external view returns (FuzzSelector[] memory excluded) {
        excluded = new FuzzSelector[](1);
        excluded[0] = FuzzSelector(address(_handler), new bytes4[](1));
        excluded[0].selectors[0] = EscrowTest.setUp.selector;
    }

    /// @dev Every campaign ends each of its runs with all rules, whichever it checks after every step.
    function afterInvariant() external {
        invariant_1_BalanceIsWhatIsNotRedeemed();
        invariant_2_3_4_5_6_7_9_10_NoStepBrokeARule();
        invariant_8_EitherSideFinishesAlone();
    }

    function invariant_1_BalanceIsWhatIsNotRedeemed() public view {
        uint256 sum = 0;
        for (uint256 i = 0; i < _handler.COUNT(); ++i) sum += _handler.leftOf(_handler.look(i));
        assertEq(address(escrows).balance, sum, "balance held");
    }

    function invariant_2_3_4_5_6_7_9_10_NoStepBrokeARule() public view {
        assertEq(_store.broken(), 0, "rule broken by a step");
    }

    /// @dev Tries every receipt and every exit, and takes it back by reverting.
    function invariant_8_EitherSideFinishesAlone() public {
        for (uint256 i = 0; i < _handler.COUNT(); ++i) {
            EscrowRules.Look memory seen = _handler.look(i);
            bool hasKey = i % 2 == 0;
            for (uint256 s = 0; s < 2; ++s) {
                bool takes = s == 0 || _handler.SEEDER_WALLET().accepts();
                uint256 signed = _store.highestSigned(_handler.idAt(i), _handler.seederAt(s));
                uint256 limit = signed < seen.allocated[s] ? signed : seen.allocated[s];
                bool pays = hasKey && takes && limit > seen.redeemed[s];
                assertTrue(_succeeds(_redeem(i, s, uint96(signed))) == pays, "redeem");
            }
            bool payerTakes = hasKey || _handler.PAYER_WALLET().accepts();
            bool leaves = _handler.isGraceOver(seen) && payerTakes && _handler.leftOf(seen) != 0;
            assertTrue(_succeeds(_reclaim(i)) == leaves, "reclaim");
        }
    }

    function _redeem(uint256 i, uint256 s, uint96 amount) private view returns (bytes memory) {
        address seeder_ = _handler.seederAt(s);
        bytes memory signature = compact(PAYER_KEY, receiptDigest(_handler.idAt(i), seeder_, amount));
        return
            abi.encodeCall(
                Escrow.redeem,
                (_handler.payerAt(i), FILE, _handler.salts(i), seeder_, amount, CHUNKS, HTTP, signature)
            );
    }

    function _reclaim(uint256 i) private view returns (bytes memory) {
        address[] memory seeders = new address[](2);
        (seeders[0], seeders[1]) = (_handler.seederAt(0), _handler.seederAt(1));
        return abi.encodeCall(Escrow.reclaim, (_handler.payerAt(i), FILE, _handler.salts(i), seeders));
    }

    error Undo(bool success);

    function attempt(bytes calldata data) external {
        VM.prank(stranger);
        (bool success, ) = address(escrows).call(data);
        revert Undo(success);
    }

    function _succeeds(bytes memory data) private returns (bool success) {
        try this.attempt(data) {
            assertTrue(false, "always reverts");
        } catch (bytes memory reason) {
            // Skips the selector of Undo.
            success = reason.length == 36 && reason[35] == 0x01;
        }
    }
}
