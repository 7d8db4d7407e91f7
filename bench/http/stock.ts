import { type FileHandle, open } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import express from 'express'
import { Pool } from 'undici'

/**
 * The same file by stock parts, and nothing else: express's file server, and undici writing what comes where it belongs. Nothing is verified.
 *
 * stock.ts seed FILE → prints { url, bytes }, serves until ended.
 * stock.ts leech URL BYTES OUT PIECE → prints { seconds, bytes }: ranges of PIECE bytes, eight at a time, from before the first request until the
 * file is durable.
 */
const PARALLEL = 8

const [role, ...rest] = process.argv.slice(2)
if (role === 'seed') await seed(rest)
else await leech(rest)

async function seed([file = '']: string[]): Promise<void> {
  const handle = await open(file)
  const { size } = await handle.stat()
  await handle.close()
  const server = express()
    .use(express.static(dirname(file)))
    .listen(0, '127.0.0.1')
  server.once('listening', () => {
    const address = server.address()
    if (typeof address !== 'object' || address === null) throw new Error('it listens on no port')
    console.log(JSON.stringify({ url: `http://127.0.0.1:${address.port}/${basename(file)}`, bytes: size }))
  })
}

async function leech([text = '', bytes = '', out = '', pieceBytes = '']: string[]): Promise<void> {
  const url = new URL(text)
  const [size, piece] = [Number(bytes), Number(pieceBytes)]
  const pool = new Pool(url.origin, { connections: PARALLEL, pipelining: 1 })
  const target = await open(out, 'w')
  const started = performance.now()
  const begun = process.cpuUsage()
  let next = 0
  const work = async (): Promise<void> => {
    while (next < size) {
      const first = next
      next = Math.min(size, first + piece)
      await fetchRange(pool, url.pathname, { first, end: next }, target)
    }
  }
  await Promise.all(Array.from({ length: PARALLEL }, work))
  await target.datasync()
  const seconds = (performance.now() - started) / 1000
  const used = process.cpuUsage(begun)
  console.log(JSON.stringify({ seconds, bytes: size, cpuSeconds: (used.user + used.system) / 1e6 }))
  await target.close()
  await pool.close()
}

async function fetchRange(
  pool: Pool,
  path: string,
  { first, end }: { readonly first: number; readonly end: number },
  target: FileHandle,
): Promise<void> {
  const { statusCode, body } = await pool.request({
    path,
    method: 'GET',
    headers: { range: `bytes=${first}-${end - 1}` },
  })
  if (statusCode !== 206) throw new Error(`it answers ${statusCode}`)
  let position = first
  for await (const part of body as AsyncIterable<Uint8Array>) {
    await target.write(part, 0, part.byteLength, position)
    position += part.byteLength
  }
  if (position !== end) throw new Error('a range ended early')
}
