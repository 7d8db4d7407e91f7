/** What is used of stock clients and trackers. */
declare module 'bittorrent-tracker' {
  import type { EventEmitter } from 'node:events'

  export class Client extends EventEmitter {
    constructor(options: {
      readonly infoHash: string
      readonly peerId: string
      readonly port: number
      readonly announce: readonly string[]
      readonly wrtc?: unknown
      readonly rtcConfig?: unknown
    })
    start(options?: { readonly left?: number; readonly numwant?: number }): void
    complete(): void
    stop(): void
    scrape(): void
    destroy(done?: () => void): void
  }

  export class Server extends EventEmitter {
    constructor(options: {
      readonly http: boolean
      readonly udp: boolean
      readonly ws: boolean
      readonly stats: boolean
    })
    readonly http: { address(): { readonly port: number } } | undefined
    readonly udp4: { address(): { readonly port: number } } | undefined
    listen(
      port: number,
      host: { readonly http: string; readonly udp: string; readonly udp6: string },
      done: () => void,
    ): void
    close(done?: () => void): void
  }
}
