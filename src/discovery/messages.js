// Generated from messages.proto by scripts/generate-proto.ts. Do not edit.
import $protobuf from "protobufjs/minimal.js";

const $Reader = $protobuf.Reader, $Writer = $protobuf.Writer, $util = $protobuf.util;
const $Object = $util.global.Object, $undefined = $util.global.undefined, $Error = $util.global.Error, $RangeError = $util.global.RangeError;

const $root = $protobuf.roots["discovery"] || ($protobuf.roots["discovery"] = {});

export const RecordType = $root.RecordType = (() => {
    const valuesById = $Object.create(null), values = $Object.create(valuesById);
    values[valuesById[0] = "RECORD_TYPE_UNSPECIFIED"] = 0;
    values[valuesById[1] = "RECORD_TYPE_OFFER"] = 1;
    values[valuesById[2] = "RECORD_TYPE_HEADER"] = 2;
    values[valuesById[3] = "RECORD_TYPE_WITHDRAW"] = 3;
    values[valuesById[4] = "RECORD_TYPE_BOOTNODE"] = 4;
    return values;
})();

export const SignedRecord = $root.SignedRecord = (() => {

    const SignedRecord = function (properties) {
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    SignedRecord.prototype.version = 0;
    SignedRecord.prototype.type = 0;
    SignedRecord.prototype.payload = $util.newBuffer([]);
    SignedRecord.prototype.signer = $util.newBuffer([]);
    SignedRecord.prototype.signature = $util.newBuffer([]);

    SignedRecord.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.version != null && $Object.hasOwnProperty.call(message, "version") && message.version !== 0)
            writer.uint32(8).uint32(message.version);
        if (message.type != null && $Object.hasOwnProperty.call(message, "type") && message.type !== 0)
            writer.uint32(16).int32(message.type);
        if (message.payload != null && $Object.hasOwnProperty.call(message, "payload") && message.payload.length)
            writer.uint32(26).bytes(message.payload);
        if (message.signer != null && $Object.hasOwnProperty.call(message, "signer") && message.signer.length)
            writer.uint32(34).bytes(message.signer);
        if (message.signature != null && $Object.hasOwnProperty.call(message, "signature") && message.signature.length)
            writer.uint32(42).bytes(message.signature);
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    SignedRecord.decode = function (reader, length, _end, _depth, _target) {
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
        message = _target || new $root.SignedRecord();
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
                        message.version = value;
                    else
                        delete message.version;
                    continue;
                }
            case 2: {
                    if (wireType !== 0)
                        break;
                    if (value = reader.int32())
                        message.type = value;
                    else
                        delete message.type;
                    continue;
                }
            case 3: {
                    if (wireType !== 2)
                        break;
                    if ((value = reader.bytes()).length)
                        message.payload = value;
                    else
                        delete message.payload;
                    continue;
                }
            case 4: {
                    if (wireType !== 2)
                        break;
                    if ((value = reader.bytes()).length)
                        message.signer = value;
                    else
                        delete message.signer;
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

    return SignedRecord;
})();

export const Offer = $root.Offer = (() => {

    const Offer = function (properties) {
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    Offer.prototype.fileHash = $util.newBuffer([]);
    Offer.prototype.peerId = "";
    Offer.prototype.chainId = 0;
    Offer.prototype.genesisHash = $util.newBuffer([]);
    Offer.prototype.contract = $util.newBuffer([]);
    Offer.prototype.pricePerMib = $util.newBuffer([]);
    Offer.prototype.minDeposit = $util.newBuffer([]);
    Offer.prototype.confirmations = 0;
    Offer.prototype.sequence = $util.newBuffer([]);
    Offer.prototype.expiresAtSeconds = 0;
    Offer.prototype.chunks = null;
    Offer.prototype.chiralPrivate = null;
    Offer.prototype.http = null;
    Offer.prototype.bittorrent = null;
    Offer.prototype.webtorrent = null;
    Offer.prototype.ed2k = null;
    Offer.prototype.smallDeposit = null;
    Offer.prototype.refusesEscrows = false;

    Offer.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.fileHash != null && $Object.hasOwnProperty.call(message, "fileHash") && message.fileHash.length)
            writer.uint32(10).bytes(message.fileHash);
        if (message.peerId != null && $Object.hasOwnProperty.call(message, "peerId") && message.peerId !== "")
            writer.uint32(18).string(message.peerId);
        if (message.chainId != null && $Object.hasOwnProperty.call(message, "chainId") && message.chainId !== 0)
            writer.uint32(24).uint32(message.chainId);
        if (message.genesisHash != null && $Object.hasOwnProperty.call(message, "genesisHash") && message.genesisHash.length)
            writer.uint32(34).bytes(message.genesisHash);
        if (message.contract != null && $Object.hasOwnProperty.call(message, "contract") && message.contract.length)
            writer.uint32(42).bytes(message.contract);
        if (message.pricePerMib != null && $Object.hasOwnProperty.call(message, "pricePerMib") && message.pricePerMib.length)
            writer.uint32(50).bytes(message.pricePerMib);
        if (message.minDeposit != null && $Object.hasOwnProperty.call(message, "minDeposit") && message.minDeposit.length)
            writer.uint32(58).bytes(message.minDeposit);
        if (message.confirmations != null && $Object.hasOwnProperty.call(message, "confirmations") && message.confirmations !== 0)
            writer.uint32(64).uint32(message.confirmations);
        if (message.sequence != null && $Object.hasOwnProperty.call(message, "sequence") && message.sequence.length)
            writer.uint32(74).bytes(message.sequence);
        if (message.expiresAtSeconds != null && $Object.hasOwnProperty.call(message, "expiresAtSeconds") && message.expiresAtSeconds !== 0)
            writer.uint32(80).uint32(message.expiresAtSeconds);
        if (message.chunks != null && $Object.hasOwnProperty.call(message, "chunks"))
            $root.Chunks.encode(message.chunks, writer.uint32(90).fork(), _depth + 1).ldelim();
        if (message.chiralPrivate != null && $Object.hasOwnProperty.call(message, "chiralPrivate"))
            $root.PrivateEndpoint.encode(message.chiralPrivate, writer.uint32(98).fork(), _depth + 1).ldelim();
        if (message.http != null && $Object.hasOwnProperty.call(message, "http"))
            $root.HttpEndpoint.encode(message.http, writer.uint32(106).fork(), _depth + 1).ldelim();
        if (message.bittorrent != null && $Object.hasOwnProperty.call(message, "bittorrent"))
            $root.BittorrentEndpoint.encode(message.bittorrent, writer.uint32(114).fork(), _depth + 1).ldelim();
        if (message.webtorrent != null && $Object.hasOwnProperty.call(message, "webtorrent"))
            $root.WebtorrentEndpoint.encode(message.webtorrent, writer.uint32(122).fork(), _depth + 1).ldelim();
        if (message.ed2k != null && $Object.hasOwnProperty.call(message, "ed2k"))
            $root.Ed2kEndpoint.encode(message.ed2k, writer.uint32(130).fork(), _depth + 1).ldelim();
        if (message.smallDeposit != null && $Object.hasOwnProperty.call(message, "smallDeposit"))
            $root.SmallDeposit.encode(message.smallDeposit, writer.uint32(138).fork(), _depth + 1).ldelim();
        if (message.refusesEscrows != null && $Object.hasOwnProperty.call(message, "refusesEscrows") && message.refusesEscrows !== false)
            writer.uint32(144).bool(message.refusesEscrows);
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    Offer.decode = function (reader, length, _end, _depth, _target) {
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
        message = _target || new $root.Offer();
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
                    if ((value = reader.stringVerify()).length)
                        message.peerId = value;
                    else
                        delete message.peerId;
                    continue;
                }
            case 3: {
                    if (wireType !== 0)
                        break;
                    if (value = reader.uint32())
                        message.chainId = value;
                    else
                        delete message.chainId;
                    continue;
                }
            case 4: {
                    if (wireType !== 2)
                        break;
                    if ((value = reader.bytes()).length)
                        message.genesisHash = value;
                    else
                        delete message.genesisHash;
                    continue;
                }
            case 5: {
                    if (wireType !== 2)
                        break;
                    if ((value = reader.bytes()).length)
                        message.contract = value;
                    else
                        delete message.contract;
                    continue;
                }
            case 6: {
                    if (wireType !== 2)
                        break;
                    if ((value = reader.bytes()).length)
                        message.pricePerMib = value;
                    else
                        delete message.pricePerMib;
                    continue;
                }
            case 7: {
                    if (wireType !== 2)
                        break;
                    if ((value = reader.bytes()).length)
                        message.minDeposit = value;
                    else
                        delete message.minDeposit;
                    continue;
                }
            case 8: {
                    if (wireType !== 0)
                        break;
                    if (value = reader.uint32())
                        message.confirmations = value;
                    else
                        delete message.confirmations;
                    continue;
                }
            case 9: {
                    if (wireType !== 2)
                        break;
                    if ((value = reader.bytes()).length)
                        message.sequence = value;
                    else
                        delete message.sequence;
                    continue;
                }
            case 10: {
                    if (wireType !== 0)
                        break;
                    if (value = reader.uint32())
                        message.expiresAtSeconds = value;
                    else
                        delete message.expiresAtSeconds;
                    continue;
                }
            case 11: {
                    if (wireType !== 2)
                        break;
                    message.chunks = $root.Chunks.decode(reader, reader.size(), $undefined, _depth + 1, message.chunks);
                    continue;
                }
            case 12: {
                    if (wireType !== 2)
                        break;
                    message.chiralPrivate = $root.PrivateEndpoint.decode(reader, reader.size(), $undefined, _depth + 1, message.chiralPrivate);
                    continue;
                }
            case 13: {
                    if (wireType !== 2)
                        break;
                    message.http = $root.HttpEndpoint.decode(reader, reader.size(), $undefined, _depth + 1, message.http);
                    continue;
                }
            case 14: {
                    if (wireType !== 2)
                        break;
                    message.bittorrent = $root.BittorrentEndpoint.decode(reader, reader.size(), $undefined, _depth + 1, message.bittorrent);
                    continue;
                }
            case 15: {
                    if (wireType !== 2)
                        break;
                    message.webtorrent = $root.WebtorrentEndpoint.decode(reader, reader.size(), $undefined, _depth + 1, message.webtorrent);
                    continue;
                }
            case 16: {
                    if (wireType !== 2)
                        break;
                    message.ed2k = $root.Ed2kEndpoint.decode(reader, reader.size(), $undefined, _depth + 1, message.ed2k);
                    continue;
                }
            case 17: {
                    if (wireType !== 2)
                        break;
                    message.smallDeposit = $root.SmallDeposit.decode(reader, reader.size(), $undefined, _depth + 1, message.smallDeposit);
                    continue;
                }
            case 18: {
                    if (wireType !== 0)
                        break;
                    if (value = reader.bool())
                        message.refusesEscrows = value;
                    else
                        delete message.refusesEscrows;
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

    return Offer;
})();

export const SmallDeposit = $root.SmallDeposit = (() => {

    const SmallDeposit = function (properties) {
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    SmallDeposit.prototype.amount = $util.newBuffer([]);
    SmallDeposit.prototype.confirmations = 0;

    SmallDeposit.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.amount != null && $Object.hasOwnProperty.call(message, "amount") && message.amount.length)
            writer.uint32(10).bytes(message.amount);
        if (message.confirmations != null && $Object.hasOwnProperty.call(message, "confirmations") && message.confirmations !== 0)
            writer.uint32(16).uint32(message.confirmations);
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    SmallDeposit.decode = function (reader, length, _end, _depth, _target) {
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
        message = _target || new $root.SmallDeposit();
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
                        message.amount = value;
                    else
                        delete message.amount;
                    continue;
                }
            case 2: {
                    if (wireType !== 0)
                        break;
                    if (value = reader.uint32())
                        message.confirmations = value;
                    else
                        delete message.confirmations;
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

    return SmallDeposit;
})();

export const Chunks = $root.Chunks = (() => {

    const Chunks = function (properties) {
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    Chunks.prototype.chunkCount = 0;
    Chunks.prototype.all = null;
    Chunks.prototype.bitfield = null;
    Chunks.prototype.ranges = null;

    let $oneOfFields;

    $Object.defineProperty(Chunks.prototype, "held", {
        get: $util.oneOfGetter($oneOfFields = ["all", "bitfield", "ranges"]),
        set: $util.oneOfSetter($oneOfFields)
    });

    Chunks.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.chunkCount != null && $Object.hasOwnProperty.call(message, "chunkCount") && message.chunkCount !== 0)
            writer.uint32(8).uint32(message.chunkCount);
        if (message.all != null && $Object.hasOwnProperty.call(message, "all"))
            writer.uint32(16).bool(message.all);
        if (message.bitfield != null && $Object.hasOwnProperty.call(message, "bitfield"))
            writer.uint32(26).bytes(message.bitfield);
        if (message.ranges != null && $Object.hasOwnProperty.call(message, "ranges"))
            $root.Ranges.encode(message.ranges, writer.uint32(34).fork(), _depth + 1).ldelim();
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    Chunks.decode = function (reader, length, _end, _depth, _target) {
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
        message = _target || new $root.Chunks();
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
                        message.chunkCount = value;
                    else
                        delete message.chunkCount;
                    continue;
                }
            case 2: {
                    if (wireType !== 0)
                        break;
                    message.all = reader.bool();
                    message.held = "all";
                    continue;
                }
            case 3: {
                    if (wireType !== 2)
                        break;
                    message.bitfield = reader.bytes();
                    message.held = "bitfield";
                    continue;
                }
            case 4: {
                    if (wireType !== 2)
                        break;
                    message.ranges = $root.Ranges.decode(reader, reader.size(), $undefined, _depth + 1, message.ranges);
                    message.held = "ranges";
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

    return Chunks;
})();

export const Ranges = $root.Ranges = (() => {

    const Ranges = function (properties) {
        this.runs = [];
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    Ranges.prototype.runs = $util.emptyArray;

    Ranges.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.runs != null && message.runs.length)
            writer.uint32(10).uint32s(message.runs);
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    Ranges.decode = function (reader, length, _end, _depth, _target) {
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
        message = _target || new $root.Ranges();
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
                    if (wireType === 2) {
                        if (!(message.runs && message.runs.length))
                            message.runs = [];
                        reader.uint32s(message.runs);
                        continue;
                    }
                    if (wireType !== 0)
                        break;
                    if (!(message.runs && message.runs.length))
                        message.runs = [];
                    message.runs.push(reader.uint32());
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

    return Ranges;
})();

export const PrivateEndpoint = $root.PrivateEndpoint = (() => {

    const PrivateEndpoint = function (properties) {
        this.multiaddrs = [];
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    PrivateEndpoint.prototype.multiaddrs = $util.emptyArray;
    PrivateEndpoint.prototype.bitswap = "";
    PrivateEndpoint.prototype.webrpc = "";

    PrivateEndpoint.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.multiaddrs != null && message.multiaddrs.length)
            for (let i = 0; i < message.multiaddrs.length; ++i)
                writer.uint32(10).string(message.multiaddrs[i]);
        if (message.bitswap != null && $Object.hasOwnProperty.call(message, "bitswap") && message.bitswap !== "")
            writer.uint32(18).string(message.bitswap);
        if (message.webrpc != null && $Object.hasOwnProperty.call(message, "webrpc") && message.webrpc !== "")
            writer.uint32(26).string(message.webrpc);
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    PrivateEndpoint.decode = function (reader, length, _end, _depth, _target) {
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
        message = _target || new $root.PrivateEndpoint();
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
                    if (!(message.multiaddrs && message.multiaddrs.length))
                        message.multiaddrs = [];
                    message.multiaddrs.push(reader.stringVerify());
                    continue;
                }
            case 2: {
                    if (wireType !== 2)
                        break;
                    if ((value = reader.stringVerify()).length)
                        message.bitswap = value;
                    else
                        delete message.bitswap;
                    continue;
                }
            case 3: {
                    if (wireType !== 2)
                        break;
                    if ((value = reader.stringVerify()).length)
                        message.webrpc = value;
                    else
                        delete message.webrpc;
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

    return PrivateEndpoint;
})();

export const HttpEndpoint = $root.HttpEndpoint = (() => {

    const HttpEndpoint = function (properties) {
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    HttpEndpoint.prototype.url = "";
    HttpEndpoint.prototype.tlsFingerprint = $util.newBuffer([]);

    HttpEndpoint.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.url != null && $Object.hasOwnProperty.call(message, "url") && message.url !== "")
            writer.uint32(10).string(message.url);
        if (message.tlsFingerprint != null && $Object.hasOwnProperty.call(message, "tlsFingerprint") && message.tlsFingerprint.length)
            writer.uint32(18).bytes(message.tlsFingerprint);
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    HttpEndpoint.decode = function (reader, length, _end, _depth, _target) {
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
        message = _target || new $root.HttpEndpoint();
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
                    if ((value = reader.stringVerify()).length)
                        message.url = value;
                    else
                        delete message.url;
                    continue;
                }
            case 2: {
                    if (wireType !== 2)
                        break;
                    if ((value = reader.bytes()).length)
                        message.tlsFingerprint = value;
                    else
                        delete message.tlsFingerprint;
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

    return HttpEndpoint;
})();

export const BittorrentEndpoint = $root.BittorrentEndpoint = (() => {

    const BittorrentEndpoint = function (properties) {
        this.addresses = [];
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    BittorrentEndpoint.prototype.infohash = $util.newBuffer([]);
    BittorrentEndpoint.prototype.addresses = $util.emptyArray;

    BittorrentEndpoint.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.infohash != null && $Object.hasOwnProperty.call(message, "infohash") && message.infohash.length)
            writer.uint32(10).bytes(message.infohash);
        if (message.addresses != null && message.addresses.length)
            for (let i = 0; i < message.addresses.length; ++i)
                writer.uint32(18).string(message.addresses[i]);
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    BittorrentEndpoint.decode = function (reader, length, _end, _depth, _target) {
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
        message = _target || new $root.BittorrentEndpoint();
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
                        message.infohash = value;
                    else
                        delete message.infohash;
                    continue;
                }
            case 2: {
                    if (wireType !== 2)
                        break;
                    if (!(message.addresses && message.addresses.length))
                        message.addresses = [];
                    message.addresses.push(reader.stringVerify());
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

    return BittorrentEndpoint;
})();

export const WebtorrentEndpoint = $root.WebtorrentEndpoint = (() => {

    const WebtorrentEndpoint = function (properties) {
        this.trackers = [];
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    WebtorrentEndpoint.prototype.magnet = "";
    WebtorrentEndpoint.prototype.trackers = $util.emptyArray;

    WebtorrentEndpoint.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.magnet != null && $Object.hasOwnProperty.call(message, "magnet") && message.magnet !== "")
            writer.uint32(10).string(message.magnet);
        if (message.trackers != null && message.trackers.length)
            for (let i = 0; i < message.trackers.length; ++i)
                writer.uint32(18).string(message.trackers[i]);
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    WebtorrentEndpoint.decode = function (reader, length, _end, _depth, _target) {
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
        message = _target || new $root.WebtorrentEndpoint();
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
                    if ((value = reader.stringVerify()).length)
                        message.magnet = value;
                    else
                        delete message.magnet;
                    continue;
                }
            case 2: {
                    if (wireType !== 2)
                        break;
                    if (!(message.trackers && message.trackers.length))
                        message.trackers = [];
                    message.trackers.push(reader.stringVerify());
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

    return WebtorrentEndpoint;
})();

export const Ed2kEndpoint = $root.Ed2kEndpoint = (() => {

    const Ed2kEndpoint = function (properties) {
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    Ed2kEndpoint.prototype.link = "";
    Ed2kEndpoint.prototype.address = "";

    Ed2kEndpoint.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.link != null && $Object.hasOwnProperty.call(message, "link") && message.link !== "")
            writer.uint32(10).string(message.link);
        if (message.address != null && $Object.hasOwnProperty.call(message, "address") && message.address !== "")
            writer.uint32(18).string(message.address);
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    Ed2kEndpoint.decode = function (reader, length, _end, _depth, _target) {
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
        message = _target || new $root.Ed2kEndpoint();
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
                    if ((value = reader.stringVerify()).length)
                        message.link = value;
                    else
                        delete message.link;
                    continue;
                }
            case 2: {
                    if (wireType !== 2)
                        break;
                    if ((value = reader.stringVerify()).length)
                        message.address = value;
                    else
                        delete message.address;
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

    return Ed2kEndpoint;
})();

export const Header = $root.Header = (() => {

    const Header = function (properties) {
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    Header.prototype.fileHash = $util.newBuffer([]);
    Header.prototype.name = "";
    Header.prototype.mimeType = "";
    Header.prototype.createdAtSeconds = 0;
    Header.prototype.sha256 = $util.newBuffer([]);
    Header.prototype.sizeBytes = $util.newBuffer([]);

    Header.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.fileHash != null && $Object.hasOwnProperty.call(message, "fileHash") && message.fileHash.length)
            writer.uint32(10).bytes(message.fileHash);
        if (message.name != null && $Object.hasOwnProperty.call(message, "name") && message.name !== "")
            writer.uint32(18).string(message.name);
        if (message.mimeType != null && $Object.hasOwnProperty.call(message, "mimeType") && message.mimeType !== "")
            writer.uint32(26).string(message.mimeType);
        if (message.createdAtSeconds != null && $Object.hasOwnProperty.call(message, "createdAtSeconds") && message.createdAtSeconds !== 0)
            writer.uint32(32).uint32(message.createdAtSeconds);
        if (message.sha256 != null && $Object.hasOwnProperty.call(message, "sha256") && message.sha256.length)
            writer.uint32(42).bytes(message.sha256);
        if (message.sizeBytes != null && $Object.hasOwnProperty.call(message, "sizeBytes") && message.sizeBytes.length)
            writer.uint32(50).bytes(message.sizeBytes);
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    Header.decode = function (reader, length, _end, _depth, _target) {
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
        message = _target || new $root.Header();
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
                    if ((value = reader.stringVerify()).length)
                        message.name = value;
                    else
                        delete message.name;
                    continue;
                }
            case 3: {
                    if (wireType !== 2)
                        break;
                    if ((value = reader.stringVerify()).length)
                        message.mimeType = value;
                    else
                        delete message.mimeType;
                    continue;
                }
            case 4: {
                    if (wireType !== 0)
                        break;
                    if (value = reader.uint32())
                        message.createdAtSeconds = value;
                    else
                        delete message.createdAtSeconds;
                    continue;
                }
            case 5: {
                    if (wireType !== 2)
                        break;
                    if ((value = reader.bytes()).length)
                        message.sha256 = value;
                    else
                        delete message.sha256;
                    continue;
                }
            case 6: {
                    if (wireType !== 2)
                        break;
                    if ((value = reader.bytes()).length)
                        message.sizeBytes = value;
                    else
                        delete message.sizeBytes;
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

    return Header;
})();

export const Withdraw = $root.Withdraw = (() => {

    const Withdraw = function (properties) {
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    Withdraw.prototype.fileHash = $util.newBuffer([]);
    Withdraw.prototype.peerId = "";
    Withdraw.prototype.chainId = 0;
    Withdraw.prototype.genesisHash = $util.newBuffer([]);
    Withdraw.prototype.sequence = $util.newBuffer([]);

    Withdraw.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.fileHash != null && $Object.hasOwnProperty.call(message, "fileHash") && message.fileHash.length)
            writer.uint32(10).bytes(message.fileHash);
        if (message.peerId != null && $Object.hasOwnProperty.call(message, "peerId") && message.peerId !== "")
            writer.uint32(18).string(message.peerId);
        if (message.chainId != null && $Object.hasOwnProperty.call(message, "chainId") && message.chainId !== 0)
            writer.uint32(24).uint32(message.chainId);
        if (message.genesisHash != null && $Object.hasOwnProperty.call(message, "genesisHash") && message.genesisHash.length)
            writer.uint32(34).bytes(message.genesisHash);
        if (message.sequence != null && $Object.hasOwnProperty.call(message, "sequence") && message.sequence.length)
            writer.uint32(42).bytes(message.sequence);
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    Withdraw.decode = function (reader, length, _end, _depth, _target) {
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
        message = _target || new $root.Withdraw();
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
                    if ((value = reader.stringVerify()).length)
                        message.peerId = value;
                    else
                        delete message.peerId;
                    continue;
                }
            case 3: {
                    if (wireType !== 0)
                        break;
                    if (value = reader.uint32())
                        message.chainId = value;
                    else
                        delete message.chainId;
                    continue;
                }
            case 4: {
                    if (wireType !== 2)
                        break;
                    if ((value = reader.bytes()).length)
                        message.genesisHash = value;
                    else
                        delete message.genesisHash;
                    continue;
                }
            case 5: {
                    if (wireType !== 2)
                        break;
                    if ((value = reader.bytes()).length)
                        message.sequence = value;
                    else
                        delete message.sequence;
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

    return Withdraw;
})();

export const Bootnode = $root.Bootnode = (() => {

    const Bootnode = function (properties) {
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    Bootnode.prototype.chainId = 0;
    Bootnode.prototype.genesisHash = $util.newBuffer([]);
    Bootnode.prototype.enode = "";
    Bootnode.prototype.expiresAtSeconds = 0;

    Bootnode.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.chainId != null && $Object.hasOwnProperty.call(message, "chainId") && message.chainId !== 0)
            writer.uint32(8).uint32(message.chainId);
        if (message.genesisHash != null && $Object.hasOwnProperty.call(message, "genesisHash") && message.genesisHash.length)
            writer.uint32(18).bytes(message.genesisHash);
        if (message.enode != null && $Object.hasOwnProperty.call(message, "enode") && message.enode !== "")
            writer.uint32(26).string(message.enode);
        if (message.expiresAtSeconds != null && $Object.hasOwnProperty.call(message, "expiresAtSeconds") && message.expiresAtSeconds !== 0)
            writer.uint32(32).uint32(message.expiresAtSeconds);
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    Bootnode.decode = function (reader, length, _end, _depth, _target) {
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
        message = _target || new $root.Bootnode();
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
                        message.chainId = value;
                    else
                        delete message.chainId;
                    continue;
                }
            case 2: {
                    if (wireType !== 2)
                        break;
                    if ((value = reader.bytes()).length)
                        message.genesisHash = value;
                    else
                        delete message.genesisHash;
                    continue;
                }
            case 3: {
                    if (wireType !== 2)
                        break;
                    if ((value = reader.stringVerify()).length)
                        message.enode = value;
                    else
                        delete message.enode;
                    continue;
                }
            case 4: {
                    if (wireType !== 0)
                        break;
                    if (value = reader.uint32())
                        message.expiresAtSeconds = value;
                    else
                        delete message.expiresAtSeconds;
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

    return Bootnode;
})();

export const Request = $root.Request = (() => {

    const Request = function (properties) {
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    Request.prototype.offer = null;
    Request.prototype.manifest = null;
    Request.prototype.alias = null;
    Request.prototype.withdraw = null;
    Request.prototype.bootnode = null;
    Request.prototype.offers = null;

    let $oneOfFields;

    $Object.defineProperty(Request.prototype, "kind", {
        get: $util.oneOfGetter($oneOfFields = ["offer", "manifest", "alias", "withdraw", "bootnode", "offers"]),
        set: $util.oneOfSetter($oneOfFields)
    });

    Request.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.offer != null && $Object.hasOwnProperty.call(message, "offer"))
            $root.OfferRequest.encode(message.offer, writer.uint32(10).fork(), _depth + 1).ldelim();
        if (message.manifest != null && $Object.hasOwnProperty.call(message, "manifest"))
            $root.ManifestRequest.encode(message.manifest, writer.uint32(18).fork(), _depth + 1).ldelim();
        if (message.alias != null && $Object.hasOwnProperty.call(message, "alias"))
            $root.AliasRequest.encode(message.alias, writer.uint32(26).fork(), _depth + 1).ldelim();
        if (message.withdraw != null && $Object.hasOwnProperty.call(message, "withdraw"))
            $root.WithdrawRequest.encode(message.withdraw, writer.uint32(34).fork(), _depth + 1).ldelim();
        if (message.bootnode != null && $Object.hasOwnProperty.call(message, "bootnode"))
            $root.BootnodeRequest.encode(message.bootnode, writer.uint32(42).fork(), _depth + 1).ldelim();
        if (message.offers != null && $Object.hasOwnProperty.call(message, "offers"))
            $root.OffersRequest.encode(message.offers, writer.uint32(50).fork(), _depth + 1).ldelim();
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    Request.decode = function (reader, length, _end, _depth, _target) {
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
        message = _target || new $root.Request();
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
                    message.offer = $root.OfferRequest.decode(reader, reader.size(), $undefined, _depth + 1, message.offer);
                    message.kind = "offer";
                    continue;
                }
            case 2: {
                    if (wireType !== 2)
                        break;
                    message.manifest = $root.ManifestRequest.decode(reader, reader.size(), $undefined, _depth + 1, message.manifest);
                    message.kind = "manifest";
                    continue;
                }
            case 3: {
                    if (wireType !== 2)
                        break;
                    message.alias = $root.AliasRequest.decode(reader, reader.size(), $undefined, _depth + 1, message.alias);
                    message.kind = "alias";
                    continue;
                }
            case 4: {
                    if (wireType !== 2)
                        break;
                    message.withdraw = $root.WithdrawRequest.decode(reader, reader.size(), $undefined, _depth + 1, message.withdraw);
                    message.kind = "withdraw";
                    continue;
                }
            case 5: {
                    if (wireType !== 2)
                        break;
                    message.bootnode = $root.BootnodeRequest.decode(reader, reader.size(), $undefined, _depth + 1, message.bootnode);
                    message.kind = "bootnode";
                    continue;
                }
            case 6: {
                    if (wireType !== 2)
                        break;
                    message.offers = $root.OffersRequest.decode(reader, reader.size(), $undefined, _depth + 1, message.offers);
                    message.kind = "offers";
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

    return Request;
})();

export const OfferRequest = $root.OfferRequest = (() => {

    const OfferRequest = function (properties) {
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    OfferRequest.prototype.fileHash = $util.newBuffer([]);

    OfferRequest.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.fileHash != null && $Object.hasOwnProperty.call(message, "fileHash") && message.fileHash.length)
            writer.uint32(10).bytes(message.fileHash);
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    OfferRequest.decode = function (reader, length, _end, _depth, _target) {
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
        message = _target || new $root.OfferRequest();
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

    return OfferRequest;
})();

export const ManifestRequest = $root.ManifestRequest = (() => {

    const ManifestRequest = function (properties) {
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    ManifestRequest.prototype.fileHash = $util.newBuffer([]);
    ManifestRequest.prototype.firstChunk = 0;
    ManifestRequest.prototype.maxCount = 0;

    ManifestRequest.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.fileHash != null && $Object.hasOwnProperty.call(message, "fileHash") && message.fileHash.length)
            writer.uint32(10).bytes(message.fileHash);
        if (message.firstChunk != null && $Object.hasOwnProperty.call(message, "firstChunk") && message.firstChunk !== 0)
            writer.uint32(16).uint32(message.firstChunk);
        if (message.maxCount != null && $Object.hasOwnProperty.call(message, "maxCount") && message.maxCount !== 0)
            writer.uint32(24).uint32(message.maxCount);
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    ManifestRequest.decode = function (reader, length, _end, _depth, _target) {
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
        message = _target || new $root.ManifestRequest();
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
                        message.firstChunk = value;
                    else
                        delete message.firstChunk;
                    continue;
                }
            case 3: {
                    if (wireType !== 0)
                        break;
                    if (value = reader.uint32())
                        message.maxCount = value;
                    else
                        delete message.maxCount;
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

    return ManifestRequest;
})();

export const AliasRequest = $root.AliasRequest = (() => {

    const AliasRequest = function (properties) {
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    AliasRequest.prototype.sha256 = $util.newBuffer([]);

    AliasRequest.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.sha256 != null && $Object.hasOwnProperty.call(message, "sha256") && message.sha256.length)
            writer.uint32(10).bytes(message.sha256);
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    AliasRequest.decode = function (reader, length, _end, _depth, _target) {
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
        message = _target || new $root.AliasRequest();
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
                        message.sha256 = value;
                    else
                        delete message.sha256;
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

    return AliasRequest;
})();

export const WithdrawRequest = $root.WithdrawRequest = (() => {

    const WithdrawRequest = function (properties) {
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    WithdrawRequest.prototype.record = $util.newBuffer([]);

    WithdrawRequest.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.record != null && $Object.hasOwnProperty.call(message, "record") && message.record.length)
            writer.uint32(10).bytes(message.record);
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    WithdrawRequest.decode = function (reader, length, _end, _depth, _target) {
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
        message = _target || new $root.WithdrawRequest();
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
                        message.record = value;
                    else
                        delete message.record;
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

    return WithdrawRequest;
})();

export const BootnodeRequest = $root.BootnodeRequest = (() => {

    const BootnodeRequest = function (properties) {
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    BootnodeRequest.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    BootnodeRequest.decode = function (reader, length, _end, _depth, _target) {
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
        message = _target || new $root.BootnodeRequest();
        while (reader.pos < end) {
            let start = reader.pos;
            let tag = reader.tag();
            if (tag === _end) {
                _end = $undefined;
                break;
            }
            reader.skipType(tag & 7, _depth, tag);
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

    return BootnodeRequest;
})();

export const OffersRequest = $root.OffersRequest = (() => {

    const OffersRequest = function (properties) {
        this.fileHashes = [];
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    OffersRequest.prototype.fileHashes = $util.emptyArray;

    OffersRequest.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.fileHashes != null && message.fileHashes.length)
            for (let i = 0; i < message.fileHashes.length; ++i)
                writer.uint32(10).bytes(message.fileHashes[i]);
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    OffersRequest.decode = function (reader, length, _end, _depth, _target) {
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
        message = _target || new $root.OffersRequest();
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
                    if (!(message.fileHashes && message.fileHashes.length))
                        message.fileHashes = [];
                    message.fileHashes.push(reader.bytes());
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

    return OffersRequest;
})();

export const Response = $root.Response = (() => {

    const Response = function (properties) {
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    Response.prototype.offer = null;
    Response.prototype.manifest = null;
    Response.prototype.alias = null;
    Response.prototype.withdraw = null;
    Response.prototype.bootnode = null;
    Response.prototype.offers = null;
    Response.prototype.error = null;

    let $oneOfFields;

    $Object.defineProperty(Response.prototype, "kind", {
        get: $util.oneOfGetter($oneOfFields = ["offer", "manifest", "alias", "withdraw", "bootnode", "offers", "error"]),
        set: $util.oneOfSetter($oneOfFields)
    });

    Response.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.offer != null && $Object.hasOwnProperty.call(message, "offer"))
            $root.OfferResponse.encode(message.offer, writer.uint32(10).fork(), _depth + 1).ldelim();
        if (message.manifest != null && $Object.hasOwnProperty.call(message, "manifest"))
            $root.ManifestResponse.encode(message.manifest, writer.uint32(18).fork(), _depth + 1).ldelim();
        if (message.alias != null && $Object.hasOwnProperty.call(message, "alias"))
            $root.AliasResponse.encode(message.alias, writer.uint32(26).fork(), _depth + 1).ldelim();
        if (message.withdraw != null && $Object.hasOwnProperty.call(message, "withdraw"))
            $root.WithdrawResponse.encode(message.withdraw, writer.uint32(34).fork(), _depth + 1).ldelim();
        if (message.bootnode != null && $Object.hasOwnProperty.call(message, "bootnode"))
            $root.BootnodeResponse.encode(message.bootnode, writer.uint32(42).fork(), _depth + 1).ldelim();
        if (message.offers != null && $Object.hasOwnProperty.call(message, "offers"))
            $root.OffersResponse.encode(message.offers, writer.uint32(50).fork(), _depth + 1).ldelim();
        if (message.error != null && $Object.hasOwnProperty.call(message, "error"))
            $root.ErrorResponse.encode(message.error, writer.uint32(122).fork(), _depth + 1).ldelim();
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    Response.decode = function (reader, length, _end, _depth, _target) {
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
        message = _target || new $root.Response();
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
                    message.offer = $root.OfferResponse.decode(reader, reader.size(), $undefined, _depth + 1, message.offer);
                    message.kind = "offer";
                    continue;
                }
            case 2: {
                    if (wireType !== 2)
                        break;
                    message.manifest = $root.ManifestResponse.decode(reader, reader.size(), $undefined, _depth + 1, message.manifest);
                    message.kind = "manifest";
                    continue;
                }
            case 3: {
                    if (wireType !== 2)
                        break;
                    message.alias = $root.AliasResponse.decode(reader, reader.size(), $undefined, _depth + 1, message.alias);
                    message.kind = "alias";
                    continue;
                }
            case 4: {
                    if (wireType !== 2)
                        break;
                    message.withdraw = $root.WithdrawResponse.decode(reader, reader.size(), $undefined, _depth + 1, message.withdraw);
                    message.kind = "withdraw";
                    continue;
                }
            case 5: {
                    if (wireType !== 2)
                        break;
                    message.bootnode = $root.BootnodeResponse.decode(reader, reader.size(), $undefined, _depth + 1, message.bootnode);
                    message.kind = "bootnode";
                    continue;
                }
            case 6: {
                    if (wireType !== 2)
                        break;
                    message.offers = $root.OffersResponse.decode(reader, reader.size(), $undefined, _depth + 1, message.offers);
                    message.kind = "offers";
                    continue;
                }
            case 15: {
                    if (wireType !== 2)
                        break;
                    message.error = $root.ErrorResponse.decode(reader, reader.size(), $undefined, _depth + 1, message.error);
                    message.kind = "error";
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

    return Response;
})();

export const OfferResponse = $root.OfferResponse = (() => {

    const OfferResponse = function (properties) {
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    OfferResponse.prototype.offer = $util.newBuffer([]);
    OfferResponse.prototype.header = $util.newBuffer([]);

    OfferResponse.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.offer != null && $Object.hasOwnProperty.call(message, "offer") && message.offer.length)
            writer.uint32(10).bytes(message.offer);
        if (message.header != null && $Object.hasOwnProperty.call(message, "header") && message.header.length)
            writer.uint32(18).bytes(message.header);
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    OfferResponse.decode = function (reader, length, _end, _depth, _target) {
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
        message = _target || new $root.OfferResponse();
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
                        message.offer = value;
                    else
                        delete message.offer;
                    continue;
                }
            case 2: {
                    if (wireType !== 2)
                        break;
                    if ((value = reader.bytes()).length)
                        message.header = value;
                    else
                        delete message.header;
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

    return OfferResponse;
})();

export const ManifestResponse = $root.ManifestResponse = (() => {

    const ManifestResponse = function (properties) {
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    ManifestResponse.prototype.headerBlock = $util.newBuffer([]);
    ManifestResponse.prototype.firstChunk = 0;
    ManifestResponse.prototype.chunkHashes = $util.newBuffer([]);

    ManifestResponse.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.headerBlock != null && $Object.hasOwnProperty.call(message, "headerBlock") && message.headerBlock.length)
            writer.uint32(10).bytes(message.headerBlock);
        if (message.firstChunk != null && $Object.hasOwnProperty.call(message, "firstChunk") && message.firstChunk !== 0)
            writer.uint32(16).uint32(message.firstChunk);
        if (message.chunkHashes != null && $Object.hasOwnProperty.call(message, "chunkHashes") && message.chunkHashes.length)
            writer.uint32(26).bytes(message.chunkHashes);
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    ManifestResponse.decode = function (reader, length, _end, _depth, _target) {
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
        message = _target || new $root.ManifestResponse();
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
                        message.headerBlock = value;
                    else
                        delete message.headerBlock;
                    continue;
                }
            case 2: {
                    if (wireType !== 0)
                        break;
                    if (value = reader.uint32())
                        message.firstChunk = value;
                    else
                        delete message.firstChunk;
                    continue;
                }
            case 3: {
                    if (wireType !== 2)
                        break;
                    if ((value = reader.bytes()).length)
                        message.chunkHashes = value;
                    else
                        delete message.chunkHashes;
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

    return ManifestResponse;
})();

export const AliasResponse = $root.AliasResponse = (() => {

    const AliasResponse = function (properties) {
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    AliasResponse.prototype.header = $util.newBuffer([]);

    AliasResponse.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.header != null && $Object.hasOwnProperty.call(message, "header") && message.header.length)
            writer.uint32(10).bytes(message.header);
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    AliasResponse.decode = function (reader, length, _end, _depth, _target) {
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
        message = _target || new $root.AliasResponse();
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
                        message.header = value;
                    else
                        delete message.header;
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

    return AliasResponse;
})();

export const WithdrawResponse = $root.WithdrawResponse = (() => {

    const WithdrawResponse = function (properties) {
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    WithdrawResponse.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    WithdrawResponse.decode = function (reader, length, _end, _depth, _target) {
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
        message = _target || new $root.WithdrawResponse();
        while (reader.pos < end) {
            let start = reader.pos;
            let tag = reader.tag();
            if (tag === _end) {
                _end = $undefined;
                break;
            }
            reader.skipType(tag & 7, _depth, tag);
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

    return WithdrawResponse;
})();

export const BootnodeResponse = $root.BootnodeResponse = (() => {

    const BootnodeResponse = function (properties) {
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    BootnodeResponse.prototype.record = $util.newBuffer([]);

    BootnodeResponse.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.record != null && $Object.hasOwnProperty.call(message, "record") && message.record.length)
            writer.uint32(10).bytes(message.record);
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    BootnodeResponse.decode = function (reader, length, _end, _depth, _target) {
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
        message = _target || new $root.BootnodeResponse();
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
                        message.record = value;
                    else
                        delete message.record;
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

    return BootnodeResponse;
})();

export const OffersResponse = $root.OffersResponse = (() => {

    const OffersResponse = function (properties) {
        this.files = [];
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    OffersResponse.prototype.files = $util.emptyArray;

    OffersResponse.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.files != null && message.files.length)
            for (let i = 0; i < message.files.length; ++i)
                $root.OfferedFile.encode(message.files[i], writer.uint32(10).fork(), _depth + 1).ldelim();
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    OffersResponse.decode = function (reader, length, _end, _depth, _target) {
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
        message = _target || new $root.OffersResponse();
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
                    if (!(message.files && message.files.length))
                        message.files = [];
                    message.files.push($root.OfferedFile.decode(reader, reader.size(), $undefined, _depth + 1));
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

    return OffersResponse;
})();

export const OfferedFile = $root.OfferedFile = (() => {

    const OfferedFile = function (properties) {
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    OfferedFile.prototype.offer = $util.newBuffer([]);
    OfferedFile.prototype.header = $util.newBuffer([]);
    OfferedFile.prototype.headerBlock = $util.newBuffer([]);
    OfferedFile.prototype.chunkHashes = $util.newBuffer([]);

    OfferedFile.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.offer != null && $Object.hasOwnProperty.call(message, "offer") && message.offer.length)
            writer.uint32(10).bytes(message.offer);
        if (message.header != null && $Object.hasOwnProperty.call(message, "header") && message.header.length)
            writer.uint32(18).bytes(message.header);
        if (message.headerBlock != null && $Object.hasOwnProperty.call(message, "headerBlock") && message.headerBlock.length)
            writer.uint32(26).bytes(message.headerBlock);
        if (message.chunkHashes != null && $Object.hasOwnProperty.call(message, "chunkHashes") && message.chunkHashes.length)
            writer.uint32(34).bytes(message.chunkHashes);
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    OfferedFile.decode = function (reader, length, _end, _depth, _target) {
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
        message = _target || new $root.OfferedFile();
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
                        message.offer = value;
                    else
                        delete message.offer;
                    continue;
                }
            case 2: {
                    if (wireType !== 2)
                        break;
                    if ((value = reader.bytes()).length)
                        message.header = value;
                    else
                        delete message.header;
                    continue;
                }
            case 3: {
                    if (wireType !== 2)
                        break;
                    if ((value = reader.bytes()).length)
                        message.headerBlock = value;
                    else
                        delete message.headerBlock;
                    continue;
                }
            case 4: {
                    if (wireType !== 2)
                        break;
                    if ((value = reader.bytes()).length)
                        message.chunkHashes = value;
                    else
                        delete message.chunkHashes;
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

    return OfferedFile;
})();

export const ErrorCode = $root.ErrorCode = (() => {
    const valuesById = $Object.create(null), values = $Object.create(valuesById);
    values[valuesById[0] = "ERROR_CODE_UNSPECIFIED"] = 0;
    values[valuesById[1] = "ERROR_CODE_NOT_FOUND"] = 1;
    values[valuesById[2] = "ERROR_CODE_INVALID"] = 2;
    values[valuesById[3] = "ERROR_CODE_FAILED"] = 3;
    return values;
})();

export const ErrorResponse = $root.ErrorResponse = (() => {

    const ErrorResponse = function (properties) {
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    ErrorResponse.prototype.code = 0;

    ErrorResponse.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.code != null && $Object.hasOwnProperty.call(message, "code") && message.code !== 0)
            writer.uint32(8).int32(message.code);
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    ErrorResponse.decode = function (reader, length, _end, _depth, _target) {
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
        message = _target || new $root.ErrorResponse();
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
                    if (value = reader.int32())
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

    return ErrorResponse;
})();
