import type { Logger } from '../system/logger.ts'

/** What `chain proxy` needs to serve. */
export interface RpcProxyRequest {
  readonly rpcUrl: string
  readonly host: string
  readonly port: number
  readonly plain: boolean
  readonly origins: readonly string[]
  /** PEM, both or neither. */
  readonly certificate?: string | undefined
  readonly key?: string | undefined
  readonly callsPerMinute: number
  readonly metrics: boolean
  readonly cluster?: string | undefined
  readonly dataDirectory: string
  readonly log: Logger
}

export interface RpcProxyHandle {
  readonly url: string
  stop(): Promise<void>
}
