// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Escrow} from "../../../contracts/Escrow.sol";
import {IEscrow} from "../../../contracts/interfaces/IEscrow.sol";
import {EscrowTest} from "../support/EscrowTest.sol";
import {VM} from "../support/Vm.sol";

contract EscrowConstructorTest is EscrowTest {
    function test_KeepsTheGracePeriod() public {
        Escrow other = new Escrow(type(uint32).max, 1);
        assertEq(other.GRACE_SECONDS(), type(uint32).max, "seconds");
        assertEq(other.GRACE_BLOCKS(), 1, "blocks");
        assertEq(other.MAX_LIFETIME_SECONDS(), 366 days, "lifetime");
    }

    function test_RevertWhen_APartOfTheGracePeriodIsZero() public {
        expectRevert(IEscrow.Escrow_GraceIsZero.selector, "");
        new Escrow(0, GRACE_BLOCKS);
        expectRevert(IEscrow.Escrow_GraceIsZero.selector, "");
        new Escrow(GRACE_SECONDS, 0);
    }

    function test_HasADomainOfItsOwn() public view {
        (, string memory name, string memory version, uint256 chainId, address verifyingContract, , ) = escrows
            .eip712Domain();
        assertEq(keccak256(bytes(name)), keccak256("ChiralEscrow"), "name");
        assertEq(keccak256(bytes(version)), keccak256("1"), "version");
        assertEq(chainId, block.chainid, "chain id");
        assertTrue(verifyingContract == address(escrows), "contract");
        bytes32 digest = keccak256(abi.encodePacked(hex"1901", escrows.DOMAIN_SEPARATOR(), FILE));
        assertEq(digest, digestOf(FILE), "domain separator");
    }

    function test_TheDomainFollowsTheChainId() public {
        VM.chainId(424242);
        bytes32 digest = keccak256(abi.encodePacked(hex"1901", escrows.DOMAIN_SEPARATOR(), FILE));
        assertEq(digest, digestFor("ChiralEscrow", 424242, address(escrows), FILE), "domain separator");
    }

    function test_TakesNoCoinBesideItsFunctions() public {
        VM.deal(address(this), 1 ether);
        (bool success, ) = address(escrows).call{value: 1 ether}("");
        assertTrue(!success, "no receive function");
    }

    function testFuzz_TheIdIsMadeOfPayerFileAndSalt(address payer_, bytes32 fileHash, uint96 salt) public view {
        assertEq(escrows.escrowIdOf(payer_, fileHash, salt), idOf(payer_, fileHash, salt), "id");
    }
}
