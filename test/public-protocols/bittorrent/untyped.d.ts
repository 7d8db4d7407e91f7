/** What the tests use of packages that bring no types. */
declare module 'bencode' {
  const bencode: { encode(value: unknown): Uint8Array }
  // biome-ignore lint/style/noDefaultExport: so the package has it
  export default bencode
}

declare module 'parse-torrent' {
  // biome-ignore lint/style/noDefaultExport: so the package has it
  export default function parseTorrent(torrent: Uint8Array | string): Promise<{
    readonly infoHash: string
    readonly name: string
    readonly length: number
    readonly pieceLength: number
    readonly announce: readonly string[]
    readonly peerAddresses: readonly string[]
  }>
}

declare module 'bittorrent-protocol' {
  import type { Duplex } from 'node:stream'

  // biome-ignore lint/style/noDefaultExport: so the package has it
  export default class Wire extends Duplex {
    constructor(type: string)
    readonly peerPieces: { get(index: number): boolean }
    handshake(infohash: string, peerId: Uint8Array, extensions: { fast: boolean }): void
    interested(): void
    request(
      index: number,
      offset: number,
      length: number,
      callback: (error: Error | null, bytes: Uint8Array) => void,
    ): void
  }
}
