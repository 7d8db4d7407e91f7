// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IPaymentChannel} from "../../../contracts/interfaces/IPaymentChannel.sol";
import {RefusingAccount} from "../../../contracts/mocks/Accounts.sol";
import {PaymentChannel} from "../../../contracts/PaymentChannel.sol";
import {ChannelTest} from "../support/ChannelTest.sol";
import {VM} from "../support/Vm.sol";
import {Store} from "./Store.sol";

/// @notice The random actor of the invariant tests: every public function is a step the runner may take.
contract Handler is ChannelTest {
    uint256 private constant MAX_DEPOSIT = 100 ether;

    Store public immutable STORE;
    RefusingAccount public immutable WALLET;
    address[2] private _payees;
    uint96 private _salt;

    constructor(PaymentChannel channels_, Store store) {
        channels = channels_;
        STORE = store;
        WALLET = new RefusingAccount();
        payer = VM.addr(PAYER_KEY);
        stranger = VM.addr(STRANGER_KEY);
        _payees = [VM.addr(PAYEE_KEY), VM.addr(0xB0B2)];
    }

    /// @dev Overridden, because as a public function it would be a step as well, and deploy another contract.
    function setUp() public override {}

    /// @dev Does a step's call, then books what moved and checks what may change in one step (rules 4 to 7).
    modifier step(uint256 seed) {
        _choose(seed);
        Store.Seen memory before = look(id);
        uint256 heldBefore = address(channels).balance;
        uint256 payeeBefore = payee.balance;
        uint256 windowEnd = before.closeAt;
        bool passed = before.closeAt != 0 && block.timestamp >= windowEnd && block.number >= before.closeBlock;
        _;
        uint256 held = address(channels).balance;
        if (held < heldBefore) STORE.addPayout(heldBefore - held);
        if (held > heldBefore) STORE.addDeposit(held - heldBefore);
        Store.Seen memory afterwards = look(id);
        _compare(before, afterwards, passed, payee.balance - payeeBefore);
        STORE.see(id, afterwards);
    }

    function open(uint256 seed, uint256 amount) external step(seed) {
        amount = bound(amount, 1, MAX_DEPOSIT);
        _send(amount, abi.encodeCall(IPaymentChannel.open, (salted(payee, _salt))));
    }

    function topUp(uint256 seed, uint256 amount) external step(seed) {
        _send(bound(amount, 1, MAX_DEPOSIT), abi.encodeCall(IPaymentChannel.topUp, (salted(payee, _salt))));
    }

    function requestClose(uint256 seed) external step(seed) {
        _send(0, abi.encodeCall(IPaymentChannel.requestClose, (salted(payee, _salt))));
    }

    function redeem(uint256 seed, uint96 amount) external step(seed) {
        bytes memory signature = _sign(amount);
        VM.prank(stranger);
        channels.redeem(payer, salted(payee, _salt), _bounded(amount), signature);
    }

    function redeemMany(uint256 seed, uint96 amount) external step(seed) {
        IPaymentChannel.VoucherItem[] memory items = new IPaymentChannel.VoucherItem[](2);
        items[0] = IPaymentChannel.VoucherItem(salted(payer, _salt), _bounded(amount), _sign(amount));
        items[1] = items[0];
        VM.prank(stranger);
        channels.redeemMany(payee, items);
    }

    function close(uint256 seed, uint96 amount) external step(seed) {
        bool signs = _payerSigns();
        bytes memory signature = signs ? _sign(amount) : bytes("");
        VM.prank(payee);
        channels.close(salted(payer, _salt), signature, signs ? _bounded(amount) : 0);
    }

    function closeMany(uint256 seed, uint96 amount) external step(seed) {
        bool signs = _payerSigns();
        bytes memory signature = signs ? _sign(amount) : bytes("");
        IPaymentChannel.VoucherItem[] memory items = new IPaymentChannel.VoucherItem[](2);
        items[0] = IPaymentChannel.VoucherItem(salted(payer, _salt), signs ? _bounded(amount) : 0, signature);
        items[1] = items[0];
        VM.prank(payee);
        channels.closeMany(items);
    }

    function closeAgreed(uint256 seed, uint96 amount) external step(seed) {
        Store.Seen memory state = look(id);
        uint96 settled = uint96(bound(amount, state.settled, state.deposit));
        STORE.sign(id, settled);
        bytes memory signature = compact(_payeeKey(), closeDigest(id, settled));
        _send(0, abi.encodeCall(IPaymentChannel.closeAgreed, (payer, salted(payee, _salt), settled, signature)));
    }

    function withdraw(uint256 seed) external step(seed) {
        Store.Seen memory state = look(id);
        bool early = block.timestamp < state.closeAt || block.number < state.closeBlock;
        VM.prank(stranger);
        channels.withdraw(payer, salted(payee, _salt));
        if (early) STORE.report(8);
    }

    function setWalletAccepts(bool accepts) external {
        WALLET.setAccepts(accepts);
    }

    function passTime(uint256 secondsPassed) external {
        VM.warp(block.timestamp + bound(secondsPassed, 0, 2 * uint256(WINDOW_SECONDS)));
    }

    function passBlocks(uint256 blocks) external {
        VM.roll(block.number + bound(blocks, 0, 2 * uint256(WINDOW_BLOCKS)));
    }

    function look(bytes32 id_) public view returns (Store.Seen memory) {
        (uint96 deposit, uint96 settled, uint40 closeAt, uint64 closeBlock) = channels.channel(id_);
        return Store.Seen(deposit, settled, closeAt, closeBlock);
    }

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
        if (lives && before.closeAt != 0 && afterwards.closeAt != before.closeAt) {
            // A refused refund: brought forward to this block, never pushed back, unless that was past already.
            bool refused = afterwards.closeAt == block.timestamp && afterwards.closeBlock == block.number;
            if (!refused) STORE.report(6);
        }
        bool byPayee = msg.sig == this.close.selector ||
            msg.sig == this.closeMany.selector ||
            msg.sig == this.closeAgreed.selector;
        if (before.closeAt != 0 && afterwards.deposit == 0 && !windowPassed && !byPayee) STORE.report(7);
    }

    function _choose(uint256 seed) private {
        payer = seed & 1 == 0 ? VM.addr(PAYER_KEY) : address(WALLET);
        payee = _payees[(seed >> 1) & 1];
        _salt = uint96((seed >> 2) & 1);
        id = idOf(payer, payee, _salt);
        Store.Key memory key;
        (key.payer, , ) = STORE.keys(id);
        if (key.payer == address(0)) STORE.addKey(id, Store.Key(payer, payee, _salt));
    }

    function _payerSigns() private view returns (bool) {
        return payer != address(WALLET);
    }

    function _payeeKey() private view returns (uint256) {
        return payee == _payees[0] ? PAYEE_KEY : 0xB0B2;
    }

    /// @dev Around what deposits are, so that vouchers above and below them occur.
    function _bounded(uint96 amount) private pure returns (uint96) {
        return uint96(bound(amount, 0, 2 * MAX_DEPOSIT));
    }

    function _sign(uint96 amount) private returns (bytes memory) {
        STORE.sign(id, _payerSigns() ? _bounded(amount) : 0);
        return compact(PAYER_KEY, voucherDigest(id, _bounded(amount)));
    }

    /// @dev As the payer. Fails with the call, so that a step that cannot be done is undone altogether.
    function _send(uint256 value, bytes memory data) private {
        VM.deal(payer, payer.balance + value);
        if (payer == address(WALLET)) {
            WALLET.execute(address(channels), value, data);
        } else {
            VM.prank(payer);
            (bool success, ) = address(channels).call{value: value}(data);
            require(success, "the step is not possible now");
        }
    }
}
