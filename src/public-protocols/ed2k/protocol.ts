/** What a frame begins with. */
export const EDONKEY = 0xe3
/** Messages that eMule added. */
export const EMULE = 0xc5
/** The same, their payload a stream of zlib. */
export const EMULE_PACKED = 0xd4

/** Opcodes of frames that begin with {@link EDONKEY}: docs/specs/14-ed2k.md §4. */
export const EDONKEY_OP = {
  hello: 0x01,
  data: 0x46,
  askRanges: 0x47,
  noFile: 0x48,
  end: 0x49,
  helloAnswer: 0x4c,
  askStatus: 0x4f,
  status: 0x50,
  askHashes: 0x51,
  hashes: 0x52,
  askSlot: 0x54,
  slot: 0x55,
  cancel: 0x56,
  noSlot: 0x57,
  askName: 0x58,
  name: 0x59,
} as const

/** Opcodes of frames that begin with {@link EMULE}. */
export const EMULE_OP = {
  packed: 0x40,
  rank: 0x60,
  packed64: 0xa1,
  data64: 0xa2,
  askRanges64: 0xa3,
  /** Ours, sent only to who said in its hello that it knows them: docs/specs/14-ed2k.md §6. */
  grant: 0xf0,
  refused: 0xf1,
} as const

/** Offsets up to here go in four bytes. */
export const LARGEST_OFFSET_32 = 0xffff_ffff
