/** What is used of the package `ws`, which has no types of its own. */
declare module 'ws' {
  import type { EventEmitter } from 'node:events'
  import type { IncomingMessage } from 'node:http'
  import type { LookupFunction } from 'node:net'
  import type { Duplex } from 'node:stream'

  export class WebSocket extends EventEmitter {
    constructor(
      url: string,
      options: {
        readonly maxPayload: number
        readonly perMessageDeflate: false
        readonly handshakeTimeout?: number
        readonly autoPong?: boolean
        readonly lookup?: LookupFunction
      },
    )
    readonly readyState: number
    static readonly OPEN: 1
    readonly bufferedAmount: number
    send(text: string): void
    ping(): void
    close(): void
    terminate(): void
    on(event: 'open' | 'close' | 'pong', listener: () => void): this
    on(event: 'error', listener: (error: Error) => void): this
    on(event: 'message', listener: (data: Buffer, isBinary: boolean) => void): this
  }

  export class WebSocketServer {
    constructor(options: {
      readonly noServer: true
      readonly maxPayload: number
      readonly perMessageDeflate: false
      readonly clientTracking: false
    })
    handleUpgrade(
      request: IncomingMessage,
      socket: Duplex,
      head: Buffer,
      accept: (socket: WebSocket, request: IncomingMessage) => void,
    ): void
  }
}
