// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {IPaymentChannel} from "../interfaces/IPaymentChannel.sol";
import {SaltedAddress} from "../types/SaltedAddress.sol";

/// @notice A contract account for tests: does what it is told, and takes coin. Its children take it awkwardly.
contract Account {
    receive() external payable virtual {}

    function execute(address target, uint256 value, bytes calldata data) public payable returns (bytes memory) {
        (bool success, bytes memory result) = target.call{value: value}(data);
        if (!success) {
            assembly ("memory-safe") {
                revert(add(result, 0x20), mload(result))
            }
        }
        return result;
    }
}

/// @notice Refuses coin until it is told to accept it.
contract RefusingAccount is Account {
    error Refused();

    bool public accepts;

    receive() external payable override {
        if (!accepts) revert Refused();
    }

    function setAccepts(bool value) external {
        accepts = value;
    }
}

/// @notice Burns all gas it is given when it gets coin.
contract GasEatingAccount is Account {
    receive() external payable override {
        assembly ("memory-safe") {
            invalid()
        }
    }
}

/// @notice Refuses coin with a reason so long that copying it would cost more than the block holds.
contract ReturnBombAccount is Account {
    uint256 private constant LENGTH = 200_000;

    receive() external payable override {
        assembly ("memory-safe") {
            revert(0, LENGTH)
        }
    }
}

/// @notice Makes one prepared call whenever it gets coin, and remembers how it went.
contract ReentrantAccount is Account {
    address public target;
    bytes public data;
    uint256 public value;
    uint256 public attempts;
    uint256 public successes;
    /// @dev Whether to refuse the coin after the call, which undoes the call as well.
    bool public refuses;

    receive() external payable override {
        if (target == address(0)) return;
        ++attempts;
        (bool success, ) = target.call{value: value}(data);
        if (success) ++successes;
        require(!refuses, "refused");
    }

    function prepare(address target_, uint256 value_, bytes calldata data_, bool refuses_) external {
        (target, value, data, refuses) = (target_, value_, data_, refuses_);
    }
}

/// @notice Opens the same channel again with one wei of its refund, within the gas a refund is given.
contract ReopeningAccount is Account {
    IPaymentChannel private immutable CHANNELS;
    SaltedAddress private immutable SALT_AND_PAYEE;

    constructor(IPaymentChannel channels, SaltedAddress saltAndPayee) {
        CHANNELS = channels;
        SALT_AND_PAYEE = saltAndPayee;
    }

    receive() external payable override {
        CHANNELS.open{value: 1}(SALT_AND_PAYEE);
    }
}

/// @notice Redeems somebody else's voucher whenever it gets coin, within the gas a refund is given.
contract RedeemingAccount is Account {
    IPaymentChannel private immutable CHANNELS;
    address private immutable PAYER;
    SaltedAddress private immutable SALT_AND_PAYEE;
    uint96 private immutable AMOUNT;
    bytes32 private immutable R;
    bytes32 private immutable VS;

    constructor(
        IPaymentChannel channels,
        address payer,
        SaltedAddress saltAndPayee,
        uint96 amount,
        bytes memory signature
    ) {
        CHANNELS = channels;
        PAYER = payer;
        SALT_AND_PAYEE = saltAndPayee;
        AMOUNT = amount;
        (R, VS) = abi.decode(signature, (bytes32, bytes32));
    }

    receive() external payable override {
        CHANNELS.redeem(PAYER, SALT_AND_PAYEE, AMOUNT, abi.encodePacked(R, VS));
    }
}

/// @notice An ERC-1271 wallet that can misbehave. Well behaved, it accepts exactly one (digest, signature).
contract WalletAccount is Account, IERC1271 {
    enum Mode {
        Honest,
        Reverts,
        WrongValue,
        ShortAnswer,
        EatsGas,
        LongAnswer
    }

    Mode public mode;
    bytes32 public accepted;

    function setMode(Mode value) external {
        mode = value;
    }

    function accept(bytes32 digest, bytes calldata signature) external {
        accepted = keccak256(abi.encode(digest, signature));
    }

    function isValidSignature(bytes32 digest, bytes calldata signature) external view returns (bytes4) {
        bytes4 magic = IERC1271.isValidSignature.selector;
        if (mode == Mode.Reverts) revert("no");
        if (mode == Mode.WrongValue) return 0xffffffff;
        if (mode == Mode.ShortAnswer) {
            assembly ("memory-safe") {
                mstore(0, magic)
                return(0, 4)
            }
        }
        if (mode == Mode.EatsGas) {
            assembly ("memory-safe") {
                invalid()
            }
        }
        if (mode == Mode.LongAnswer) {
            assembly {
                mstore(0, magic)
                return(0, 20000)
            }
        }
        return keccak256(abi.encode(digest, signature)) == accepted ? magic : bytes4(0xffffffff);
    }
}
