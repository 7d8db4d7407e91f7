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

    /** Message payeeHello. */
    payeeHello: (PayeeHello|null);

    /** Message payerHello. */
    payerHello: (PayerHello|null);

    /** Message helloAck. */
    helloAck: (HelloAck|null);

    /** Message want. */
    want: (Want|null);

    /** Message block. */
    block: (Block|null);

    /** Message pay. */
    pay: (Pay|null);

    /** Message payAck. */
    payAck: (PayAck|null);

    /** Message cancel. */
    cancel: (Cancel|null);

    /** Message cancelled. */
    cancelled: (Settled|null);

    /** Message sent. */
    sent: (Settled|null);

    /** Message have. */
    have: (Have|null);

    /** Message dontHave. */
    dontHave: (DontHave|null);

    /** Message paymentRequired. */
    paymentRequired: (PaymentRequired|null);

    /** Message error. */
    error: (Error|null);

    /** Message quoteRequest. */
    quoteRequest: (QuoteRequest|null);

    /** Message quote. */
    quote: (Quote|null);

    /** Message closeChannel. */
    closeChannel: (CloseChannel|null);

    /** Message closeAck. */
    closeAck: (CloseAck|null);

    /** Message grantRequest. */
    grantRequest: (GrantRequest|null);

    /** Message grant. */
    grant: (Grant|null);

    /** Message body. */
    body?: ("payeeHello"|"payerHello"|"helloAck"|"want"|"block"|"pay"|"payAck"|"cancel"|"cancelled"|"sent"|"have"|"dontHave"|"paymentRequired"|"error"|"quoteRequest"|"quote"|"closeChannel"|"closeAck"|"grantRequest"|"grant");

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

        /** Message payeeHello */
        payeeHello?: (PayeeHello.$Properties|null);

        /** Message payerHello */
        payerHello?: (PayerHello.$Properties|null);

        /** Message helloAck */
        helloAck?: (HelloAck.$Properties|null);

        /** Message want */
        want?: (Want.$Properties|null);

        /** Message block */
        block?: (Block.$Properties|null);

        /** Message pay */
        pay?: (Pay.$Properties|null);

        /** Message payAck */
        payAck?: (PayAck.$Properties|null);

        /** Message cancel */
        cancel?: (Cancel.$Properties|null);

        /** Message cancelled */
        cancelled?: (Settled.$Properties|null);

        /** Message sent */
        sent?: (Settled.$Properties|null);

        /** Message have */
        have?: (Have.$Properties|null);

        /** Message dontHave */
        dontHave?: (DontHave.$Properties|null);

        /** Message paymentRequired */
        paymentRequired?: (PaymentRequired.$Properties|null);

        /** Message error */
        error?: (Error.$Properties|null);

        /** Message quoteRequest */
        quoteRequest?: (QuoteRequest.$Properties|null);

        /** Message quote */
        quote?: (Quote.$Properties|null);

        /** Message closeChannel */
        closeChannel?: (CloseChannel.$Properties|null);

        /** Message closeAck */
        closeAck?: (CloseAck.$Properties|null);

        /** Message grantRequest */
        grantRequest?: (GrantRequest.$Properties|null);

        /** Message grant */
        grant?: (Grant.$Properties|null);

        /** Message body */
        body?: ("payeeHello"|"payerHello"|"helloAck"|"want"|"block"|"pay"|"payAck"|"cancel"|"cancelled"|"sent"|"have"|"dontHave"|"paymentRequired"|"error"|"quoteRequest"|"quote"|"closeChannel"|"closeAck"|"grantRequest"|"grant");

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Narrowed shape of a Message. */
    type $Shape = {
      payeeHello?: PayeeHello.$Shape|null;
      payerHello?: PayerHello.$Shape|null;
      helloAck?: HelloAck.$Shape|null;
      want?: Want.$Shape|null;
      block?: Block.$Shape|null;
      pay?: Pay.$Shape|null;
      payAck?: PayAck.$Shape|null;
      cancel?: Cancel.$Shape|null;
      cancelled?: Settled.$Shape|null;
      sent?: Settled.$Shape|null;
      have?: Have.$Shape|null;
      dontHave?: DontHave.$Shape|null;
      paymentRequired?: PaymentRequired.$Shape|null;
      error?: Error.$Shape|null;
      quoteRequest?: QuoteRequest.$Shape|null;
      quote?: Quote.$Shape|null;
      closeChannel?: CloseChannel.$Shape|null;
      closeAck?: CloseAck.$Shape|null;
      grantRequest?: GrantRequest.$Shape|null;
      grant?: Grant.$Shape|null;
      $unknowns?: Uint8Array[];
    } & (
      ({ body?: undefined; payeeHello?: null; payerHello?: null; helloAck?: null; want?: null; block?: null; pay?: null; payAck?: null; cancel?: null; cancelled?: null; sent?: null; have?: null; dontHave?: null; paymentRequired?: null; error?: null; quoteRequest?: null; quote?: null; closeChannel?: null; closeAck?: null; grantRequest?: null; grant?: null }|{ body?: "payeeHello"; payeeHello: PayeeHello.$Shape; payerHello?: null; helloAck?: null; want?: null; block?: null; pay?: null; payAck?: null; cancel?: null; cancelled?: null; sent?: null; have?: null; dontHave?: null; paymentRequired?: null; error?: null; quoteRequest?: null; quote?: null; closeChannel?: null; closeAck?: null; grantRequest?: null; grant?: null }|{ body?: "payerHello"; payeeHello?: null; payerHello: PayerHello.$Shape; helloAck?: null; want?: null; block?: null; pay?: null; payAck?: null; cancel?: null; cancelled?: null; sent?: null; have?: null; dontHave?: null; paymentRequired?: null; error?: null; quoteRequest?: null; quote?: null; closeChannel?: null; closeAck?: null; grantRequest?: null; grant?: null }|{ body?: "helloAck"; payeeHello?: null; payerHello?: null; helloAck: HelloAck.$Shape; want?: null; block?: null; pay?: null; payAck?: null; cancel?: null; cancelled?: null; sent?: null; have?: null; dontHave?: null; paymentRequired?: null; error?: null; quoteRequest?: null; quote?: null; closeChannel?: null; closeAck?: null; grantRequest?: null; grant?: null }|{ body?: "want"; payeeHello?: null; payerHello?: null; helloAck?: null; want: Want.$Shape; block?: null; pay?: null; payAck?: null; cancel?: null; cancelled?: null; sent?: null; have?: null; dontHave?: null; paymentRequired?: null; error?: null; quoteRequest?: null; quote?: null; closeChannel?: null; closeAck?: null; grantRequest?: null; grant?: null }|{ body?: "block"; payeeHello?: null; payerHello?: null; helloAck?: null; want?: null; block: Block.$Shape; pay?: null; payAck?: null; cancel?: null; cancelled?: null; sent?: null; have?: null; dontHave?: null; paymentRequired?: null; error?: null; quoteRequest?: null; quote?: null; closeChannel?: null; closeAck?: null; grantRequest?: null; grant?: null }|{ body?: "pay"; payeeHello?: null; payerHello?: null; helloAck?: null; want?: null; block?: null; pay: Pay.$Shape; payAck?: null; cancel?: null; cancelled?: null; sent?: null; have?: null; dontHave?: null; paymentRequired?: null; error?: null; quoteRequest?: null; quote?: null; closeChannel?: null; closeAck?: null; grantRequest?: null; grant?: null }|{ body?: "payAck"; payeeHello?: null; payerHello?: null; helloAck?: null; want?: null; block?: null; pay?: null; payAck: PayAck.$Shape; cancel?: null; cancelled?: null; sent?: null; have?: null; dontHave?: null; paymentRequired?: null; error?: null; quoteRequest?: null; quote?: null; closeChannel?: null; closeAck?: null; grantRequest?: null; grant?: null }|{ body?: "cancel"; payeeHello?: null; payerHello?: null; helloAck?: null; want?: null; block?: null; pay?: null; payAck?: null; cancel: Cancel.$Shape; cancelled?: null; sent?: null; have?: null; dontHave?: null; paymentRequired?: null; error?: null; quoteRequest?: null; quote?: null; closeChannel?: null; closeAck?: null; grantRequest?: null; grant?: null }|{ body?: "cancelled"; payeeHello?: null; payerHello?: null; helloAck?: null; want?: null; block?: null; pay?: null; payAck?: null; cancel?: null; cancelled: Settled.$Shape; sent?: null; have?: null; dontHave?: null; paymentRequired?: null; error?: null; quoteRequest?: null; quote?: null; closeChannel?: null; closeAck?: null; grantRequest?: null; grant?: null }|{ body?: "sent"; payeeHello?: null; payerHello?: null; helloAck?: null; want?: null; block?: null; pay?: null; payAck?: null; cancel?: null; cancelled?: null; sent: Settled.$Shape; have?: null; dontHave?: null; paymentRequired?: null; error?: null; quoteRequest?: null; quote?: null; closeChannel?: null; closeAck?: null; grantRequest?: null; grant?: null }|{ body?: "have"; payeeHello?: null; payerHello?: null; helloAck?: null; want?: null; block?: null; pay?: null; payAck?: null; cancel?: null; cancelled?: null; sent?: null; have: Have.$Shape; dontHave?: null; paymentRequired?: null; error?: null; quoteRequest?: null; quote?: null; closeChannel?: null; closeAck?: null; grantRequest?: null; grant?: null }|{ body?: "dontHave"; payeeHello?: null; payerHello?: null; helloAck?: null; want?: null; block?: null; pay?: null; payAck?: null; cancel?: null; cancelled?: null; sent?: null; have?: null; dontHave: DontHave.$Shape; paymentRequired?: null; error?: null; quoteRequest?: null; quote?: null; closeChannel?: null; closeAck?: null; grantRequest?: null; grant?: null }|{ body?: "paymentRequired"; payeeHello?: null; payerHello?: null; helloAck?: null; want?: null; block?: null; pay?: null; payAck?: null; cancel?: null; cancelled?: null; sent?: null; have?: null; dontHave?: null; paymentRequired: PaymentRequired.$Shape; error?: null; quoteRequest?: null; quote?: null; closeChannel?: null; closeAck?: null; grantRequest?: null; grant?: null }|{ body?: "error"; payeeHello?: null; payerHello?: null; helloAck?: null; want?: null; block?: null; pay?: null; payAck?: null; cancel?: null; cancelled?: null; sent?: null; have?: null; dontHave?: null; paymentRequired?: null; error: Error.$Shape; quoteRequest?: null; quote?: null; closeChannel?: null; closeAck?: null; grantRequest?: null; grant?: null }|{ body?: "quoteRequest"; payeeHello?: null; payerHello?: null; helloAck?: null; want?: null; block?: null; pay?: null; payAck?: null; cancel?: null; cancelled?: null; sent?: null; have?: null; dontHave?: null; paymentRequired?: null; error?: null; quoteRequest: QuoteRequest.$Shape; quote?: null; closeChannel?: null; closeAck?: null; grantRequest?: null; grant?: null }|{ body?: "quote"; payeeHello?: null; payerHello?: null; helloAck?: null; want?: null; block?: null; pay?: null; payAck?: null; cancel?: null; cancelled?: null; sent?: null; have?: null; dontHave?: null; paymentRequired?: null; error?: null; quoteRequest?: null; quote: Quote.$Shape; closeChannel?: null; closeAck?: null; grantRequest?: null; grant?: null }|{ body?: "closeChannel"; payeeHello?: null; payerHello?: null; helloAck?: null; want?: null; block?: null; pay?: null; payAck?: null; cancel?: null; cancelled?: null; sent?: null; have?: null; dontHave?: null; paymentRequired?: null; error?: null; quoteRequest?: null; quote?: null; closeChannel: CloseChannel.$Shape; closeAck?: null; grantRequest?: null; grant?: null }|{ body?: "closeAck"; payeeHello?: null; payerHello?: null; helloAck?: null; want?: null; block?: null; pay?: null; payAck?: null; cancel?: null; cancelled?: null; sent?: null; have?: null; dontHave?: null; paymentRequired?: null; error?: null; quoteRequest?: null; quote?: null; closeChannel?: null; closeAck: CloseAck.$Shape; grantRequest?: null; grant?: null }|{ body?: "grantRequest"; payeeHello?: null; payerHello?: null; helloAck?: null; want?: null; block?: null; pay?: null; payAck?: null; cancel?: null; cancelled?: null; sent?: null; have?: null; dontHave?: null; paymentRequired?: null; error?: null; quoteRequest?: null; quote?: null; closeChannel?: null; closeAck?: null; grantRequest: GrantRequest.$Shape; grant?: null }|{ body?: "grant"; payeeHello?: null; payerHello?: null; helloAck?: null; want?: null; block?: null; pay?: null; payAck?: null; cancel?: null; cancelled?: null; sent?: null; have?: null; dontHave?: null; paymentRequired?: null; error?: null; quoteRequest?: null; quote?: null; closeChannel?: null; closeAck?: null; grantRequest?: null; grant: Grant.$Shape })
    );
}

/**
 * Properties of a PayeeHello.
 * @deprecated Use PayeeHello.$Properties instead.
 */
export interface IPayeeHello extends PayeeHello.$Properties {
}

/** Represents a PayeeHello. */
export class PayeeHello {

    /**
     * Constructs a new PayeeHello.
     * @param [properties] Properties to set
     */
    constructor(properties?: PayeeHello.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** PayeeHello nonce. */
    nonce: Uint8Array;

    /** PayeeHello payee. */
    payee: Uint8Array;

    /** PayeeHello maxOutstanding. */
    maxOutstanding: number;

    /**
     * Encodes the specified PayeeHello message. Does not implicitly {@link PayeeHello.verify|verify} messages.
     * @param message PayeeHello message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: PayeeHello.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes a PayeeHello message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {PayeeHello & PayeeHello.$Shape} PayeeHello
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): PayeeHello & PayeeHello.$Shape;
}

export namespace PayeeHello {

    /** Properties of a PayeeHello. */
    interface $Properties {

        /** PayeeHello nonce */
        nonce?: Uint8Array;

        /** PayeeHello payee */
        payee?: Uint8Array;

        /** PayeeHello maxOutstanding */
        maxOutstanding?: number;

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of a PayeeHello. */
    type $Shape = PayeeHello.$Properties;
}

/**
 * Properties of a PayerHello.
 * @deprecated Use PayerHello.$Properties instead.
 */
export interface IPayerHello extends PayerHello.$Properties {
}

/** Represents a PayerHello. */
export class PayerHello {

    /**
     * Constructs a new PayerHello.
     * @param [properties] Properties to set
     */
    constructor(properties?: PayerHello.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** PayerHello proof. */
    proof: (HelloProof|null);

    /** PayerHello transfer. */
    transfer: (TransferProof|null);

    /** PayerHello escrow. */
    escrow: (EscrowProof|null);

    /**
     * Encodes the specified PayerHello message. Does not implicitly {@link PayerHello.verify|verify} messages.
     * @param message PayerHello message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: PayerHello.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes a PayerHello message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {PayerHello & PayerHello.$Shape} PayerHello
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): PayerHello & PayerHello.$Shape;
}

export namespace PayerHello {

    /** Properties of a PayerHello. */
    interface $Properties {

        /** PayerHello proof */
        proof?: (HelloProof.$Properties|null);

        /** PayerHello transfer */
        transfer?: (TransferProof.$Properties|null);

        /** PayerHello escrow */
        escrow?: (EscrowProof.$Properties|null);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of a PayerHello. */
    type $Shape = PayerHello.$Properties;
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
 * Properties of a HelloAck.
 * @deprecated Use HelloAck.$Properties instead.
 */
export interface IHelloAck extends HelloAck.$Properties {
}

/** Represents a HelloAck. */
export class HelloAck {

    /**
     * Constructs a new HelloAck.
     * @param [properties] Properties to set
     */
    constructor(properties?: HelloAck.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** HelloAck status. */
    status: (AccountStatus|null);

    /**
     * Encodes the specified HelloAck message. Does not implicitly {@link HelloAck.verify|verify} messages.
     * @param message HelloAck message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: HelloAck.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes a HelloAck message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {HelloAck & HelloAck.$Shape} HelloAck
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): HelloAck & HelloAck.$Shape;
}

export namespace HelloAck {

    /** Properties of a HelloAck. */
    interface $Properties {

        /** HelloAck status */
        status?: (AccountStatus.$Properties|null);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of a HelloAck. */
    type $Shape = HelloAck.$Properties;
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
 * Properties of a Want.
 * @deprecated Use Want.$Properties instead.
 */
export interface IWant extends Want.$Properties {
}

/** Represents a Want. */
export class Want {

    /**
     * Constructs a new Want.
     * @param [properties] Properties to set
     */
    constructor(properties?: Want.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** Want requestId. */
    requestId: number;

    /** Want chunk. */
    chunk: (ChunkRef|null);

    /** Want quoteId. */
    quoteId: number;

    /** Want voucher. */
    voucher: (Voucher|null);

    /** Want wantProof. */
    wantProof: boolean;

    /**
     * Encodes the specified Want message. Does not implicitly {@link Want.verify|verify} messages.
     * @param message Want message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: Want.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes a Want message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {Want & Want.$Shape} Want
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): Want & Want.$Shape;
}

export namespace Want {

    /** Properties of a Want. */
    interface $Properties {

        /** Want requestId */
        requestId?: number;

        /** Want chunk */
        chunk?: (ChunkRef.$Properties|null);

        /** Want quoteId */
        quoteId?: number;

        /** Want voucher */
        voucher?: (Voucher.$Properties|null);

        /** Want wantProof */
        wantProof?: boolean;

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of a Want. */
    type $Shape = Want.$Properties;
}

/**
 * Properties of a Block.
 * @deprecated Use Block.$Properties instead.
 */
export interface IBlock extends Block.$Properties {
}

/** Represents a Block. */
export class Block {

    /**
     * Constructs a new Block.
     * @param [properties] Properties to set
     */
    constructor(properties?: Block.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** Block requestId. */
    requestId: number;

    /** Block credit. */
    credit: Uint8Array;

    /** Block proof. */
    proof: Uint8Array[];

    /** Block chunk. */
    chunk: Uint8Array;

    /**
     * Encodes the specified Block message. Does not implicitly {@link Block.verify|verify} messages.
     * @param message Block message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: Block.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes a Block message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {Block & Block.$Shape} Block
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): Block & Block.$Shape;
}

export namespace Block {

    /** Properties of a Block. */
    interface $Properties {

        /** Block requestId */
        requestId?: number;

        /** Block credit */
        credit?: Uint8Array;

        /** Block proof */
        proof?: Uint8Array[];

        /** Block chunk */
        chunk?: Uint8Array;

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of a Block. */
    type $Shape = Block.$Properties;
}

/**
 * Properties of a Pay.
 * @deprecated Use Pay.$Properties instead.
 */
export interface IPay extends Pay.$Properties {
}

/** Represents a Pay. */
export class Pay {

    /**
     * Constructs a new Pay.
     * @param [properties] Properties to set
     */
    constructor(properties?: Pay.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** Pay requestId. */
    requestId: number;

    /** Pay voucher. */
    voucher: (Voucher|null);

    /**
     * Encodes the specified Pay message. Does not implicitly {@link Pay.verify|verify} messages.
     * @param message Pay message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: Pay.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes a Pay message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {Pay & Pay.$Shape} Pay
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): Pay & Pay.$Shape;
}

export namespace Pay {

    /** Properties of a Pay. */
    interface $Properties {

        /** Pay requestId */
        requestId?: number;

        /** Pay voucher */
        voucher?: (Voucher.$Properties|null);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of a Pay. */
    type $Shape = Pay.$Properties;
}

/**
 * Properties of a PayAck.
 * @deprecated Use PayAck.$Properties instead.
 */
export interface IPayAck extends PayAck.$Properties {
}

/** Represents a PayAck. */
export class PayAck {

    /**
     * Constructs a new PayAck.
     * @param [properties] Properties to set
     */
    constructor(properties?: PayAck.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** PayAck requestId. */
    requestId: number;

    /** PayAck vouchered. */
    vouchered: Uint8Array;

    /** PayAck credit. */
    credit: Uint8Array;

    /**
     * Encodes the specified PayAck message. Does not implicitly {@link PayAck.verify|verify} messages.
     * @param message PayAck message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: PayAck.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes a PayAck message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {PayAck & PayAck.$Shape} PayAck
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): PayAck & PayAck.$Shape;
}

export namespace PayAck {

    /** Properties of a PayAck. */
    interface $Properties {

        /** PayAck requestId */
        requestId?: number;

        /** PayAck vouchered */
        vouchered?: Uint8Array;

        /** PayAck credit */
        credit?: Uint8Array;

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of a PayAck. */
    type $Shape = PayAck.$Properties;
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

    /** Cancel alreadyHave. */
    alreadyHave: (ChunkRef|null);

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

        /** Cancel alreadyHave */
        alreadyHave?: (ChunkRef.$Properties|null);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of a Cancel. */
    type $Shape = Cancel.$Properties;
}

/**
 * Properties of a Settled.
 * @deprecated Use Settled.$Properties instead.
 */
export interface ISettled extends Settled.$Properties {
}

/** Represents a Settled. */
export class Settled {

    /**
     * Constructs a new Settled.
     * @param [properties] Properties to set
     */
    constructor(properties?: Settled.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** Settled requestId. */
    requestId: number;

    /** Settled alreadyHave. */
    alreadyHave: (ChunkRef|null);

    /** Settled credit. */
    credit: Uint8Array;

    /**
     * Encodes the specified Settled message. Does not implicitly {@link Settled.verify|verify} messages.
     * @param message Settled message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: Settled.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes a Settled message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {Settled & Settled.$Shape} Settled
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): Settled & Settled.$Shape;
}

export namespace Settled {

    /** Properties of a Settled. */
    interface $Properties {

        /** Settled requestId */
        requestId?: number;

        /** Settled alreadyHave */
        alreadyHave?: (ChunkRef.$Properties|null);

        /** Settled credit */
        credit?: Uint8Array;

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of a Settled. */
    type $Shape = Settled.$Properties;
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
 * Properties of a DontHave.
 * @deprecated Use DontHave.$Properties instead.
 */
export interface IDontHave extends DontHave.$Properties {
}

/** Represents a DontHave. */
export class DontHave {

    /**
     * Constructs a new DontHave.
     * @param [properties] Properties to set
     */
    constructor(properties?: DontHave.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** DontHave requestId. */
    requestId: number;

    /**
     * Encodes the specified DontHave message. Does not implicitly {@link DontHave.verify|verify} messages.
     * @param message DontHave message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: DontHave.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes a DontHave message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {DontHave & DontHave.$Shape} DontHave
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): DontHave & DontHave.$Shape;
}

export namespace DontHave {

    /** Properties of a DontHave. */
    interface $Properties {

        /** DontHave requestId */
        requestId?: number;

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of a DontHave. */
    type $Shape = DontHave.$Properties;
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
 * Properties of a PaymentRequired.
 * @deprecated Use PaymentRequired.$Properties instead.
 */
export interface IPaymentRequired extends PaymentRequired.$Properties {
}

/** Represents a PaymentRequired. */
export class PaymentRequired {

    /**
     * Constructs a new PaymentRequired.
     * @param [properties] Properties to set
     */
    constructor(properties?: PaymentRequired.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** PaymentRequired requestId. */
    requestId: number;

    /** PaymentRequired code. */
    code: string;

    /** PaymentRequired quote. */
    quote: (QuoteTerms|null);

    /** PaymentRequired status. */
    status: (AccountStatus|null);

    /**
     * Encodes the specified PaymentRequired message. Does not implicitly {@link PaymentRequired.verify|verify} messages.
     * @param message PaymentRequired message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: PaymentRequired.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes a PaymentRequired message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {PaymentRequired & PaymentRequired.$Shape} PaymentRequired
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): PaymentRequired & PaymentRequired.$Shape;
}

export namespace PaymentRequired {

    /** Properties of a PaymentRequired. */
    interface $Properties {

        /** PaymentRequired requestId */
        requestId?: number;

        /** PaymentRequired code */
        code?: string;

        /** PaymentRequired quote */
        quote?: (QuoteTerms.$Properties|null);

        /** PaymentRequired status */
        status?: (AccountStatus.$Properties|null);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of a PaymentRequired. */
    type $Shape = PaymentRequired.$Properties;
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

    /** QuoteRequest fileHash. */
    fileHash: Uint8Array;

    /** QuoteRequest bid. */
    bid: (Bid|null);

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

        /** QuoteRequest fileHash */
        fileHash?: Uint8Array;

        /** QuoteRequest bid */
        bid?: (Bid.$Properties|null);

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
 * Properties of a Quote.
 * @deprecated Use Quote.$Properties instead.
 */
export interface IQuote extends Quote.$Properties {
}

/** Represents a Quote. */
export class Quote {

    /**
     * Constructs a new Quote.
     * @param [properties] Properties to set
     */
    constructor(properties?: Quote.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** Quote requestId. */
    requestId: number;

    /** Quote terms. */
    terms: (QuoteTerms|null);

    /** Quote have. */
    have: (Have|null);

    /**
     * Encodes the specified Quote message. Does not implicitly {@link Quote.verify|verify} messages.
     * @param message Quote message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: Quote.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes a Quote message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {Quote & Quote.$Shape} Quote
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): Quote & Quote.$Shape;
}

export namespace Quote {

    /** Properties of a Quote. */
    interface $Properties {

        /** Quote requestId */
        requestId?: number;

        /** Quote terms */
        terms?: (QuoteTerms.$Properties|null);

        /** Quote have */
        have?: (Have.$Properties|null);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of a Quote. */
    type $Shape = Quote.$Properties;
}

/**
 * Properties of a CloseChannel.
 * @deprecated Use CloseChannel.$Properties instead.
 */
export interface ICloseChannel extends CloseChannel.$Properties {
}

/** Represents a CloseChannel. */
export class CloseChannel {

    /**
     * Constructs a new CloseChannel.
     * @param [properties] Properties to set
     */
    constructor(properties?: CloseChannel.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** CloseChannel requestId. */
    requestId: number;

    /** CloseChannel agreement. */
    agreement: (CloseAgreement|null);

    /**
     * Encodes the specified CloseChannel message. Does not implicitly {@link CloseChannel.verify|verify} messages.
     * @param message CloseChannel message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: CloseChannel.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes a CloseChannel message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {CloseChannel & CloseChannel.$Shape} CloseChannel
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): CloseChannel & CloseChannel.$Shape;
}

export namespace CloseChannel {

    /** Properties of a CloseChannel. */
    interface $Properties {

        /** CloseChannel requestId */
        requestId?: number;

        /** CloseChannel agreement */
        agreement?: (CloseAgreement.$Properties|null);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of a CloseChannel. */
    type $Shape = CloseChannel.$Properties;
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
 * Properties of a GrantRequest.
 * @deprecated Use GrantRequest.$Properties instead.
 */
export interface IGrantRequest extends GrantRequest.$Properties {
}

/** Represents a GrantRequest. */
export class GrantRequest {

    /**
     * Constructs a new GrantRequest.
     * @param [properties] Properties to set
     */
    constructor(properties?: GrantRequest.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** GrantRequest requestId. */
    requestId: number;

    /** GrantRequest fileHash. */
    fileHash: Uint8Array;

    /** GrantRequest quoteId. */
    quoteId: number;

    /**
     * Encodes the specified GrantRequest message. Does not implicitly {@link GrantRequest.verify|verify} messages.
     * @param message GrantRequest message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: GrantRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes a GrantRequest message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {GrantRequest & GrantRequest.$Shape} GrantRequest
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): GrantRequest & GrantRequest.$Shape;
}

export namespace GrantRequest {

    /** Properties of a GrantRequest. */
    interface $Properties {

        /** GrantRequest requestId */
        requestId?: number;

        /** GrantRequest fileHash */
        fileHash?: Uint8Array;

        /** GrantRequest quoteId */
        quoteId?: number;

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of a GrantRequest. */
    type $Shape = GrantRequest.$Properties;
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

    /** Grant requestId. */
    requestId: number;

    /** Grant token. */
    token: Uint8Array;

    /** Grant status. */
    status: (AccountStatus|null);

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

        /** Grant requestId */
        requestId?: number;

        /** Grant token */
        token?: Uint8Array;

        /** Grant status */
        status?: (AccountStatus.$Properties|null);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of a Grant. */
    type $Shape = Grant.$Properties;
}
