// Generated from messages.proto by scripts/generate-proto.ts. Do not edit.
import * as $protobuf from "protobufjs/minimal.js";

/**
 * Properties of a Listing.
 * @deprecated Use Listing.$Properties instead.
 */
export interface IListing extends Listing.$Properties {
}

/** Represents a Listing. */
export class Listing {

    /**
     * Constructs a new Listing.
     * @param [properties] Properties to set
     */
    constructor(properties?: Listing.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** Listing entries. */
    entries: ListingEntry[];

    /**
     * Encodes the specified Listing message. Does not implicitly {@link Listing.verify|verify} messages.
     * @param message Listing message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: Listing.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes a Listing message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {Listing & Listing.$Shape} Listing
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): Listing & Listing.$Shape;
}

export namespace Listing {

    /** Properties of a Listing. */
    interface $Properties {

        /** Listing entries */
        entries?: ListingEntry.$Properties[];

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of a Listing. */
    type $Shape = Listing.$Properties;
}

/**
 * Properties of a ListingEntry.
 * @deprecated Use ListingEntry.$Properties instead.
 */
export interface IListingEntry extends ListingEntry.$Properties {
}

/** Represents a ListingEntry. */
export class ListingEntry {

    /**
     * Constructs a new ListingEntry.
     * @param [properties] Properties to set
     */
    constructor(properties?: ListingEntry.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** ListingEntry path. */
    path: string;

    /** ListingEntry sizeBytes. */
    sizeBytes: Uint8Array;

    /** ListingEntry fileHash. */
    fileHash: Uint8Array;

    /**
     * Encodes the specified ListingEntry message. Does not implicitly {@link ListingEntry.verify|verify} messages.
     * @param message ListingEntry message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: ListingEntry.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes a ListingEntry message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {ListingEntry & ListingEntry.$Shape} ListingEntry
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): ListingEntry & ListingEntry.$Shape;
}

export namespace ListingEntry {

    /** Properties of a ListingEntry. */
    interface $Properties {

        /** ListingEntry path */
        path?: string;

        /** ListingEntry sizeBytes */
        sizeBytes?: Uint8Array;

        /** ListingEntry fileHash */
        fileHash?: Uint8Array;

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of a ListingEntry. */
    type $Shape = ListingEntry.$Properties;
}
