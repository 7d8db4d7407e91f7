// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IEscrow} from "chiral-contracts/contracts/interfaces/IEscrow.sol";

/// @notice Somebody else's contract that works with ours: it knows what is held for it.
contract Shop {
    IEscrow public immutable ESCROW;

    constructor(IEscrow escrow) {
        ESCROW = escrow;
    }

    function creditOf(bytes32 escrowId) external view returns (uint96) {
        (uint96 allocated, uint96 redeemed, ) = ESCROW.allocation(escrowId, address(this));
        return allocated - redeemed;
    }
}
