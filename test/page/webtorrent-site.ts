import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { fileURLToPath } from 'node:url'
import { type LoopbackServer, listenOnLoopback } from '../support/loopback.ts'

const LIBRARY = fileURLToPath(import.meta.resolve('webtorrent/dist/webtorrent.min.js'))

/** Serves an empty page, and beside it `/webtorrent.js`: the stock client as its package has it for browsers. */
export async function serveWebtorrentSite(): Promise<LoopbackServer> {
  const library = await readFile(LIBRARY)
  return listenOnLoopback(
    createServer((request, response) => {
      if (request.url === '/webtorrent.js') response.setHeader('content-type', 'text/javascript').end(library)
      else response.setHeader('content-type', 'text/html').end('<!doctype html>')
    }),
  )
}
