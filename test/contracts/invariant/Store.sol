// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice What the handler remembers (ghost state), by channel id and in sum.
contract Store {
    struct Key {
        address payer;
        address payee;
        uint96 salt;
    }

    struct Seen {
        uint256 deposit;
        uint256 settled;
        uint256 closeAt;
        uint256 closeBlock;
    }

    uint256 public deposited;
    uint256 public paidOut;
    bytes32[] public ids;
    mapping(bytes32 id => Key) public keys;
    /// @dev The highest amount the payer ever signed for an id, in a voucher or, by sending or signing it, in a close both agreed on.
    mapping(bytes32 id => uint256) public highestSigned;
    /// @dev The same for vouchers alone: what the payee can go to the contract with by itself.
    mapping(bytes32 id => uint96) public highestVoucher;
    /// @dev The first rule that a step was seen to break; 0 while none was.
    uint256 public broken;

    function addKey(bytes32 id, Key calldata key) external {
        ids.push(id);
        keys[id] = key;
    }

    function addDeposit(uint256 amount) external {
        deposited += amount;
    }

    function addPayout(uint256 amount) external {
        paidOut += amount;
    }

    function agree(bytes32 id, uint96 amount) public {
        if (amount > highestSigned[id]) highestSigned[id] = amount;
    }

    function sign(bytes32 id, uint96 amount) external {
        agree(id, amount);
        if (amount > highestVoucher[id]) highestVoucher[id] = amount;
    }

    function report(uint256 rule) external {
        if (broken == 0) broken = rule;
    }

    function count() external view returns (uint256) {
        return ids.length;
    }
}
