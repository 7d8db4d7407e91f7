/** What is used of a stock node. */
declare module 'bittorrent-dht' {
  import type { EventEmitter } from 'node:events'

  export class Client extends EventEmitter {
    constructor(options: { readonly bootstrap: false | readonly string[] })
    listen(port: number, address: string, done: () => void): void
    address(): { readonly port: number }
    lookup(infohash: string, done: () => void): () => void
    announce(infohash: string, port: number, done: (error: Error | null) => void): void
    destroy(done?: () => void): void
  }
}
