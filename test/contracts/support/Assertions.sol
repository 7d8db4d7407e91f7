// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice The few assertions the tests need. A failure says what was compared.
abstract contract Assertions {
    error NotEqual(string what, uint256 expected, uint256 actual);
    error NotTrue(string what);

    function assertEq(uint256 actual, uint256 expected, string memory what) internal pure {
        if (actual != expected) revert NotEqual(what, expected, actual);
    }

    function assertEq(bytes32 actual, bytes32 expected, string memory what) internal pure {
        if (actual != expected) revert NotEqual(what, uint256(expected), uint256(actual));
    }

    function assertTrue(bool condition, string memory what) internal pure {
        if (!condition) revert NotTrue(what);
    }

    /// @dev A number from `minimum` to `maximum`, both included.
    function bound(uint256 value, uint256 minimum, uint256 maximum) internal pure returns (uint256) {
        uint256 span = maximum - minimum;
        return span == type(uint256).max ? value : minimum + (value % (span + 1));
    }
}
