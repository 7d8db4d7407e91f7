import { request } from 'node:http'
import { DecodeError } from '../../domain/errors.ts'
import { MAX_ANSWER_BYTES } from './limits.ts'

export interface RouterAnswer {
  readonly status: number
  readonly text: string
  /** The IPv4 address of this machine that the router was reached from. */
  readonly ownAddress: string
}

/** Asks a router over HTTP, on a connection of its own, and follows no redirection. @throws DecodeError for an answer that is too long; Error; the signal's reason */
export function askRouter(
  url: URL,
  { body, headers = {} }: { readonly body?: string; readonly headers?: Readonly<Record<string, string>> },
  signal: AbortSignal,
): Promise<RouterAnswer> {
  const done = Promise.withResolvers<RouterAnswer>()
  const method = body === undefined ? 'GET' : 'POST'
  const length = body === undefined ? {} : { 'content-length': `${Buffer.byteLength(body)}` }
  const asked = request(url, { method, headers: { ...headers, ...length }, agent: false, signal }, (response) => {
    const ownAddress = response.socket.localAddress ?? ''
    const blocks: Buffer[] = []
    let size = 0
    response.on('data', (block: Buffer) => {
      size += block.byteLength
      blocks.push(block)
      if (size <= MAX_ANSWER_BYTES) return
      done.reject(new DecodeError(`the router answers with more than ${MAX_ANSWER_BYTES} bytes`))
      response.destroy()
    })
    response.on('error', done.reject)
    response.on('close', () => done.reject(new DecodeError('the router ended its answer early')))
    response.on('end', () =>
      done.resolve({ status: response.statusCode ?? 0, text: Buffer.concat(blocks).toString('utf8'), ownAddress }),
    )
  })
  asked.on('error', (error) => done.reject(signal.aborted ? signal.reason : error))
  asked.end(body)
  return done.promise
}
