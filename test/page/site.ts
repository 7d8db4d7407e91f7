import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundleForBrowser } from '../../scripts/browser-bundle.ts'

const PAGE = '<!doctype html><title>buyer</title><script type="module" src="main.js"></script>'
const TYPES: Readonly<Record<string, string>> = { '.js': 'text/javascript', '.wasm': 'application/wasm' }

export interface Site {
  readonly url: string
  close(): Promise<void>
}

/** Bundles the page into `folder` and serves it on 127.0.0.1, which browsers take for a secure origin. */
export async function serveSite(folder: string): Promise<Site> {
  await bundleForBrowser([fileURLToPath(new URL('./client/main.ts', import.meta.url))], folder)
  const server = createServer(async (request, response) => {
    const name = (request.url ?? '/').slice(1)
    if (name === '') return response.setHeader('Content-Type', 'text/html').end(PAGE)
    try {
      const bytes = await readFile(join(folder, name))
      return response.setHeader('Content-Type', TYPES[extname(name)] ?? 'text/plain').end(bytes)
    } catch {
      return response.writeHead(404).end()
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo // of a server that listens on a port
  return {
    url: `http://127.0.0.1:${port}/`,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
