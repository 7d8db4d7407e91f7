// Generated from messages.proto by scripts/generate-proto.ts. Do not edit.
import $protobuf from "protobufjs/minimal.js";

const $Reader = $protobuf.Reader, $Writer = $protobuf.Writer, $util = $protobuf.util;
const $Object = $util.global.Object, $undefined = $util.global.undefined, $Error = $util.global.Error, $RangeError = $util.global.RangeError;

const $root = $protobuf.roots["bitswap"] || ($protobuf.roots["bitswap"] = {});

export const Message = $root.Message = (() => {

    const Message = function (properties) {
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    Message.prototype.payeeHello = null;
    Message.prototype.payerHello = null;
    Message.prototype.helloAck = null;
    Message.prototype.want = null;
    Message.prototype.block = null;
    Message.prototype.pay = null;
    Message.prototype.payAck = null;
    Message.prototype.cancel = null;
    Message.prototype.cancelled = null;
    Message.prototype.sent = null;
    Message.prototype.have = null;
    Message.prototype.dontHave = null;
    Message.prototype.paymentRequired = null;
    Message.prototype.error = null;
    Message.prototype.quoteRequest = null;
    Message.prototype.quote = null;
    Message.prototype.closeChannel = null;
    Message.prototype.closeAck = null;
    Message.prototype.grantRequest = null;
    Message.prototype.grant = null;

    let $oneOfFields;

    $Object.defineProperty(Message.prototype, "body", {
        get: $util.oneOfGetter($oneOfFields = ["payeeHello", "payerHello", "helloAck", "want", "block", "pay", "payAck", "cancel", "cancelled", "sent", "have", "dontHave", "paymentRequired", "error", "quoteRequest", "quote", "closeChannel", "closeAck", "grantRequest", "grant"]),
        set: $util.oneOfSetter($oneOfFields)
    });

    Message.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.payeeHello != null && $Object.hasOwnProperty.call(message, "payeeHello"))
            $root.PayeeHello.encode(message.payeeHello, writer.uint32(10).fork(), _depth + 1).ldelim();
        if (message.payerHello != null && $Object.hasOwnProperty.call(message, "payerHello"))
            $root.PayerHello.encode(message.payerHello, writer.uint32(18).fork(), _depth + 1).ldelim();
        if (message.helloAck != null && $Object.hasOwnProperty.call(message, "helloAck"))
            $root.HelloAck.encode(message.helloAck, writer.uint32(26).fork(), _depth + 1).ldelim();
        if (message.want != null && $Object.hasOwnProperty.call(message, "want"))
            $root.Want.encode(message.want, writer.uint32(34).fork(), _depth + 1).ldelim();
        if (message.block != null && $Object.hasOwnProperty.call(message, "block"))
            $root.Block.encode(message.block, writer.uint32(42).fork(), _depth + 1).ldelim();
        if (message.pay != null && $Object.hasOwnProperty.call(message, "pay"))
            $root.Pay.encode(message.pay, writer.uint32(50).fork(), _depth + 1).ldelim();
        if (message.payAck != null && $Object.hasOwnProperty.call(message, "payAck"))
            $root.PayAck.encode(message.payAck, writer.uint32(58).fork(), _depth + 1).ldelim();
        if (message.cancel != null && $Object.hasOwnProperty.call(message, "cancel"))
            $root.Cancel.encode(message.cancel, writer.uint32(66).fork(), _depth + 1).ldelim();
        if (message.cancelled != null && $Object.hasOwnProperty.call(message, "cancelled"))
            $root.Settled.encode(message.cancelled, writer.uint32(74).fork(), _depth + 1).ldelim();
        if (message.sent != null && $Object.hasOwnProperty.call(message, "sent"))
            $root.Settled.encode(message.sent, writer.uint32(82).fork(), _depth + 1).ldelim();
        if (message.have != null && $Object.hasOwnProperty.call(message, "have"))
            $root.Have.encode(message.have, writer.uint32(90).fork(), _depth + 1).ldelim();
        if (message.dontHave != null && $Object.hasOwnProperty.call(message, "dontHave"))
            $root.DontHave.encode(message.dontHave, writer.uint32(98).fork(), _depth + 1).ldelim();
        if (message.paymentRequired != null && $Object.hasOwnProperty.call(message, "paymentRequired"))
            $root.PaymentRequired.encode(message.paymentRequired, writer.uint32(106).fork(), _depth + 1).ldelim();
        if (message.error != null && $Object.hasOwnProperty.call(message, "error"))
            $root.Error.encode(message.error, writer.uint32(114).fork(), _depth + 1).ldelim();
        if (message.quoteRequest != null && $Object.hasOwnProperty.call(message, "quoteRequest"))
            $root.QuoteRequest.encode(message.quoteRequest, writer.uint32(122).fork(), _depth + 1).ldelim();
        if (message.quote != null && $Object.hasOwnProperty.call(message, "quote"))
            $root.Quote.encode(message.quote, writer.uint32(130).fork(), _depth + 1).ldelim();
        if (message.closeChannel != null && $Object.hasOwnProperty.call(message, "closeChannel"))
            $root.CloseChannel.encode(message.closeChannel, writer.uint32(138).fork(), _depth + 1).ldelim();
        if (message.closeAck != null && $Object.hasOwnProperty.call(message, "closeAck"))
            $root.CloseAck.encode(message.closeAck, writer.uint32(146).fork(), _depth + 1).ldelim();
        if (message.grantRequest != null && $Object.hasOwnProperty.call(message, "grantRequest"))
            $root.GrantRequest.encode(message.grantRequest, writer.uint32(154).fork(), _depth + 1).ldelim();
        if (message.grant != null && $Object.hasOwnProperty.call(message, "grant"))
            $root.Grant.encode(message.grant, writer.uint32(162).fork(), _depth + 1).ldelim();
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    Message.decode = function (reader, length, _end, _depth, _target) {
        if (!(reader instanceof $Reader))
            reader = $Reader.create(reader);
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $Reader.recursionLimit)
            throw $Error("max depth exceeded");
        let end, message;
        if (length === $undefined)
            end = reader.len;
        else {
            end = reader.pos + length;
            if (end > reader.len)
                throw $RangeError("index out of range");
            length = reader.len;
            reader.len = end;
        }
        message = _target || new $root.Message();
        while (reader.pos < end) {
            let start = reader.pos;
            let tag = reader.tag();
            if (tag === _end) {
                _end = $undefined;
                break;
            }
            let wireType = tag & 7;
            switch (tag >>>= 3) {
            case 1: {
                    if (wireType !== 2)
                        break;
                    message.payeeHello = $root.PayeeHello.decode(reader, reader.size(), $undefined, _depth + 1, message.payeeHello);
                    message.body = "payeeHello";
                    continue;
                }
            case 2: {
                    if (wireType !== 2)
                        break;
                    message.payerHello = $root.PayerHello.decode(reader, reader.size(), $undefined, _depth + 1, message.payerHello);
                    message.body = "payerHello";
                    continue;
                }
            case 3: {
                    if (wireType !== 2)
                        break;
                    message.helloAck = $root.HelloAck.decode(reader, reader.size(), $undefined, _depth + 1, message.helloAck);
                    message.body = "helloAck";
                    continue;
                }
            case 4: {
                    if (wireType !== 2)
                        break;
                    message.want = $root.Want.decode(reader, reader.size(), $undefined, _depth + 1, message.want);
                    message.body = "want";
                    continue;
                }
            case 5: {
                    if (wireType !== 2)
                        break;
                    message.block = $root.Block.decode(reader, reader.size(), $undefined, _depth + 1, message.block);
                    message.body = "block";
                    continue;
                }
            case 6: {
                    if (wireType !== 2)
                        break;
                    message.pay = $root.Pay.decode(reader, reader.size(), $undefined, _depth + 1, message.pay);
                    message.body = "pay";
                    continue;
                }
            case 7: {
                    if (wireType !== 2)
                        break;
                    message.payAck = $root.PayAck.decode(reader, reader.size(), $undefined, _depth + 1, message.payAck);
                    message.body = "payAck";
                    continue;
                }
            case 8: {
                    if (wireType !== 2)
                        break;
                    message.cancel = $root.Cancel.decode(reader, reader.size(), $undefined, _depth + 1, message.cancel);
                    message.body = "cancel";
                    continue;
                }
            case 9: {
                    if (wireType !== 2)
                        break;
                    message.cancelled = $root.Settled.decode(reader, reader.size(), $undefined, _depth + 1, message.cancelled);
                    message.body = "cancelled";
                    continue;
                }
            case 10: {
                    if (wireType !== 2)
                        break;
                    message.sent = $root.Settled.decode(reader, reader.size(), $undefined, _depth + 1, message.sent);
                    message.body = "sent";
                    continue;
                }
            case 11: {
                    if (wireType !== 2)
                        break;
                    message.have = $root.Have.decode(reader, reader.size(), $undefined, _depth + 1, message.have);
                    message.body = "have";
                    continue;
                }
            case 12: {
                    if (wireType !== 2)
                        break;
                    message.dontHave = $root.DontHave.decode(reader, reader.size(), $undefined, _depth + 1, message.dontHave);
                    message.body = "dontHave";
                    continue;
                }
            case 13: {
                    if (wireType !== 2)
                        break;
                    message.paymentRequired = $root.PaymentRequired.decode(reader, reader.size(), $undefined, _depth + 1, message.paymentRequired);
                    message.body = "paymentRequired";
                    continue;
                }
            case 14: {
                    if (wireType !== 2)
                        break;
                    message.error = $root.Error.decode(reader, reader.size(), $undefined, _depth + 1, message.error);
                    message.body = "error";
                    continue;
                }
            case 15: {
                    if (wireType !== 2)
                        break;
                    message.quoteRequest = $root.QuoteRequest.decode(reader, reader.size(), $undefined, _depth + 1, message.quoteRequest);
                    message.body = "quoteRequest";
                    continue;
                }
            case 16: {
                    if (wireType !== 2)
                        break;
                    message.quote = $root.Quote.decode(reader, reader.size(), $undefined, _depth + 1, message.quote);
                    message.body = "quote";
                    continue;
                }
            case 17: {
                    if (wireType !== 2)
                        break;
                    message.closeChannel = $root.CloseChannel.decode(reader, reader.size(), $undefined, _depth + 1, message.closeChannel);
                    message.body = "closeChannel";
                    continue;
                }
            case 18: {
                    if (wireType !== 2)
                        break;
                    message.closeAck = $root.CloseAck.decode(reader, reader.size(), $undefined, _depth + 1, message.closeAck);
                    message.body = "closeAck";
                    continue;
                }
            case 19: {
                    if (wireType !== 2)
                        break;
                    message.grantRequest = $root.GrantRequest.decode(reader, reader.size(), $undefined, _depth + 1, message.grantRequest);
                    message.body = "grantRequest";
                    continue;
                }
            case 20: {
                    if (wireType !== 2)
                        break;
                    message.grant = $root.Grant.decode(reader, reader.size(), $undefined, _depth + 1, message.grant);
                    message.body = "grant";
                    continue;
                }
            }
            reader.skipType(wireType, _depth, tag);
            if (!reader.discardUnknown) {
                $util.makeProp(message, "$unknowns", false);
                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
            }
        }
        if (length !== $undefined) {
            if (reader.pos !== end)
                throw $RangeError("index out of range");
            reader.len = length;
        }
        if (_end !== $undefined)
            throw $Error("missing end group");
        return message;
    };

    return Message;
})();

export const PayeeHello = $root.PayeeHello = (() => {

    const PayeeHello = function (properties) {
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    PayeeHello.prototype.nonce = $util.newBuffer([]);
    PayeeHello.prototype.payee = $util.newBuffer([]);
    PayeeHello.prototype.maxOutstanding = 0;

    PayeeHello.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.nonce != null && $Object.hasOwnProperty.call(message, "nonce") && message.nonce.length)
            writer.uint32(10).bytes(message.nonce);
        if (message.payee != null && $Object.hasOwnProperty.call(message, "payee") && message.payee.length)
            writer.uint32(18).bytes(message.payee);
        if (message.maxOutstanding != null && $Object.hasOwnProperty.call(message, "maxOutstanding") && message.maxOutstanding !== 0)
            writer.uint32(24).uint32(message.maxOutstanding);
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    PayeeHello.decode = function (reader, length, _end, _depth, _target) {
        if (!(reader instanceof $Reader))
            reader = $Reader.create(reader);
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $Reader.recursionLimit)
            throw $Error("max depth exceeded");
        let end, message, value;
        if (length === $undefined)
            end = reader.len;
        else {
            end = reader.pos + length;
            if (end > reader.len)
                throw $RangeError("index out of range");
            length = reader.len;
            reader.len = end;
        }
        message = _target || new $root.PayeeHello();
        while (reader.pos < end) {
            let start = reader.pos;
            let tag = reader.tag();
            if (tag === _end) {
                _end = $undefined;
                break;
            }
            let wireType = tag & 7;
            switch (tag >>>= 3) {
            case 1: {
                    if (wireType !== 2)
                        break;
                    if ((value = reader.bytes()).length)
                        message.nonce = value;
                    else
                        delete message.nonce;
                    continue;
                }
            case 2: {
                    if (wireType !== 2)
                        break;
                    if ((value = reader.bytes()).length)
                        message.payee = value;
                    else
                        delete message.payee;
                    continue;
                }
            case 3: {
                    if (wireType !== 0)
                        break;
                    if (value = reader.uint32())
                        message.maxOutstanding = value;
                    else
                        delete message.maxOutstanding;
                    continue;
                }
            }
            reader.skipType(wireType, _depth, tag);
            if (!reader.discardUnknown) {
                $util.makeProp(message, "$unknowns", false);
                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
            }
        }
        if (length !== $undefined) {
            if (reader.pos !== end)
                throw $RangeError("index out of range");
            reader.len = length;
        }
        if (_end !== $undefined)
            throw $Error("missing end group");
        return message;
    };

    return PayeeHello;
})();

export const PayerHello = $root.PayerHello = (() => {

    const PayerHello = function (properties) {
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    PayerHello.prototype.proof = null;
    PayerHello.prototype.transfer = null;
    PayerHello.prototype.escrow = null;

    let $oneOfFields;

    // Virtual OneOf for proto3 optional field
    $Object.defineProperty(PayerHello.prototype, "_proof", {
        get: $util.oneOfGetter($oneOfFields = ["proof"]),
        set: $util.oneOfSetter($oneOfFields)
    });

    // Virtual OneOf for proto3 optional field
    $Object.defineProperty(PayerHello.prototype, "_transfer", {
        get: $util.oneOfGetter($oneOfFields = ["transfer"]),
        set: $util.oneOfSetter($oneOfFields)
    });

    // Virtual OneOf for proto3 optional field
    $Object.defineProperty(PayerHello.prototype, "_escrow", {
        get: $util.oneOfGetter($oneOfFields = ["escrow"]),
        set: $util.oneOfSetter($oneOfFields)
    });

    PayerHello.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.proof != null && $Object.hasOwnProperty.call(message, "proof"))
            $root.HelloProof.encode(message.proof, writer.uint32(10).fork(), _depth + 1).ldelim();
        if (message.transfer != null && $Object.hasOwnProperty.call(message, "transfer"))
            $root.TransferProof.encode(message.transfer, writer.uint32(18).fork(), _depth + 1).ldelim();
        if (message.escrow != null && $Object.hasOwnProperty.call(message, "escrow"))
            $root.EscrowProof.encode(message.escrow, writer.uint32(26).fork(), _depth + 1).ldelim();
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    PayerHello.decode = function (reader, length, _end, _depth, _target) {
        if (!(reader instanceof $Reader))
            reader = $Reader.create(reader);
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $Reader.recursionLimit)
            throw $Error("max depth exceeded");
        let end, message;
        if (length === $undefined)
            end = reader.len;
        else {
            end = reader.pos + length;
            if (end > reader.len)
                throw $RangeError("index out of range");
            length = reader.len;
            reader.len = end;
        }
        message = _target || new $root.PayerHello();
        while (reader.pos < end) {
            let start = reader.pos;
            let tag = reader.tag();
            if (tag === _end) {
                _end = $undefined;
                break;
            }
            let wireType = tag & 7;
            switch (tag >>>= 3) {
            case 1: {
                    if (wireType !== 2)
                        break;
                    message.proof = $root.HelloProof.decode(reader, reader.size(), $undefined, _depth + 1, message.proof);
                    message._proof = "proof";
                    continue;
                }
            case 2: {
                    if (wireType !== 2)
                        break;
                    message.transfer = $root.TransferProof.decode(reader, reader.size(), $undefined, _depth + 1, message.transfer);
                    message._transfer = "transfer";
                    continue;
                }
            case 3: {
                    if (wireType !== 2)
                        break;
                    message.escrow = $root.EscrowProof.decode(reader, reader.size(), $undefined, _depth + 1, message.escrow);
                    message._escrow = "escrow";
                    continue;
                }
            }
            reader.skipType(wireType, _depth, tag);
            if (!reader.discardUnknown) {
                $util.makeProp(message, "$unknowns", false);
                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
            }
        }
        if (length !== $undefined) {
            if (reader.pos !== end)
                throw $RangeError("index out of range");
            reader.len = length;
        }
        if (_end !== $undefined)
            throw $Error("missing end group");
        return message;
    };

    return PayerHello;
})();

export const TransferProof = $root.TransferProof = (() => {

    const TransferProof = function (properties) {
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    TransferProof.prototype.transactionHash = $util.newBuffer([]);
    TransferProof.prototype.fileHash = $util.newBuffer([]);
    TransferProof.prototype.signature = $util.newBuffer([]);
    TransferProof.prototype.seeksCredit = false;

    TransferProof.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.transactionHash != null && $Object.hasOwnProperty.call(message, "transactionHash") && message.transactionHash.length)
            writer.uint32(10).bytes(message.transactionHash);
        if (message.fileHash != null && $Object.hasOwnProperty.call(message, "fileHash") && message.fileHash.length)
            writer.uint32(18).bytes(message.fileHash);
        if (message.signature != null && $Object.hasOwnProperty.call(message, "signature") && message.signature.length)
            writer.uint32(26).bytes(message.signature);
        if (message.seeksCredit != null && $Object.hasOwnProperty.call(message, "seeksCredit") && message.seeksCredit !== false)
            writer.uint32(32).bool(message.seeksCredit);
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    TransferProof.decode = function (reader, length, _end, _depth, _target) {
        if (!(reader instanceof $Reader))
            reader = $Reader.create(reader);
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $Reader.recursionLimit)
            throw $Error("max depth exceeded");
        let end, message, value;
        if (length === $undefined)
            end = reader.len;
        else {
            end = reader.pos + length;
            if (end > reader.len)
                throw $RangeError("index out of range");
            length = reader.len;
            reader.len = end;
        }
        message = _target || new $root.TransferProof();
        while (reader.pos < end) {
            let start = reader.pos;
            let tag = reader.tag();
            if (tag === _end) {
                _end = $undefined;
                break;
            }
            let wireType = tag & 7;
            switch (tag >>>= 3) {
            case 1: {
                    if (wireType !== 2)
                        break;
                    if ((value = reader.bytes()).length)
                        message.transactionHash = value;
                    else
                        delete message.transactionHash;
                    continue;
                }
            case 2: {
                    if (wireType !== 2)
                        break;
                    if ((value = reader.bytes()).length)
                        message.fileHash = value;
                    else
                        delete message.fileHash;
                    continue;
                }
            case 3: {
                    if (wireType !== 2)
                        break;
                    if ((value = reader.bytes()).length)
                        message.signature = value;
                    else
                        delete message.signature;
                    continue;
                }
            case 4: {
                    if (wireType !== 0)
                        break;
                    if (value = reader.bool())
                        message.seeksCredit = value;
                    else
                        delete message.seeksCredit;
                    continue;
                }
            }
            reader.skipType(wireType, _depth, tag);
            if (!reader.discardUnknown) {
                $util.makeProp(message, "$unknowns", false);
                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
            }
        }
        if (length !== $undefined) {
            if (reader.pos !== end)
                throw $RangeError("index out of range");
            reader.len = length;
        }
        if (_end !== $undefined)
            throw $Error("missing end group");
        return message;
    };

    return TransferProof;
})();

export const EscrowProof = $root.EscrowProof = (() => {

    const EscrowProof = function (properties) {
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    EscrowProof.prototype.payer = $util.newBuffer([]);
    EscrowProof.prototype.fileHash = $util.newBuffer([]);
    EscrowProof.prototype.salt = $util.newBuffer([]);
    EscrowProof.prototype.signature = $util.newBuffer([]);

    EscrowProof.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.payer != null && $Object.hasOwnProperty.call(message, "payer") && message.payer.length)
            writer.uint32(10).bytes(message.payer);
        if (message.fileHash != null && $Object.hasOwnProperty.call(message, "fileHash") && message.fileHash.length)
            writer.uint32(18).bytes(message.fileHash);
        if (message.salt != null && $Object.hasOwnProperty.call(message, "salt") && message.salt.length)
            writer.uint32(26).bytes(message.salt);
        if (message.signature != null && $Object.hasOwnProperty.call(message, "signature") && message.signature.length)
            writer.uint32(34).bytes(message.signature);
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    EscrowProof.decode = function (reader, length, _end, _depth, _target) {
        if (!(reader instanceof $Reader))
            reader = $Reader.create(reader);
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $Reader.recursionLimit)
            throw $Error("max depth exceeded");
        let end, message, value;
        if (length === $undefined)
            end = reader.len;
        else {
            end = reader.pos + length;
            if (end > reader.len)
                throw $RangeError("index out of range");
            length = reader.len;
            reader.len = end;
        }
        message = _target || new $root.EscrowProof();
        while (reader.pos < end) {
            let start = reader.pos;
            let tag = reader.tag();
            if (tag === _end) {
                _end = $undefined;
                break;
            }
            let wireType = tag & 7;
            switch (tag >>>= 3) {
            case 1: {
                    if (wireType !== 2)
                        break;
                    if ((value = reader.bytes()).length)
                        message.payer = value;
                    else
                        delete message.payer;
                    continue;
                }
            case 2: {
                    if (wireType !== 2)
                        break;
                    if ((value = reader.bytes()).length)
                        message.fileHash = value;
                    else
                        delete message.fileHash;
                    continue;
                }
            case 3: {
                    if (wireType !== 2)
                        break;
                    if ((value = reader.bytes()).length)
                        message.salt = value;
                    else
                        delete message.salt;
                    continue;
                }
            case 4: {
                    if (wireType !== 2)
                        break;
                    if ((value = reader.bytes()).length)
                        message.signature = value;
                    else
                        delete message.signature;
                    continue;
                }
            }
            reader.skipType(wireType, _depth, tag);
            if (!reader.discardUnknown) {
                $util.makeProp(message, "$unknowns", false);
                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
            }
        }
        if (length !== $undefined) {
            if (reader.pos !== end)
                throw $RangeError("index out of range");
            reader.len = length;
        }
        if (_end !== $undefined)
            throw $Error("missing end group");
        return message;
    };

    return EscrowProof;
})();

export const HelloProof = $root.HelloProof = (() => {

    const HelloProof = function (properties) {
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    HelloProof.prototype.payer = $util.newBuffer([]);
    HelloProof.prototype.payee = $util.newBuffer([]);
    HelloProof.prototype.salt = $util.newBuffer([]);
    HelloProof.prototype.signature = $util.newBuffer([]);

    HelloProof.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.payer != null && $Object.hasOwnProperty.call(message, "payer") && message.payer.length)
            writer.uint32(10).bytes(message.payer);
        if (message.payee != null && $Object.hasOwnProperty.call(message, "payee") && message.payee.length)
            writer.uint32(18).bytes(message.payee);
        if (message.salt != null && $Object.hasOwnProperty.call(message, "salt") && message.salt.length)
            writer.uint32(26).bytes(message.salt);
        if (message.signature != null && $Object.hasOwnProperty.call(message, "signature") && message.signature.length)
            writer.uint32(34).bytes(message.signature);
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    HelloProof.decode = function (reader, length, _end, _depth, _target) {
        if (!(reader instanceof $Reader))
            reader = $Reader.create(reader);
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $Reader.recursionLimit)
            throw $Error("max depth exceeded");
        let end, message, value;
        if (length === $undefined)
            end = reader.len;
        else {
            end = reader.pos + length;
            if (end > reader.len)
                throw $RangeError("index out of range");
            length = reader.len;
            reader.len = end;
        }
        message = _target || new $root.HelloProof();
        while (reader.pos < end) {
            let start = reader.pos;
            let tag = reader.tag();
            if (tag === _end) {
                _end = $undefined;
                break;
            }
            let wireType = tag & 7;
            switch (tag >>>= 3) {
            case 1: {
                    if (wireType !== 2)
                        break;
                    if ((value = reader.bytes()).length)
                        message.payer = value;
                    else
                        delete message.payer;
                    continue;
                }
            case 2: {
                    if (wireType !== 2)
                        break;
                    if ((value = reader.bytes()).length)
                        message.payee = value;
                    else
                        delete message.payee;
                    continue;
                }
            case 3: {
                    if (wireType !== 2)
                        break;
                    if ((value = reader.bytes()).length)
                        message.salt = value;
                    else
                        delete message.salt;
                    continue;
                }
            case 4: {
                    if (wireType !== 2)
                        break;
                    if ((value = reader.bytes()).length)
                        message.signature = value;
                    else
                        delete message.signature;
                    continue;
                }
            }
            reader.skipType(wireType, _depth, tag);
            if (!reader.discardUnknown) {
                $util.makeProp(message, "$unknowns", false);
                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
            }
        }
        if (length !== $undefined) {
            if (reader.pos !== end)
                throw $RangeError("index out of range");
            reader.len = length;
        }
        if (_end !== $undefined)
            throw $Error("missing end group");
        return message;
    };

    return HelloProof;
})();

export const HelloAck = $root.HelloAck = (() => {

    const HelloAck = function (properties) {
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    HelloAck.prototype.status = null;

    let $oneOfFields;

    // Virtual OneOf for proto3 optional field
    $Object.defineProperty(HelloAck.prototype, "_status", {
        get: $util.oneOfGetter($oneOfFields = ["status"]),
        set: $util.oneOfSetter($oneOfFields)
    });

    HelloAck.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.status != null && $Object.hasOwnProperty.call(message, "status"))
            $root.AccountStatus.encode(message.status, writer.uint32(10).fork(), _depth + 1).ldelim();
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    HelloAck.decode = function (reader, length, _end, _depth, _target) {
        if (!(reader instanceof $Reader))
            reader = $Reader.create(reader);
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $Reader.recursionLimit)
            throw $Error("max depth exceeded");
        let end, message;
        if (length === $undefined)
            end = reader.len;
        else {
            end = reader.pos + length;
            if (end > reader.len)
                throw $RangeError("index out of range");
            length = reader.len;
            reader.len = end;
        }
        message = _target || new $root.HelloAck();
        while (reader.pos < end) {
            let start = reader.pos;
            let tag = reader.tag();
            if (tag === _end) {
                _end = $undefined;
                break;
            }
            let wireType = tag & 7;
            switch (tag >>>= 3) {
            case 1: {
                    if (wireType !== 2)
                        break;
                    message.status = $root.AccountStatus.decode(reader, reader.size(), $undefined, _depth + 1, message.status);
                    message._status = "status";
                    continue;
                }
            }
            reader.skipType(wireType, _depth, tag);
            if (!reader.discardUnknown) {
                $util.makeProp(message, "$unknowns", false);
                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
            }
        }
        if (length !== $undefined) {
            if (reader.pos !== end)
                throw $RangeError("index out of range");
            reader.len = length;
        }
        if (_end !== $undefined)
            throw $Error("missing end group");
        return message;
    };

    return HelloAck;
})();

export const AccountStatus = $root.AccountStatus = (() => {

    const AccountStatus = function (properties) {
        this.recent = [];
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    AccountStatus.prototype.vouchered = $util.newBuffer([]);
    AccountStatus.prototype.committed = $util.newBuffer([]);
    AccountStatus.prototype.credit = $util.newBuffer([]);
    AccountStatus.prototype.spendable = $util.newBuffer([]);
    AccountStatus.prototype.recent = $util.emptyArray;
    AccountStatus.prototype.best = null;
    AccountStatus.prototype.transferred = $util.newBuffer([]);

    let $oneOfFields;

    // Virtual OneOf for proto3 optional field
    $Object.defineProperty(AccountStatus.prototype, "_best", {
        get: $util.oneOfGetter($oneOfFields = ["best"]),
        set: $util.oneOfSetter($oneOfFields)
    });

    AccountStatus.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.vouchered != null && $Object.hasOwnProperty.call(message, "vouchered") && message.vouchered.length)
            writer.uint32(10).bytes(message.vouchered);
        if (message.committed != null && $Object.hasOwnProperty.call(message, "committed") && message.committed.length)
            writer.uint32(18).bytes(message.committed);
        if (message.credit != null && $Object.hasOwnProperty.call(message, "credit") && message.credit.length)
            writer.uint32(26).bytes(message.credit);
        if (message.spendable != null && $Object.hasOwnProperty.call(message, "spendable") && message.spendable.length)
            writer.uint32(34).bytes(message.spendable);
        if (message.recent != null && message.recent.length)
            for (let i = 0; i < message.recent.length; ++i)
                $root.ChunkRef.encode(message.recent[i], writer.uint32(42).fork(), _depth + 1).ldelim();
        if (message.best != null && $Object.hasOwnProperty.call(message, "best"))
            $root.Voucher.encode(message.best, writer.uint32(50).fork(), _depth + 1).ldelim();
        if (message.transferred != null && $Object.hasOwnProperty.call(message, "transferred") && message.transferred.length)
            writer.uint32(58).bytes(message.transferred);
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    AccountStatus.decode = function (reader, length, _end, _depth, _target) {
        if (!(reader instanceof $Reader))
            reader = $Reader.create(reader);
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $Reader.recursionLimit)
            throw $Error("max depth exceeded");
        let end, message, value;
        if (length === $undefined)
            end = reader.len;
        else {
            end = reader.pos + length;
            if (end > reader.len)
                throw $RangeError("index out of range");
            length = reader.len;
            reader.len = end;
        }
        message = _target || new $root.AccountStatus();
        while (reader.pos < end) {
            let start = reader.pos;
            let tag = reader.tag();
            if (tag === _end) {
                _end = $undefined;
                break;
            }
            let wireType = tag & 7;
            switch (tag >>>= 3) {
            case 1: {
                    if (wireType !== 2)
                        break;
                    if ((value = reader.bytes()).length)
                        message.vouchered = value;
                    else
                        delete message.vouchered;
                    continue;
                }
            case 2: {
                    if (wireType !== 2)
                        break;
                    if ((value = reader.bytes()).length)
                        message.committed = value;
                    else
                        delete message.committed;
                    continue;
                }
            case 3: {
                    if (wireType !== 2)
                        break;
                    if ((value = reader.bytes()).length)
                        message.credit = value;
                    else
                        delete message.credit;
                    continue;
                }
            case 4: {
                    if (wireType !== 2)
                        break;
                    if ((value = reader.bytes()).length)
                        message.spendable = value;
                    else
                        delete message.spendable;
                    continue;
                }
            case 5: {
                    if (wireType !== 2)
                        break;
                    if (!(message.recent && message.recent.length))
                        message.recent = [];
                    message.recent.push($root.ChunkRef.decode(reader, reader.size(), $undefined, _depth + 1));
                    continue;
                }
            case 6: {
                    if (wireType !== 2)
                        break;
                    message.best = $root.Voucher.decode(reader, reader.size(), $undefined, _depth + 1, message.best);
                    message._best = "best";
                    continue;
                }
            case 7: {
                    if (wireType !== 2)
                        break;
                    if ((value = reader.bytes()).length)
                        message.transferred = value;
                    else
                        delete message.transferred;
                    continue;
                }
            }
            reader.skipType(wireType, _depth, tag);
            if (!reader.discardUnknown) {
                $util.makeProp(message, "$unknowns", false);
                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
            }
        }
        if (length !== $undefined) {
            if (reader.pos !== end)
                throw $RangeError("index out of range");
            reader.len = length;
        }
        if (_end !== $undefined)
            throw $Error("missing end group");
        return message;
    };

    return AccountStatus;
})();

export const ChunkRef = $root.ChunkRef = (() => {

    const ChunkRef = function (properties) {
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    ChunkRef.prototype.fileHash = $util.newBuffer([]);
    ChunkRef.prototype.chunkIndex = 0;

    ChunkRef.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.fileHash != null && $Object.hasOwnProperty.call(message, "fileHash") && message.fileHash.length)
            writer.uint32(10).bytes(message.fileHash);
        if (message.chunkIndex != null && $Object.hasOwnProperty.call(message, "chunkIndex") && message.chunkIndex !== 0)
            writer.uint32(16).uint32(message.chunkIndex);
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    ChunkRef.decode = function (reader, length, _end, _depth, _target) {
        if (!(reader instanceof $Reader))
            reader = $Reader.create(reader);
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $Reader.recursionLimit)
            throw $Error("max depth exceeded");
        let end, message, value;
        if (length === $undefined)
            end = reader.len;
        else {
            end = reader.pos + length;
            if (end > reader.len)
                throw $RangeError("index out of range");
            length = reader.len;
            reader.len = end;
        }
        message = _target || new $root.ChunkRef();
        while (reader.pos < end) {
            let start = reader.pos;
            let tag = reader.tag();
            if (tag === _end) {
                _end = $undefined;
                break;
            }
            let wireType = tag & 7;
            switch (tag >>>= 3) {
            case 1: {
                    if (wireType !== 2)
                        break;
                    if ((value = reader.bytes()).length)
                        message.fileHash = value;
                    else
                        delete message.fileHash;
                    continue;
                }
            case 2: {
                    if (wireType !== 0)
                        break;
                    if (value = reader.uint32())
                        message.chunkIndex = value;
                    else
                        delete message.chunkIndex;
                    continue;
                }
            }
            reader.skipType(wireType, _depth, tag);
            if (!reader.discardUnknown) {
                $util.makeProp(message, "$unknowns", false);
                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
            }
        }
        if (length !== $undefined) {
            if (reader.pos !== end)
                throw $RangeError("index out of range");
            reader.len = length;
        }
        if (_end !== $undefined)
            throw $Error("missing end group");
        return message;
    };

    return ChunkRef;
})();

export const Voucher = $root.Voucher = (() => {

    const Voucher = function (properties) {
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    Voucher.prototype.channelId = $util.newBuffer([]);
    Voucher.prototype.cumulativeAmount = $util.newBuffer([]);
    Voucher.prototype.signature = $util.newBuffer([]);
    Voucher.prototype.chunksHash = $util.newBuffer([]);
    Voucher.prototype.protocol = "";

    Voucher.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.channelId != null && $Object.hasOwnProperty.call(message, "channelId") && message.channelId.length)
            writer.uint32(10).bytes(message.channelId);
        if (message.cumulativeAmount != null && $Object.hasOwnProperty.call(message, "cumulativeAmount") && message.cumulativeAmount.length)
            writer.uint32(18).bytes(message.cumulativeAmount);
        if (message.signature != null && $Object.hasOwnProperty.call(message, "signature") && message.signature.length)
            writer.uint32(26).bytes(message.signature);
        if (message.chunksHash != null && $Object.hasOwnProperty.call(message, "chunksHash") && message.chunksHash.length)
            writer.uint32(34).bytes(message.chunksHash);
        if (message.protocol != null && $Object.hasOwnProperty.call(message, "protocol") && message.protocol !== "")
            writer.uint32(42).string(message.protocol);
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    Voucher.decode = function (reader, length, _end, _depth, _target) {
        if (!(reader instanceof $Reader))
            reader = $Reader.create(reader);
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $Reader.recursionLimit)
            throw $Error("max depth exceeded");
        let end, message, value;
        if (length === $undefined)
            end = reader.len;
        else {
            end = reader.pos + length;
            if (end > reader.len)
                throw $RangeError("index out of range");
            length = reader.len;
            reader.len = end;
        }
        message = _target || new $root.Voucher();
        while (reader.pos < end) {
            let start = reader.pos;
            let tag = reader.tag();
            if (tag === _end) {
                _end = $undefined;
                break;
            }
            let wireType = tag & 7;
            switch (tag >>>= 3) {
            case 1: {
                    if (wireType !== 2)
                        break;
                    if ((value = reader.bytes()).length)
                        message.channelId = value;
                    else
                        delete message.channelId;
                    continue;
                }
            case 2: {
                    if (wireType !== 2)
                        break;
                    if ((value = reader.bytes()).length)
                        message.cumulativeAmount = value;
                    else
                        delete message.cumulativeAmount;
                    continue;
                }
            case 3: {
                    if (wireType !== 2)
                        break;
                    if ((value = reader.bytes()).length)
                        message.signature = value;
                    else
                        delete message.signature;
                    continue;
                }
            case 4: {
                    if (wireType !== 2)
                        break;
                    if ((value = reader.bytes()).length)
                        message.chunksHash = value;
                    else
                        delete message.chunksHash;
                    continue;
                }
            case 5: {
                    if (wireType !== 2)
                        break;
                    if ((value = reader.stringVerify()).length)
                        message.protocol = value;
                    else
                        delete message.protocol;
                    continue;
                }
            }
            reader.skipType(wireType, _depth, tag);
            if (!reader.discardUnknown) {
                $util.makeProp(message, "$unknowns", false);
                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
            }
        }
        if (length !== $undefined) {
            if (reader.pos !== end)
                throw $RangeError("index out of range");
            reader.len = length;
        }
        if (_end !== $undefined)
            throw $Error("missing end group");
        return message;
    };

    return Voucher;
})();

export const Want = $root.Want = (() => {

    const Want = function (properties) {
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    Want.prototype.requestId = 0;
    Want.prototype.chunk = null;
    Want.prototype.quoteId = 0;
    Want.prototype.voucher = null;
    Want.prototype.wantProof = false;

    let $oneOfFields;

    // Virtual OneOf for proto3 optional field
    $Object.defineProperty(Want.prototype, "_chunk", {
        get: $util.oneOfGetter($oneOfFields = ["chunk"]),
        set: $util.oneOfSetter($oneOfFields)
    });

    // Virtual OneOf for proto3 optional field
    $Object.defineProperty(Want.prototype, "_voucher", {
        get: $util.oneOfGetter($oneOfFields = ["voucher"]),
        set: $util.oneOfSetter($oneOfFields)
    });

    Want.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.requestId != null && $Object.hasOwnProperty.call(message, "requestId") && message.requestId !== 0)
            writer.uint32(8).uint32(message.requestId);
        if (message.chunk != null && $Object.hasOwnProperty.call(message, "chunk"))
            $root.ChunkRef.encode(message.chunk, writer.uint32(18).fork(), _depth + 1).ldelim();
        if (message.quoteId != null && $Object.hasOwnProperty.call(message, "quoteId") && message.quoteId !== 0)
            writer.uint32(24).uint32(message.quoteId);
        if (message.voucher != null && $Object.hasOwnProperty.call(message, "voucher"))
            $root.Voucher.encode(message.voucher, writer.uint32(34).fork(), _depth + 1).ldelim();
        if (message.wantProof != null && $Object.hasOwnProperty.call(message, "wantProof") && message.wantProof !== false)
            writer.uint32(40).bool(message.wantProof);
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    Want.decode = function (reader, length, _end, _depth, _target) {
        if (!(reader instanceof $Reader))
            reader = $Reader.create(reader);
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $Reader.recursionLimit)
            throw $Error("max depth exceeded");
        let end, message, value;
        if (length === $undefined)
            end = reader.len;
        else {
            end = reader.pos + length;
            if (end > reader.len)
                throw $RangeError("index out of range");
            length = reader.len;
            reader.len = end;
        }
        message = _target || new $root.Want();
        while (reader.pos < end) {
            let start = reader.pos;
            let tag = reader.tag();
            if (tag === _end) {
                _end = $undefined;
                break;
            }
            let wireType = tag & 7;
            switch (tag >>>= 3) {
            case 1: {
                    if (wireType !== 0)
                        break;
                    if (value = reader.uint32())
                        message.requestId = value;
                    else
                        delete message.requestId;
                    continue;
                }
            case 2: {
                    if (wireType !== 2)
                        break;
                    message.chunk = $root.ChunkRef.decode(reader, reader.size(), $undefined, _depth + 1, message.chunk);
                    message._chunk = "chunk";
                    continue;
                }
            case 3: {
                    if (wireType !== 0)
                        break;
                    if (value = reader.uint32())
                        message.quoteId = value;
                    else
                        delete message.quoteId;
                    continue;
                }
            case 4: {
                    if (wireType !== 2)
                        break;
                    message.voucher = $root.Voucher.decode(reader, reader.size(), $undefined, _depth + 1, message.voucher);
                    message._voucher = "voucher";
                    continue;
                }
            case 5: {
                    if (wireType !== 0)
                        break;
                    if (value = reader.bool())
                        message.wantProof = value;
                    else
                        delete message.wantProof;
                    continue;
                }
            }
            reader.skipType(wireType, _depth, tag);
            if (!reader.discardUnknown) {
                $util.makeProp(message, "$unknowns", false);
                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
            }
        }
        if (length !== $undefined) {
            if (reader.pos !== end)
                throw $RangeError("index out of range");
            reader.len = length;
        }
        if (_end !== $undefined)
            throw $Error("missing end group");
        return message;
    };

    return Want;
})();

export const Block = $root.Block = (() => {

    const Block = function (properties) {
        this.proof = [];
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    Block.prototype.requestId = 0;
    Block.prototype.credit = $util.newBuffer([]);
    Block.prototype.proof = $util.emptyArray;
    Block.prototype.chunk = $util.newBuffer([]);

    Block.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.requestId != null && $Object.hasOwnProperty.call(message, "requestId") && message.requestId !== 0)
            writer.uint32(8).uint32(message.requestId);
        if (message.credit != null && $Object.hasOwnProperty.call(message, "credit") && message.credit.length)
            writer.uint32(18).bytes(message.credit);
        if (message.proof != null && message.proof.length)
            for (let i = 0; i < message.proof.length; ++i)
                writer.uint32(26).bytes(message.proof[i]);
        if (message.chunk != null && $Object.hasOwnProperty.call(message, "chunk") && message.chunk.length)
            writer.uint32(122).bytes(message.chunk);
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    Block.decode = function (reader, length, _end, _depth, _target) {
        if (!(reader instanceof $Reader))
            reader = $Reader.create(reader);
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $Reader.recursionLimit)
            throw $Error("max depth exceeded");
        let end, message, value;
        if (length === $undefined)
            end = reader.len;
        else {
            end = reader.pos + length;
            if (end > reader.len)
                throw $RangeError("index out of range");
            length = reader.len;
            reader.len = end;
        }
        message = _target || new $root.Block();
        while (reader.pos < end) {
            let start = reader.pos;
            let tag = reader.tag();
            if (tag === _end) {
                _end = $undefined;
                break;
            }
            let wireType = tag & 7;
            switch (tag >>>= 3) {
            case 1: {
                    if (wireType !== 0)
                        break;
                    if (value = reader.uint32())
                        message.requestId = value;
                    else
                        delete message.requestId;
                    continue;
                }
            case 2: {
                    if (wireType !== 2)
                        break;
                    if ((value = reader.bytes()).length)
                        message.credit = value;
                    else
                        delete message.credit;
                    continue;
                }
            case 3: {
                    if (wireType !== 2)
                        break;
                    if (!(message.proof && message.proof.length))
                        message.proof = [];
                    message.proof.push(reader.bytes());
                    continue;
                }
            case 15: {
                    if (wireType !== 2)
                        break;
                    if ((value = reader.bytes()).length)
                        message.chunk = value;
                    else
                        delete message.chunk;
                    continue;
                }
            }
            reader.skipType(wireType, _depth, tag);
            if (!reader.discardUnknown) {
                $util.makeProp(message, "$unknowns", false);
                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
            }
        }
        if (length !== $undefined) {
            if (reader.pos !== end)
                throw $RangeError("index out of range");
            reader.len = length;
        }
        if (_end !== $undefined)
            throw $Error("missing end group");
        return message;
    };

    return Block;
})();

export const Pay = $root.Pay = (() => {

    const Pay = function (properties) {
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    Pay.prototype.requestId = 0;
    Pay.prototype.voucher = null;

    let $oneOfFields;

    // Virtual OneOf for proto3 optional field
    $Object.defineProperty(Pay.prototype, "_voucher", {
        get: $util.oneOfGetter($oneOfFields = ["voucher"]),
        set: $util.oneOfSetter($oneOfFields)
    });

    Pay.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.requestId != null && $Object.hasOwnProperty.call(message, "requestId") && message.requestId !== 0)
            writer.uint32(8).uint32(message.requestId);
        if (message.voucher != null && $Object.hasOwnProperty.call(message, "voucher"))
            $root.Voucher.encode(message.voucher, writer.uint32(18).fork(), _depth + 1).ldelim();
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    Pay.decode = function (reader, length, _end, _depth, _target) {
        if (!(reader instanceof $Reader))
            reader = $Reader.create(reader);
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $Reader.recursionLimit)
            throw $Error("max depth exceeded");
        let end, message, value;
        if (length === $undefined)
            end = reader.len;
        else {
            end = reader.pos + length;
            if (end > reader.len)
                throw $RangeError("index out of range");
            length = reader.len;
            reader.len = end;
        }
        message = _target || new $root.Pay();
        while (reader.pos < end) {
            let start = reader.pos;
            let tag = reader.tag();
            if (tag === _end) {
                _end = $undefined;
                break;
            }
            let wireType = tag & 7;
            switch (tag >>>= 3) {
            case 1: {
                    if (wireType !== 0)
                        break;
                    if (value = reader.uint32())
                        message.requestId = value;
                    else
                        delete message.requestId;
                    continue;
                }
            case 2: {
                    if (wireType !== 2)
                        break;
                    message.voucher = $root.Voucher.decode(reader, reader.size(), $undefined, _depth + 1, message.voucher);
                    message._voucher = "voucher";
                    continue;
                }
            }
            reader.skipType(wireType, _depth, tag);
            if (!reader.discardUnknown) {
                $util.makeProp(message, "$unknowns", false);
                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
            }
        }
        if (length !== $undefined) {
            if (reader.pos !== end)
                throw $RangeError("index out of range");
            reader.len = length;
        }
        if (_end !== $undefined)
            throw $Error("missing end group");
        return message;
    };

    return Pay;
})();

export const PayAck = $root.PayAck = (() => {

    const PayAck = function (properties) {
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    PayAck.prototype.requestId = 0;
    PayAck.prototype.vouchered = $util.newBuffer([]);
    PayAck.prototype.credit = $util.newBuffer([]);

    PayAck.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.requestId != null && $Object.hasOwnProperty.call(message, "requestId") && message.requestId !== 0)
            writer.uint32(8).uint32(message.requestId);
        if (message.vouchered != null && $Object.hasOwnProperty.call(message, "vouchered") && message.vouchered.length)
            writer.uint32(18).bytes(message.vouchered);
        if (message.credit != null && $Object.hasOwnProperty.call(message, "credit") && message.credit.length)
            writer.uint32(26).bytes(message.credit);
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    PayAck.decode = function (reader, length, _end, _depth, _target) {
        if (!(reader instanceof $Reader))
            reader = $Reader.create(reader);
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $Reader.recursionLimit)
            throw $Error("max depth exceeded");
        let end, message, value;
        if (length === $undefined)
            end = reader.len;
        else {
            end = reader.pos + length;
            if (end > reader.len)
                throw $RangeError("index out of range");
            length = reader.len;
            reader.len = end;
        }
        message = _target || new $root.PayAck();
        while (reader.pos < end) {
            let start = reader.pos;
            let tag = reader.tag();
            if (tag === _end) {
                _end = $undefined;
                break;
            }
            let wireType = tag & 7;
            switch (tag >>>= 3) {
            case 1: {
                    if (wireType !== 0)
                        break;
                    if (value = reader.uint32())
                        message.requestId = value;
                    else
                        delete message.requestId;
                    continue;
                }
            case 2: {
                    if (wireType !== 2)
                        break;
                    if ((value = reader.bytes()).length)
                        message.vouchered = value;
                    else
                        delete message.vouchered;
                    continue;
                }
            case 3: {
                    if (wireType !== 2)
                        break;
                    if ((value = reader.bytes()).length)
                        message.credit = value;
                    else
                        delete message.credit;
                    continue;
                }
            }
            reader.skipType(wireType, _depth, tag);
            if (!reader.discardUnknown) {
                $util.makeProp(message, "$unknowns", false);
                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
            }
        }
        if (length !== $undefined) {
            if (reader.pos !== end)
                throw $RangeError("index out of range");
            reader.len = length;
        }
        if (_end !== $undefined)
            throw $Error("missing end group");
        return message;
    };

    return PayAck;
})();

export const Cancel = $root.Cancel = (() => {

    const Cancel = function (properties) {
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    Cancel.prototype.requestId = 0;
    Cancel.prototype.alreadyHave = null;

    let $oneOfFields;

    // Virtual OneOf for proto3 optional field
    $Object.defineProperty(Cancel.prototype, "_alreadyHave", {
        get: $util.oneOfGetter($oneOfFields = ["alreadyHave"]),
        set: $util.oneOfSetter($oneOfFields)
    });

    Cancel.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.requestId != null && $Object.hasOwnProperty.call(message, "requestId") && message.requestId !== 0)
            writer.uint32(8).uint32(message.requestId);
        if (message.alreadyHave != null && $Object.hasOwnProperty.call(message, "alreadyHave"))
            $root.ChunkRef.encode(message.alreadyHave, writer.uint32(18).fork(), _depth + 1).ldelim();
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    Cancel.decode = function (reader, length, _end, _depth, _target) {
        if (!(reader instanceof $Reader))
            reader = $Reader.create(reader);
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $Reader.recursionLimit)
            throw $Error("max depth exceeded");
        let end, message, value;
        if (length === $undefined)
            end = reader.len;
        else {
            end = reader.pos + length;
            if (end > reader.len)
                throw $RangeError("index out of range");
            length = reader.len;
            reader.len = end;
        }
        message = _target || new $root.Cancel();
        while (reader.pos < end) {
            let start = reader.pos;
            let tag = reader.tag();
            if (tag === _end) {
                _end = $undefined;
                break;
            }
            let wireType = tag & 7;
            switch (tag >>>= 3) {
            case 1: {
                    if (wireType !== 0)
                        break;
                    if (value = reader.uint32())
                        message.requestId = value;
                    else
                        delete message.requestId;
                    continue;
                }
            case 2: {
                    if (wireType !== 2)
                        break;
                    message.alreadyHave = $root.ChunkRef.decode(reader, reader.size(), $undefined, _depth + 1, message.alreadyHave);
                    message._alreadyHave = "alreadyHave";
                    continue;
                }
            }
            reader.skipType(wireType, _depth, tag);
            if (!reader.discardUnknown) {
                $util.makeProp(message, "$unknowns", false);
                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
            }
        }
        if (length !== $undefined) {
            if (reader.pos !== end)
                throw $RangeError("index out of range");
            reader.len = length;
        }
        if (_end !== $undefined)
            throw $Error("missing end group");
        return message;
    };

    return Cancel;
})();

export const Settled = $root.Settled = (() => {

    const Settled = function (properties) {
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    Settled.prototype.requestId = 0;
    Settled.prototype.alreadyHave = null;
    Settled.prototype.credit = $util.newBuffer([]);

    let $oneOfFields;

    // Virtual OneOf for proto3 optional field
    $Object.defineProperty(Settled.prototype, "_alreadyHave", {
        get: $util.oneOfGetter($oneOfFields = ["alreadyHave"]),
        set: $util.oneOfSetter($oneOfFields)
    });

    Settled.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.requestId != null && $Object.hasOwnProperty.call(message, "requestId") && message.requestId !== 0)
            writer.uint32(8).uint32(message.requestId);
        if (message.alreadyHave != null && $Object.hasOwnProperty.call(message, "alreadyHave"))
            $root.ChunkRef.encode(message.alreadyHave, writer.uint32(18).fork(), _depth + 1).ldelim();
        if (message.credit != null && $Object.hasOwnProperty.call(message, "credit") && message.credit.length)
            writer.uint32(26).bytes(message.credit);
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    Settled.decode = function (reader, length, _end, _depth, _target) {
        if (!(reader instanceof $Reader))
            reader = $Reader.create(reader);
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $Reader.recursionLimit)
            throw $Error("max depth exceeded");
        let end, message, value;
        if (length === $undefined)
            end = reader.len;
        else {
            end = reader.pos + length;
            if (end > reader.len)
                throw $RangeError("index out of range");
            length = reader.len;
            reader.len = end;
        }
        message = _target || new $root.Settled();
        while (reader.pos < end) {
            let start = reader.pos;
            let tag = reader.tag();
            if (tag === _end) {
                _end = $undefined;
                break;
            }
            let wireType = tag & 7;
            switch (tag >>>= 3) {
            case 1: {
                    if (wireType !== 0)
                        break;
                    if (value = reader.uint32())
                        message.requestId = value;
                    else
                        delete message.requestId;
                    continue;
                }
            case 2: {
                    if (wireType !== 2)
                        break;
                    message.alreadyHave = $root.ChunkRef.decode(reader, reader.size(), $undefined, _depth + 1, message.alreadyHave);
                    message._alreadyHave = "alreadyHave";
                    continue;
                }
            case 3: {
                    if (wireType !== 2)
                        break;
                    if ((value = reader.bytes()).length)
                        message.credit = value;
                    else
                        delete message.credit;
                    continue;
                }
            }
            reader.skipType(wireType, _depth, tag);
            if (!reader.discardUnknown) {
                $util.makeProp(message, "$unknowns", false);
                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
            }
        }
        if (length !== $undefined) {
            if (reader.pos !== end)
                throw $RangeError("index out of range");
            reader.len = length;
        }
        if (_end !== $undefined)
            throw $Error("missing end group");
        return message;
    };

    return Settled;
})();

export const Have = $root.Have = (() => {

    const Have = function (properties) {
        this.ranges = [];
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    Have.prototype.fileHash = $util.newBuffer([]);
    Have.prototype.chunkCount = 0;
    Have.prototype.bitfield = $util.newBuffer([]);
    Have.prototype.ranges = $util.emptyArray;

    Have.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.fileHash != null && $Object.hasOwnProperty.call(message, "fileHash") && message.fileHash.length)
            writer.uint32(10).bytes(message.fileHash);
        if (message.chunkCount != null && $Object.hasOwnProperty.call(message, "chunkCount") && message.chunkCount !== 0)
            writer.uint32(16).uint32(message.chunkCount);
        if (message.bitfield != null && $Object.hasOwnProperty.call(message, "bitfield") && message.bitfield.length)
            writer.uint32(26).bytes(message.bitfield);
        if (message.ranges != null && message.ranges.length)
            for (let i = 0; i < message.ranges.length; ++i)
                $root.ChunkRange.encode(message.ranges[i], writer.uint32(34).fork(), _depth + 1).ldelim();
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    Have.decode = function (reader, length, _end, _depth, _target) {
        if (!(reader instanceof $Reader))
            reader = $Reader.create(reader);
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $Reader.recursionLimit)
            throw $Error("max depth exceeded");
        let end, message, value;
        if (length === $undefined)
            end = reader.len;
        else {
            end = reader.pos + length;
            if (end > reader.len)
                throw $RangeError("index out of range");
            length = reader.len;
            reader.len = end;
        }
        message = _target || new $root.Have();
        while (reader.pos < end) {
            let start = reader.pos;
            let tag = reader.tag();
            if (tag === _end) {
                _end = $undefined;
                break;
            }
            let wireType = tag & 7;
            switch (tag >>>= 3) {
            case 1: {
                    if (wireType !== 2)
                        break;
                    if ((value = reader.bytes()).length)
                        message.fileHash = value;
                    else
                        delete message.fileHash;
                    continue;
                }
            case 2: {
                    if (wireType !== 0)
                        break;
                    if (value = reader.uint32())
                        message.chunkCount = value;
                    else
                        delete message.chunkCount;
                    continue;
                }
            case 3: {
                    if (wireType !== 2)
                        break;
                    if ((value = reader.bytes()).length)
                        message.bitfield = value;
                    else
                        delete message.bitfield;
                    continue;
                }
            case 4: {
                    if (wireType !== 2)
                        break;
                    if (!(message.ranges && message.ranges.length))
                        message.ranges = [];
                    message.ranges.push($root.ChunkRange.decode(reader, reader.size(), $undefined, _depth + 1));
                    continue;
                }
            }
            reader.skipType(wireType, _depth, tag);
            if (!reader.discardUnknown) {
                $util.makeProp(message, "$unknowns", false);
                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
            }
        }
        if (length !== $undefined) {
            if (reader.pos !== end)
                throw $RangeError("index out of range");
            reader.len = length;
        }
        if (_end !== $undefined)
            throw $Error("missing end group");
        return message;
    };

    return Have;
})();

export const ChunkRange = $root.ChunkRange = (() => {

    const ChunkRange = function (properties) {
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    ChunkRange.prototype.first = 0;
    ChunkRange.prototype.count = 0;

    ChunkRange.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.first != null && $Object.hasOwnProperty.call(message, "first") && message.first !== 0)
            writer.uint32(8).uint32(message.first);
        if (message.count != null && $Object.hasOwnProperty.call(message, "count") && message.count !== 0)
            writer.uint32(16).uint32(message.count);
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    ChunkRange.decode = function (reader, length, _end, _depth, _target) {
        if (!(reader instanceof $Reader))
            reader = $Reader.create(reader);
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $Reader.recursionLimit)
            throw $Error("max depth exceeded");
        let end, message, value;
        if (length === $undefined)
            end = reader.len;
        else {
            end = reader.pos + length;
            if (end > reader.len)
                throw $RangeError("index out of range");
            length = reader.len;
            reader.len = end;
        }
        message = _target || new $root.ChunkRange();
        while (reader.pos < end) {
            let start = reader.pos;
            let tag = reader.tag();
            if (tag === _end) {
                _end = $undefined;
                break;
            }
            let wireType = tag & 7;
            switch (tag >>>= 3) {
            case 1: {
                    if (wireType !== 0)
                        break;
                    if (value = reader.uint32())
                        message.first = value;
                    else
                        delete message.first;
                    continue;
                }
            case 2: {
                    if (wireType !== 0)
                        break;
                    if (value = reader.uint32())
                        message.count = value;
                    else
                        delete message.count;
                    continue;
                }
            }
            reader.skipType(wireType, _depth, tag);
            if (!reader.discardUnknown) {
                $util.makeProp(message, "$unknowns", false);
                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
            }
        }
        if (length !== $undefined) {
            if (reader.pos !== end)
                throw $RangeError("index out of range");
            reader.len = length;
        }
        if (_end !== $undefined)
            throw $Error("missing end group");
        return message;
    };

    return ChunkRange;
})();

export const DontHave = $root.DontHave = (() => {

    const DontHave = function (properties) {
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    DontHave.prototype.requestId = 0;

    DontHave.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.requestId != null && $Object.hasOwnProperty.call(message, "requestId") && message.requestId !== 0)
            writer.uint32(8).uint32(message.requestId);
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    DontHave.decode = function (reader, length, _end, _depth, _target) {
        if (!(reader instanceof $Reader))
            reader = $Reader.create(reader);
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $Reader.recursionLimit)
            throw $Error("max depth exceeded");
        let end, message, value;
        if (length === $undefined)
            end = reader.len;
        else {
            end = reader.pos + length;
            if (end > reader.len)
                throw $RangeError("index out of range");
            length = reader.len;
            reader.len = end;
        }
        message = _target || new $root.DontHave();
        while (reader.pos < end) {
            let start = reader.pos;
            let tag = reader.tag();
            if (tag === _end) {
                _end = $undefined;
                break;
            }
            let wireType = tag & 7;
            switch (tag >>>= 3) {
            case 1: {
                    if (wireType !== 0)
                        break;
                    if (value = reader.uint32())
                        message.requestId = value;
                    else
                        delete message.requestId;
                    continue;
                }
            }
            reader.skipType(wireType, _depth, tag);
            if (!reader.discardUnknown) {
                $util.makeProp(message, "$unknowns", false);
                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
            }
        }
        if (length !== $undefined) {
            if (reader.pos !== end)
                throw $RangeError("index out of range");
            reader.len = length;
        }
        if (_end !== $undefined)
            throw $Error("missing end group");
        return message;
    };

    return DontHave;
})();

export const QuoteTerms = $root.QuoteTerms = (() => {

    const QuoteTerms = function (properties) {
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    QuoteTerms.prototype.quoteId = 0;
    QuoteTerms.prototype.pricePerMib = $util.newBuffer([]);
    QuoteTerms.prototype.validForMs = 0;
    QuoteTerms.prototype.expiresAt = 0;
    QuoteTerms.prototype.signature = $util.newBuffer([]);

    QuoteTerms.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.quoteId != null && $Object.hasOwnProperty.call(message, "quoteId") && message.quoteId !== 0)
            writer.uint32(8).uint32(message.quoteId);
        if (message.pricePerMib != null && $Object.hasOwnProperty.call(message, "pricePerMib") && message.pricePerMib.length)
            writer.uint32(18).bytes(message.pricePerMib);
        if (message.validForMs != null && $Object.hasOwnProperty.call(message, "validForMs") && message.validForMs !== 0)
            writer.uint32(24).uint32(message.validForMs);
        if (message.expiresAt != null && $Object.hasOwnProperty.call(message, "expiresAt") && message.expiresAt !== 0)
            writer.uint32(32).uint32(message.expiresAt);
        if (message.signature != null && $Object.hasOwnProperty.call(message, "signature") && message.signature.length)
            writer.uint32(42).bytes(message.signature);
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    QuoteTerms.decode = function (reader, length, _end, _depth, _target) {
        if (!(reader instanceof $Reader))
            reader = $Reader.create(reader);
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $Reader.recursionLimit)
            throw $Error("max depth exceeded");
        let end, message, value;
        if (length === $undefined)
            end = reader.len;
        else {
            end = reader.pos + length;
            if (end > reader.len)
                throw $RangeError("index out of range");
            length = reader.len;
            reader.len = end;
        }
        message = _target || new $root.QuoteTerms();
        while (reader.pos < end) {
            let start = reader.pos;
            let tag = reader.tag();
            if (tag === _end) {
                _end = $undefined;
                break;
            }
            let wireType = tag & 7;
            switch (tag >>>= 3) {
            case 1: {
                    if (wireType !== 0)
                        break;
                    if (value = reader.uint32())
                        message.quoteId = value;
                    else
                        delete message.quoteId;
                    continue;
                }
            case 2: {
                    if (wireType !== 2)
                        break;
                    if ((value = reader.bytes()).length)
                        message.pricePerMib = value;
                    else
                        delete message.pricePerMib;
                    continue;
                }
            case 3: {
                    if (wireType !== 0)
                        break;
                    if (value = reader.uint32())
                        message.validForMs = value;
                    else
                        delete message.validForMs;
                    continue;
                }
            case 4: {
                    if (wireType !== 0)
                        break;
                    if (value = reader.uint32())
                        message.expiresAt = value;
                    else
                        delete message.expiresAt;
                    continue;
                }
            case 5: {
                    if (wireType !== 2)
                        break;
                    if ((value = reader.bytes()).length)
                        message.signature = value;
                    else
                        delete message.signature;
                    continue;
                }
            }
            reader.skipType(wireType, _depth, tag);
            if (!reader.discardUnknown) {
                $util.makeProp(message, "$unknowns", false);
                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
            }
        }
        if (length !== $undefined) {
            if (reader.pos !== end)
                throw $RangeError("index out of range");
            reader.len = length;
        }
        if (_end !== $undefined)
            throw $Error("missing end group");
        return message;
    };

    return QuoteTerms;
})();

export const PaymentRequired = $root.PaymentRequired = (() => {

    const PaymentRequired = function (properties) {
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    PaymentRequired.prototype.requestId = 0;
    PaymentRequired.prototype.code = "";
    PaymentRequired.prototype.quote = null;
    PaymentRequired.prototype.status = null;

    let $oneOfFields;

    // Virtual OneOf for proto3 optional field
    $Object.defineProperty(PaymentRequired.prototype, "_quote", {
        get: $util.oneOfGetter($oneOfFields = ["quote"]),
        set: $util.oneOfSetter($oneOfFields)
    });

    // Virtual OneOf for proto3 optional field
    $Object.defineProperty(PaymentRequired.prototype, "_status", {
        get: $util.oneOfGetter($oneOfFields = ["status"]),
        set: $util.oneOfSetter($oneOfFields)
    });

    PaymentRequired.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.requestId != null && $Object.hasOwnProperty.call(message, "requestId") && message.requestId !== 0)
            writer.uint32(8).uint32(message.requestId);
        if (message.code != null && $Object.hasOwnProperty.call(message, "code") && message.code !== "")
            writer.uint32(18).string(message.code);
        if (message.quote != null && $Object.hasOwnProperty.call(message, "quote"))
            $root.QuoteTerms.encode(message.quote, writer.uint32(26).fork(), _depth + 1).ldelim();
        if (message.status != null && $Object.hasOwnProperty.call(message, "status"))
            $root.AccountStatus.encode(message.status, writer.uint32(34).fork(), _depth + 1).ldelim();
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    PaymentRequired.decode = function (reader, length, _end, _depth, _target) {
        if (!(reader instanceof $Reader))
            reader = $Reader.create(reader);
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $Reader.recursionLimit)
            throw $Error("max depth exceeded");
        let end, message, value;
        if (length === $undefined)
            end = reader.len;
        else {
            end = reader.pos + length;
            if (end > reader.len)
                throw $RangeError("index out of range");
            length = reader.len;
            reader.len = end;
        }
        message = _target || new $root.PaymentRequired();
        while (reader.pos < end) {
            let start = reader.pos;
            let tag = reader.tag();
            if (tag === _end) {
                _end = $undefined;
                break;
            }
            let wireType = tag & 7;
            switch (tag >>>= 3) {
            case 1: {
                    if (wireType !== 0)
                        break;
                    if (value = reader.uint32())
                        message.requestId = value;
                    else
                        delete message.requestId;
                    continue;
                }
            case 2: {
                    if (wireType !== 2)
                        break;
                    if ((value = reader.stringVerify()).length)
                        message.code = value;
                    else
                        delete message.code;
                    continue;
                }
            case 3: {
                    if (wireType !== 2)
                        break;
                    message.quote = $root.QuoteTerms.decode(reader, reader.size(), $undefined, _depth + 1, message.quote);
                    message._quote = "quote";
                    continue;
                }
            case 4: {
                    if (wireType !== 2)
                        break;
                    message.status = $root.AccountStatus.decode(reader, reader.size(), $undefined, _depth + 1, message.status);
                    message._status = "status";
                    continue;
                }
            }
            reader.skipType(wireType, _depth, tag);
            if (!reader.discardUnknown) {
                $util.makeProp(message, "$unknowns", false);
                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
            }
        }
        if (length !== $undefined) {
            if (reader.pos !== end)
                throw $RangeError("index out of range");
            reader.len = length;
        }
        if (_end !== $undefined)
            throw $Error("missing end group");
        return message;
    };

    return PaymentRequired;
})();

export const Error = $root.Error = (() => {

    const Error = function (properties) {
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    Error.prototype.requestId = 0;
    Error.prototype.code = "";
    Error.prototype.blocksLeft = 0;

    Error.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.requestId != null && $Object.hasOwnProperty.call(message, "requestId") && message.requestId !== 0)
            writer.uint32(8).uint32(message.requestId);
        if (message.code != null && $Object.hasOwnProperty.call(message, "code") && message.code !== "")
            writer.uint32(18).string(message.code);
        if (message.blocksLeft != null && $Object.hasOwnProperty.call(message, "blocksLeft") && message.blocksLeft !== 0)
            writer.uint32(24).uint32(message.blocksLeft);
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    Error.decode = function (reader, length, _end, _depth, _target) {
        if (!(reader instanceof $Reader))
            reader = $Reader.create(reader);
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $Reader.recursionLimit)
            throw $Error("max depth exceeded");
        let end, message, value;
        if (length === $undefined)
            end = reader.len;
        else {
            end = reader.pos + length;
            if (end > reader.len)
                throw $RangeError("index out of range");
            length = reader.len;
            reader.len = end;
        }
        message = _target || new $root.Error();
        while (reader.pos < end) {
            let start = reader.pos;
            let tag = reader.tag();
            if (tag === _end) {
                _end = $undefined;
                break;
            }
            let wireType = tag & 7;
            switch (tag >>>= 3) {
            case 1: {
                    if (wireType !== 0)
                        break;
                    if (value = reader.uint32())
                        message.requestId = value;
                    else
                        delete message.requestId;
                    continue;
                }
            case 2: {
                    if (wireType !== 2)
                        break;
                    if ((value = reader.stringVerify()).length)
                        message.code = value;
                    else
                        delete message.code;
                    continue;
                }
            case 3: {
                    if (wireType !== 0)
                        break;
                    if (value = reader.uint32())
                        message.blocksLeft = value;
                    else
                        delete message.blocksLeft;
                    continue;
                }
            }
            reader.skipType(wireType, _depth, tag);
            if (!reader.discardUnknown) {
                $util.makeProp(message, "$unknowns", false);
                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
            }
        }
        if (length !== $undefined) {
            if (reader.pos !== end)
                throw $RangeError("index out of range");
            reader.len = length;
        }
        if (_end !== $undefined)
            throw $Error("missing end group");
        return message;
    };

    return Error;
})();

export const QuoteRequest = $root.QuoteRequest = (() => {

    const QuoteRequest = function (properties) {
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    QuoteRequest.prototype.requestId = 0;
    QuoteRequest.prototype.fileHash = $util.newBuffer([]);
    QuoteRequest.prototype.bid = null;

    let $oneOfFields;

    // Virtual OneOf for proto3 optional field
    $Object.defineProperty(QuoteRequest.prototype, "_bid", {
        get: $util.oneOfGetter($oneOfFields = ["bid"]),
        set: $util.oneOfSetter($oneOfFields)
    });

    QuoteRequest.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.requestId != null && $Object.hasOwnProperty.call(message, "requestId") && message.requestId !== 0)
            writer.uint32(8).uint32(message.requestId);
        if (message.fileHash != null && $Object.hasOwnProperty.call(message, "fileHash") && message.fileHash.length)
            writer.uint32(18).bytes(message.fileHash);
        if (message.bid != null && $Object.hasOwnProperty.call(message, "bid"))
            $root.Bid.encode(message.bid, writer.uint32(26).fork(), _depth + 1).ldelim();
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    QuoteRequest.decode = function (reader, length, _end, _depth, _target) {
        if (!(reader instanceof $Reader))
            reader = $Reader.create(reader);
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $Reader.recursionLimit)
            throw $Error("max depth exceeded");
        let end, message, value;
        if (length === $undefined)
            end = reader.len;
        else {
            end = reader.pos + length;
            if (end > reader.len)
                throw $RangeError("index out of range");
            length = reader.len;
            reader.len = end;
        }
        message = _target || new $root.QuoteRequest();
        while (reader.pos < end) {
            let start = reader.pos;
            let tag = reader.tag();
            if (tag === _end) {
                _end = $undefined;
                break;
            }
            let wireType = tag & 7;
            switch (tag >>>= 3) {
            case 1: {
                    if (wireType !== 0)
                        break;
                    if (value = reader.uint32())
                        message.requestId = value;
                    else
                        delete message.requestId;
                    continue;
                }
            case 2: {
                    if (wireType !== 2)
                        break;
                    if ((value = reader.bytes()).length)
                        message.fileHash = value;
                    else
                        delete message.fileHash;
                    continue;
                }
            case 3: {
                    if (wireType !== 2)
                        break;
                    message.bid = $root.Bid.decode(reader, reader.size(), $undefined, _depth + 1, message.bid);
                    message._bid = "bid";
                    continue;
                }
            }
            reader.skipType(wireType, _depth, tag);
            if (!reader.discardUnknown) {
                $util.makeProp(message, "$unknowns", false);
                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
            }
        }
        if (length !== $undefined) {
            if (reader.pos !== end)
                throw $RangeError("index out of range");
            reader.len = length;
        }
        if (_end !== $undefined)
            throw $Error("missing end group");
        return message;
    };

    return QuoteRequest;
})();

export const Bid = $root.Bid = (() => {

    const Bid = function (properties) {
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    Bid.prototype.quoteId = 0;
    Bid.prototype.pricePerMib = $util.newBuffer([]);

    Bid.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.quoteId != null && $Object.hasOwnProperty.call(message, "quoteId") && message.quoteId !== 0)
            writer.uint32(8).uint32(message.quoteId);
        if (message.pricePerMib != null && $Object.hasOwnProperty.call(message, "pricePerMib") && message.pricePerMib.length)
            writer.uint32(18).bytes(message.pricePerMib);
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    Bid.decode = function (reader, length, _end, _depth, _target) {
        if (!(reader instanceof $Reader))
            reader = $Reader.create(reader);
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $Reader.recursionLimit)
            throw $Error("max depth exceeded");
        let end, message, value;
        if (length === $undefined)
            end = reader.len;
        else {
            end = reader.pos + length;
            if (end > reader.len)
                throw $RangeError("index out of range");
            length = reader.len;
            reader.len = end;
        }
        message = _target || new $root.Bid();
        while (reader.pos < end) {
            let start = reader.pos;
            let tag = reader.tag();
            if (tag === _end) {
                _end = $undefined;
                break;
            }
            let wireType = tag & 7;
            switch (tag >>>= 3) {
            case 1: {
                    if (wireType !== 0)
                        break;
                    if (value = reader.uint32())
                        message.quoteId = value;
                    else
                        delete message.quoteId;
                    continue;
                }
            case 2: {
                    if (wireType !== 2)
                        break;
                    if ((value = reader.bytes()).length)
                        message.pricePerMib = value;
                    else
                        delete message.pricePerMib;
                    continue;
                }
            }
            reader.skipType(wireType, _depth, tag);
            if (!reader.discardUnknown) {
                $util.makeProp(message, "$unknowns", false);
                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
            }
        }
        if (length !== $undefined) {
            if (reader.pos !== end)
                throw $RangeError("index out of range");
            reader.len = length;
        }
        if (_end !== $undefined)
            throw $Error("missing end group");
        return message;
    };

    return Bid;
})();

export const Quote = $root.Quote = (() => {

    const Quote = function (properties) {
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    Quote.prototype.requestId = 0;
    Quote.prototype.terms = null;
    Quote.prototype.have = null;

    let $oneOfFields;

    // Virtual OneOf for proto3 optional field
    $Object.defineProperty(Quote.prototype, "_terms", {
        get: $util.oneOfGetter($oneOfFields = ["terms"]),
        set: $util.oneOfSetter($oneOfFields)
    });

    // Virtual OneOf for proto3 optional field
    $Object.defineProperty(Quote.prototype, "_have", {
        get: $util.oneOfGetter($oneOfFields = ["have"]),
        set: $util.oneOfSetter($oneOfFields)
    });

    Quote.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.requestId != null && $Object.hasOwnProperty.call(message, "requestId") && message.requestId !== 0)
            writer.uint32(8).uint32(message.requestId);
        if (message.terms != null && $Object.hasOwnProperty.call(message, "terms"))
            $root.QuoteTerms.encode(message.terms, writer.uint32(18).fork(), _depth + 1).ldelim();
        if (message.have != null && $Object.hasOwnProperty.call(message, "have"))
            $root.Have.encode(message.have, writer.uint32(26).fork(), _depth + 1).ldelim();
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    Quote.decode = function (reader, length, _end, _depth, _target) {
        if (!(reader instanceof $Reader))
            reader = $Reader.create(reader);
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $Reader.recursionLimit)
            throw $Error("max depth exceeded");
        let end, message, value;
        if (length === $undefined)
            end = reader.len;
        else {
            end = reader.pos + length;
            if (end > reader.len)
                throw $RangeError("index out of range");
            length = reader.len;
            reader.len = end;
        }
        message = _target || new $root.Quote();
        while (reader.pos < end) {
            let start = reader.pos;
            let tag = reader.tag();
            if (tag === _end) {
                _end = $undefined;
                break;
            }
            let wireType = tag & 7;
            switch (tag >>>= 3) {
            case 1: {
                    if (wireType !== 0)
                        break;
                    if (value = reader.uint32())
                        message.requestId = value;
                    else
                        delete message.requestId;
                    continue;
                }
            case 2: {
                    if (wireType !== 2)
                        break;
                    message.terms = $root.QuoteTerms.decode(reader, reader.size(), $undefined, _depth + 1, message.terms);
                    message._terms = "terms";
                    continue;
                }
            case 3: {
                    if (wireType !== 2)
                        break;
                    message.have = $root.Have.decode(reader, reader.size(), $undefined, _depth + 1, message.have);
                    message._have = "have";
                    continue;
                }
            }
            reader.skipType(wireType, _depth, tag);
            if (!reader.discardUnknown) {
                $util.makeProp(message, "$unknowns", false);
                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
            }
        }
        if (length !== $undefined) {
            if (reader.pos !== end)
                throw $RangeError("index out of range");
            reader.len = length;
        }
        if (_end !== $undefined)
            throw $Error("missing end group");
        return message;
    };

    return Quote;
})();

export const CloseChannel = $root.CloseChannel = (() => {

    const CloseChannel = function (properties) {
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    CloseChannel.prototype.requestId = 0;
    CloseChannel.prototype.agreement = null;

    let $oneOfFields;

    // Virtual OneOf for proto3 optional field
    $Object.defineProperty(CloseChannel.prototype, "_agreement", {
        get: $util.oneOfGetter($oneOfFields = ["agreement"]),
        set: $util.oneOfSetter($oneOfFields)
    });

    CloseChannel.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.requestId != null && $Object.hasOwnProperty.call(message, "requestId") && message.requestId !== 0)
            writer.uint32(8).uint32(message.requestId);
        if (message.agreement != null && $Object.hasOwnProperty.call(message, "agreement"))
            $root.CloseAgreement.encode(message.agreement, writer.uint32(18).fork(), _depth + 1).ldelim();
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    CloseChannel.decode = function (reader, length, _end, _depth, _target) {
        if (!(reader instanceof $Reader))
            reader = $Reader.create(reader);
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $Reader.recursionLimit)
            throw $Error("max depth exceeded");
        let end, message, value;
        if (length === $undefined)
            end = reader.len;
        else {
            end = reader.pos + length;
            if (end > reader.len)
                throw $RangeError("index out of range");
            length = reader.len;
            reader.len = end;
        }
        message = _target || new $root.CloseChannel();
        while (reader.pos < end) {
            let start = reader.pos;
            let tag = reader.tag();
            if (tag === _end) {
                _end = $undefined;
                break;
            }
            let wireType = tag & 7;
            switch (tag >>>= 3) {
            case 1: {
                    if (wireType !== 0)
                        break;
                    if (value = reader.uint32())
                        message.requestId = value;
                    else
                        delete message.requestId;
                    continue;
                }
            case 2: {
                    if (wireType !== 2)
                        break;
                    message.agreement = $root.CloseAgreement.decode(reader, reader.size(), $undefined, _depth + 1, message.agreement);
                    message._agreement = "agreement";
                    continue;
                }
            }
            reader.skipType(wireType, _depth, tag);
            if (!reader.discardUnknown) {
                $util.makeProp(message, "$unknowns", false);
                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
            }
        }
        if (length !== $undefined) {
            if (reader.pos !== end)
                throw $RangeError("index out of range");
            reader.len = length;
        }
        if (_end !== $undefined)
            throw $Error("missing end group");
        return message;
    };

    return CloseChannel;
})();

export const CloseAgreement = $root.CloseAgreement = (() => {

    const CloseAgreement = function (properties) {
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    CloseAgreement.prototype.channelId = $util.newBuffer([]);
    CloseAgreement.prototype.settled = $util.newBuffer([]);
    CloseAgreement.prototype.signature = $util.newBuffer([]);

    CloseAgreement.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.channelId != null && $Object.hasOwnProperty.call(message, "channelId") && message.channelId.length)
            writer.uint32(10).bytes(message.channelId);
        if (message.settled != null && $Object.hasOwnProperty.call(message, "settled") && message.settled.length)
            writer.uint32(18).bytes(message.settled);
        if (message.signature != null && $Object.hasOwnProperty.call(message, "signature") && message.signature.length)
            writer.uint32(26).bytes(message.signature);
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    CloseAgreement.decode = function (reader, length, _end, _depth, _target) {
        if (!(reader instanceof $Reader))
            reader = $Reader.create(reader);
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $Reader.recursionLimit)
            throw $Error("max depth exceeded");
        let end, message, value;
        if (length === $undefined)
            end = reader.len;
        else {
            end = reader.pos + length;
            if (end > reader.len)
                throw $RangeError("index out of range");
            length = reader.len;
            reader.len = end;
        }
        message = _target || new $root.CloseAgreement();
        while (reader.pos < end) {
            let start = reader.pos;
            let tag = reader.tag();
            if (tag === _end) {
                _end = $undefined;
                break;
            }
            let wireType = tag & 7;
            switch (tag >>>= 3) {
            case 1: {
                    if (wireType !== 2)
                        break;
                    if ((value = reader.bytes()).length)
                        message.channelId = value;
                    else
                        delete message.channelId;
                    continue;
                }
            case 2: {
                    if (wireType !== 2)
                        break;
                    if ((value = reader.bytes()).length)
                        message.settled = value;
                    else
                        delete message.settled;
                    continue;
                }
            case 3: {
                    if (wireType !== 2)
                        break;
                    if ((value = reader.bytes()).length)
                        message.signature = value;
                    else
                        delete message.signature;
                    continue;
                }
            }
            reader.skipType(wireType, _depth, tag);
            if (!reader.discardUnknown) {
                $util.makeProp(message, "$unknowns", false);
                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
            }
        }
        if (length !== $undefined) {
            if (reader.pos !== end)
                throw $RangeError("index out of range");
            reader.len = length;
        }
        if (_end !== $undefined)
            throw $Error("missing end group");
        return message;
    };

    return CloseAgreement;
})();

export const CloseAck = $root.CloseAck = (() => {

    const CloseAck = function (properties) {
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    CloseAck.prototype.requestId = 0;
    CloseAck.prototype.transactionHash = $util.newBuffer([]);
    CloseAck.prototype.release = null;

    let $oneOfFields;

    // Virtual OneOf for proto3 optional field
    $Object.defineProperty(CloseAck.prototype, "_release", {
        get: $util.oneOfGetter($oneOfFields = ["release"]),
        set: $util.oneOfSetter($oneOfFields)
    });

    CloseAck.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.requestId != null && $Object.hasOwnProperty.call(message, "requestId") && message.requestId !== 0)
            writer.uint32(8).uint32(message.requestId);
        if (message.transactionHash != null && $Object.hasOwnProperty.call(message, "transactionHash") && message.transactionHash.length)
            writer.uint32(18).bytes(message.transactionHash);
        if (message.release != null && $Object.hasOwnProperty.call(message, "release"))
            $root.Release.encode(message.release, writer.uint32(26).fork(), _depth + 1).ldelim();
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    CloseAck.decode = function (reader, length, _end, _depth, _target) {
        if (!(reader instanceof $Reader))
            reader = $Reader.create(reader);
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $Reader.recursionLimit)
            throw $Error("max depth exceeded");
        let end, message, value;
        if (length === $undefined)
            end = reader.len;
        else {
            end = reader.pos + length;
            if (end > reader.len)
                throw $RangeError("index out of range");
            length = reader.len;
            reader.len = end;
        }
        message = _target || new $root.CloseAck();
        while (reader.pos < end) {
            let start = reader.pos;
            let tag = reader.tag();
            if (tag === _end) {
                _end = $undefined;
                break;
            }
            let wireType = tag & 7;
            switch (tag >>>= 3) {
            case 1: {
                    if (wireType !== 0)
                        break;
                    if (value = reader.uint32())
                        message.requestId = value;
                    else
                        delete message.requestId;
                    continue;
                }
            case 2: {
                    if (wireType !== 2)
                        break;
                    if ((value = reader.bytes()).length)
                        message.transactionHash = value;
                    else
                        delete message.transactionHash;
                    continue;
                }
            case 3: {
                    if (wireType !== 2)
                        break;
                    message.release = $root.Release.decode(reader, reader.size(), $undefined, _depth + 1, message.release);
                    message._release = "release";
                    continue;
                }
            }
            reader.skipType(wireType, _depth, tag);
            if (!reader.discardUnknown) {
                $util.makeProp(message, "$unknowns", false);
                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
            }
        }
        if (length !== $undefined) {
            if (reader.pos !== end)
                throw $RangeError("index out of range");
            reader.len = length;
        }
        if (_end !== $undefined)
            throw $Error("missing end group");
        return message;
    };

    return CloseAck;
})();

export const Release = $root.Release = (() => {

    const Release = function (properties) {
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    Release.prototype.escrowId = $util.newBuffer([]);
    Release.prototype.seeder = $util.newBuffer([]);
    Release.prototype.allocated = $util.newBuffer([]);
    Release.prototype.nonce = $util.newBuffer([]);
    Release.prototype.signature = $util.newBuffer([]);

    Release.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.escrowId != null && $Object.hasOwnProperty.call(message, "escrowId") && message.escrowId.length)
            writer.uint32(10).bytes(message.escrowId);
        if (message.seeder != null && $Object.hasOwnProperty.call(message, "seeder") && message.seeder.length)
            writer.uint32(18).bytes(message.seeder);
        if (message.allocated != null && $Object.hasOwnProperty.call(message, "allocated") && message.allocated.length)
            writer.uint32(26).bytes(message.allocated);
        if (message.nonce != null && $Object.hasOwnProperty.call(message, "nonce") && message.nonce.length)
            writer.uint32(34).bytes(message.nonce);
        if (message.signature != null && $Object.hasOwnProperty.call(message, "signature") && message.signature.length)
            writer.uint32(42).bytes(message.signature);
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    Release.decode = function (reader, length, _end, _depth, _target) {
        if (!(reader instanceof $Reader))
            reader = $Reader.create(reader);
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $Reader.recursionLimit)
            throw $Error("max depth exceeded");
        let end, message, value;
        if (length === $undefined)
            end = reader.len;
        else {
            end = reader.pos + length;
            if (end > reader.len)
                throw $RangeError("index out of range");
            length = reader.len;
            reader.len = end;
        }
        message = _target || new $root.Release();
        while (reader.pos < end) {
            let start = reader.pos;
            let tag = reader.tag();
            if (tag === _end) {
                _end = $undefined;
                break;
            }
            let wireType = tag & 7;
            switch (tag >>>= 3) {
            case 1: {
                    if (wireType !== 2)
                        break;
                    if ((value = reader.bytes()).length)
                        message.escrowId = value;
                    else
                        delete message.escrowId;
                    continue;
                }
            case 2: {
                    if (wireType !== 2)
                        break;
                    if ((value = reader.bytes()).length)
                        message.seeder = value;
                    else
                        delete message.seeder;
                    continue;
                }
            case 3: {
                    if (wireType !== 2)
                        break;
                    if ((value = reader.bytes()).length)
                        message.allocated = value;
                    else
                        delete message.allocated;
                    continue;
                }
            case 4: {
                    if (wireType !== 2)
                        break;
                    if ((value = reader.bytes()).length)
                        message.nonce = value;
                    else
                        delete message.nonce;
                    continue;
                }
            case 5: {
                    if (wireType !== 2)
                        break;
                    if ((value = reader.bytes()).length)
                        message.signature = value;
                    else
                        delete message.signature;
                    continue;
                }
            }
            reader.skipType(wireType, _depth, tag);
            if (!reader.discardUnknown) {
                $util.makeProp(message, "$unknowns", false);
                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
            }
        }
        if (length !== $undefined) {
            if (reader.pos !== end)
                throw $RangeError("index out of range");
            reader.len = length;
        }
        if (_end !== $undefined)
            throw $Error("missing end group");
        return message;
    };

    return Release;
})();

export const GrantRequest = $root.GrantRequest = (() => {

    const GrantRequest = function (properties) {
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    GrantRequest.prototype.requestId = 0;
    GrantRequest.prototype.fileHash = $util.newBuffer([]);
    GrantRequest.prototype.quoteId = 0;

    GrantRequest.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.requestId != null && $Object.hasOwnProperty.call(message, "requestId") && message.requestId !== 0)
            writer.uint32(8).uint32(message.requestId);
        if (message.fileHash != null && $Object.hasOwnProperty.call(message, "fileHash") && message.fileHash.length)
            writer.uint32(18).bytes(message.fileHash);
        if (message.quoteId != null && $Object.hasOwnProperty.call(message, "quoteId") && message.quoteId !== 0)
            writer.uint32(24).uint32(message.quoteId);
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    GrantRequest.decode = function (reader, length, _end, _depth, _target) {
        if (!(reader instanceof $Reader))
            reader = $Reader.create(reader);
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $Reader.recursionLimit)
            throw $Error("max depth exceeded");
        let end, message, value;
        if (length === $undefined)
            end = reader.len;
        else {
            end = reader.pos + length;
            if (end > reader.len)
                throw $RangeError("index out of range");
            length = reader.len;
            reader.len = end;
        }
        message = _target || new $root.GrantRequest();
        while (reader.pos < end) {
            let start = reader.pos;
            let tag = reader.tag();
            if (tag === _end) {
                _end = $undefined;
                break;
            }
            let wireType = tag & 7;
            switch (tag >>>= 3) {
            case 1: {
                    if (wireType !== 0)
                        break;
                    if (value = reader.uint32())
                        message.requestId = value;
                    else
                        delete message.requestId;
                    continue;
                }
            case 2: {
                    if (wireType !== 2)
                        break;
                    if ((value = reader.bytes()).length)
                        message.fileHash = value;
                    else
                        delete message.fileHash;
                    continue;
                }
            case 3: {
                    if (wireType !== 0)
                        break;
                    if (value = reader.uint32())
                        message.quoteId = value;
                    else
                        delete message.quoteId;
                    continue;
                }
            }
            reader.skipType(wireType, _depth, tag);
            if (!reader.discardUnknown) {
                $util.makeProp(message, "$unknowns", false);
                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
            }
        }
        if (length !== $undefined) {
            if (reader.pos !== end)
                throw $RangeError("index out of range");
            reader.len = length;
        }
        if (_end !== $undefined)
            throw $Error("missing end group");
        return message;
    };

    return GrantRequest;
})();

export const Grant = $root.Grant = (() => {

    const Grant = function (properties) {
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    Grant.prototype.requestId = 0;
    Grant.prototype.token = $util.newBuffer([]);
    Grant.prototype.status = null;

    let $oneOfFields;

    // Virtual OneOf for proto3 optional field
    $Object.defineProperty(Grant.prototype, "_status", {
        get: $util.oneOfGetter($oneOfFields = ["status"]),
        set: $util.oneOfSetter($oneOfFields)
    });

    Grant.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.requestId != null && $Object.hasOwnProperty.call(message, "requestId") && message.requestId !== 0)
            writer.uint32(8).uint32(message.requestId);
        if (message.token != null && $Object.hasOwnProperty.call(message, "token") && message.token.length)
            writer.uint32(18).bytes(message.token);
        if (message.status != null && $Object.hasOwnProperty.call(message, "status"))
            $root.AccountStatus.encode(message.status, writer.uint32(26).fork(), _depth + 1).ldelim();
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    Grant.decode = function (reader, length, _end, _depth, _target) {
        if (!(reader instanceof $Reader))
            reader = $Reader.create(reader);
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $Reader.recursionLimit)
            throw $Error("max depth exceeded");
        let end, message, value;
        if (length === $undefined)
            end = reader.len;
        else {
            end = reader.pos + length;
            if (end > reader.len)
                throw $RangeError("index out of range");
            length = reader.len;
            reader.len = end;
        }
        message = _target || new $root.Grant();
        while (reader.pos < end) {
            let start = reader.pos;
            let tag = reader.tag();
            if (tag === _end) {
                _end = $undefined;
                break;
            }
            let wireType = tag & 7;
            switch (tag >>>= 3) {
            case 1: {
                    if (wireType !== 0)
                        break;
                    if (value = reader.uint32())
                        message.requestId = value;
                    else
                        delete message.requestId;
                    continue;
                }
            case 2: {
                    if (wireType !== 2)
                        break;
                    if ((value = reader.bytes()).length)
                        message.token = value;
                    else
                        delete message.token;
                    continue;
                }
            case 3: {
                    if (wireType !== 2)
                        break;
                    message.status = $root.AccountStatus.decode(reader, reader.size(), $undefined, _depth + 1, message.status);
                    message._status = "status";
                    continue;
                }
            }
            reader.skipType(wireType, _depth, tag);
            if (!reader.discardUnknown) {
                $util.makeProp(message, "$unknowns", false);
                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
            }
        }
        if (length !== $undefined) {
            if (reader.pos !== end)
                throw $RangeError("index out of range");
            reader.len = length;
        }
        if (_end !== $undefined)
            throw $Error("missing end group");
        return message;
    };

    return Grant;
})();
