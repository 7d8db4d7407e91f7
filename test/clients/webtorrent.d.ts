/** What is used of the stock client. */
declare module 'webtorrent' {
  import type { EventEmitter } from 'node:events'

  export interface Torrent extends EventEmitter {
    readonly infoHash: string
    readonly magnetURI: string
    readonly numPeers: number
    readonly files: readonly { readonly path: string }[]
  }

  class WebTorrent extends EventEmitter {
    constructor(options: {
      readonly dht: false
      readonly lsd: false
      readonly natUpnp: false
      readonly natPmp: false
      readonly utp: false
      readonly tracker: { readonly rtcConfig: { readonly iceServers: readonly [] } }
    })
    add(magnet: string, options: { readonly announce: readonly string[]; readonly path: string }): Torrent
    seed(
      path: string,
      options: { readonly announce: readonly string[]; readonly name: string; readonly pieceLength?: number },
    ): Torrent
    destroy(done: (error?: Error) => void): void
  }

  // biome-ignore lint/style/noDefaultExport: the package has one
  export { WebTorrent as default }
}
