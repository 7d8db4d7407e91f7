import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import express from 'express'
import { Pool } from 'undici'

/**
 * The same file by stock parts, and nothing else: express's file server, and undici writing what comes where it belongs.
 *
 * stock.ts seed FILE → prints { url, bytes }, serves until ended.
 * stock.ts leech URL BYTES OUT PIECE [FILE] → prints { seconds, bytes }: ranges of PIECE bytes, eight at a time, from before the first request until the
 * file is durable. With FILE each is verified by its SHA-256; FILE is read for that before the clock starts. Without, nothing is.
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

async function leech([text = '', bytes = '', out = '', pieceBytes = '', file]: string[]): Promise<void> {
  const url = new URL(text)
  const [size, piece] = [Number(bytes), Number(pieceBytes)]
  const hashes = file === undefined ? undefined : await hashesOf(file, piece)
  const pool = new Pool(url.origin, { connections: PARALLEL, pipelining: 1 })
  const target = await open(out, 'w')
  const started = performance.now()
  const begun = process.cpuUsage()
  let next = 0
  const work = async (): Promise<void> => {
    while (next < size) {
      const first = next
      next = Math.min(size, first + piece)
      await fetchRange(pool, url.pathname, { first, end: next, sha256: hashes?.[first / piece] }, target)
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
  { first, end, sha256 }: { readonly first: number; readonly end: number; readonly sha256: string | undefined },
  target: FileHandle,
): Promise<void> {
  const { statusCode, body } = await pool.request({
    path,
    method: 'GET',
    headers: { range: `bytes=${first}-${end - 1}` },
  })
  if (statusCode !== 206) throw new Error(`it answers ${statusCode}`)
  const hash = sha256 === undefined ? undefined : createHash('sha256')
  let position = first
  for await (const part of body as AsyncIterable<Uint8Array>) {
    hash?.update(part)
    await target.write(part, 0, part.byteLength, position)
    position += part.byteLength
  }
  if (position !== end) throw new Error('a range ended early')
  if (hash?.digest('hex') !== sha256) throw new Error('a range is wrong')
}

async function hashesOf(file: string, piece: number): Promise<readonly string[]> {
  const hashes: string[] = []
  const parts = createReadStream(file, { highWaterMark: piece })
  for await (const part of parts as AsyncIterable<Uint8Array>)
    hashes.push(createHash('sha256').update(part).digest('hex'))
  return hashes
}
