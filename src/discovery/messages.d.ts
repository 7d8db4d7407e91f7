// Generated from messages.proto by scripts/generate-proto.ts. Do not edit.
import * as $protobuf from "protobufjs/minimal.js";

/** RecordType enum. */
export enum RecordType {

    /** RECORD_TYPE_UNSPECIFIED value */
    RECORD_TYPE_UNSPECIFIED = 0,

    /** RECORD_TYPE_OFFER value */
    RECORD_TYPE_OFFER = 1,

    /** RECORD_TYPE_HEADER value */
    RECORD_TYPE_HEADER = 2,

    /** RECORD_TYPE_WITHDRAW value */
    RECORD_TYPE_WITHDRAW = 3,

    /** RECORD_TYPE_BOOTNODE value */
    RECORD_TYPE_BOOTNODE = 4
}

/**
 * Properties of a SignedRecord.
 * @deprecated Use SignedRecord.$Properties instead.
 */
export interface ISignedRecord extends SignedRecord.$Properties {
}

/** Represents a SignedRecord. */
export class SignedRecord {

    /**
     * Constructs a new SignedRecord.
     * @param [properties] Properties to set
     */
    constructor(properties?: SignedRecord.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** SignedRecord version. */
    version: number;

    /** SignedRecord type. */
    type: RecordType;

    /** SignedRecord payload. */
    payload: Uint8Array;

    /** SignedRecord signer. */
    signer: Uint8Array;

    /** SignedRecord signature. */
    signature: Uint8Array;

    /**
     * Encodes the specified SignedRecord message. Does not implicitly {@link SignedRecord.verify|verify} messages.
     * @param message SignedRecord message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: SignedRecord.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes a SignedRecord message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {SignedRecord & SignedRecord.$Shape} SignedRecord
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): SignedRecord & SignedRecord.$Shape;
}

export namespace SignedRecord {

    /** Properties of a SignedRecord. */
    interface $Properties {

        /** SignedRecord version */
        version?: number;

        /** SignedRecord type */
        type?: RecordType;

        /** SignedRecord payload */
        payload?: Uint8Array;

        /** SignedRecord signer */
        signer?: Uint8Array;

        /** SignedRecord signature */
        signature?: Uint8Array;

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of a SignedRecord. */
    type $Shape = SignedRecord.$Properties;
}

/**
 * Properties of an Offer.
 * @deprecated Use Offer.$Properties instead.
 */
export interface IOffer extends Offer.$Properties {
}

/** Represents an Offer. */
export class Offer {

    /**
     * Constructs a new Offer.
     * @param [properties] Properties to set
     */
    constructor(properties?: Offer.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** Offer fileHash. */
    fileHash: Uint8Array;

    /** Offer peerId. */
    peerId: string;

    /** Offer chainId. */
    chainId: number;

    /** Offer genesisHash. */
    genesisHash: Uint8Array;

    /** Offer contract. */
    contract: Uint8Array;

    /** Offer pricePerMib. */
    pricePerMib: Uint8Array;

    /** Offer minDeposit. */
    minDeposit: Uint8Array;

    /** Offer confirmations. */
    confirmations: number;

    /** Offer sequence. */
    sequence: Uint8Array;

    /** Offer expiresAtSeconds. */
    expiresAtSeconds: number;

    /** Offer chunks. */
    chunks: Chunks;

    /** Offer chiralPrivate. */
    chiralPrivate: PrivateEndpoint;

    /** Offer http. */
    http: HttpEndpoint;

    /** Offer bittorrent. */
    bittorrent: BittorrentEndpoint;

    /** Offer webtorrent. */
    webtorrent: WebtorrentEndpoint;

    /** Offer ed2k. */
    ed2k: Ed2kEndpoint;

    /** Offer smallDeposit. */
    smallDeposit: SmallDeposit;

    /** Offer refusesEscrows. */
    refusesEscrows: boolean;

    /**
     * Encodes the specified Offer message. Does not implicitly {@link Offer.verify|verify} messages.
     * @param message Offer message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: Offer.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes an Offer message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {Offer & Offer.$Shape} Offer
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): Offer & Offer.$Shape;
}

export namespace Offer {

    /** Properties of an Offer. */
    interface $Properties {

        /** Offer fileHash */
        fileHash?: Uint8Array;

        /** Offer peerId */
        peerId?: string;

        /** Offer chainId */
        chainId?: number;

        /** Offer genesisHash */
        genesisHash?: Uint8Array;

        /** Offer contract */
        contract?: Uint8Array;

        /** Offer pricePerMib */
        pricePerMib?: Uint8Array;

        /** Offer minDeposit */
        minDeposit?: Uint8Array;

        /** Offer confirmations */
        confirmations?: number;

        /** Offer sequence */
        sequence?: Uint8Array;

        /** Offer expiresAtSeconds */
        expiresAtSeconds?: number;

        /** Offer chunks */
        chunks?: Chunks.$Properties;

        /** Offer chiralPrivate */
        chiralPrivate?: PrivateEndpoint.$Properties;

        /** Offer http */
        http?: HttpEndpoint.$Properties;

        /** Offer bittorrent */
        bittorrent?: BittorrentEndpoint.$Properties;

        /** Offer webtorrent */
        webtorrent?: WebtorrentEndpoint.$Properties;

        /** Offer ed2k */
        ed2k?: Ed2kEndpoint.$Properties;

        /** Offer smallDeposit */
        smallDeposit?: SmallDeposit.$Properties;

        /** Offer refusesEscrows */
        refusesEscrows?: boolean;

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of an Offer. */
    type $Shape = {
      fileHash?: Uint8Array;
      peerId?: string;
      chainId?: number;
      genesisHash?: Uint8Array;
      contract?: Uint8Array;
      pricePerMib?: Uint8Array;
      minDeposit?: Uint8Array;
      confirmations?: number;
      sequence?: Uint8Array;
      expiresAtSeconds?: number;
      chunks?: Chunks.$Shape;
      chiralPrivate?: PrivateEndpoint.$Shape;
      http?: HttpEndpoint.$Shape;
      bittorrent?: BittorrentEndpoint.$Shape;
      webtorrent?: WebtorrentEndpoint.$Shape;
      ed2k?: Ed2kEndpoint.$Shape;
      smallDeposit?: SmallDeposit.$Shape;
      refusesEscrows?: boolean;
      $unknowns?: Uint8Array[];
    };
}

/**
 * Properties of a SmallDeposit.
 * @deprecated Use SmallDeposit.$Properties instead.
 */
export interface ISmallDeposit extends SmallDeposit.$Properties {
}

/** Represents a SmallDeposit. */
export class SmallDeposit {

    /**
     * Constructs a new SmallDeposit.
     * @param [properties] Properties to set
     */
    constructor(properties?: SmallDeposit.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** SmallDeposit amount. */
    amount: Uint8Array;

    /** SmallDeposit confirmations. */
    confirmations: number;

    /**
     * Encodes the specified SmallDeposit message. Does not implicitly {@link SmallDeposit.verify|verify} messages.
     * @param message SmallDeposit message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: SmallDeposit.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes a SmallDeposit message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {SmallDeposit & SmallDeposit.$Shape} SmallDeposit
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): SmallDeposit & SmallDeposit.$Shape;
}

export namespace SmallDeposit {

    /** Properties of a SmallDeposit. */
    interface $Properties {

        /** SmallDeposit amount */
        amount?: Uint8Array;

        /** SmallDeposit confirmations */
        confirmations?: number;

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of a SmallDeposit. */
    type $Shape = SmallDeposit.$Properties;
}

/**
 * Properties of a Chunks.
 * @deprecated Use Chunks.$Properties instead.
 */
export interface IChunks extends Chunks.$Properties {
}

/** Represents a Chunks. */
export class Chunks {

    /**
     * Constructs a new Chunks.
     * @param [properties] Properties to set
     */
    constructor(properties?: Chunks.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** Chunks chunkCount. */
    chunkCount: number;

    /** Chunks all. */
    all: (boolean|null);

    /** Chunks bitfield. */
    bitfield: (Uint8Array|null);

    /** Chunks ranges. */
    ranges: (Ranges|null);

    /** Chunks held. */
    held?: ("all"|"bitfield"|"ranges");

    /**
     * Encodes the specified Chunks message. Does not implicitly {@link Chunks.verify|verify} messages.
     * @param message Chunks message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: Chunks.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes a Chunks message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {Chunks & Chunks.$Shape} Chunks
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): Chunks & Chunks.$Shape;
}

export namespace Chunks {

    /** Properties of a Chunks. */
    interface $Properties {

        /** Chunks chunkCount */
        chunkCount?: number;

        /** Chunks all */
        all?: (boolean|null);

        /** Chunks bitfield */
        bitfield?: (Uint8Array|null);

        /** Chunks ranges */
        ranges?: (Ranges.$Properties|null);

        /** Chunks held */
        held?: ("all"|"bitfield"|"ranges");

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Narrowed shape of a Chunks. */
    type $Shape = {
      chunkCount?: number;
      all?: boolean|null;
      bitfield?: Uint8Array|null;
      ranges?: Ranges.$Shape|null;
      $unknowns?: Uint8Array[];
    } & (
      ({ held?: undefined; all?: null; bitfield?: null; ranges?: null }|{ held?: "all"; all: boolean; bitfield?: null; ranges?: null }|{ held?: "bitfield"; all?: null; bitfield: Uint8Array; ranges?: null }|{ held?: "ranges"; all?: null; bitfield?: null; ranges: Ranges.$Shape })
    );
}

/**
 * Properties of a Ranges.
 * @deprecated Use Ranges.$Properties instead.
 */
export interface IRanges extends Ranges.$Properties {
}

/** Represents a Ranges. */
export class Ranges {

    /**
     * Constructs a new Ranges.
     * @param [properties] Properties to set
     */
    constructor(properties?: Ranges.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** Ranges runs. */
    runs: number[];

    /**
     * Encodes the specified Ranges message. Does not implicitly {@link Ranges.verify|verify} messages.
     * @param message Ranges message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: Ranges.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes a Ranges message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {Ranges & Ranges.$Shape} Ranges
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): Ranges & Ranges.$Shape;
}

export namespace Ranges {

    /** Properties of a Ranges. */
    interface $Properties {

        /** Ranges runs */
        runs?: number[];

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of a Ranges. */
    type $Shape = Ranges.$Properties;
}

/**
 * Properties of a PrivateEndpoint.
 * @deprecated Use PrivateEndpoint.$Properties instead.
 */
export interface IPrivateEndpoint extends PrivateEndpoint.$Properties {
}

/** Represents a PrivateEndpoint. */
export class PrivateEndpoint {

    /**
     * Constructs a new PrivateEndpoint.
     * @param [properties] Properties to set
     */
    constructor(properties?: PrivateEndpoint.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** PrivateEndpoint multiaddrs. */
    multiaddrs: string[];

    /** PrivateEndpoint bitswap. */
    bitswap: string;

    /** PrivateEndpoint webrpc. */
    webrpc: string;

    /**
     * Encodes the specified PrivateEndpoint message. Does not implicitly {@link PrivateEndpoint.verify|verify} messages.
     * @param message PrivateEndpoint message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: PrivateEndpoint.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes a PrivateEndpoint message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {PrivateEndpoint & PrivateEndpoint.$Shape} PrivateEndpoint
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): PrivateEndpoint & PrivateEndpoint.$Shape;
}

export namespace PrivateEndpoint {

    /** Properties of a PrivateEndpoint. */
    interface $Properties {

        /** PrivateEndpoint multiaddrs */
        multiaddrs?: string[];

        /** PrivateEndpoint bitswap */
        bitswap?: string;

        /** PrivateEndpoint webrpc */
        webrpc?: string;

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of a PrivateEndpoint. */
    type $Shape = PrivateEndpoint.$Properties;
}

/**
 * Properties of a HttpEndpoint.
 * @deprecated Use HttpEndpoint.$Properties instead.
 */
export interface IHttpEndpoint extends HttpEndpoint.$Properties {
}

/** Represents a HttpEndpoint. */
export class HttpEndpoint {

    /**
     * Constructs a new HttpEndpoint.
     * @param [properties] Properties to set
     */
    constructor(properties?: HttpEndpoint.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** HttpEndpoint url. */
    url: string;

    /** HttpEndpoint tlsFingerprint. */
    tlsFingerprint: Uint8Array;

    /**
     * Encodes the specified HttpEndpoint message. Does not implicitly {@link HttpEndpoint.verify|verify} messages.
     * @param message HttpEndpoint message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: HttpEndpoint.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes a HttpEndpoint message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {HttpEndpoint & HttpEndpoint.$Shape} HttpEndpoint
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): HttpEndpoint & HttpEndpoint.$Shape;
}

export namespace HttpEndpoint {

    /** Properties of a HttpEndpoint. */
    interface $Properties {

        /** HttpEndpoint url */
        url?: string;

        /** HttpEndpoint tlsFingerprint */
        tlsFingerprint?: Uint8Array;

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of a HttpEndpoint. */
    type $Shape = HttpEndpoint.$Properties;
}

/**
 * Properties of a BittorrentEndpoint.
 * @deprecated Use BittorrentEndpoint.$Properties instead.
 */
export interface IBittorrentEndpoint extends BittorrentEndpoint.$Properties {
}

/** Represents a BittorrentEndpoint. */
export class BittorrentEndpoint {

    /**
     * Constructs a new BittorrentEndpoint.
     * @param [properties] Properties to set
     */
    constructor(properties?: BittorrentEndpoint.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** BittorrentEndpoint infohash. */
    infohash: Uint8Array;

    /** BittorrentEndpoint addresses. */
    addresses: string[];

    /**
     * Encodes the specified BittorrentEndpoint message. Does not implicitly {@link BittorrentEndpoint.verify|verify} messages.
     * @param message BittorrentEndpoint message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: BittorrentEndpoint.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes a BittorrentEndpoint message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {BittorrentEndpoint & BittorrentEndpoint.$Shape} BittorrentEndpoint
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): BittorrentEndpoint & BittorrentEndpoint.$Shape;
}

export namespace BittorrentEndpoint {

    /** Properties of a BittorrentEndpoint. */
    interface $Properties {

        /** BittorrentEndpoint infohash */
        infohash?: Uint8Array;

        /** BittorrentEndpoint addresses */
        addresses?: string[];

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of a BittorrentEndpoint. */
    type $Shape = BittorrentEndpoint.$Properties;
}

/**
 * Properties of a WebtorrentEndpoint.
 * @deprecated Use WebtorrentEndpoint.$Properties instead.
 */
export interface IWebtorrentEndpoint extends WebtorrentEndpoint.$Properties {
}

/** Represents a WebtorrentEndpoint. */
export class WebtorrentEndpoint {

    /**
     * Constructs a new WebtorrentEndpoint.
     * @param [properties] Properties to set
     */
    constructor(properties?: WebtorrentEndpoint.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** WebtorrentEndpoint magnet. */
    magnet: string;

    /** WebtorrentEndpoint trackers. */
    trackers: string[];

    /**
     * Encodes the specified WebtorrentEndpoint message. Does not implicitly {@link WebtorrentEndpoint.verify|verify} messages.
     * @param message WebtorrentEndpoint message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: WebtorrentEndpoint.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes a WebtorrentEndpoint message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {WebtorrentEndpoint & WebtorrentEndpoint.$Shape} WebtorrentEndpoint
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): WebtorrentEndpoint & WebtorrentEndpoint.$Shape;
}

export namespace WebtorrentEndpoint {

    /** Properties of a WebtorrentEndpoint. */
    interface $Properties {

        /** WebtorrentEndpoint magnet */
        magnet?: string;

        /** WebtorrentEndpoint trackers */
        trackers?: string[];

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of a WebtorrentEndpoint. */
    type $Shape = WebtorrentEndpoint.$Properties;
}

/**
 * Properties of an Ed2kEndpoint.
 * @deprecated Use Ed2kEndpoint.$Properties instead.
 */
export interface IEd2kEndpoint extends Ed2kEndpoint.$Properties {
}

/** Represents an Ed2kEndpoint. */
export class Ed2kEndpoint {

    /**
     * Constructs a new Ed2kEndpoint.
     * @param [properties] Properties to set
     */
    constructor(properties?: Ed2kEndpoint.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** Ed2kEndpoint link. */
    link: string;

    /** Ed2kEndpoint address. */
    address: string;

    /**
     * Encodes the specified Ed2kEndpoint message. Does not implicitly {@link Ed2kEndpoint.verify|verify} messages.
     * @param message Ed2kEndpoint message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: Ed2kEndpoint.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes an Ed2kEndpoint message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {Ed2kEndpoint & Ed2kEndpoint.$Shape} Ed2kEndpoint
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): Ed2kEndpoint & Ed2kEndpoint.$Shape;
}

export namespace Ed2kEndpoint {

    /** Properties of an Ed2kEndpoint. */
    interface $Properties {

        /** Ed2kEndpoint link */
        link?: string;

        /** Ed2kEndpoint address */
        address?: string;

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of an Ed2kEndpoint. */
    type $Shape = Ed2kEndpoint.$Properties;
}

/**
 * Properties of a Header.
 * @deprecated Use Header.$Properties instead.
 */
export interface IHeader extends Header.$Properties {
}

/** Represents a Header. */
export class Header {

    /**
     * Constructs a new Header.
     * @param [properties] Properties to set
     */
    constructor(properties?: Header.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** Header fileHash. */
    fileHash: Uint8Array;

    /** Header name. */
    name: string;

    /** Header mimeType. */
    mimeType: string;

    /** Header createdAtSeconds. */
    createdAtSeconds: number;

    /** Header sha256. */
    sha256: Uint8Array;

    /** Header sizeBytes. */
    sizeBytes: Uint8Array;

    /**
     * Encodes the specified Header message. Does not implicitly {@link Header.verify|verify} messages.
     * @param message Header message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: Header.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes a Header message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {Header & Header.$Shape} Header
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): Header & Header.$Shape;
}

export namespace Header {

    /** Properties of a Header. */
    interface $Properties {

        /** Header fileHash */
        fileHash?: Uint8Array;

        /** Header name */
        name?: string;

        /** Header mimeType */
        mimeType?: string;

        /** Header createdAtSeconds */
        createdAtSeconds?: number;

        /** Header sha256 */
        sha256?: Uint8Array;

        /** Header sizeBytes */
        sizeBytes?: Uint8Array;

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of a Header. */
    type $Shape = Header.$Properties;
}

/**
 * Properties of a Withdraw.
 * @deprecated Use Withdraw.$Properties instead.
 */
export interface IWithdraw extends Withdraw.$Properties {
}

/** Represents a Withdraw. */
export class Withdraw {

    /**
     * Constructs a new Withdraw.
     * @param [properties] Properties to set
     */
    constructor(properties?: Withdraw.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** Withdraw fileHash. */
    fileHash: Uint8Array;

    /** Withdraw peerId. */
    peerId: string;

    /** Withdraw chainId. */
    chainId: number;

    /** Withdraw genesisHash. */
    genesisHash: Uint8Array;

    /** Withdraw sequence. */
    sequence: Uint8Array;

    /**
     * Encodes the specified Withdraw message. Does not implicitly {@link Withdraw.verify|verify} messages.
     * @param message Withdraw message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: Withdraw.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes a Withdraw message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {Withdraw & Withdraw.$Shape} Withdraw
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): Withdraw & Withdraw.$Shape;
}

export namespace Withdraw {

    /** Properties of a Withdraw. */
    interface $Properties {

        /** Withdraw fileHash */
        fileHash?: Uint8Array;

        /** Withdraw peerId */
        peerId?: string;

        /** Withdraw chainId */
        chainId?: number;

        /** Withdraw genesisHash */
        genesisHash?: Uint8Array;

        /** Withdraw sequence */
        sequence?: Uint8Array;

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of a Withdraw. */
    type $Shape = Withdraw.$Properties;
}

/**
 * Properties of a Bootnode.
 * @deprecated Use Bootnode.$Properties instead.
 */
export interface IBootnode extends Bootnode.$Properties {
}

/** Represents a Bootnode. */
export class Bootnode {

    /**
     * Constructs a new Bootnode.
     * @param [properties] Properties to set
     */
    constructor(properties?: Bootnode.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** Bootnode chainId. */
    chainId: number;

    /** Bootnode genesisHash. */
    genesisHash: Uint8Array;

    /** Bootnode enode. */
    enode: string;

    /** Bootnode expiresAtSeconds. */
    expiresAtSeconds: number;

    /**
     * Encodes the specified Bootnode message. Does not implicitly {@link Bootnode.verify|verify} messages.
     * @param message Bootnode message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: Bootnode.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes a Bootnode message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {Bootnode & Bootnode.$Shape} Bootnode
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): Bootnode & Bootnode.$Shape;
}

export namespace Bootnode {

    /** Properties of a Bootnode. */
    interface $Properties {

        /** Bootnode chainId */
        chainId?: number;

        /** Bootnode genesisHash */
        genesisHash?: Uint8Array;

        /** Bootnode enode */
        enode?: string;

        /** Bootnode expiresAtSeconds */
        expiresAtSeconds?: number;

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of a Bootnode. */
    type $Shape = Bootnode.$Properties;
}

/**
 * Properties of a Request.
 * @deprecated Use Request.$Properties instead.
 */
export interface IRequest extends Request.$Properties {
}

/** Represents a Request. */
export class Request {

    /**
     * Constructs a new Request.
     * @param [properties] Properties to set
     */
    constructor(properties?: Request.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** Request offer. */
    offer: (OfferRequest|null);

    /** Request manifest. */
    manifest: (ManifestRequest|null);

    /** Request alias. */
    alias: (AliasRequest|null);

    /** Request withdraw. */
    withdraw: (WithdrawRequest|null);

    /** Request bootnode. */
    bootnode: (BootnodeRequest|null);

    /** Request offers. */
    offers: (OffersRequest|null);

    /** Request kind. */
    kind?: ("offer"|"manifest"|"alias"|"withdraw"|"bootnode"|"offers");

    /**
     * Encodes the specified Request message. Does not implicitly {@link Request.verify|verify} messages.
     * @param message Request message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: Request.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes a Request message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {Request & Request.$Shape} Request
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): Request & Request.$Shape;
}

export namespace Request {

    /** Properties of a Request. */
    interface $Properties {

        /** Request offer */
        offer?: (OfferRequest.$Properties|null);

        /** Request manifest */
        manifest?: (ManifestRequest.$Properties|null);

        /** Request alias */
        alias?: (AliasRequest.$Properties|null);

        /** Request withdraw */
        withdraw?: (WithdrawRequest.$Properties|null);

        /** Request bootnode */
        bootnode?: (BootnodeRequest.$Properties|null);

        /** Request offers */
        offers?: (OffersRequest.$Properties|null);

        /** Request kind */
        kind?: ("offer"|"manifest"|"alias"|"withdraw"|"bootnode"|"offers");

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Narrowed shape of a Request. */
    type $Shape = {
      offer?: OfferRequest.$Shape|null;
      manifest?: ManifestRequest.$Shape|null;
      alias?: AliasRequest.$Shape|null;
      withdraw?: WithdrawRequest.$Shape|null;
      bootnode?: BootnodeRequest.$Shape|null;
      offers?: OffersRequest.$Shape|null;
      $unknowns?: Uint8Array[];
    } & (
      ({ kind?: undefined; offer?: null; manifest?: null; alias?: null; withdraw?: null; bootnode?: null; offers?: null }|{ kind?: "offer"; offer: OfferRequest.$Shape; manifest?: null; alias?: null; withdraw?: null; bootnode?: null; offers?: null }|{ kind?: "manifest"; offer?: null; manifest: ManifestRequest.$Shape; alias?: null; withdraw?: null; bootnode?: null; offers?: null }|{ kind?: "alias"; offer?: null; manifest?: null; alias: AliasRequest.$Shape; withdraw?: null; bootnode?: null; offers?: null }|{ kind?: "withdraw"; offer?: null; manifest?: null; alias?: null; withdraw: WithdrawRequest.$Shape; bootnode?: null; offers?: null }|{ kind?: "bootnode"; offer?: null; manifest?: null; alias?: null; withdraw?: null; bootnode: BootnodeRequest.$Shape; offers?: null }|{ kind?: "offers"; offer?: null; manifest?: null; alias?: null; withdraw?: null; bootnode?: null; offers: OffersRequest.$Shape })
    );
}

/**
 * Properties of an OfferRequest.
 * @deprecated Use OfferRequest.$Properties instead.
 */
export interface IOfferRequest extends OfferRequest.$Properties {
}

/** Represents an OfferRequest. */
export class OfferRequest {

    /**
     * Constructs a new OfferRequest.
     * @param [properties] Properties to set
     */
    constructor(properties?: OfferRequest.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** OfferRequest fileHash. */
    fileHash: Uint8Array;

    /**
     * Encodes the specified OfferRequest message. Does not implicitly {@link OfferRequest.verify|verify} messages.
     * @param message OfferRequest message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: OfferRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes an OfferRequest message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {OfferRequest & OfferRequest.$Shape} OfferRequest
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): OfferRequest & OfferRequest.$Shape;
}

export namespace OfferRequest {

    /** Properties of an OfferRequest. */
    interface $Properties {

        /** OfferRequest fileHash */
        fileHash?: Uint8Array;

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of an OfferRequest. */
    type $Shape = OfferRequest.$Properties;
}

/**
 * Properties of a ManifestRequest.
 * @deprecated Use ManifestRequest.$Properties instead.
 */
export interface IManifestRequest extends ManifestRequest.$Properties {
}

/** Represents a ManifestRequest. */
export class ManifestRequest {

    /**
     * Constructs a new ManifestRequest.
     * @param [properties] Properties to set
     */
    constructor(properties?: ManifestRequest.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** ManifestRequest fileHash. */
    fileHash: Uint8Array;

    /** ManifestRequest firstChunk. */
    firstChunk: number;

    /** ManifestRequest maxCount. */
    maxCount: number;

    /**
     * Encodes the specified ManifestRequest message. Does not implicitly {@link ManifestRequest.verify|verify} messages.
     * @param message ManifestRequest message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: ManifestRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes a ManifestRequest message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {ManifestRequest & ManifestRequest.$Shape} ManifestRequest
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): ManifestRequest & ManifestRequest.$Shape;
}

export namespace ManifestRequest {

    /** Properties of a ManifestRequest. */
    interface $Properties {

        /** ManifestRequest fileHash */
        fileHash?: Uint8Array;

        /** ManifestRequest firstChunk */
        firstChunk?: number;

        /** ManifestRequest maxCount */
        maxCount?: number;

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of a ManifestRequest. */
    type $Shape = ManifestRequest.$Properties;
}

/**
 * Properties of an AliasRequest.
 * @deprecated Use AliasRequest.$Properties instead.
 */
export interface IAliasRequest extends AliasRequest.$Properties {
}

/** Represents an AliasRequest. */
export class AliasRequest {

    /**
     * Constructs a new AliasRequest.
     * @param [properties] Properties to set
     */
    constructor(properties?: AliasRequest.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** AliasRequest sha256. */
    sha256: Uint8Array;

    /**
     * Encodes the specified AliasRequest message. Does not implicitly {@link AliasRequest.verify|verify} messages.
     * @param message AliasRequest message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: AliasRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes an AliasRequest message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {AliasRequest & AliasRequest.$Shape} AliasRequest
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): AliasRequest & AliasRequest.$Shape;
}

export namespace AliasRequest {

    /** Properties of an AliasRequest. */
    interface $Properties {

        /** AliasRequest sha256 */
        sha256?: Uint8Array;

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of an AliasRequest. */
    type $Shape = AliasRequest.$Properties;
}

/**
 * Properties of a WithdrawRequest.
 * @deprecated Use WithdrawRequest.$Properties instead.
 */
export interface IWithdrawRequest extends WithdrawRequest.$Properties {
}

/** Represents a WithdrawRequest. */
export class WithdrawRequest {

    /**
     * Constructs a new WithdrawRequest.
     * @param [properties] Properties to set
     */
    constructor(properties?: WithdrawRequest.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** WithdrawRequest record. */
    record: Uint8Array;

    /**
     * Encodes the specified WithdrawRequest message. Does not implicitly {@link WithdrawRequest.verify|verify} messages.
     * @param message WithdrawRequest message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: WithdrawRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes a WithdrawRequest message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {WithdrawRequest & WithdrawRequest.$Shape} WithdrawRequest
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): WithdrawRequest & WithdrawRequest.$Shape;
}

export namespace WithdrawRequest {

    /** Properties of a WithdrawRequest. */
    interface $Properties {

        /** WithdrawRequest record */
        record?: Uint8Array;

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of a WithdrawRequest. */
    type $Shape = WithdrawRequest.$Properties;
}

/**
 * Properties of a BootnodeRequest.
 * @deprecated Use BootnodeRequest.$Properties instead.
 */
export interface IBootnodeRequest extends BootnodeRequest.$Properties {
}

/** Represents a BootnodeRequest. */
export class BootnodeRequest {

    /**
     * Constructs a new BootnodeRequest.
     * @param [properties] Properties to set
     */
    constructor(properties?: BootnodeRequest.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /**
     * Encodes the specified BootnodeRequest message. Does not implicitly {@link BootnodeRequest.verify|verify} messages.
     * @param message BootnodeRequest message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: BootnodeRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes a BootnodeRequest message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {BootnodeRequest & BootnodeRequest.$Shape} BootnodeRequest
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): BootnodeRequest & BootnodeRequest.$Shape;
}

export namespace BootnodeRequest {

    /** Properties of a BootnodeRequest. */
    interface $Properties {

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of a BootnodeRequest. */
    type $Shape = BootnodeRequest.$Properties;
}

/**
 * Properties of an OffersRequest.
 * @deprecated Use OffersRequest.$Properties instead.
 */
export interface IOffersRequest extends OffersRequest.$Properties {
}

/** Represents an OffersRequest. */
export class OffersRequest {

    /**
     * Constructs a new OffersRequest.
     * @param [properties] Properties to set
     */
    constructor(properties?: OffersRequest.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** OffersRequest fileHashes. */
    fileHashes: Uint8Array[];

    /**
     * Encodes the specified OffersRequest message. Does not implicitly {@link OffersRequest.verify|verify} messages.
     * @param message OffersRequest message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: OffersRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes an OffersRequest message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {OffersRequest & OffersRequest.$Shape} OffersRequest
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): OffersRequest & OffersRequest.$Shape;
}

export namespace OffersRequest {

    /** Properties of an OffersRequest. */
    interface $Properties {

        /** OffersRequest fileHashes */
        fileHashes?: Uint8Array[];

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of an OffersRequest. */
    type $Shape = OffersRequest.$Properties;
}

/**
 * Properties of a Response.
 * @deprecated Use Response.$Properties instead.
 */
export interface IResponse extends Response.$Properties {
}

/** Represents a Response. */
export class Response {

    /**
     * Constructs a new Response.
     * @param [properties] Properties to set
     */
    constructor(properties?: Response.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** Response offer. */
    offer: (OfferResponse|null);

    /** Response manifest. */
    manifest: (ManifestResponse|null);

    /** Response alias. */
    alias: (AliasResponse|null);

    /** Response withdraw. */
    withdraw: (WithdrawResponse|null);

    /** Response bootnode. */
    bootnode: (BootnodeResponse|null);

    /** Response offers. */
    offers: (OffersResponse|null);

    /** Response error. */
    error: (ErrorResponse|null);

    /** Response kind. */
    kind?: ("offer"|"manifest"|"alias"|"withdraw"|"bootnode"|"offers"|"error");

    /**
     * Encodes the specified Response message. Does not implicitly {@link Response.verify|verify} messages.
     * @param message Response message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: Response.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes a Response message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {Response & Response.$Shape} Response
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): Response & Response.$Shape;
}

export namespace Response {

    /** Properties of a Response. */
    interface $Properties {

        /** Response offer */
        offer?: (OfferResponse.$Properties|null);

        /** Response manifest */
        manifest?: (ManifestResponse.$Properties|null);

        /** Response alias */
        alias?: (AliasResponse.$Properties|null);

        /** Response withdraw */
        withdraw?: (WithdrawResponse.$Properties|null);

        /** Response bootnode */
        bootnode?: (BootnodeResponse.$Properties|null);

        /** Response offers */
        offers?: (OffersResponse.$Properties|null);

        /** Response error */
        error?: (ErrorResponse.$Properties|null);

        /** Response kind */
        kind?: ("offer"|"manifest"|"alias"|"withdraw"|"bootnode"|"offers"|"error");

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Narrowed shape of a Response. */
    type $Shape = {
      offer?: OfferResponse.$Shape|null;
      manifest?: ManifestResponse.$Shape|null;
      alias?: AliasResponse.$Shape|null;
      withdraw?: WithdrawResponse.$Shape|null;
      bootnode?: BootnodeResponse.$Shape|null;
      offers?: OffersResponse.$Shape|null;
      error?: ErrorResponse.$Shape|null;
      $unknowns?: Uint8Array[];
    } & (
      ({ kind?: undefined; offer?: null; manifest?: null; alias?: null; withdraw?: null; bootnode?: null; offers?: null; error?: null }|{ kind?: "offer"; offer: OfferResponse.$Shape; manifest?: null; alias?: null; withdraw?: null; bootnode?: null; offers?: null; error?: null }|{ kind?: "manifest"; offer?: null; manifest: ManifestResponse.$Shape; alias?: null; withdraw?: null; bootnode?: null; offers?: null; error?: null }|{ kind?: "alias"; offer?: null; manifest?: null; alias: AliasResponse.$Shape; withdraw?: null; bootnode?: null; offers?: null; error?: null }|{ kind?: "withdraw"; offer?: null; manifest?: null; alias?: null; withdraw: WithdrawResponse.$Shape; bootnode?: null; offers?: null; error?: null }|{ kind?: "bootnode"; offer?: null; manifest?: null; alias?: null; withdraw?: null; bootnode: BootnodeResponse.$Shape; offers?: null; error?: null }|{ kind?: "offers"; offer?: null; manifest?: null; alias?: null; withdraw?: null; bootnode?: null; offers: OffersResponse.$Shape; error?: null }|{ kind?: "error"; offer?: null; manifest?: null; alias?: null; withdraw?: null; bootnode?: null; offers?: null; error: ErrorResponse.$Shape })
    );
}

/**
 * Properties of an OfferResponse.
 * @deprecated Use OfferResponse.$Properties instead.
 */
export interface IOfferResponse extends OfferResponse.$Properties {
}

/** Represents an OfferResponse. */
export class OfferResponse {

    /**
     * Constructs a new OfferResponse.
     * @param [properties] Properties to set
     */
    constructor(properties?: OfferResponse.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** OfferResponse offer. */
    offer: Uint8Array;

    /** OfferResponse header. */
    header: Uint8Array;

    /**
     * Encodes the specified OfferResponse message. Does not implicitly {@link OfferResponse.verify|verify} messages.
     * @param message OfferResponse message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: OfferResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes an OfferResponse message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {OfferResponse & OfferResponse.$Shape} OfferResponse
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): OfferResponse & OfferResponse.$Shape;
}

export namespace OfferResponse {

    /** Properties of an OfferResponse. */
    interface $Properties {

        /** OfferResponse offer */
        offer?: Uint8Array;

        /** OfferResponse header */
        header?: Uint8Array;

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of an OfferResponse. */
    type $Shape = OfferResponse.$Properties;
}

/**
 * Properties of a ManifestResponse.
 * @deprecated Use ManifestResponse.$Properties instead.
 */
export interface IManifestResponse extends ManifestResponse.$Properties {
}

/** Represents a ManifestResponse. */
export class ManifestResponse {

    /**
     * Constructs a new ManifestResponse.
     * @param [properties] Properties to set
     */
    constructor(properties?: ManifestResponse.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** ManifestResponse headerBlock. */
    headerBlock: Uint8Array;

    /** ManifestResponse firstChunk. */
    firstChunk: number;

    /** ManifestResponse chunkHashes. */
    chunkHashes: Uint8Array;

    /**
     * Encodes the specified ManifestResponse message. Does not implicitly {@link ManifestResponse.verify|verify} messages.
     * @param message ManifestResponse message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: ManifestResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes a ManifestResponse message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {ManifestResponse & ManifestResponse.$Shape} ManifestResponse
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): ManifestResponse & ManifestResponse.$Shape;
}

export namespace ManifestResponse {

    /** Properties of a ManifestResponse. */
    interface $Properties {

        /** ManifestResponse headerBlock */
        headerBlock?: Uint8Array;

        /** ManifestResponse firstChunk */
        firstChunk?: number;

        /** ManifestResponse chunkHashes */
        chunkHashes?: Uint8Array;

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of a ManifestResponse. */
    type $Shape = ManifestResponse.$Properties;
}

/**
 * Properties of an AliasResponse.
 * @deprecated Use AliasResponse.$Properties instead.
 */
export interface IAliasResponse extends AliasResponse.$Properties {
}

/** Represents an AliasResponse. */
export class AliasResponse {

    /**
     * Constructs a new AliasResponse.
     * @param [properties] Properties to set
     */
    constructor(properties?: AliasResponse.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** AliasResponse header. */
    header: Uint8Array;

    /**
     * Encodes the specified AliasResponse message. Does not implicitly {@link AliasResponse.verify|verify} messages.
     * @param message AliasResponse message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: AliasResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes an AliasResponse message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {AliasResponse & AliasResponse.$Shape} AliasResponse
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): AliasResponse & AliasResponse.$Shape;
}

export namespace AliasResponse {

    /** Properties of an AliasResponse. */
    interface $Properties {

        /** AliasResponse header */
        header?: Uint8Array;

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of an AliasResponse. */
    type $Shape = AliasResponse.$Properties;
}

/**
 * Properties of a WithdrawResponse.
 * @deprecated Use WithdrawResponse.$Properties instead.
 */
export interface IWithdrawResponse extends WithdrawResponse.$Properties {
}

/** Represents a WithdrawResponse. */
export class WithdrawResponse {

    /**
     * Constructs a new WithdrawResponse.
     * @param [properties] Properties to set
     */
    constructor(properties?: WithdrawResponse.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /**
     * Encodes the specified WithdrawResponse message. Does not implicitly {@link WithdrawResponse.verify|verify} messages.
     * @param message WithdrawResponse message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: WithdrawResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes a WithdrawResponse message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {WithdrawResponse & WithdrawResponse.$Shape} WithdrawResponse
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): WithdrawResponse & WithdrawResponse.$Shape;
}

export namespace WithdrawResponse {

    /** Properties of a WithdrawResponse. */
    interface $Properties {

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of a WithdrawResponse. */
    type $Shape = WithdrawResponse.$Properties;
}

/**
 * Properties of a BootnodeResponse.
 * @deprecated Use BootnodeResponse.$Properties instead.
 */
export interface IBootnodeResponse extends BootnodeResponse.$Properties {
}

/** Represents a BootnodeResponse. */
export class BootnodeResponse {

    /**
     * Constructs a new BootnodeResponse.
     * @param [properties] Properties to set
     */
    constructor(properties?: BootnodeResponse.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** BootnodeResponse record. */
    record: Uint8Array;

    /**
     * Encodes the specified BootnodeResponse message. Does not implicitly {@link BootnodeResponse.verify|verify} messages.
     * @param message BootnodeResponse message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: BootnodeResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes a BootnodeResponse message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {BootnodeResponse & BootnodeResponse.$Shape} BootnodeResponse
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): BootnodeResponse & BootnodeResponse.$Shape;
}

export namespace BootnodeResponse {

    /** Properties of a BootnodeResponse. */
    interface $Properties {

        /** BootnodeResponse record */
        record?: Uint8Array;

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of a BootnodeResponse. */
    type $Shape = BootnodeResponse.$Properties;
}

/**
 * Properties of an OffersResponse.
 * @deprecated Use OffersResponse.$Properties instead.
 */
export interface IOffersResponse extends OffersResponse.$Properties {
}

/** Represents an OffersResponse. */
export class OffersResponse {

    /**
     * Constructs a new OffersResponse.
     * @param [properties] Properties to set
     */
    constructor(properties?: OffersResponse.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** OffersResponse files. */
    files: OfferedFile[];

    /**
     * Encodes the specified OffersResponse message. Does not implicitly {@link OffersResponse.verify|verify} messages.
     * @param message OffersResponse message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: OffersResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes an OffersResponse message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {OffersResponse & OffersResponse.$Shape} OffersResponse
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): OffersResponse & OffersResponse.$Shape;
}

export namespace OffersResponse {

    /** Properties of an OffersResponse. */
    interface $Properties {

        /** OffersResponse files */
        files?: OfferedFile.$Properties[];

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of an OffersResponse. */
    type $Shape = OffersResponse.$Properties;
}

/**
 * Properties of an OfferedFile.
 * @deprecated Use OfferedFile.$Properties instead.
 */
export interface IOfferedFile extends OfferedFile.$Properties {
}

/** Represents an OfferedFile. */
export class OfferedFile {

    /**
     * Constructs a new OfferedFile.
     * @param [properties] Properties to set
     */
    constructor(properties?: OfferedFile.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** OfferedFile offer. */
    offer: Uint8Array;

    /** OfferedFile header. */
    header: Uint8Array;

    /** OfferedFile headerBlock. */
    headerBlock: Uint8Array;

    /** OfferedFile chunkHashes. */
    chunkHashes: Uint8Array;

    /**
     * Encodes the specified OfferedFile message. Does not implicitly {@link OfferedFile.verify|verify} messages.
     * @param message OfferedFile message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: OfferedFile.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes an OfferedFile message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {OfferedFile & OfferedFile.$Shape} OfferedFile
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): OfferedFile & OfferedFile.$Shape;
}

export namespace OfferedFile {

    /** Properties of an OfferedFile. */
    interface $Properties {

        /** OfferedFile offer */
        offer?: Uint8Array;

        /** OfferedFile header */
        header?: Uint8Array;

        /** OfferedFile headerBlock */
        headerBlock?: Uint8Array;

        /** OfferedFile chunkHashes */
        chunkHashes?: Uint8Array;

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of an OfferedFile. */
    type $Shape = OfferedFile.$Properties;
}

/** ErrorCode enum. */
export enum ErrorCode {

    /** ERROR_CODE_UNSPECIFIED value */
    ERROR_CODE_UNSPECIFIED = 0,

    /** ERROR_CODE_NOT_FOUND value */
    ERROR_CODE_NOT_FOUND = 1,

    /** ERROR_CODE_INVALID value */
    ERROR_CODE_INVALID = 2,

    /** ERROR_CODE_FAILED value */
    ERROR_CODE_FAILED = 3
}

/**
 * Properties of an ErrorResponse.
 * @deprecated Use ErrorResponse.$Properties instead.
 */
export interface IErrorResponse extends ErrorResponse.$Properties {
}

/** Represents an ErrorResponse. */
export class ErrorResponse {

    /**
     * Constructs a new ErrorResponse.
     * @param [properties] Properties to set
     */
    constructor(properties?: ErrorResponse.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** ErrorResponse code. */
    code: ErrorCode;

    /**
     * Encodes the specified ErrorResponse message. Does not implicitly {@link ErrorResponse.verify|verify} messages.
     * @param message ErrorResponse message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: ErrorResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes an ErrorResponse message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {ErrorResponse & ErrorResponse.$Shape} ErrorResponse
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): ErrorResponse & ErrorResponse.$Shape;
}

export namespace ErrorResponse {

    /** Properties of an ErrorResponse. */
    interface $Properties {

        /** ErrorResponse code */
        code?: ErrorCode;

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of an ErrorResponse. */
    type $Shape = ErrorResponse.$Properties;
}
