// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {Account} from "../../../contracts/mocks/Accounts.sol";

/// @notice A contract account that misbehaves in a chosen way whenever it gets coin, and agrees to every signature.
contract HostileAccount is Account, IERC1271 {
    enum Way {
        Takes,
        Refuses,
        EatsGas,
        ReturnsALot,
        CallsBack,
        Vanishes
    }

    Way private _way;
    address private _target;
    bytes private _again;
    uint256 public successes;

    receive() external payable override {
        if (_way == Way.Refuses) revert("no");
        if (_way == Way.CallsBack) {
            (bool success, ) = _target.call(_again);
            if (success) ++successes;
        }
        if (_way == Way.Vanishes) selfdestruct(payable(address(0xdead)));
        if (_way == Way.EatsGas) {
            assembly ("memory-safe") {
                invalid()
            }
        }
        if (_way == Way.ReturnsALot) {
            assembly ("memory-safe") {
                revert(0, 200000)
            }
        }
    }

    function behave(Way way) external {
        _way = way;
    }

    function prepare(address target, bytes calldata again) external {
        (_target, _again) = (target, again);
    }


    function isValidSignature(bytes32, bytes calldata) external pure returns (bytes4) {
        return IERC1271.isValidSignature.selector;
    }
}
