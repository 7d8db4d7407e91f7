import { readFile } from 'node:fs/promises'
import { createServer, type RequestListener } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { fileURLToPath } from 'node:url'
import { type LoopbackServer, listenOnLoopback } from '../support/loopback.ts'

const LIBRARY = fileURLToPath(import.meta.resolve('webtorrent/dist/webtorrent.min.js'))

/** Serves an empty page, and beside it `/webtorrent.js`: the stock client as its package has it for browsers. @param tls for HTTPS, in PEM */
export async function serveWebtorrentSite(tls?: {
  readonly certificate: string
  readonly key: string
}): Promise<LoopbackServer> {
  const library = await readFile(LIBRARY)
  const serve: RequestListener = (request, response) => {
    if (request.url === '/webtorrent.js') response.setHeader('content-type', 'text/javascript').end(library)
    else response.setHeader('content-type', 'text/html').end('<!doctype html>')
  }
  return listenOnLoopback(
    tls === undefined ? createServer(serve) : createSecureServer({ cert: tls.certificate, key: tls.key }, serve),
  )
}
