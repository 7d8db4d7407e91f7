/** What is used of webtorrent 3; the package brings no types. */
declare module 'webtorrent' {
  import type { EventEmitter } from 'node:events'

  interface Options {
    readonly dht?: false | { readonly bootstrap?: readonly string[] }
    readonly tracker?: { readonly rtcConfig?: { readonly iceServers: readonly { readonly urls: string }[] } }
    readonly lsd?: boolean
    readonly natUpnp?: boolean
    readonly natPmp?: boolean
    readonly utp?: boolean
    /** Encryption of TCP: 0 for none, 1 of the handshake where the other side has it, 2 of everything or no connection. */
    readonly secure?: 0 | 1 | 2
    readonly webSeeds?: boolean
    /** Bytes a second; -1 for no limit. */
    readonly downloadLimit?: number
    readonly uploadLimit?: number
    readonly blocklist?: readonly { readonly start: string; readonly end: string }[]
  }

  interface TorrentDescription {
    readonly infoHash: string
    readonly name?: string | undefined
    readonly announce: readonly string[]
    readonly peerAddresses?: readonly string[]
  }

  interface AddOptions {
    readonly path: string
    readonly announce?: readonly string[]
    readonly strategy?: 'rarest' | 'sequential'
  }

  export interface Torrent extends EventEmitter {
    readonly infoHash: string
    readonly name: string
    readonly files: readonly { readonly path: string; readonly length: number }[]
    readonly length: number
    /** Absent until a peer has told what the torrent is. */
    readonly pieces?: readonly unknown[]
    readonly pieceLength: number
    readonly lastPieceLength: number
    /** Of pieces that are verified and written. `downloaded` counts what came of others as well. */
    readonly bitfield?: { get(index: number): boolean }
    readonly downloadSpeed: number
    readonly numPeers: number
    addPeer(peer: string): boolean
  }

  class WebTorrent extends EventEmitter {
    constructor(options?: Options)
    add(torrent: TorrentDescription | Uint8Array, options: AddOptions): Torrent
    destroy(done: (error?: Error) => void): void
  }

  // biome-ignore lint/style/noDefaultExport: so the package has it
  export { WebTorrent as default }
}

declare module 'parse-torrent' {
  interface ParsedTorrent {
    readonly infoHash?: string
    readonly name?: string
    readonly announce?: readonly string[]
    readonly peerAddresses?: readonly string[]
    readonly length?: number
    readonly pieceLength?: number
    readonly files?: readonly { readonly path: string; readonly length: number }[]
  }

  function parseTorrent(torrent: string | Uint8Array): Promise<ParsedTorrent>

  // biome-ignore lint/style/noDefaultExport: so the package has it
  export { parseTorrent as default }
}
