// Generated from messages.proto by scripts/generate-proto.ts. Do not edit.
import $protobuf from "protobufjs/minimal.js";

const $Reader = $protobuf.Reader, $Writer = $protobuf.Writer, $util = $protobuf.util;
const $Object = $util.global.Object, $undefined = $util.global.undefined, $Error = $util.global.Error, $RangeError = $util.global.RangeError;

const $root = $protobuf.roots["webrpc"] || ($protobuf.roots["webrpc"] = {});

export const Message = $root.Message = (() => {

    const Message = function (properties) {
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    Message.prototype.challenge = null;
    Message.prototype.sessionRequest = null;
    Message.prototype.sessionResponse = null;
    Message.prototype.quoteRequest = null;
    Message.prototype.quoteResponse = null;
    Message.prototype.chunkRequest = null;
    Message.prototype.fileRequest = null;
    Message.prototype.chunkData = null;
    Message.prototype.fileResponse = null;
    Message.prototype.withheld = null;
    Message.prototype.cancel = null;
    Message.prototype.grant = null;
    Message.prototype.paymentDue = null;
    Message.prototype.paymentProof = null;
    Message.prototype.paymentAck = null;
    Message.prototype.writeOff = null;
    Message.prototype.writeOffAck = null;
    Message.prototype.closeRequest = null;
    Message.prototype.closeAck = null;
    Message.prototype.error = null;

    let $oneOfFields;

    $Object.defineProperty(Message.prototype, "body", {
        get: $util.oneOfGetter($oneOfFields = ["challenge", "sessionRequest", "sessionResponse", "quoteRequest", "quoteResponse", "chunkRequest", "fileRequest", "chunkData", "fileResponse", "withheld", "cancel", "grant", "paymentDue", "paymentProof", "paymentAck", "writeOff", "writeOffAck", "closeRequest", "closeAck", "error"]),
        set: $util.oneOfSetter($oneOfFields)
    });

    Message.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.challenge != null && $Object.hasOwnProperty.call(message, "challenge"))
            $root.Challenge.encode(message.challenge, writer.uint32(10).fork(), _depth + 1).ldelim();
        if (message.sessionRequest != null && $Object.hasOwnProperty.call(message, "sessionRequest"))
            $root.SessionRequest.encode(message.sessionRequest, writer.uint32(18).fork(), _depth + 1).ldelim();
        if (message.sessionResponse != null && $Object.hasOwnProperty.call(message, "sessionResponse"))
            $root.SessionResponse.encode(message.sessionResponse, writer.uint32(26).fork(), _depth + 1).ldelim();
        if (message.quoteRequest != null && $Object.hasOwnProperty.call(message, "quoteRequest"))
            $root.QuoteRequest.encode(message.quoteRequest, writer.uint32(34).fork(), _depth + 1).ldelim();
        if (message.quoteResponse != null && $Object.hasOwnProperty.call(message, "quoteResponse"))
            $root.QuoteResponse.encode(message.quoteResponse, writer.uint32(42).fork(), _depth + 1).ldelim();
        if (message.chunkRequest != null && $Object.hasOwnProperty.call(message, "chunkRequest"))
            $root.ChunkRequest.encode(message.chunkRequest, writer.uint32(50).fork(), _depth + 1).ldelim();
        if (message.fileRequest != null && $Object.hasOwnProperty.call(message, "fileRequest"))
            $root.FileRequest.encode(message.fileRequest, writer.uint32(58).fork(), _depth + 1).ldelim();
        if (message.chunkData != null && $Object.hasOwnProperty.call(message, "chunkData"))
            $root.ChunkData.encode(message.chunkData, writer.uint32(66).fork(), _depth + 1).ldelim();
        if (message.fileResponse != null && $Object.hasOwnProperty.call(message, "fileResponse"))
            $root.FileResponse.encode(message.fileResponse, writer.uint32(74).fork(), _depth + 1).ldelim();
        if (message.withheld != null && $Object.hasOwnProperty.call(message, "withheld"))
            $root.Withheld.encode(message.withheld, writer.uint32(82).fork(), _depth + 1).ldelim();
        if (message.cancel != null && $Object.hasOwnProperty.call(message, "cancel"))
            $root.Cancel.encode(message.cancel, writer.uint32(90).fork(), _depth + 1).ldelim();
        if (message.grant != null && $Object.hasOwnProperty.call(message, "grant"))
            $root.Grant.encode(message.grant, writer.uint32(98).fork(), _depth + 1).ldelim();
        if (message.paymentDue != null && $Object.hasOwnProperty.call(message, "paymentDue"))
            $root.PaymentDue.encode(message.paymentDue, writer.uint32(106).fork(), _depth + 1).ldelim();
        if (message.paymentProof != null && $Object.hasOwnProperty.call(message, "paymentProof"))
            $root.PaymentProof.encode(message.paymentProof, writer.uint32(114).fork(), _depth + 1).ldelim();
        if (message.paymentAck != null && $Object.hasOwnProperty.call(message, "paymentAck"))
            $root.PaymentAck.encode(message.paymentAck, writer.uint32(122).fork(), _depth + 1).ldelim();
        if (message.writeOff != null && $Object.hasOwnProperty.call(message, "writeOff"))
            $root.WriteOff.encode(message.writeOff, writer.uint32(130).fork(), _depth + 1).ldelim();
        if (message.writeOffAck != null && $Object.hasOwnProperty.call(message, "writeOffAck"))
            $root.WriteOffAck.encode(message.writeOffAck, writer.uint32(138).fork(), _depth + 1).ldelim();
        if (message.closeRequest != null && $Object.hasOwnProperty.call(message, "closeRequest"))
            $root.CloseRequest.encode(message.closeRequest, writer.uint32(146).fork(), _depth + 1).ldelim();
        if (message.closeAck != null && $Object.hasOwnProperty.call(message, "closeAck"))
            $root.CloseAck.encode(message.closeAck, writer.uint32(154).fork(), _depth + 1).ldelim();
        if (message.error != null && $Object.hasOwnProperty.call(message, "error"))
            $root.Error.encode(message.error, writer.uint32(162).fork(), _depth + 1).ldelim();
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
                    message.challenge = $root.Challenge.decode(reader, reader.size(), $undefined, _depth + 1, message.challenge);
                    message.body = "challenge";
                    continue;
                }
            case 2: {
                    if (wireType !== 2)
                        break;
                    message.sessionRequest = $root.SessionRequest.decode(reader, reader.size(), $undefined, _depth + 1, message.sessionRequest);
                    message.body = "sessionRequest";
                    continue;
                }
            case 3: {
                    if (wireType !== 2)
                        break;
                    message.sessionResponse = $root.SessionResponse.decode(reader, reader.size(), $undefined, _depth + 1, message.sessionResponse);
                    message.body = "sessionResponse";
                    continue;
                }
            case 4: {
                    if (wireType !== 2)
                        break;
                    message.quoteRequest = $root.QuoteRequest.decode(reader, reader.size(), $undefined, _depth + 1, message.quoteRequest);
                    message.body = "quoteRequest";
                    continue;
                }
            case 5: {
                    if (wireType !== 2)
                        break;
                    message.quoteResponse = $root.QuoteResponse.decode(reader, reader.size(), $undefined, _depth + 1, message.quoteResponse);
                    message.body = "quoteResponse";
                    continue;
                }
            case 6: {
                    if (wireType !== 2)
                        break;
                    message.chunkRequest = $root.ChunkRequest.decode(reader, reader.size(), $undefined, _depth + 1, message.chunkRequest);
                    message.body = "chunkRequest";
                    continue;
                }
            case 7: {
                    if (wireType !== 2)
                        break;
                    message.fileRequest = $root.FileRequest.decode(reader, reader.size(), $undefined, _depth + 1, message.fileRequest);
                    message.body = "fileRequest";
                    continue;
                }
            case 8: {
                    if (wireType !== 2)
                        break;
                    message.chunkData = $root.ChunkData.decode(reader, reader.size(), $undefined, _depth + 1, message.chunkData);
                    message.body = "chunkData";
                    continue;
                }
            case 9: {
                    if (wireType !== 2)
                        break;
                    message.fileResponse = $root.FileResponse.decode(reader, reader.size(), $undefined, _depth + 1, message.fileResponse);
                    message.body = "fileResponse";
                    continue;
                }
            case 10: {
                    if (wireType !== 2)
                        break;
                    message.withheld = $root.Withheld.decode(reader, reader.size(), $undefined, _depth + 1, message.withheld);
                    message.body = "withheld";
                    continue;
                }
            case 11: {
                    if (wireType !== 2)
                        break;
                    message.cancel = $root.Cancel.decode(reader, reader.size(), $undefined, _depth + 1, message.cancel);
                    message.body = "cancel";
                    continue;
                }
            case 12: {
                    if (wireType !== 2)
                        break;
                    message.grant = $root.Grant.decode(reader, reader.size(), $undefined, _depth + 1, message.grant);
                    message.body = "grant";
                    continue;
                }
            case 13: {
                    if (wireType !== 2)
                        break;
                    message.paymentDue = $root.PaymentDue.decode(reader, reader.size(), $undefined, _depth + 1, message.paymentDue);
                    message.body = "paymentDue";
                    continue;
                }
            case 14: {
                    if (wireType !== 2)
                        break;
                    message.paymentProof = $root.PaymentProof.decode(reader, reader.size(), $undefined, _depth + 1, message.paymentProof);
                    message.body = "paymentProof";
                    continue;
                }
            case 15: {
                    if (wireType !== 2)
                        break;
                    message.paymentAck = $root.PaymentAck.decode(reader, reader.size(), $undefined, _depth + 1, message.paymentAck);
                    message.body = "paymentAck";
                    continue;
                }
            case 16: {
                    if (wireType !== 2)
                        break;
                    message.writeOff = $root.WriteOff.decode(reader, reader.size(), $undefined, _depth + 1, message.writeOff);
                    message.body = "writeOff";
                    continue;
                }
            case 17: {
                    if (wireType !== 2)
                        break;
                    message.writeOffAck = $root.WriteOffAck.decode(reader, reader.size(), $undefined, _depth + 1, message.writeOffAck);
                    message.body = "writeOffAck";
                    continue;
                }
            case 18: {
                    if (wireType !== 2)
                        break;
                    message.closeRequest = $root.CloseRequest.decode(reader, reader.size(), $undefined, _depth + 1, message.closeRequest);
                    message.body = "closeRequest";
                    continue;
                }
            case 19: {
                    if (wireType !== 2)
                        break;
                    message.closeAck = $root.CloseAck.decode(reader, reader.size(), $undefined, _depth + 1, message.closeAck);
                    message.body = "closeAck";
                    continue;
                }
            case 20: {
                    if (wireType !== 2)
                        break;
                    message.error = $root.Error.decode(reader, reader.size(), $undefined, _depth + 1, message.error);
                    message.body = "error";
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

export const Challenge = $root.Challenge = (() => {

    const Challenge = function (properties) {
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    Challenge.prototype.nonce = $util.newBuffer([]);
    Challenge.prototype.payee = $util.newBuffer([]);
    Challenge.prototype.maxChunks = 0;

    Challenge.encode = function (message, writer, _depth) {
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
        if (message.maxChunks != null && $Object.hasOwnProperty.call(message, "maxChunks") && message.maxChunks !== 0)
            writer.uint32(24).uint32(message.maxChunks);
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    Challenge.decode = function (reader, length, _end, _depth, _target) {
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
        message = _target || new $root.Challenge();
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
                        message.maxChunks = value;
                    else
                        delete message.maxChunks;
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

    return Challenge;
})();

export const SessionRequest = $root.SessionRequest = (() => {

    const SessionRequest = function (properties) {
        this.fileHashes = [];
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    SessionRequest.prototype.sessionId = $util.newBuffer([]);
    SessionRequest.prototype.proof = null;
    SessionRequest.prototype.fileHashes = $util.emptyArray;
    SessionRequest.prototype.window = 0;
    SessionRequest.prototype.transfer = null;
    SessionRequest.prototype.escrow = null;

    let $oneOfFields;

    // Virtual OneOf for proto3 optional field
    $Object.defineProperty(SessionRequest.prototype, "_proof", {
        get: $util.oneOfGetter($oneOfFields = ["proof"]),
        set: $util.oneOfSetter($oneOfFields)
    });

    // Virtual OneOf for proto3 optional field
    $Object.defineProperty(SessionRequest.prototype, "_transfer", {
        get: $util.oneOfGetter($oneOfFields = ["transfer"]),
        set: $util.oneOfSetter($oneOfFields)
    });

    // Virtual OneOf for proto3 optional field
    $Object.defineProperty(SessionRequest.prototype, "_escrow", {
        get: $util.oneOfGetter($oneOfFields = ["escrow"]),
        set: $util.oneOfSetter($oneOfFields)
    });

    SessionRequest.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.sessionId != null && $Object.hasOwnProperty.call(message, "sessionId") && message.sessionId.length)
            writer.uint32(10).bytes(message.sessionId);
        if (message.proof != null && $Object.hasOwnProperty.call(message, "proof"))
            $root.HelloProof.encode(message.proof, writer.uint32(18).fork(), _depth + 1).ldelim();
        if (message.fileHashes != null && message.fileHashes.length)
            for (let i = 0; i < message.fileHashes.length; ++i)
                writer.uint32(26).bytes(message.fileHashes[i]);
        if (message.window != null && $Object.hasOwnProperty.call(message, "window") && message.window !== 0)
            writer.uint32(32).uint32(message.window);
        if (message.transfer != null && $Object.hasOwnProperty.call(message, "transfer"))
            $root.TransferProof.encode(message.transfer, writer.uint32(42).fork(), _depth + 1).ldelim();
        if (message.escrow != null && $Object.hasOwnProperty.call(message, "escrow"))
            $root.EscrowProof.encode(message.escrow, writer.uint32(50).fork(), _depth + 1).ldelim();
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    SessionRequest.decode = function (reader, length, _end, _depth, _target) {
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
        message = _target || new $root.SessionRequest();
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
                        message.sessionId = value;
                    else
                        delete message.sessionId;
                    continue;
                }
            case 2: {
                    if (wireType !== 2)
                        break;
                    message.proof = $root.HelloProof.decode(reader, reader.size(), $undefined, _depth + 1, message.proof);
                    message._proof = "proof";
                    continue;
                }
            case 3: {
                    if (wireType !== 2)
                        break;
                    if (!(message.fileHashes && message.fileHashes.length))
                        message.fileHashes = [];
                    message.fileHashes.push(reader.bytes());
                    continue;
                }
            case 4: {
                    if (wireType !== 0)
                        break;
                    if (value = reader.uint32())
                        message.window = value;
                    else
                        delete message.window;
                    continue;
                }
            case 5: {
                    if (wireType !== 2)
                        break;
                    message.transfer = $root.TransferProof.decode(reader, reader.size(), $undefined, _depth + 1, message.transfer);
                    message._transfer = "transfer";
                    continue;
                }
            case 6: {
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

    return SessionRequest;
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

export const SessionResponse = $root.SessionResponse = (() => {

    const SessionResponse = function (properties) {
        this.quotes = [];
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    SessionResponse.prototype.sessionId = $util.newBuffer([]);
    SessionResponse.prototype.resumed = false;
    SessionResponse.prototype.quotes = $util.emptyArray;
    SessionResponse.prototype.status = null;

    let $oneOfFields;

    // Virtual OneOf for proto3 optional field
    $Object.defineProperty(SessionResponse.prototype, "_status", {
        get: $util.oneOfGetter($oneOfFields = ["status"]),
        set: $util.oneOfSetter($oneOfFields)
    });

    SessionResponse.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.sessionId != null && $Object.hasOwnProperty.call(message, "sessionId") && message.sessionId.length)
            writer.uint32(10).bytes(message.sessionId);
        if (message.resumed != null && $Object.hasOwnProperty.call(message, "resumed") && message.resumed !== false)
            writer.uint32(16).bool(message.resumed);
        if (message.quotes != null && message.quotes.length)
            for (let i = 0; i < message.quotes.length; ++i)
                $root.FileQuote.encode(message.quotes[i], writer.uint32(26).fork(), _depth + 1).ldelim();
        if (message.status != null && $Object.hasOwnProperty.call(message, "status"))
            $root.AccountStatus.encode(message.status, writer.uint32(34).fork(), _depth + 1).ldelim();
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    SessionResponse.decode = function (reader, length, _end, _depth, _target) {
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
        message = _target || new $root.SessionResponse();
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
                        message.sessionId = value;
                    else
                        delete message.sessionId;
                    continue;
                }
            case 2: {
                    if (wireType !== 0)
                        break;
                    if (value = reader.bool())
                        message.resumed = value;
                    else
                        delete message.resumed;
                    continue;
                }
            case 3: {
                    if (wireType !== 2)
                        break;
                    if (!(message.quotes && message.quotes.length))
                        message.quotes = [];
                    message.quotes.push($root.FileQuote.decode(reader, reader.size(), $undefined, _depth + 1));
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

    return SessionResponse;
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

export const FileQuote = $root.FileQuote = (() => {

    const FileQuote = function (properties) {
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    FileQuote.prototype.fileHash = $util.newBuffer([]);
    FileQuote.prototype.terms = null;
    FileQuote.prototype.have = null;

    let $oneOfFields;

    // Virtual OneOf for proto3 optional field
    $Object.defineProperty(FileQuote.prototype, "_terms", {
        get: $util.oneOfGetter($oneOfFields = ["terms"]),
        set: $util.oneOfSetter($oneOfFields)
    });

    // Virtual OneOf for proto3 optional field
    $Object.defineProperty(FileQuote.prototype, "_have", {
        get: $util.oneOfGetter($oneOfFields = ["have"]),
        set: $util.oneOfSetter($oneOfFields)
    });

    FileQuote.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.fileHash != null && $Object.hasOwnProperty.call(message, "fileHash") && message.fileHash.length)
            writer.uint32(10).bytes(message.fileHash);
        if (message.terms != null && $Object.hasOwnProperty.call(message, "terms"))
            $root.QuoteTerms.encode(message.terms, writer.uint32(18).fork(), _depth + 1).ldelim();
        if (message.have != null && $Object.hasOwnProperty.call(message, "have"))
            $root.Have.encode(message.have, writer.uint32(26).fork(), _depth + 1).ldelim();
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    FileQuote.decode = function (reader, length, _end, _depth, _target) {
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
        message = _target || new $root.FileQuote();
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

    return FileQuote;
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

export const QuoteRequest = $root.QuoteRequest = (() => {

    const QuoteRequest = function (properties) {
        this.fileHashes = [];
        this.bids = [];
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    QuoteRequest.prototype.requestId = 0;
    QuoteRequest.prototype.fileHashes = $util.emptyArray;
    QuoteRequest.prototype.bids = $util.emptyArray;

    QuoteRequest.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.requestId != null && $Object.hasOwnProperty.call(message, "requestId") && message.requestId !== 0)
            writer.uint32(8).uint32(message.requestId);
        if (message.fileHashes != null && message.fileHashes.length)
            for (let i = 0; i < message.fileHashes.length; ++i)
                writer.uint32(18).bytes(message.fileHashes[i]);
        if (message.bids != null && message.bids.length)
            for (let i = 0; i < message.bids.length; ++i)
                $root.Bid.encode(message.bids[i], writer.uint32(26).fork(), _depth + 1).ldelim();
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
                    if (!(message.fileHashes && message.fileHashes.length))
                        message.fileHashes = [];
                    message.fileHashes.push(reader.bytes());
                    continue;
                }
            case 3: {
                    if (wireType !== 2)
                        break;
                    if (!(message.bids && message.bids.length))
                        message.bids = [];
                    message.bids.push($root.Bid.decode(reader, reader.size(), $undefined, _depth + 1));
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

export const QuoteResponse = $root.QuoteResponse = (() => {

    const QuoteResponse = function (properties) {
        this.quotes = [];
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    QuoteResponse.prototype.requestId = 0;
    QuoteResponse.prototype.quotes = $util.emptyArray;

    QuoteResponse.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.requestId != null && $Object.hasOwnProperty.call(message, "requestId") && message.requestId !== 0)
            writer.uint32(8).uint32(message.requestId);
        if (message.quotes != null && message.quotes.length)
            for (let i = 0; i < message.quotes.length; ++i)
                $root.FileQuote.encode(message.quotes[i], writer.uint32(18).fork(), _depth + 1).ldelim();
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    QuoteResponse.decode = function (reader, length, _end, _depth, _target) {
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
        message = _target || new $root.QuoteResponse();
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
                    if (!(message.quotes && message.quotes.length))
                        message.quotes = [];
                    message.quotes.push($root.FileQuote.decode(reader, reader.size(), $undefined, _depth + 1));
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

    return QuoteResponse;
})();

export const ChunkRequest = $root.ChunkRequest = (() => {

    const ChunkRequest = function (properties) {
        this.ranges = [];
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    ChunkRequest.prototype.requestId = 0;
    ChunkRequest.prototype.fileHash = $util.newBuffer([]);
    ChunkRequest.prototype.quoteId = 0;
    ChunkRequest.prototype.ranges = $util.emptyArray;
    ChunkRequest.prototype.wantProof = false;

    ChunkRequest.encode = function (message, writer, _depth) {
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
        if (message.ranges != null && message.ranges.length)
            for (let i = 0; i < message.ranges.length; ++i)
                $root.ChunkRange.encode(message.ranges[i], writer.uint32(34).fork(), _depth + 1).ldelim();
        if (message.wantProof != null && $Object.hasOwnProperty.call(message, "wantProof") && message.wantProof !== false)
            writer.uint32(40).bool(message.wantProof);
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    ChunkRequest.decode = function (reader, length, _end, _depth, _target) {
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
        message = _target || new $root.ChunkRequest();
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
            case 4: {
                    if (wireType !== 2)
                        break;
                    if (!(message.ranges && message.ranges.length))
                        message.ranges = [];
                    message.ranges.push($root.ChunkRange.decode(reader, reader.size(), $undefined, _depth + 1));
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

    return ChunkRequest;
})();

export const FileRequest = $root.FileRequest = (() => {

    const FileRequest = function (properties) {
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    FileRequest.prototype.fileHash = $util.newBuffer([]);
    FileRequest.prototype.offset = $util.newBuffer([]);
    FileRequest.prototype.length = $util.newBuffer([]);
    FileRequest.prototype.requestId = 0;
    FileRequest.prototype.quoteId = 0;
    FileRequest.prototype.wantProof = false;

    FileRequest.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.fileHash != null && $Object.hasOwnProperty.call(message, "fileHash") && message.fileHash.length)
            writer.uint32(10).bytes(message.fileHash);
        if (message.offset != null && $Object.hasOwnProperty.call(message, "offset") && message.offset.length)
            writer.uint32(18).bytes(message.offset);
        if (message.length != null && $Object.hasOwnProperty.call(message, "length") && message.length.length)
            writer.uint32(26).bytes(message.length);
        if (message.requestId != null && $Object.hasOwnProperty.call(message, "requestId") && message.requestId !== 0)
            writer.uint32(32).uint32(message.requestId);
        if (message.quoteId != null && $Object.hasOwnProperty.call(message, "quoteId") && message.quoteId !== 0)
            writer.uint32(40).uint32(message.quoteId);
        if (message.wantProof != null && $Object.hasOwnProperty.call(message, "wantProof") && message.wantProof !== false)
            writer.uint32(48).bool(message.wantProof);
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    FileRequest.decode = function (reader, length, _end, _depth, _target) {
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
        message = _target || new $root.FileRequest();
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
                    if (wireType !== 2)
                        break;
                    if ((value = reader.bytes()).length)
                        message.offset = value;
                    else
                        delete message.offset;
                    continue;
                }
            case 3: {
                    if (wireType !== 2)
                        break;
                    if ((value = reader.bytes()).length)
                        message.length = value;
                    else
                        delete message.length;
                    continue;
                }
            case 4: {
                    if (wireType !== 0)
                        break;
                    if (value = reader.uint32())
                        message.requestId = value;
                    else
                        delete message.requestId;
                    continue;
                }
            case 5: {
                    if (wireType !== 0)
                        break;
                    if (value = reader.uint32())
                        message.quoteId = value;
                    else
                        delete message.quoteId;
                    continue;
                }
            case 6: {
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

    return FileRequest;
})();

export const ChunkData = $root.ChunkData = (() => {

    const ChunkData = function (properties) {
        this.proof = [];
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    ChunkData.prototype.requestId = 0;
    ChunkData.prototype.chunkIndex = 0;
    ChunkData.prototype.credit = $util.newBuffer([]);
    ChunkData.prototype.proof = $util.emptyArray;
    ChunkData.prototype.chunk = $util.newBuffer([]);

    ChunkData.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.requestId != null && $Object.hasOwnProperty.call(message, "requestId") && message.requestId !== 0)
            writer.uint32(8).uint32(message.requestId);
        if (message.chunkIndex != null && $Object.hasOwnProperty.call(message, "chunkIndex") && message.chunkIndex !== 0)
            writer.uint32(16).uint32(message.chunkIndex);
        if (message.credit != null && $Object.hasOwnProperty.call(message, "credit") && message.credit.length)
            writer.uint32(26).bytes(message.credit);
        if (message.proof != null && message.proof.length)
            for (let i = 0; i < message.proof.length; ++i)
                writer.uint32(34).bytes(message.proof[i]);
        if (message.chunk != null && $Object.hasOwnProperty.call(message, "chunk") && message.chunk.length)
            writer.uint32(122).bytes(message.chunk);
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    ChunkData.decode = function (reader, length, _end, _depth, _target) {
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
        message = _target || new $root.ChunkData();
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
                    if (wireType !== 0)
                        break;
                    if (value = reader.uint32())
                        message.chunkIndex = value;
                    else
                        delete message.chunkIndex;
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

    return ChunkData;
})();

export const FileResponse = $root.FileResponse = (() => {

    const FileResponse = function (properties) {
        this.proof = [];
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    FileResponse.prototype.data = $util.newBuffer([]);
    FileResponse.prototype.isLastChunk = false;
    FileResponse.prototype.nextChunkHash = $util.newBuffer([]);
    FileResponse.prototype.requestId = 0;
    FileResponse.prototype.chunkIndex = 0;
    FileResponse.prototype.credit = $util.newBuffer([]);
    FileResponse.prototype.proof = $util.emptyArray;

    FileResponse.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.data != null && $Object.hasOwnProperty.call(message, "data") && message.data.length)
            writer.uint32(10).bytes(message.data);
        if (message.isLastChunk != null && $Object.hasOwnProperty.call(message, "isLastChunk") && message.isLastChunk !== false)
            writer.uint32(16).bool(message.isLastChunk);
        if (message.nextChunkHash != null && $Object.hasOwnProperty.call(message, "nextChunkHash") && message.nextChunkHash.length)
            writer.uint32(26).bytes(message.nextChunkHash);
        if (message.requestId != null && $Object.hasOwnProperty.call(message, "requestId") && message.requestId !== 0)
            writer.uint32(32).uint32(message.requestId);
        if (message.chunkIndex != null && $Object.hasOwnProperty.call(message, "chunkIndex") && message.chunkIndex !== 0)
            writer.uint32(40).uint32(message.chunkIndex);
        if (message.credit != null && $Object.hasOwnProperty.call(message, "credit") && message.credit.length)
            writer.uint32(50).bytes(message.credit);
        if (message.proof != null && message.proof.length)
            for (let i = 0; i < message.proof.length; ++i)
                writer.uint32(58).bytes(message.proof[i]);
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    FileResponse.decode = function (reader, length, _end, _depth, _target) {
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
        message = _target || new $root.FileResponse();
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
                        message.data = value;
                    else
                        delete message.data;
                    continue;
                }
            case 2: {
                    if (wireType !== 0)
                        break;
                    if (value = reader.bool())
                        message.isLastChunk = value;
                    else
                        delete message.isLastChunk;
                    continue;
                }
            case 3: {
                    if (wireType !== 2)
                        break;
                    if ((value = reader.bytes()).length)
                        message.nextChunkHash = value;
                    else
                        delete message.nextChunkHash;
                    continue;
                }
            case 4: {
                    if (wireType !== 0)
                        break;
                    if (value = reader.uint32())
                        message.requestId = value;
                    else
                        delete message.requestId;
                    continue;
                }
            case 5: {
                    if (wireType !== 0)
                        break;
                    if (value = reader.uint32())
                        message.chunkIndex = value;
                    else
                        delete message.chunkIndex;
                    continue;
                }
            case 6: {
                    if (wireType !== 2)
                        break;
                    if ((value = reader.bytes()).length)
                        message.credit = value;
                    else
                        delete message.credit;
                    continue;
                }
            case 7: {
                    if (wireType !== 2)
                        break;
                    if (!(message.proof && message.proof.length))
                        message.proof = [];
                    message.proof.push(reader.bytes());
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

    return FileResponse;
})();

export const Withheld = $root.Withheld = (() => {

    const Withheld = function (properties) {
        this.ranges = [];
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    Withheld.prototype.requestId = 0;
    Withheld.prototype.ranges = $util.emptyArray;
    Withheld.prototype.code = "";
    Withheld.prototype.quote = null;
    Withheld.prototype.status = null;

    let $oneOfFields;

    // Virtual OneOf for proto3 optional field
    $Object.defineProperty(Withheld.prototype, "_quote", {
        get: $util.oneOfGetter($oneOfFields = ["quote"]),
        set: $util.oneOfSetter($oneOfFields)
    });

    // Virtual OneOf for proto3 optional field
    $Object.defineProperty(Withheld.prototype, "_status", {
        get: $util.oneOfGetter($oneOfFields = ["status"]),
        set: $util.oneOfSetter($oneOfFields)
    });

    Withheld.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.requestId != null && $Object.hasOwnProperty.call(message, "requestId") && message.requestId !== 0)
            writer.uint32(8).uint32(message.requestId);
        if (message.ranges != null && message.ranges.length)
            for (let i = 0; i < message.ranges.length; ++i)
                $root.ChunkRange.encode(message.ranges[i], writer.uint32(18).fork(), _depth + 1).ldelim();
        if (message.code != null && $Object.hasOwnProperty.call(message, "code") && message.code !== "")
            writer.uint32(26).string(message.code);
        if (message.quote != null && $Object.hasOwnProperty.call(message, "quote"))
            $root.QuoteTerms.encode(message.quote, writer.uint32(34).fork(), _depth + 1).ldelim();
        if (message.status != null && $Object.hasOwnProperty.call(message, "status"))
            $root.AccountStatus.encode(message.status, writer.uint32(42).fork(), _depth + 1).ldelim();
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    Withheld.decode = function (reader, length, _end, _depth, _target) {
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
        message = _target || new $root.Withheld();
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
                    if (!(message.ranges && message.ranges.length))
                        message.ranges = [];
                    message.ranges.push($root.ChunkRange.decode(reader, reader.size(), $undefined, _depth + 1));
                    continue;
                }
            case 3: {
                    if (wireType !== 2)
                        break;
                    if ((value = reader.stringVerify()).length)
                        message.code = value;
                    else
                        delete message.code;
                    continue;
                }
            case 4: {
                    if (wireType !== 2)
                        break;
                    message.quote = $root.QuoteTerms.decode(reader, reader.size(), $undefined, _depth + 1, message.quote);
                    message._quote = "quote";
                    continue;
                }
            case 5: {
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

    return Withheld;
})();

export const Cancel = $root.Cancel = (() => {

    const Cancel = function (properties) {
        this.ranges = [];
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    Cancel.prototype.requestId = 0;
    Cancel.prototype.ranges = $util.emptyArray;

    Cancel.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.requestId != null && $Object.hasOwnProperty.call(message, "requestId") && message.requestId !== 0)
            writer.uint32(8).uint32(message.requestId);
        if (message.ranges != null && message.ranges.length)
            for (let i = 0; i < message.ranges.length; ++i)
                $root.ChunkRange.encode(message.ranges[i], writer.uint32(18).fork(), _depth + 1).ldelim();
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

    return Cancel;
})();

export const Grant = $root.Grant = (() => {

    const Grant = function (properties) {
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    Grant.prototype.chunks = 0;

    Grant.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.chunks != null && $Object.hasOwnProperty.call(message, "chunks") && message.chunks !== 0)
            writer.uint32(8).uint32(message.chunks);
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
                        message.chunks = value;
                    else
                        delete message.chunks;
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

export const PaymentDue = $root.PaymentDue = (() => {

    const PaymentDue = function (properties) {
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    PaymentDue.prototype.chunk = null;
    PaymentDue.prototype.code = "";
    PaymentDue.prototype.status = null;

    let $oneOfFields;

    // Virtual OneOf for proto3 optional field
    $Object.defineProperty(PaymentDue.prototype, "_chunk", {
        get: $util.oneOfGetter($oneOfFields = ["chunk"]),
        set: $util.oneOfSetter($oneOfFields)
    });

    // Virtual OneOf for proto3 optional field
    $Object.defineProperty(PaymentDue.prototype, "_status", {
        get: $util.oneOfGetter($oneOfFields = ["status"]),
        set: $util.oneOfSetter($oneOfFields)
    });

    PaymentDue.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.chunk != null && $Object.hasOwnProperty.call(message, "chunk"))
            $root.ChunkRef.encode(message.chunk, writer.uint32(10).fork(), _depth + 1).ldelim();
        if (message.code != null && $Object.hasOwnProperty.call(message, "code") && message.code !== "")
            writer.uint32(18).string(message.code);
        if (message.status != null && $Object.hasOwnProperty.call(message, "status"))
            $root.AccountStatus.encode(message.status, writer.uint32(26).fork(), _depth + 1).ldelim();
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    PaymentDue.decode = function (reader, length, _end, _depth, _target) {
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
        message = _target || new $root.PaymentDue();
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
                    message.chunk = $root.ChunkRef.decode(reader, reader.size(), $undefined, _depth + 1, message.chunk);
                    message._chunk = "chunk";
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

    return PaymentDue;
})();

export const PaymentProof = $root.PaymentProof = (() => {

    const PaymentProof = function (properties) {
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    PaymentProof.prototype.requestId = 0;
    PaymentProof.prototype.voucher = null;

    let $oneOfFields;

    // Virtual OneOf for proto3 optional field
    $Object.defineProperty(PaymentProof.prototype, "_voucher", {
        get: $util.oneOfGetter($oneOfFields = ["voucher"]),
        set: $util.oneOfSetter($oneOfFields)
    });

    PaymentProof.encode = function (message, writer, _depth) {
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

    PaymentProof.decode = function (reader, length, _end, _depth, _target) {
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
        message = _target || new $root.PaymentProof();
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

    return PaymentProof;
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

export const PaymentAck = $root.PaymentAck = (() => {

    const PaymentAck = function (properties) {
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    PaymentAck.prototype.requestId = 0;
    PaymentAck.prototype.vouchered = $util.newBuffer([]);
    PaymentAck.prototype.credit = $util.newBuffer([]);
    PaymentAck.prototype.code = "";

    PaymentAck.encode = function (message, writer, _depth) {
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
        if (message.code != null && $Object.hasOwnProperty.call(message, "code") && message.code !== "")
            writer.uint32(34).string(message.code);
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    PaymentAck.decode = function (reader, length, _end, _depth, _target) {
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
        message = _target || new $root.PaymentAck();
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
            case 4: {
                    if (wireType !== 2)
                        break;
                    if ((value = reader.stringVerify()).length)
                        message.code = value;
                    else
                        delete message.code;
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

    return PaymentAck;
})();

export const WriteOff = $root.WriteOff = (() => {

    const WriteOff = function (properties) {
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    WriteOff.prototype.requestId = 0;
    WriteOff.prototype.chunk = null;

    let $oneOfFields;

    // Virtual OneOf for proto3 optional field
    $Object.defineProperty(WriteOff.prototype, "_chunk", {
        get: $util.oneOfGetter($oneOfFields = ["chunk"]),
        set: $util.oneOfSetter($oneOfFields)
    });

    WriteOff.encode = function (message, writer, _depth) {
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
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    WriteOff.decode = function (reader, length, _end, _depth, _target) {
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
        message = _target || new $root.WriteOff();
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

    return WriteOff;
})();

export const WriteOffAck = $root.WriteOffAck = (() => {

    const WriteOffAck = function (properties) {
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    WriteOffAck.prototype.requestId = 0;
    WriteOffAck.prototype.writtenOff = false;
    WriteOffAck.prototype.credit = $util.newBuffer([]);

    WriteOffAck.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.requestId != null && $Object.hasOwnProperty.call(message, "requestId") && message.requestId !== 0)
            writer.uint32(8).uint32(message.requestId);
        if (message.writtenOff != null && $Object.hasOwnProperty.call(message, "writtenOff") && message.writtenOff !== false)
            writer.uint32(16).bool(message.writtenOff);
        if (message.credit != null && $Object.hasOwnProperty.call(message, "credit") && message.credit.length)
            writer.uint32(26).bytes(message.credit);
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    WriteOffAck.decode = function (reader, length, _end, _depth, _target) {
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
        message = _target || new $root.WriteOffAck();
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
                    if (wireType !== 0)
                        break;
                    if (value = reader.bool())
                        message.writtenOff = value;
                    else
                        delete message.writtenOff;
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

    return WriteOffAck;
})();

export const CloseRequest = $root.CloseRequest = (() => {

    const CloseRequest = function (properties) {
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    CloseRequest.prototype.requestId = 0;
    CloseRequest.prototype.sessionId = $util.newBuffer([]);
    CloseRequest.prototype.closeChannel = false;
    CloseRequest.prototype.agreement = null;

    let $oneOfFields;

    // Virtual OneOf for proto3 optional field
    $Object.defineProperty(CloseRequest.prototype, "_agreement", {
        get: $util.oneOfGetter($oneOfFields = ["agreement"]),
        set: $util.oneOfSetter($oneOfFields)
    });

    CloseRequest.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.requestId != null && $Object.hasOwnProperty.call(message, "requestId") && message.requestId !== 0)
            writer.uint32(8).uint32(message.requestId);
        if (message.sessionId != null && $Object.hasOwnProperty.call(message, "sessionId") && message.sessionId.length)
            writer.uint32(18).bytes(message.sessionId);
        if (message.closeChannel != null && $Object.hasOwnProperty.call(message, "closeChannel") && message.closeChannel !== false)
            writer.uint32(24).bool(message.closeChannel);
        if (message.agreement != null && $Object.hasOwnProperty.call(message, "agreement"))
            $root.CloseAgreement.encode(message.agreement, writer.uint32(34).fork(), _depth + 1).ldelim();
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    CloseRequest.decode = function (reader, length, _end, _depth, _target) {
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
        message = _target || new $root.CloseRequest();
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
                        message.sessionId = value;
                    else
                        delete message.sessionId;
                    continue;
                }
            case 3: {
                    if (wireType !== 0)
                        break;
                    if (value = reader.bool())
                        message.closeChannel = value;
                    else
                        delete message.closeChannel;
                    continue;
                }
            case 4: {
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

    return CloseRequest;
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
    CloseAck.prototype.status = null;
    CloseAck.prototype.transactionHash = $util.newBuffer([]);
    CloseAck.prototype.release = null;

    let $oneOfFields;

    // Virtual OneOf for proto3 optional field
    $Object.defineProperty(CloseAck.prototype, "_status", {
        get: $util.oneOfGetter($oneOfFields = ["status"]),
        set: $util.oneOfSetter($oneOfFields)
    });

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
        if (message.status != null && $Object.hasOwnProperty.call(message, "status"))
            $root.AccountStatus.encode(message.status, writer.uint32(18).fork(), _depth + 1).ldelim();
        if (message.transactionHash != null && $Object.hasOwnProperty.call(message, "transactionHash") && message.transactionHash.length)
            writer.uint32(26).bytes(message.transactionHash);
        if (message.release != null && $Object.hasOwnProperty.call(message, "release"))
            $root.Release.encode(message.release, writer.uint32(34).fork(), _depth + 1).ldelim();
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
                    message.status = $root.AccountStatus.decode(reader, reader.size(), $undefined, _depth + 1, message.status);
                    message._status = "status";
                    continue;
                }
            case 3: {
                    if (wireType !== 2)
                        break;
                    if ((value = reader.bytes()).length)
                        message.transactionHash = value;
                    else
                        delete message.transactionHash;
                    continue;
                }
            case 4: {
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
