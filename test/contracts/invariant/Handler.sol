// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {PaymentChannel} from "../../../contracts/PaymentChannel.sol";
import {ChannelCalls} from "../support/ChannelCalls.sol";
import {VM} from "../support/Vm.sol";
import {Actors} from "./Actors.sol";
import {Store} from "./Store.sol";

/// @notice The random actor of the invariant tests: every public function is a step the runner may take.
/// @dev A step picks, from its seed on, the first channel in a state it can be done to, so that most steps do something. A step that does
/// nothing reverts: what is counted as done was done.
contract Handler is Actors {
    uint256 private constant MAX_DEPOSIT = 100 ether;

    constructor(PaymentChannel channels_, Store store) Actors(channels_, store) {}

    function open(uint256 seed, uint256 amount) external step(seed, State.None) {
        _send(bound(amount, 1, MAX_DEPOSIT), ChannelCalls.open(payee, _salt));
    }

    function openMany(uint256 seed, uint96 amount) external step(seed, State.None) {
        amount = uint96(bound(amount, 1, MAX_DEPOSIT));
        _send(amount, ChannelCalls.openMany(payee, _salt, amount));
    }

    function topUp(uint256 seed, uint256 amount) external step(seed, State.Open) {
        _send(bound(amount, 1, MAX_DEPOSIT), ChannelCalls.topUp(payee, _salt));
    }

    function requestClose(uint256 seed) external step(seed, State.Open) {
        _send(0, ChannelCalls.requestClose(payee, _salt));
    }

    function redeem(uint256 seed, uint96 amount) external step(seed, State.Payable) {
        amount = _voucherAmount(amount);
        _call(stranger, ChannelCalls.redeem(payer, payee, _salt, amount, _sign(amount)));
    }

    function redeemMany(uint256 seed, uint96 amount) external step(seed, State.Payable) {
        amount = _voucherAmount(amount);
        bytes memory result = _call(stranger, ChannelCalls.redeemMany(payer, payee, _salt, amount, _sign(amount)));
        require(abi.decode(result, (uint256)) != 0, "nothing was redeemed");
    }

    function close(uint256 seed, uint96 amount) external step(seed, State.Alive) {
        (uint96 cumulative, bytes memory signature) = _lastVoucher(amount);
        _call(payee, ChannelCalls.close(payer, _salt, cumulative, signature));
    }

    function closeMany(uint256 seed, uint96 amount) external step(seed, State.Alive) {
        (uint96 cumulative, bytes memory signature) = _lastVoucher(amount);
        _call(payee, ChannelCalls.closeMany(payer, _salt, cumulative, signature));
    }

    /// @dev Either sends what the other signed; a payer that is a contract does not sign, so it sends.
    function closeAgreed(uint256 seed, uint96 amount, bool byPayee) external step(seed, State.Alive) {
        Store.Seen memory state = look(id);
        uint96 settled = uint96(bound(amount, state.settled, state.deposit));
        STORE.agree(id, settled);
        byPayee = byPayee && payer != address(WALLET);
        bytes memory signature = compact(byPayee ? PAYER_KEY : _payeeKey(), closeDigest(id, settled));
        bytes memory data = ChannelCalls.closeAgreed(payer, payee, _salt, settled, signature);
        if (byPayee) _call(payee, data);
        else _send(0, data);
    }

    /// @dev Asks first where nobody has. Seldom as early as it is, which must fail (rule 8), and else when the window has passed.
    function withdraw(uint256 seed, uint8 patience) external step(seed, State.Alive) {
        if (look(id).closeAt == 0) _send(0, ChannelCalls.requestClose(payee, _salt));
        Store.Seen memory state = look(id);
        bool waits = patience % 8 != 0;
        if (waits && block.timestamp < state.closeAt) VM.warp(state.closeAt);
        if (waits && block.number < state.closeBlock) VM.roll(state.closeBlock);
        bool early = block.timestamp < state.closeAt || block.number < state.closeBlock;
        _call(stranger, ChannelCalls.withdraw(payer, payee, _salt));
        if (early) STORE.report(8);
    }

    /// @dev Everything that was ever signed, against a channel that has ended: nothing may come of it (rule 10).
    function touchEnded(uint256 seed) external step(seed, State.None) {
        uint96 amount = STORE.highestVoucher(id);
        if (amount == 0 && payer != address(WALLET)) STORE.sign(id, amount = 1);
        bytes memory signature = compact(PAYER_KEY, voucherDigest(id, amount));
        _mustFail(10, stranger, ChannelCalls.redeem(payer, payee, _salt, amount, signature));
        _mustFail(10, payee, ChannelCalls.close(payer, _salt, 0, ""));
        bytes memory agreed = compact(_payeeKey(), closeDigest(id, 0));
        _mustFail(10, payer, ChannelCalls.closeAgreed(payer, payee, _salt, 0, agreed));
        _mustFail(10, payer, ChannelCalls.requestClose(payee, _salt));
        _mustFail(10, stranger, ChannelCalls.withdraw(payer, payee, _salt));
        bytes memory result = _call(stranger, ChannelCalls.redeemMany(payer, payee, _salt, amount, signature));
        if (abi.decode(result, (uint256)) != 0) STORE.report(10);
        result = _call(payee, ChannelCalls.closeMany(payer, _salt, amount, signature));
        if (abi.decode(result, (uint256)) != 0) STORE.report(10);
    }

    /// @dev What somebody who is no party can try on a living channel, with all signatures there are but the right one (rule 9).
    function intrude(uint256 seed, uint96 amount, uint256 key) external step(seed, State.Alive) {
        amount = uint96(bound(amount, 1, MAX_DEPOSIT));
        key = bound(key, STRANGER_KEY, STRANGER_KEY + 1000);
        bytes memory signature = compact(key, voucherDigest(id, amount));
        _mustFail(9, stranger, ChannelCalls.redeem(payer, payee, _salt, amount, signature));
        _mustFail(9, stranger, ChannelCalls.close(payer, _salt, 0, ""));
        bytes memory result = _call(stranger, ChannelCalls.closeMany(payer, _salt, 0, ""));
        if (abi.decode(result, (uint256)) != 0) STORE.report(9);
        signature = compact(key, closeDigest(id, 0));
        _mustFail(9, payer, ChannelCalls.closeAgreed(payer, payee, _salt, 0, signature));
        signature = compact(_payeeKey(), closeDigest(id, 0));
        _mustFail(9, stranger, ChannelCalls.closeAgreed(payer, payee, _salt, 0, signature));
        _mustFail(9, stranger, ChannelCalls.requestClose(payee, _salt));
        _mustFail(9, stranger, ChannelCalls.topUp(payee, _salt));
    }

    function setWalletAccepts(bool accepts) external {
        WALLET.setAccepts(accepts);
    }

    function passTime(uint256 secondsPassed) external {
        VM.warp(block.timestamp + bound(secondsPassed, 1, 2 * uint256(WINDOW_SECONDS)));
    }

    function passBlocks(uint256 blocks) external {
        VM.roll(block.number + bound(blocks, 1, 2 * uint256(WINDOW_BLOCKS)));
    }

    /// @dev Above what was paid, up to twice the largest deposit more, so that vouchers above deposits occur.
    function _voucherAmount(uint96 amount) private view returns (uint96) {
        uint256 settled = look(id).settled;
        return uint96(bound(amount, settled + 1, settled + 2 * MAX_DEPOSIT));
    }

    /// @dev A payer that is a contract signs none, so the payee closes without.
    function _lastVoucher(uint96 amount) private returns (uint96 cumulative, bytes memory signature) {
        if (payer == address(WALLET)) return (0, "");
        cumulative = _voucherAmount(amount);
        signature = _sign(cumulative);
    }

    function _sign(uint96 amount) private returns (bytes memory) {
        STORE.sign(id, amount);
        return compact(PAYER_KEY, voucherDigest(id, amount));
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

    function _call(address sender, bytes memory data) private returns (bytes memory result) {
        bool success;
        VM.prank(sender);
        (success, result) = address(channels).call(data);
        require(success, "the step is not possible now");
    }

    function _mustFail(uint256 rule, address sender, bytes memory data) private {
        VM.prank(sender);
        (bool success, ) = address(channels).call(data);
        if (success) STORE.report(rule);
    }
}
