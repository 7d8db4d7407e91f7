// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {RefusingAccount} from "../../../contracts/mocks/Accounts.sol";
import {PaymentChannel} from "../../../contracts/PaymentChannel.sol";
import {ChannelTest} from "../support/ChannelTest.sol";
import {VM} from "../support/Vm.sol";
import {Store} from "./Store.sol";

/// @notice The eight channels the handler acts on, and what is checked of the one channel a step touches.
abstract contract Actors is ChannelTest {
    /// @dev What a step needs of its channel. `Payable`: its payer signs vouchers, and the deposit is not used up.
    enum State {
        None,
        Open,
        Closing,
        Alive,
        Payable
    }

    uint256 private constant CHANNELS = 8;
    uint256 private constant SECOND_PAYEE_KEY = 0xB0B2;
    bytes4 private constant CLOSE = bytes4(keccak256("close(uint256,uint96)"));
    bytes4 private constant CLOSE_MANY = bytes4(keccak256("closeMany(uint256,uint96)"));
    bytes4 private constant CLOSE_AGREED = bytes4(keccak256("closeAgreed(uint256,uint96,bool)"));

    Store public immutable STORE;
    /// @dev The payer that is a contract: it signs no voucher, and may refuse its refund.
    RefusingAccount public immutable WALLET;
    address[2] private _payees;
    uint96 internal _salt;

    constructor(PaymentChannel channels_, Store store) {
        channels = channels_;
        STORE = store;
        WALLET = new RefusingAccount();
        stranger = VM.addr(STRANGER_KEY);
        _payees = [VM.addr(PAYEE_KEY), VM.addr(SECOND_PAYEE_KEY)];
        for (uint256 index = 0; index < CHANNELS; ++index) {
            _choose(index);
            STORE.addKey(id, Store.Key(payer, payee, _salt));
        }
    }

    /// @dev Does a step's call, then books what moved and checks what may change in one step (rules 4 to 7, 9 and 10).
    modifier step(uint256 seed, State wanted) {
        _pick(seed, wanted);
        Store.Seen memory before = look(id);
        uint256[3] memory balances = [address(channels).balance, payee.balance, payer.balance];
        bool passed = _windowPassed(before);
        _;
        uint256 held = address(channels).balance;
        uint256 received = payee.balance - balances[1];
        if (held > balances[0]) STORE.addDeposit(held - balances[0]);
        if (held < balances[0]) {
            STORE.addPayout(balances[0] - held);
            if (balances[0] - held != received + payer.balance - balances[2]) STORE.report(9);
            if (wanted == State.None) STORE.report(10);
        }
        _compare(before, look(id), passed, received);
    }

    /// @dev Overridden, because as a public function it would be a step as well, and deploy another contract.
    function setUp() public override {}

    function look(bytes32 id_) public view returns (Store.Seen memory) {
        (uint96 deposit, uint96 settled, uint40 closeAt, uint64 closeBlock) = channels.channel(id_);
        return Store.Seen(deposit, settled, closeAt, closeBlock);
    }

    function _payeeKey() internal view returns (uint256) {
        return payee == _payees[0] ? PAYEE_KEY : SECOND_PAYEE_KEY;
    }

    /// @dev A withdrawal of this step may have waited, so the window is judged again after the step.
    function _compare(
        Store.Seen memory before,
        Store.Seen memory afterwards,
        bool windowPassed,
        uint256 received
    ) private {
        bool lives = before.deposit != 0 && afterwards.deposit != 0;
        if (lives && (afterwards.settled < before.settled || afterwards.deposit < before.deposit)) STORE.report(4);
        uint256 paid = before.settled + received;
        uint256 limit = before.deposit < STORE.highestSigned(id) ? before.deposit : STORE.highestSigned(id);
        if (received != 0 && paid > limit) STORE.report(5);
        if (afterwards.settled > STORE.highestSigned(id)) STORE.report(5);
        if (lives && before.closeAt != 0 && afterwards.closeAt != before.closeAt) {
            // A refused refund: brought forward to this block, never pushed back, unless that was past already.
            bool refused = afterwards.closeAt == block.timestamp && afterwards.closeBlock == block.number;
            if (!refused) STORE.report(6);
        }
        bool byPayee = msg.sig == CLOSE || msg.sig == CLOSE_MANY || msg.sig == CLOSE_AGREED;
        bool passed = windowPassed || _windowPassed(before);
        if (before.closeAt != 0 && afterwards.deposit == 0 && !passed && !byPayee) STORE.report(7);
    }

    function _windowPassed(Store.Seen memory state) private view returns (bool) {
        return state.closeAt != 0 && block.timestamp >= state.closeAt && block.number >= state.closeBlock;
    }

    /// @dev The first channel from the seed's on that is as wanted.
    function _pick(uint256 seed, State wanted) private {
        for (uint256 offset = 0; offset < CHANNELS; ++offset) {
            unchecked {
                _choose(seed + offset);
            }
            Store.Seen memory state = look(id);
            if (wanted == State.None ? state.deposit == 0 : state.deposit != 0 && _is(state, wanted)) return;
        }
        revert("no channel is in this state");
    }

    function _is(Store.Seen memory state, State wanted) private view returns (bool) {
        if (wanted == State.Open) return state.closeAt == 0;
        if (wanted == State.Closing) return state.closeAt != 0;
        if (wanted == State.Payable) return payer != address(WALLET) && state.settled < state.deposit;
        return true;
    }

    function _choose(uint256 seed) private {
        payer = seed & 1 == 0 ? VM.addr(PAYER_KEY) : address(WALLET);
        payee = _payees[(seed >> 1) & 1];
        _salt = uint96((seed >> 2) & 1);
        id = idOf(payer, payee, _salt);
    }
}
