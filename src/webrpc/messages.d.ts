// Generated from messages.proto by scripts/generate-proto.ts. Do not edit.
import * as $protobuf from "protobufjs/minimal.js";

/**
 * Properties of a Message.
 * @deprecated Use Message.$Properties instead.
 */
export interface IMessage extends Message.$Properties {
}

/** Represents a Message. */
export class Message {

    /**
     * Constructs a new Message.
     * @param [properties] Properties to set
     */
    constructor(properties?: Message.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** Message challenge. */
    challenge: (Challenge|null);

    /** Message sessionRequest. */
    sessionRequest: (SessionRequest|null);

    /** Message sessionResponse. */
    sessionResponse: (SessionResponse|null);

    /** Message quoteRequest. */
    quoteRequest: (QuoteRequest|null);

    /** Message quoteResponse. */
    quoteResponse: (QuoteResponse|null);

    /** Message chunkRequest. */
    chunkRequest: (ChunkRequest|null);

    /** Message fileRequest. */
    fileRequest: (FileRequest|null);

    /** Message chunkData. */
    chunkData: (ChunkData|null);

    /** Message fileResponse. */
    fileResponse: (FileResponse|null);

    /** Message withheld. */
    withheld: (Withheld|null);

    /** Message cancel. */
    cancel: (Cancel|null);

    /** Message grant. */
    grant: (Grant|null);

    /** Message paymentDue. */
    paymentDue: (PaymentDue|null);

    /** Message paymentProof. */
    paymentProof: (PaymentProof|null);

    /** Message paymentAck. */
    paymentAck: (PaymentAck|null);

    /** Message writeOff. */
    writeOff: (WriteOff|null);

    /** Message writeOffAck. */
    writeOffAck: (WriteOffAck|null);

    /** Message closeRequest. */
    closeRequest: (CloseRequest|null);

    /** Message closeAck. */
    closeAck: (CloseAck|null);

    /** Message error. */
    error: (Error|null);

    /** Message body. */
    body?: ("challenge"|"sessionRequest"|"sessionResponse"|"quoteRequest"|"quoteResponse"|"chunkRequest"|"fileRequest"|"chunkData"|"fileResponse"|"withheld"|"cancel"|"grant"|"paymentDue"|"paymentProof"|"paymentAck"|"writeOff"|"writeOffAck"|"closeRequest"|"closeAck"|"error");

    /**
     * Encodes the specified Message message. Does not implicitly {@link Message.verify|verify} messages.
     * @param message Message message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: Message.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes a Message message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {Message & Message.$Shape} Message
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): Message & Message.$Shape;
}

export namespace Message {

    /** Properties of a Message. */
    interface $Properties {

        /** Message challenge */
        challenge?: (Challenge.$Properties|null);

        /** Message sessionRequest */
        sessionRequest?: (SessionRequest.$Properties|null);

        /** Message sessionResponse */
        sessionResponse?: (SessionResponse.$Properties|null);

        /** Message quoteRequest */
        quoteRequest?: (QuoteRequest.$Properties|null);

        /** Message quoteResponse */
        quoteResponse?: (QuoteResponse.$Properties|null);

        /** Message chunkRequest */
        chunkRequest?: (ChunkRequest.$Properties|null);

        /** Message fileRequest */
        fileRequest?: (FileRequest.$Properties|null);

        /** Message chunkData */
        chunkData?: (ChunkData.$Properties|null);

        /** Message fileResponse */
        fileResponse?: (FileResponse.$Properties|null);

        /** Message withheld */
        withheld?: (Withheld.$Properties|null);

        /** Message cancel */
        cancel?: (Cancel.$Properties|null);

        /** Message grant */
        grant?: (Grant.$Properties|null);

        /** Message paymentDue */
        paymentDue?: (PaymentDue.$Properties|null);

        /** Message paymentProof */
        paymentProof?: (PaymentProof.$Properties|null);

        /** Message paymentAck */
        paymentAck?: (PaymentAck.$Properties|null);

        /** Message writeOff */
        writeOff?: (WriteOff.$Properties|null);

        /** Message writeOffAck */
        writeOffAck?: (WriteOffAck.$Properties|null);

        /** Message closeRequest */
        closeRequest?: (CloseRequest.$Properties|null);

        /** Message closeAck */
        closeAck?: (CloseAck.$Properties|null);

        /** Message error */
        error?: (Error.$Properties|null);

        /** Message body */
        body?: ("challenge"|"sessionRequest"|"sessionResponse"|"quoteRequest"|"quoteResponse"|"chunkRequest"|"fileRequest"|"chunkData"|"fileResponse"|"withheld"|"cancel"|"grant"|"paymentDue"|"paymentProof"|"paymentAck"|"writeOff"|"writeOffAck"|"closeRequest"|"closeAck"|"error");

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Narrowed shape of a Message. */
    type $Shape = {
      challenge?: Challenge.$Shape|null;
      sessionRequest?: SessionRequest.$Shape|null;
      sessionResponse?: SessionResponse.$Shape|null;
      quoteRequest?: QuoteRequest.$Shape|null;
      quoteResponse?: QuoteResponse.$Shape|null;
      chunkRequest?: ChunkRequest.$Shape|null;
      fileRequest?: FileRequest.$Shape|null;
      chunkData?: ChunkData.$Shape|null;
      fileResponse?: FileResponse.$Shape|null;
      withheld?: Withheld.$Shape|null;
      cancel?: Cancel.$Shape|null;
      grant?: Grant.$Shape|null;
      paymentDue?: PaymentDue.$Shape|null;
      paymentProof?: PaymentProof.$Shape|null;
      paymentAck?: PaymentAck.$Shape|null;
      writeOff?: WriteOff.$Shape|null;
      writeOffAck?: WriteOffAck.$Shape|null;
      closeRequest?: CloseRequest.$Shape|null;
      closeAck?: CloseAck.$Shape|null;
      error?: Error.$Shape|null;
      $unknowns?: Uint8Array[];
    } & (
      ({ body?: undefined; challenge?: null; sessionRequest?: null; sessionResponse?: null; quoteRequest?: null; quoteResponse?: null; chunkRequest?: null; fileRequest?: null; chunkData?: null; fileResponse?: null; withheld?: null; cancel?: null; grant?: null; paymentDue?: null; paymentProof?: null; paymentAck?: null; writeOff?: null; writeOffAck?: null; closeRequest?: null; closeAck?: null; error?: null }|{ body?: "challenge"; challenge: Challenge.$Shape; sessionRequest?: null; sessionResponse?: null; quoteRequest?: null; quoteResponse?: null; chunkRequest?: null; fileRequest?: null; chunkData?: null; fileResponse?: null; withheld?: null; cancel?: null; grant?: null; paymentDue?: null; paymentProof?: null; paymentAck?: null; writeOff?: null; writeOffAck?: null; closeRequest?: null; closeAck?: null; error?: null }|{ body?: "sessionRequest"; challenge?: null; sessionRequest: SessionRequest.$Shape; sessionResponse?: null; quoteRequest?: null; quoteResponse?: null; chunkRequest?: null; fileRequest?: null; chunkData?: null; fileResponse?: null; withheld?: null; cancel?: null; grant?: null; paymentDue?: null; paymentProof?: null; paymentAck?: null; writeOff?: null; writeOffAck?: null; closeRequest?: null; closeAck?: null; error?: null }|{ body?: "sessionResponse"; challenge?: null; sessionRequest?: null; sessionResponse: SessionResponse.$Shape; quoteRequest?: null; quoteResponse?: null; chunkRequest?: null; fileRequest?: null; chunkData?: null; fileResponse?: null; withheld?: null; cancel?: null; grant?: null; paymentDue?: null; paymentProof?: null; paymentAck?: null; writeOff?: null; writeOffAck?: null; closeRequest?: null; closeAck?: null; error?: null }|{ body?: "quoteRequest"; challenge?: null; sessionRequest?: null; sessionResponse?: null; quoteRequest: QuoteRequest.$Shape; quoteResponse?: null; chunkRequest?: null; fileRequest?: null; chunkData?: null; fileResponse?: null; withheld?: null; cancel?: null; grant?: null; paymentDue?: null; paymentProof?: null; paymentAck?: null; writeOff?: null; writeOffAck?: null; closeRequest?: null; closeAck?: null; error?: null }|{ body?: "quoteResponse"; challenge?: null; sessionRequest?: null; sessionResponse?: null; quoteRequest?: null; quoteResponse: QuoteResponse.$Shape; chunkRequest?: null; fileRequest?: null; chunkData?: null; fileResponse?: null; withheld?: null; cancel?: null; grant?: null; paymentDue?: null; paymentProof?: null; paymentAck?: null; writeOff?: null; writeOffAck?: null; closeRequest?: null; closeAck?: null; error?: null }|{ body?: "chunkRequest"; challenge?: null; sessionRequest?: null; sessionResponse?: null; quoteRequest?: null; quoteResponse?: null; chunkRequest: ChunkRequest.$Shape; fileRequest?: null; chunkData?: null; fileResponse?: null; withheld?: null; cancel?: null; grant?: null; paymentDue?: null; paymentProof?: null; paymentAck?: null; writeOff?: null; writeOffAck?: null; closeRequest?: null; closeAck?: null; error?: null }|{ body?: "fileRequest"; challenge?: null; sessionRequest?: null; sessionResponse?: null; quoteRequest?: null; quoteResponse?: null; chunkRequest?: null; fileRequest: FileRequest.$Shape; chunkData?: null; fileResponse?: null; withheld?: null; cancel?: null; grant?: null; paymentDue?: null; paymentProof?: null; paymentAck?: null; writeOff?: null; writeOffAck?: null; closeRequest?: null; closeAck?: null; error?: null }|{ body?: "chunkData"; challenge?: null; sessionRequest?: null; sessionResponse?: null; quoteRequest?: null; quoteResponse?: null; chunkRequest?: null; fileRequest?: null; chunkData: ChunkData.$Shape; fileResponse?: null; withheld?: null; cancel?: null; grant?: null; paymentDue?: null; paymentProof?: null; paymentAck?: null; writeOff?: null; writeOffAck?: null; closeRequest?: null; closeAck?: null; error?: null }|{ body?: "fileResponse"; challenge?: null; sessionRequest?: null; sessionResponse?: null; quoteRequest?: null; quoteResponse?: null; chunkRequest?: null; fileRequest?: null; chunkData?: null; fileResponse: FileResponse.$Shape; withheld?: null; cancel?: null; grant?: null; paymentDue?: null; paymentProof?: null; paymentAck?: null; writeOff?: null; writeOffAck?: null; closeRequest?: null; closeAck?: null; error?: null }|{ body?: "withheld"; challenge?: null; sessionRequest?: null; sessionResponse?: null; quoteRequest?: null; quoteResponse?: null; chunkRequest?: null; fileRequest?: null; chunkData?: null; fileResponse?: null; withheld: Withheld.$Shape; cancel?: null; grant?: null; paymentDue?: null; paymentProof?: null; paymentAck?: null; writeOff?: null; writeOffAck?: null; closeRequest?: null; closeAck?: null; error?: null }|{ body?: "cancel"; challenge?: null; sessionRequest?: null; sessionResponse?: null; quoteRequest?: null; quoteResponse?: null; chunkRequest?: null; fileRequest?: null; chunkData?: null; fileResponse?: null; withheld?: null; cancel: Cancel.$Shape; grant?: null; paymentDue?: null; paymentProof?: null; paymentAck?: null; writeOff?: null; writeOffAck?: null; closeRequest?: null; closeAck?: null; error?: null }|{ body?: "grant"; challenge?: null; sessionRequest?: null; sessionResponse?: null; quoteRequest?: null; quoteResponse?: null; chunkRequest?: null; fileRequest?: null; chunkData?: null; fileResponse?: null; withheld?: null; cancel?: null; grant: Grant.$Shape; paymentDue?: null; paymentProof?: null; paymentAck?: null; writeOff?: null; writeOffAck?: null; closeRequest?: null; closeAck?: null; error?: null }|{ body?: "paymentDue"; challenge?: null; sessionRequest?: null; sessionResponse?: null; quoteRequest?: null; quoteResponse?: null; chunkRequest?: null; fileRequest?: null; chunkData?: null; fileResponse?: null; withheld?: null; cancel?: null; grant?: null; paymentDue: PaymentDue.$Shape; paymentProof?: null; paymentAck?: null; writeOff?: null; writeOffAck?: null; closeRequest?: null; closeAck?: null; error?: null }|{ body?: "paymentProof"; challenge?: null; sessionRequest?: null; sessionResponse?: null; quoteRequest?: null; quoteResponse?: null; chunkRequest?: null; fileRequest?: null; chunkData?: null; fileResponse?: null; withheld?: null; cancel?: null; grant?: null; paymentDue?: null; paymentProof: PaymentProof.$Shape; paymentAck?: null; writeOff?: null; writeOffAck?: null; closeRequest?: null; closeAck?: null; error?: null }|{ body?: "paymentAck"; challenge?: null; sessionRequest?: null; sessionResponse?: null; quoteRequest?: null; quoteResponse?: null; chunkRequest?: null; fileRequest?: null; chunkData?: null; fileResponse?: null; withheld?: null; cancel?: null; grant?: null; paymentDue?: null; paymentProof?: null; paymentAck: PaymentAck.$Shape; writeOff?: null; writeOffAck?: null; closeRequest?: null; closeAck?: null; error?: null }|{ body?: "writeOff"; challenge?: null; sessionRequest?: null; sessionResponse?: null; quoteRequest?: null; quoteResponse?: null; chunkRequest?: null; fileRequest?: null; chunkData?: null; fileResponse?: null; withheld?: null; cancel?: null; grant?: null; paymentDue?: null; paymentProof?: null; paymentAck?: null; writeOff: WriteOff.$Shape; writeOffAck?: null; closeRequest?: null; closeAck?: null; error?: null }|{ body?: "writeOffAck"; challenge?: null; sessionRequest?: null; sessionResponse?: null; quoteRequest?: null; quoteResponse?: null; chunkRequest?: null; fileRequest?: null; chunkData?: null; fileResponse?: null; withheld?: null; cancel?: null; grant?: null; paymentDue?: null; paymentProof?: null; paymentAck?: null; writeOff?: null; writeOffAck: WriteOffAck.$Shape; closeRequest?: null; closeAck?: null; error?: null }|{ body?: "closeRequest"; challenge?: null; sessionRequest?: null; sessionResponse?: null; quoteRequest?: null; quoteResponse?: null; chunkRequest?: null; fileRequest?: null; chunkData?: null; fileResponse?: null; withheld?: null; cancel?: null; grant?: null; paymentDue?: null; paymentProof?: null; paymentAck?: null; writeOff?: null; writeOffAck?: null; closeRequest: CloseRequest.$Shape; closeAck?: null; error?: null }|{ body?: "closeAck"; challenge?: null; sessionRequest?: null; sessionResponse?: null; quoteRequest?: null; quoteResponse?: null; chunkRequest?: null; fileRequest?: null; chunkData?: null; fileResponse?: null; withheld?: null; cancel?: null; grant?: null; paymentDue?: null; paymentProof?: null; paymentAck?: null; writeOff?: null; writeOffAck?: null; closeRequest?: null; closeAck: CloseAck.$Shape; error?: null }|{ body?: "error"; challenge?: null; sessionRequest?: null; sessionResponse?: null; quoteRequest?: null; quoteResponse?: null; chunkRequest?: null; fileRequest?: null; chunkData?: null; fileResponse?: null; withheld?: null; cancel?: null; grant?: null; paymentDue?: null; paymentProof?: null; paymentAck?: null; writeOff?: null; writeOffAck?: null; closeRequest?: null; closeAck?: null; error: Error.$Shape })
    );
}

/**
 * Properties of a Challenge.
 * @deprecated Use Challenge.$Properties instead.
 */
export interface IChallenge extends Challenge.$Properties {
}

/** Represents a Challenge. */
export class Challenge {

    /**
     * Constructs a new Challenge.
     * @param [properties] Properties to set
     */
    constructor(properties?: Challenge.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** Challenge nonce. */
    nonce: Uint8Array;

    /** Challenge payee. */
    payee: Uint8Array;

    /** Challenge maxChunks. */
    maxChunks: number;

    /**
     * Encodes the specified Challenge message. Does not implicitly {@link Challenge.verify|verify} messages.
     * @param message Challenge message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: Challenge.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes a Challenge message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {Challenge & Challenge.$Shape} Challenge
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): Challenge & Challenge.$Shape;
}

export namespace Challenge {

    /** Properties of a Challenge. */
    interface $Properties {

        /** Challenge nonce */
        nonce?: Uint8Array;

        /** Challenge payee */
        payee?: Uint8Array;

        /** Challenge maxChunks */
        maxChunks?: number;

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of a Challenge. */
    type $Shape = Challenge.$Properties;
}

/**
 * Properties of a SessionRequest.
 * @deprecated Use SessionRequest.$Properties instead.
 */
export interface ISessionRequest extends SessionRequest.$Properties {
}

/** Represents a SessionRequest. */
export class SessionRequest {

    /**
     * Constructs a new SessionRequest.
     * @param [properties] Properties to set
     */
    constructor(properties?: SessionRequest.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** SessionRequest sessionId. */
    sessionId: Uint8Array;

    /** SessionRequest proof. */
    proof: (HelloProof|null);

    /** SessionRequest fileHashes. */
    fileHashes: Uint8Array[];

    /** SessionRequest window. */
    window: number;

    /** SessionRequest transfer. */
    transfer: (TransferProof|null);

    /** SessionRequest escrow. */
    escrow: (EscrowProof|null);

    /**
     * Encodes the specified SessionRequest message. Does not implicitly {@link SessionRequest.verify|verify} messages.
     * @param message SessionRequest message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: SessionRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes a SessionRequest message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {SessionRequest & SessionRequest.$Shape} SessionRequest
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): SessionRequest & SessionRequest.$Shape;
}

export namespace SessionRequest {

    /** Properties of a SessionRequest. */
    interface $Properties {

        /** SessionRequest sessionId */
        sessionId?: Uint8Array;

        /** SessionRequest proof */
        proof?: (HelloProof.$Properties|null);

        /** SessionRequest fileHashes */
        fileHashes?: Uint8Array[];

        /** SessionRequest window */
        window?: number;

        /** SessionRequest transfer */
        transfer?: (TransferProof.$Properties|null);

        /** SessionRequest escrow */
        escrow?: (EscrowProof.$Properties|null);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of a SessionRequest. */
    type $Shape = SessionRequest.$Properties;
}

/**
 * Properties of a TransferProof.
 * @deprecated Use TransferProof.$Properties instead.
 */
export interface ITransferProof extends TransferProof.$Properties {
}

/** Represents a TransferProof. */
export class TransferProof {

    /**
     * Constructs a new TransferProof.
     * @param [properties] Properties to set
     */
    constructor(properties?: TransferProof.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** TransferProof transactionHash. */
    transactionHash: Uint8Array;

    /** TransferProof fileHash. */
    fileHash: Uint8Array;

    /** TransferProof signature. */
    signature: Uint8Array;

    /** TransferProof seeksCredit. */
    seeksCredit: boolean;

    /**
     * Encodes the specified TransferProof message. Does not implicitly {@link TransferProof.verify|verify} messages.
     * @param message TransferProof message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: TransferProof.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes a TransferProof message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {TransferProof & TransferProof.$Shape} TransferProof
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): TransferProof & TransferProof.$Shape;
}

export namespace TransferProof {

    /** Properties of a TransferProof. */
    interface $Properties {

        /** TransferProof transactionHash */
        transactionHash?: Uint8Array;

        /** TransferProof fileHash */
        fileHash?: Uint8Array;

        /** TransferProof signature */
        signature?: Uint8Array;

        /** TransferProof seeksCredit */
        seeksCredit?: boolean;

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of a TransferProof. */
    type $Shape = TransferProof.$Properties;
}

/**
 * Properties of an EscrowProof.
 * @deprecated Use EscrowProof.$Properties instead.
 */
export interface IEscrowProof extends EscrowProof.$Properties {
}

/** Represents an EscrowProof. */
export class EscrowProof {

    /**
     * Constructs a new EscrowProof.
     * @param [properties] Properties to set
     */
    constructor(properties?: EscrowProof.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** EscrowProof payer. */
    payer: Uint8Array;

    /** EscrowProof fileHash. */
    fileHash: Uint8Array;

    /** EscrowProof salt. */
    salt: Uint8Array;

    /** EscrowProof signature. */
    signature: Uint8Array;

    /**
     * Encodes the specified EscrowProof message. Does not implicitly {@link EscrowProof.verify|verify} messages.
     * @param message EscrowProof message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: EscrowProof.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes an EscrowProof message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {EscrowProof & EscrowProof.$Shape} EscrowProof
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): EscrowProof & EscrowProof.$Shape;
}

export namespace EscrowProof {

    /** Properties of an EscrowProof. */
    interface $Properties {

        /** EscrowProof payer */
        payer?: Uint8Array;

        /** EscrowProof fileHash */
        fileHash?: Uint8Array;

        /** EscrowProof salt */
        salt?: Uint8Array;

        /** EscrowProof signature */
        signature?: Uint8Array;

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of an EscrowProof. */
    type $Shape = EscrowProof.$Properties;
}

/**
 * Properties of a HelloProof.
 * @deprecated Use HelloProof.$Properties instead.
 */
export interface IHelloProof extends HelloProof.$Properties {
}

/** Represents a HelloProof. */
export class HelloProof {

    /**
     * Constructs a new HelloProof.
     * @param [properties] Properties to set
     */
    constructor(properties?: HelloProof.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** HelloProof payer. */
    payer: Uint8Array;

    /** HelloProof payee. */
    payee: Uint8Array;

    /** HelloProof salt. */
    salt: Uint8Array;

    /** HelloProof signature. */
    signature: Uint8Array;

    /**
     * Encodes the specified HelloProof message. Does not implicitly {@link HelloProof.verify|verify} messages.
     * @param message HelloProof message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: HelloProof.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes a HelloProof message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {HelloProof & HelloProof.$Shape} HelloProof
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): HelloProof & HelloProof.$Shape;
}

export namespace HelloProof {

    /** Properties of a HelloProof. */
    interface $Properties {

        /** HelloProof payer */
        payer?: Uint8Array;

        /** HelloProof payee */
        payee?: Uint8Array;

        /** HelloProof salt */
        salt?: Uint8Array;

        /** HelloProof signature */
        signature?: Uint8Array;

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of a HelloProof. */
    type $Shape = HelloProof.$Properties;
}

/**
 * Properties of a SessionResponse.
 * @deprecated Use SessionResponse.$Properties instead.
 */
export interface ISessionResponse extends SessionResponse.$Properties {
}

/** Represents a SessionResponse. */
export class SessionResponse {

    /**
     * Constructs a new SessionResponse.
     * @param [properties] Properties to set
     */
    constructor(properties?: SessionResponse.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** SessionResponse sessionId. */
    sessionId: Uint8Array;

    /** SessionResponse resumed. */
    resumed: boolean;

    /** SessionResponse quotes. */
    quotes: FileQuote[];

    /** SessionResponse status. */
    status: (AccountStatus|null);

    /**
     * Encodes the specified SessionResponse message. Does not implicitly {@link SessionResponse.verify|verify} messages.
     * @param message SessionResponse message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: SessionResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes a SessionResponse message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {SessionResponse & SessionResponse.$Shape} SessionResponse
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): SessionResponse & SessionResponse.$Shape;
}

export namespace SessionResponse {

    /** Properties of a SessionResponse. */
    interface $Properties {

        /** SessionResponse sessionId */
        sessionId?: Uint8Array;

        /** SessionResponse resumed */
        resumed?: boolean;

        /** SessionResponse quotes */
        quotes?: FileQuote.$Properties[];

        /** SessionResponse status */
        status?: (AccountStatus.$Properties|null);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of a SessionResponse. */
    type $Shape = SessionResponse.$Properties;
}

/**
 * Properties of an AccountStatus.
 * @deprecated Use AccountStatus.$Properties instead.
 */
export interface IAccountStatus extends AccountStatus.$Properties {
}

/** Represents an AccountStatus. */
export class AccountStatus {

    /**
     * Constructs a new AccountStatus.
     * @param [properties] Properties to set
     */
    constructor(properties?: AccountStatus.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** AccountStatus vouchered. */
    vouchered: Uint8Array;

    /** AccountStatus committed. */
    committed: Uint8Array;

    /** AccountStatus credit. */
    credit: Uint8Array;

    /** AccountStatus spendable. */
    spendable: Uint8Array;

    /** AccountStatus recent. */
    recent: ChunkRef[];

    /** AccountStatus best. */
    best: (Voucher|null);

    /** AccountStatus transferred. */
    transferred: Uint8Array;

    /**
     * Encodes the specified AccountStatus message. Does not implicitly {@link AccountStatus.verify|verify} messages.
     * @param message AccountStatus message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: AccountStatus.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes an AccountStatus message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {AccountStatus & AccountStatus.$Shape} AccountStatus
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): AccountStatus & AccountStatus.$Shape;
}

export namespace AccountStatus {

    /** Properties of an AccountStatus. */
    interface $Properties {

        /** AccountStatus vouchered */
        vouchered?: Uint8Array;

        /** AccountStatus committed */
        committed?: Uint8Array;

        /** AccountStatus credit */
        credit?: Uint8Array;

        /** AccountStatus spendable */
        spendable?: Uint8Array;

        /** AccountStatus recent */
        recent?: ChunkRef.$Properties[];

        /** AccountStatus best */
        best?: (Voucher.$Properties|null);

        /** AccountStatus transferred */
        transferred?: Uint8Array;

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of an AccountStatus. */
    type $Shape = AccountStatus.$Properties;
}

/**
 * Properties of a ChunkRef.
 * @deprecated Use ChunkRef.$Properties instead.
 */
export interface IChunkRef extends ChunkRef.$Properties {
}

/** Represents a ChunkRef. */
export class ChunkRef {

    /**
     * Constructs a new ChunkRef.
     * @param [properties] Properties to set
     */
    constructor(properties?: ChunkRef.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** ChunkRef fileHash. */
    fileHash: Uint8Array;

    /** ChunkRef chunkIndex. */
    chunkIndex: number;

    /**
     * Encodes the specified ChunkRef message. Does not implicitly {@link ChunkRef.verify|verify} messages.
     * @param message ChunkRef message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: ChunkRef.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes a ChunkRef message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {ChunkRef & ChunkRef.$Shape} ChunkRef
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): ChunkRef & ChunkRef.$Shape;
}

export namespace ChunkRef {

    /** Properties of a ChunkRef. */
    interface $Properties {

        /** ChunkRef fileHash */
        fileHash?: Uint8Array;

        /** ChunkRef chunkIndex */
        chunkIndex?: number;

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of a ChunkRef. */
    type $Shape = ChunkRef.$Properties;
}

/**
 * Properties of a FileQuote.
 * @deprecated Use FileQuote.$Properties instead.
 */
export interface IFileQuote extends FileQuote.$Properties {
}

/** Represents a FileQuote. */
export class FileQuote {

    /**
     * Constructs a new FileQuote.
     * @param [properties] Properties to set
     */
    constructor(properties?: FileQuote.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** FileQuote fileHash. */
    fileHash: Uint8Array;

    /** FileQuote terms. */
    terms: (QuoteTerms|null);

    /** FileQuote have. */
    have: (Have|null);

    /**
     * Encodes the specified FileQuote message. Does not implicitly {@link FileQuote.verify|verify} messages.
     * @param message FileQuote message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: FileQuote.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes a FileQuote message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {FileQuote & FileQuote.$Shape} FileQuote
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): FileQuote & FileQuote.$Shape;
}

export namespace FileQuote {

    /** Properties of a FileQuote. */
    interface $Properties {

        /** FileQuote fileHash */
        fileHash?: Uint8Array;

        /** FileQuote terms */
        terms?: (QuoteTerms.$Properties|null);

        /** FileQuote have */
        have?: (Have.$Properties|null);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of a FileQuote. */
    type $Shape = FileQuote.$Properties;
}

/**
 * Properties of a QuoteTerms.
 * @deprecated Use QuoteTerms.$Properties instead.
 */
export interface IQuoteTerms extends QuoteTerms.$Properties {
}

/** Represents a QuoteTerms. */
export class QuoteTerms {

    /**
     * Constructs a new QuoteTerms.
     * @param [properties] Properties to set
     */
    constructor(properties?: QuoteTerms.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** QuoteTerms quoteId. */
    quoteId: number;

    /** QuoteTerms pricePerMib. */
    pricePerMib: Uint8Array;

    /** QuoteTerms validForMs. */
    validForMs: number;

    /** QuoteTerms expiresAt. */
    expiresAt: number;

    /** QuoteTerms signature. */
    signature: Uint8Array;

    /**
     * Encodes the specified QuoteTerms message. Does not implicitly {@link QuoteTerms.verify|verify} messages.
     * @param message QuoteTerms message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: QuoteTerms.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes a QuoteTerms message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {QuoteTerms & QuoteTerms.$Shape} QuoteTerms
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): QuoteTerms & QuoteTerms.$Shape;
}

export namespace QuoteTerms {

    /** Properties of a QuoteTerms. */
    interface $Properties {

        /** QuoteTerms quoteId */
        quoteId?: number;

        /** QuoteTerms pricePerMib */
        pricePerMib?: Uint8Array;

        /** QuoteTerms validForMs */
        validForMs?: number;

        /** QuoteTerms expiresAt */
        expiresAt?: number;

        /** QuoteTerms signature */
        signature?: Uint8Array;

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of a QuoteTerms. */
    type $Shape = QuoteTerms.$Properties;
}

/**
 * Properties of a Have.
 * @deprecated Use Have.$Properties instead.
 */
export interface IHave extends Have.$Properties {
}

/** Represents a Have. */
export class Have {

    /**
     * Constructs a new Have.
     * @param [properties] Properties to set
     */
    constructor(properties?: Have.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** Have fileHash. */
    fileHash: Uint8Array;

    /** Have chunkCount. */
    chunkCount: number;

    /** Have bitfield. */
    bitfield: Uint8Array;

    /** Have ranges. */
    ranges: ChunkRange[];

    /**
     * Encodes the specified Have message. Does not implicitly {@link Have.verify|verify} messages.
     * @param message Have message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: Have.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes a Have message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {Have & Have.$Shape} Have
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): Have & Have.$Shape;
}

export namespace Have {

    /** Properties of a Have. */
    interface $Properties {

        /** Have fileHash */
        fileHash?: Uint8Array;

        /** Have chunkCount */
        chunkCount?: number;

        /** Have bitfield */
        bitfield?: Uint8Array;

        /** Have ranges */
        ranges?: ChunkRange.$Properties[];

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of a Have. */
    type $Shape = Have.$Properties;
}

/**
 * Properties of a ChunkRange.
 * @deprecated Use ChunkRange.$Properties instead.
 */
export interface IChunkRange extends ChunkRange.$Properties {
}

/** Represents a ChunkRange. */
export class ChunkRange {

    /**
     * Constructs a new ChunkRange.
     * @param [properties] Properties to set
     */
    constructor(properties?: ChunkRange.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** ChunkRange first. */
    first: number;

    /** ChunkRange count. */
    count: number;

    /**
     * Encodes the specified ChunkRange message. Does not implicitly {@link ChunkRange.verify|verify} messages.
     * @param message ChunkRange message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: ChunkRange.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes a ChunkRange message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {ChunkRange & ChunkRange.$Shape} ChunkRange
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): ChunkRange & ChunkRange.$Shape;
}

export namespace ChunkRange {

    /** Properties of a ChunkRange. */
    interface $Properties {

        /** ChunkRange first */
        first?: number;

        /** ChunkRange count */
        count?: number;

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of a ChunkRange. */
    type $Shape = ChunkRange.$Properties;
}

/**
 * Properties of a QuoteRequest.
 * @deprecated Use QuoteRequest.$Properties instead.
 */
export interface IQuoteRequest extends QuoteRequest.$Properties {
}

/** Represents a QuoteRequest. */
export class QuoteRequest {

    /**
     * Constructs a new QuoteRequest.
     * @param [properties] Properties to set
     */
    constructor(properties?: QuoteRequest.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** QuoteRequest requestId. */
    requestId: number;

    /** QuoteRequest fileHashes. */
    fileHashes: Uint8Array[];

    /** QuoteRequest bids. */
    bids: Bid[];

    /**
     * Encodes the specified QuoteRequest message. Does not implicitly {@link QuoteRequest.verify|verify} messages.
     * @param message QuoteRequest message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: QuoteRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes a QuoteRequest message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {QuoteRequest & QuoteRequest.$Shape} QuoteRequest
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): QuoteRequest & QuoteRequest.$Shape;
}

export namespace QuoteRequest {

    /** Properties of a QuoteRequest. */
    interface $Properties {

        /** QuoteRequest requestId */
        requestId?: number;

        /** QuoteRequest fileHashes */
        fileHashes?: Uint8Array[];

        /** QuoteRequest bids */
        bids?: Bid.$Properties[];

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of a QuoteRequest. */
    type $Shape = QuoteRequest.$Properties;
}

/**
 * Properties of a Bid.
 * @deprecated Use Bid.$Properties instead.
 */
export interface IBid extends Bid.$Properties {
}

/** Represents a Bid. */
export class Bid {

    /**
     * Constructs a new Bid.
     * @param [properties] Properties to set
     */
    constructor(properties?: Bid.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** Bid quoteId. */
    quoteId: number;

    /** Bid pricePerMib. */
    pricePerMib: Uint8Array;

    /**
     * Encodes the specified Bid message. Does not implicitly {@link Bid.verify|verify} messages.
     * @param message Bid message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: Bid.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes a Bid message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {Bid & Bid.$Shape} Bid
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): Bid & Bid.$Shape;
}

export namespace Bid {

    /** Properties of a Bid. */
    interface $Properties {

        /** Bid quoteId */
        quoteId?: number;

        /** Bid pricePerMib */
        pricePerMib?: Uint8Array;

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of a Bid. */
    type $Shape = Bid.$Properties;
}

/**
 * Properties of a QuoteResponse.
 * @deprecated Use QuoteResponse.$Properties instead.
 */
export interface IQuoteResponse extends QuoteResponse.$Properties {
}

/** Represents a QuoteResponse. */
export class QuoteResponse {

    /**
     * Constructs a new QuoteResponse.
     * @param [properties] Properties to set
     */
    constructor(properties?: QuoteResponse.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** QuoteResponse requestId. */
    requestId: number;

    /** QuoteResponse quotes. */
    quotes: FileQuote[];

    /**
     * Encodes the specified QuoteResponse message. Does not implicitly {@link QuoteResponse.verify|verify} messages.
     * @param message QuoteResponse message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: QuoteResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes a QuoteResponse message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {QuoteResponse & QuoteResponse.$Shape} QuoteResponse
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): QuoteResponse & QuoteResponse.$Shape;
}

export namespace QuoteResponse {

    /** Properties of a QuoteResponse. */
    interface $Properties {

        /** QuoteResponse requestId */
        requestId?: number;

        /** QuoteResponse quotes */
        quotes?: FileQuote.$Properties[];

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of a QuoteResponse. */
    type $Shape = QuoteResponse.$Properties;
}

/**
 * Properties of a ChunkRequest.
 * @deprecated Use ChunkRequest.$Properties instead.
 */
export interface IChunkRequest extends ChunkRequest.$Properties {
}

/** Represents a ChunkRequest. */
export class ChunkRequest {

    /**
     * Constructs a new ChunkRequest.
     * @param [properties] Properties to set
     */
    constructor(properties?: ChunkRequest.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** ChunkRequest requestId. */
    requestId: number;

    /** ChunkRequest fileHash. */
    fileHash: Uint8Array;

    /** ChunkRequest quoteId. */
    quoteId: number;

    /** ChunkRequest ranges. */
    ranges: ChunkRange[];

    /** ChunkRequest wantProof. */
    wantProof: boolean;

    /**
     * Encodes the specified ChunkRequest message. Does not implicitly {@link ChunkRequest.verify|verify} messages.
     * @param message ChunkRequest message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: ChunkRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes a ChunkRequest message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {ChunkRequest & ChunkRequest.$Shape} ChunkRequest
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): ChunkRequest & ChunkRequest.$Shape;
}

export namespace ChunkRequest {

    /** Properties of a ChunkRequest. */
    interface $Properties {

        /** ChunkRequest requestId */
        requestId?: number;

        /** ChunkRequest fileHash */
        fileHash?: Uint8Array;

        /** ChunkRequest quoteId */
        quoteId?: number;

        /** ChunkRequest ranges */
        ranges?: ChunkRange.$Properties[];

        /** ChunkRequest wantProof */
        wantProof?: boolean;

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of a ChunkRequest. */
    type $Shape = ChunkRequest.$Properties;
}

/**
 * Properties of a FileRequest.
 * @deprecated Use FileRequest.$Properties instead.
 */
export interface IFileRequest extends FileRequest.$Properties {
}

/** Represents a FileRequest. */
export class FileRequest {

    /**
     * Constructs a new FileRequest.
     * @param [properties] Properties to set
     */
    constructor(properties?: FileRequest.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** FileRequest fileHash. */
    fileHash: Uint8Array;

    /** FileRequest offset. */
    offset: Uint8Array;

    /** FileRequest length. */
    length: Uint8Array;

    /** FileRequest requestId. */
    requestId: number;

    /** FileRequest quoteId. */
    quoteId: number;

    /** FileRequest wantProof. */
    wantProof: boolean;

    /**
     * Encodes the specified FileRequest message. Does not implicitly {@link FileRequest.verify|verify} messages.
     * @param message FileRequest message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: FileRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes a FileRequest message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {FileRequest & FileRequest.$Shape} FileRequest
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): FileRequest & FileRequest.$Shape;
}

export namespace FileRequest {

    /** Properties of a FileRequest. */
    interface $Properties {

        /** FileRequest fileHash */
        fileHash?: Uint8Array;

        /** FileRequest offset */
        offset?: Uint8Array;

        /** FileRequest length */
        length?: Uint8Array;

        /** FileRequest requestId */
        requestId?: number;

        /** FileRequest quoteId */
        quoteId?: number;

        /** FileRequest wantProof */
        wantProof?: boolean;

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of a FileRequest. */
    type $Shape = FileRequest.$Properties;
}

/**
 * Properties of a ChunkData.
 * @deprecated Use ChunkData.$Properties instead.
 */
export interface IChunkData extends ChunkData.$Properties {
}

/** Represents a ChunkData. */
export class ChunkData {

    /**
     * Constructs a new ChunkData.
     * @param [properties] Properties to set
     */
    constructor(properties?: ChunkData.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** ChunkData requestId. */
    requestId: number;

    /** ChunkData chunkIndex. */
    chunkIndex: number;

    /** ChunkData credit. */
    credit: Uint8Array;

    /** ChunkData proof. */
    proof: Uint8Array[];

    /** ChunkData chunk. */
    chunk: Uint8Array;

    /**
     * Encodes the specified ChunkData message. Does not implicitly {@link ChunkData.verify|verify} messages.
     * @param message ChunkData message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: ChunkData.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes a ChunkData message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {ChunkData & ChunkData.$Shape} ChunkData
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): ChunkData & ChunkData.$Shape;
}

export namespace ChunkData {

    /** Properties of a ChunkData. */
    interface $Properties {

        /** ChunkData requestId */
        requestId?: number;

        /** ChunkData chunkIndex */
        chunkIndex?: number;

        /** ChunkData credit */
        credit?: Uint8Array;

        /** ChunkData proof */
        proof?: Uint8Array[];

        /** ChunkData chunk */
        chunk?: Uint8Array;

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of a ChunkData. */
    type $Shape = ChunkData.$Properties;
}

/**
 * Properties of a FileResponse.
 * @deprecated Use FileResponse.$Properties instead.
 */
export interface IFileResponse extends FileResponse.$Properties {
}

/** Represents a FileResponse. */
export class FileResponse {

    /**
     * Constructs a new FileResponse.
     * @param [properties] Properties to set
     */
    constructor(properties?: FileResponse.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** FileResponse data. */
    data: Uint8Array;

    /** FileResponse isLastChunk. */
    isLastChunk: boolean;

    /** FileResponse nextChunkHash. */
    nextChunkHash: Uint8Array;

    /** FileResponse requestId. */
    requestId: number;

    /** FileResponse chunkIndex. */
    chunkIndex: number;

    /** FileResponse credit. */
    credit: Uint8Array;

    /** FileResponse proof. */
    proof: Uint8Array[];

    /**
     * Encodes the specified FileResponse message. Does not implicitly {@link FileResponse.verify|verify} messages.
     * @param message FileResponse message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: FileResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes a FileResponse message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {FileResponse & FileResponse.$Shape} FileResponse
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): FileResponse & FileResponse.$Shape;
}

export namespace FileResponse {

    /** Properties of a FileResponse. */
    interface $Properties {

        /** FileResponse data */
        data?: Uint8Array;

        /** FileResponse isLastChunk */
        isLastChunk?: boolean;

        /** FileResponse nextChunkHash */
        nextChunkHash?: Uint8Array;

        /** FileResponse requestId */
        requestId?: number;

        /** FileResponse chunkIndex */
        chunkIndex?: number;

        /** FileResponse credit */
        credit?: Uint8Array;

        /** FileResponse proof */
        proof?: Uint8Array[];

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of a FileResponse. */
    type $Shape = FileResponse.$Properties;
}

/**
 * Properties of a Withheld.
 * @deprecated Use Withheld.$Properties instead.
 */
export interface IWithheld extends Withheld.$Properties {
}

/** Represents a Withheld. */
export class Withheld {

    /**
     * Constructs a new Withheld.
     * @param [properties] Properties to set
     */
    constructor(properties?: Withheld.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** Withheld requestId. */
    requestId: number;

    /** Withheld ranges. */
    ranges: ChunkRange[];

    /** Withheld code. */
    code: string;

    /** Withheld quote. */
    quote: (QuoteTerms|null);

    /** Withheld status. */
    status: (AccountStatus|null);

    /**
     * Encodes the specified Withheld message. Does not implicitly {@link Withheld.verify|verify} messages.
     * @param message Withheld message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: Withheld.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes a Withheld message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {Withheld & Withheld.$Shape} Withheld
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): Withheld & Withheld.$Shape;
}

export namespace Withheld {

    /** Properties of a Withheld. */
    interface $Properties {

        /** Withheld requestId */
        requestId?: number;

        /** Withheld ranges */
        ranges?: ChunkRange.$Properties[];

        /** Withheld code */
        code?: string;

        /** Withheld quote */
        quote?: (QuoteTerms.$Properties|null);

        /** Withheld status */
        status?: (AccountStatus.$Properties|null);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of a Withheld. */
    type $Shape = Withheld.$Properties;
}

/**
 * Properties of a Cancel.
 * @deprecated Use Cancel.$Properties instead.
 */
export interface ICancel extends Cancel.$Properties {
}

/** Represents a Cancel. */
export class Cancel {

    /**
     * Constructs a new Cancel.
     * @param [properties] Properties to set
     */
    constructor(properties?: Cancel.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** Cancel requestId. */
    requestId: number;

    /** Cancel ranges. */
    ranges: ChunkRange[];

    /**
     * Encodes the specified Cancel message. Does not implicitly {@link Cancel.verify|verify} messages.
     * @param message Cancel message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: Cancel.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes a Cancel message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {Cancel & Cancel.$Shape} Cancel
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): Cancel & Cancel.$Shape;
}

export namespace Cancel {

    /** Properties of a Cancel. */
    interface $Properties {

        /** Cancel requestId */
        requestId?: number;

        /** Cancel ranges */
        ranges?: ChunkRange.$Properties[];

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of a Cancel. */
    type $Shape = Cancel.$Properties;
}

/**
 * Properties of a Grant.
 * @deprecated Use Grant.$Properties instead.
 */
export interface IGrant extends Grant.$Properties {
}

/** Represents a Grant. */
export class Grant {

    /**
     * Constructs a new Grant.
     * @param [properties] Properties to set
     */
    constructor(properties?: Grant.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** Grant chunks. */
    chunks: number;

    /**
     * Encodes the specified Grant message. Does not implicitly {@link Grant.verify|verify} messages.
     * @param message Grant message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: Grant.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes a Grant message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {Grant & Grant.$Shape} Grant
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): Grant & Grant.$Shape;
}

export namespace Grant {

    /** Properties of a Grant. */
    interface $Properties {

        /** Grant chunks */
        chunks?: number;

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of a Grant. */
    type $Shape = Grant.$Properties;
}

/**
 * Properties of a PaymentDue.
 * @deprecated Use PaymentDue.$Properties instead.
 */
export interface IPaymentDue extends PaymentDue.$Properties {
}

/** Represents a PaymentDue. */
export class PaymentDue {

    /**
     * Constructs a new PaymentDue.
     * @param [properties] Properties to set
     */
    constructor(properties?: PaymentDue.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** PaymentDue chunk. */
    chunk: (ChunkRef|null);

    /** PaymentDue code. */
    code: string;

    /** PaymentDue status. */
    status: (AccountStatus|null);

    /**
     * Encodes the specified PaymentDue message. Does not implicitly {@link PaymentDue.verify|verify} messages.
     * @param message PaymentDue message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: PaymentDue.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes a PaymentDue message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {PaymentDue & PaymentDue.$Shape} PaymentDue
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): PaymentDue & PaymentDue.$Shape;
}

export namespace PaymentDue {

    /** Properties of a PaymentDue. */
    interface $Properties {

        /** PaymentDue chunk */
        chunk?: (ChunkRef.$Properties|null);

        /** PaymentDue code */
        code?: string;

        /** PaymentDue status */
        status?: (AccountStatus.$Properties|null);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of a PaymentDue. */
    type $Shape = PaymentDue.$Properties;
}

/**
 * Properties of a PaymentProof.
 * @deprecated Use PaymentProof.$Properties instead.
 */
export interface IPaymentProof extends PaymentProof.$Properties {
}

/** Represents a PaymentProof. */
export class PaymentProof {

    /**
     * Constructs a new PaymentProof.
     * @param [properties] Properties to set
     */
    constructor(properties?: PaymentProof.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** PaymentProof requestId. */
    requestId: number;

    /** PaymentProof voucher. */
    voucher: (Voucher|null);

    /**
     * Encodes the specified PaymentProof message. Does not implicitly {@link PaymentProof.verify|verify} messages.
     * @param message PaymentProof message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: PaymentProof.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes a PaymentProof message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {PaymentProof & PaymentProof.$Shape} PaymentProof
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): PaymentProof & PaymentProof.$Shape;
}

export namespace PaymentProof {

    /** Properties of a PaymentProof. */
    interface $Properties {

        /** PaymentProof requestId */
        requestId?: number;

        /** PaymentProof voucher */
        voucher?: (Voucher.$Properties|null);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of a PaymentProof. */
    type $Shape = PaymentProof.$Properties;
}

/**
 * Properties of a Voucher.
 * @deprecated Use Voucher.$Properties instead.
 */
export interface IVoucher extends Voucher.$Properties {
}

/** Represents a Voucher. */
export class Voucher {

    /**
     * Constructs a new Voucher.
     * @param [properties] Properties to set
     */
    constructor(properties?: Voucher.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** Voucher channelId. */
    channelId: Uint8Array;

    /** Voucher cumulativeAmount. */
    cumulativeAmount: Uint8Array;

    /** Voucher signature. */
    signature: Uint8Array;

    /** Voucher chunksHash. */
    chunksHash: Uint8Array;

    /** Voucher protocol. */
    protocol: string;

    /**
     * Encodes the specified Voucher message. Does not implicitly {@link Voucher.verify|verify} messages.
     * @param message Voucher message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: Voucher.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes a Voucher message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {Voucher & Voucher.$Shape} Voucher
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): Voucher & Voucher.$Shape;
}

export namespace Voucher {

    /** Properties of a Voucher. */
    interface $Properties {

        /** Voucher channelId */
        channelId?: Uint8Array;

        /** Voucher cumulativeAmount */
        cumulativeAmount?: Uint8Array;

        /** Voucher signature */
        signature?: Uint8Array;

        /** Voucher chunksHash */
        chunksHash?: Uint8Array;

        /** Voucher protocol */
        protocol?: string;

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of a Voucher. */
    type $Shape = Voucher.$Properties;
}

/**
 * Properties of a PaymentAck.
 * @deprecated Use PaymentAck.$Properties instead.
 */
export interface IPaymentAck extends PaymentAck.$Properties {
}

/** Represents a PaymentAck. */
export class PaymentAck {

    /**
     * Constructs a new PaymentAck.
     * @param [properties] Properties to set
     */
    constructor(properties?: PaymentAck.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** PaymentAck requestId. */
    requestId: number;

    /** PaymentAck vouchered. */
    vouchered: Uint8Array;

    /** PaymentAck credit. */
    credit: Uint8Array;

    /** PaymentAck code. */
    code: string;

    /**
     * Encodes the specified PaymentAck message. Does not implicitly {@link PaymentAck.verify|verify} messages.
     * @param message PaymentAck message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: PaymentAck.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes a PaymentAck message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {PaymentAck & PaymentAck.$Shape} PaymentAck
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): PaymentAck & PaymentAck.$Shape;
}

export namespace PaymentAck {

    /** Properties of a PaymentAck. */
    interface $Properties {

        /** PaymentAck requestId */
        requestId?: number;

        /** PaymentAck vouchered */
        vouchered?: Uint8Array;

        /** PaymentAck credit */
        credit?: Uint8Array;

        /** PaymentAck code */
        code?: string;

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of a PaymentAck. */
    type $Shape = PaymentAck.$Properties;
}

/**
 * Properties of a WriteOff.
 * @deprecated Use WriteOff.$Properties instead.
 */
export interface IWriteOff extends WriteOff.$Properties {
}

/** Represents a WriteOff. */
export class WriteOff {

    /**
     * Constructs a new WriteOff.
     * @param [properties] Properties to set
     */
    constructor(properties?: WriteOff.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** WriteOff requestId. */
    requestId: number;

    /** WriteOff chunk. */
    chunk: (ChunkRef|null);

    /**
     * Encodes the specified WriteOff message. Does not implicitly {@link WriteOff.verify|verify} messages.
     * @param message WriteOff message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: WriteOff.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes a WriteOff message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {WriteOff & WriteOff.$Shape} WriteOff
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): WriteOff & WriteOff.$Shape;
}

export namespace WriteOff {

    /** Properties of a WriteOff. */
    interface $Properties {

        /** WriteOff requestId */
        requestId?: number;

        /** WriteOff chunk */
        chunk?: (ChunkRef.$Properties|null);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of a WriteOff. */
    type $Shape = WriteOff.$Properties;
}

/**
 * Properties of a WriteOffAck.
 * @deprecated Use WriteOffAck.$Properties instead.
 */
export interface IWriteOffAck extends WriteOffAck.$Properties {
}

/** Represents a WriteOffAck. */
export class WriteOffAck {

    /**
     * Constructs a new WriteOffAck.
     * @param [properties] Properties to set
     */
    constructor(properties?: WriteOffAck.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** WriteOffAck requestId. */
    requestId: number;

    /** WriteOffAck writtenOff. */
    writtenOff: boolean;

    /** WriteOffAck credit. */
    credit: Uint8Array;

    /**
     * Encodes the specified WriteOffAck message. Does not implicitly {@link WriteOffAck.verify|verify} messages.
     * @param message WriteOffAck message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: WriteOffAck.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes a WriteOffAck message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {WriteOffAck & WriteOffAck.$Shape} WriteOffAck
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): WriteOffAck & WriteOffAck.$Shape;
}

export namespace WriteOffAck {

    /** Properties of a WriteOffAck. */
    interface $Properties {

        /** WriteOffAck requestId */
        requestId?: number;

        /** WriteOffAck writtenOff */
        writtenOff?: boolean;

        /** WriteOffAck credit */
        credit?: Uint8Array;

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of a WriteOffAck. */
    type $Shape = WriteOffAck.$Properties;
}

/**
 * Properties of a CloseRequest.
 * @deprecated Use CloseRequest.$Properties instead.
 */
export interface ICloseRequest extends CloseRequest.$Properties {
}

/** Represents a CloseRequest. */
export class CloseRequest {

    /**
     * Constructs a new CloseRequest.
     * @param [properties] Properties to set
     */
    constructor(properties?: CloseRequest.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** CloseRequest requestId. */
    requestId: number;

    /** CloseRequest sessionId. */
    sessionId: Uint8Array;

    /** CloseRequest closeChannel. */
    closeChannel: boolean;

    /** CloseRequest agreement. */
    agreement: (CloseAgreement|null);

    /**
     * Encodes the specified CloseRequest message. Does not implicitly {@link CloseRequest.verify|verify} messages.
     * @param message CloseRequest message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: CloseRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes a CloseRequest message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {CloseRequest & CloseRequest.$Shape} CloseRequest
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): CloseRequest & CloseRequest.$Shape;
}

export namespace CloseRequest {

    /** Properties of a CloseRequest. */
    interface $Properties {

        /** CloseRequest requestId */
        requestId?: number;

        /** CloseRequest sessionId */
        sessionId?: Uint8Array;

        /** CloseRequest closeChannel */
        closeChannel?: boolean;

        /** CloseRequest agreement */
        agreement?: (CloseAgreement.$Properties|null);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of a CloseRequest. */
    type $Shape = CloseRequest.$Properties;
}

/**
 * Properties of a CloseAgreement.
 * @deprecated Use CloseAgreement.$Properties instead.
 */
export interface ICloseAgreement extends CloseAgreement.$Properties {
}

/** Represents a CloseAgreement. */
export class CloseAgreement {

    /**
     * Constructs a new CloseAgreement.
     * @param [properties] Properties to set
     */
    constructor(properties?: CloseAgreement.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** CloseAgreement channelId. */
    channelId: Uint8Array;

    /** CloseAgreement settled. */
    settled: Uint8Array;

    /** CloseAgreement signature. */
    signature: Uint8Array;

    /**
     * Encodes the specified CloseAgreement message. Does not implicitly {@link CloseAgreement.verify|verify} messages.
     * @param message CloseAgreement message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: CloseAgreement.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes a CloseAgreement message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {CloseAgreement & CloseAgreement.$Shape} CloseAgreement
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): CloseAgreement & CloseAgreement.$Shape;
}

export namespace CloseAgreement {

    /** Properties of a CloseAgreement. */
    interface $Properties {

        /** CloseAgreement channelId */
        channelId?: Uint8Array;

        /** CloseAgreement settled */
        settled?: Uint8Array;

        /** CloseAgreement signature */
        signature?: Uint8Array;

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of a CloseAgreement. */
    type $Shape = CloseAgreement.$Properties;
}

/**
 * Properties of a CloseAck.
 * @deprecated Use CloseAck.$Properties instead.
 */
export interface ICloseAck extends CloseAck.$Properties {
}

/** Represents a CloseAck. */
export class CloseAck {

    /**
     * Constructs a new CloseAck.
     * @param [properties] Properties to set
     */
    constructor(properties?: CloseAck.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** CloseAck requestId. */
    requestId: number;

    /** CloseAck status. */
    status: (AccountStatus|null);

    /** CloseAck transactionHash. */
    transactionHash: Uint8Array;

    /** CloseAck release. */
    release: (Release|null);

    /**
     * Encodes the specified CloseAck message. Does not implicitly {@link CloseAck.verify|verify} messages.
     * @param message CloseAck message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: CloseAck.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes a CloseAck message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {CloseAck & CloseAck.$Shape} CloseAck
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): CloseAck & CloseAck.$Shape;
}

export namespace CloseAck {

    /** Properties of a CloseAck. */
    interface $Properties {

        /** CloseAck requestId */
        requestId?: number;

        /** CloseAck status */
        status?: (AccountStatus.$Properties|null);

        /** CloseAck transactionHash */
        transactionHash?: Uint8Array;

        /** CloseAck release */
        release?: (Release.$Properties|null);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of a CloseAck. */
    type $Shape = CloseAck.$Properties;
}

/**
 * Properties of a Release.
 * @deprecated Use Release.$Properties instead.
 */
export interface IRelease extends Release.$Properties {
}

/** Represents a Release. */
export class Release {

    /**
     * Constructs a new Release.
     * @param [properties] Properties to set
     */
    constructor(properties?: Release.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** Release escrowId. */
    escrowId: Uint8Array;

    /** Release seeder. */
    seeder: Uint8Array;

    /** Release allocated. */
    allocated: Uint8Array;

    /** Release nonce. */
    nonce: Uint8Array;

    /** Release signature. */
    signature: Uint8Array;

    /**
     * Encodes the specified Release message. Does not implicitly {@link Release.verify|verify} messages.
     * @param message Release message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: Release.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes a Release message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {Release & Release.$Shape} Release
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): Release & Release.$Shape;
}

export namespace Release {

    /** Properties of a Release. */
    interface $Properties {

        /** Release escrowId */
        escrowId?: Uint8Array;

        /** Release seeder */
        seeder?: Uint8Array;

        /** Release allocated */
        allocated?: Uint8Array;

        /** Release nonce */
        nonce?: Uint8Array;

        /** Release signature */
        signature?: Uint8Array;

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of a Release. */
    type $Shape = Release.$Properties;
}

/**
 * Properties of an Error.
 * @deprecated Use Error.$Properties instead.
 */
export interface IError extends Error.$Properties {
}

/** Represents an Error. */
export class Error {

    /**
     * Constructs a new Error.
     * @param [properties] Properties to set
     */
    constructor(properties?: Error.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** Error requestId. */
    requestId: number;

    /** Error code. */
    code: string;

    /** Error blocksLeft. */
    blocksLeft: number;

    /**
     * Encodes the specified Error message. Does not implicitly {@link Error.verify|verify} messages.
     * @param message Error message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: Error.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes an Error message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {Error & Error.$Shape} Error
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): Error & Error.$Shape;
}

export namespace Error {

    /** Properties of an Error. */
    interface $Properties {

        /** Error requestId */
        requestId?: number;

        /** Error code */
        code?: string;

        /** Error blocksLeft */
        blocksLeft?: number;

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of an Error. */
    type $Shape = Error.$Properties;
}
