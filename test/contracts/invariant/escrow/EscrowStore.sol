// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice What the handler remembers (ghost state).
contract EscrowStore {
    /// @dev Highest receipt a payer signed, by escrow and seeder.
    mapping(bytes32 id => mapping(address seeder => uint256)) public highestSigned;
    /// @dev Successful calls of each step, by selector.
    mapping(bytes4 operation => uint256) public successes;
    uint256 public total;
    /// @dev The first rule that a step was seen to break; 0 while none was.
    uint256 public broken;

    function sign(bytes32 id, address seeder, uint256 amount) external {
        if (amount > highestSigned[id][seeder]) highestSigned[id][seeder] = amount;
    }

    function succeed(bytes4 operation) external {
        ++successes[operation];
        ++total;
    }

    function report(uint256 rule) external {
        if (broken == 0) broken = rule;
    }
}
