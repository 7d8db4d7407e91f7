// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {VoucherLib} from "../../../contracts/libraries/VoucherLib.sol";
import {SaltedAddress} from "../../../contracts/types/SaltedAddress.sol";
import {SaltedDeposit, SaltedDepositLib} from "../../../contracts/types/SaltedDeposit.sol";
import {ChannelTest} from "../support/ChannelTest.sol";

contract SaltedAddressTest is ChannelTest {
    function testFuzz_KeepsItsPartsApart(address account, uint96 salt) public pure {
        SaltedAddress word = salted(account, salt);
        assertTrue(word.account() == account, "account");
        assertEq(word.salt(), salt, "salt");
    }

    function testFuzz_NamesTheChannelFromEitherSide(address payer_, address payee_, uint96 salt) public pure {
        assertEq(VoucherLib.idToPayee(payer_, salted(payee_, salt)), idOf(payer_, payee_, salt), "payee with salt");
        assertEq(VoucherLib.idFromPayer(salted(payer_, salt), payee_), idOf(payer_, payee_, salt), "payer with salt");
    }

    function testFuzz_ReportsADepositBesideTheSalt(uint96 salt, uint96 deposit) public pure {
        uint256 word = SaltedDeposit.unwrap(SaltedDepositLib.from(salt, deposit));
        assertEq(word, SaltedDeposit.unwrap(saltedDeposit(salt, deposit)), "word");
    }

    /// @dev The hash borrows the word where the free memory pointer stands.
    function testFuzz_HashingLeavesMemoryAlone(address payer_, address payee_, uint96 salt) public pure {
        bytes memory before = abi.encode(payer_, salt);
        bytes32 id_ = VoucherLib.channelIdOf(payer_, payee_, salt);
        bytes memory afterwards = abi.encode(payee_, id_);
        assertEq(keccak256(before), keccak256(abi.encode(payer_, salt)), "memory from before");
        assertEq(keccak256(afterwards), keccak256(abi.encode(payee_, idOf(payer_, payee_, salt))), "memory after");
    }
}
