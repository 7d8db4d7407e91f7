import { readFile } from 'node:fs/promises'
import { z } from 'zod'

const piece = z.strictObject({
  line: z.enum(['tcp', 'udp']),
  /** Numbers the sockets of the program. */
  socket: z.int(),
  from: z.enum(['us', 'them']),
  hex: z.string(),
})

/** What was written to a socket, or read from it, at once. */
export type Piece = z.infer<typeof piece>

/** One message: a frame of ed2k over TCP, or a datagram. */
export interface Recorded {
  readonly line: Piece['line']
  readonly from: Piece['from']
  readonly bytes: Uint8Array
}

/** Protocol and length of a frame; the length counts what follows. */
const FRAME_START_BYTES = 5

/** The messages that a program sent and got, in the order in which they were complete. */
export async function readRecording(path: string): Promise<Recorded[]> {
  const lines = (await readFile(path, 'utf8')).split('\n').slice(0, -1)
  const unread = new Map<string, Buffer>()
  return lines.flatMap((text): Recorded[] => {
    const { line, socket, from, hex } = piece.parse(JSON.parse(text))
    const bytes = Buffer.from(hex, 'hex')
    if (line === 'udp') return [{ line, from, bytes: Uint8Array.from(bytes) }]
    const key = `${socket} ${from}`
    const { frames, rest } = cutFrames(Buffer.concat([unread.get(key) ?? Buffer.alloc(0), bytes]))
    unread.set(key, rest)
    return frames.map((frame) => ({ line, from, bytes: Uint8Array.from(frame) }))
  })
}

/** Cuts as lengths have it, and looks at nothing else: what our own reader refuses is to be seen as well. */
function cutFrames(bytes: Buffer): { readonly frames: Buffer[]; readonly rest: Buffer } {
  const frames: Buffer[] = []
  let rest = bytes
  while (rest.byteLength >= FRAME_START_BYTES) {
    const end = FRAME_START_BYTES + rest.readUInt32LE(1)
    if (rest.byteLength < end) break
    frames.push(rest.subarray(0, end))
    rest = rest.subarray(end)
  }
  return { frames, rest }
}

/** What has a program recorded into `path`: arguments of Node, and its environment. */
export function recordingInto(path: string | undefined): {
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
} {
  if (path === undefined) return { args: [], env: process.env }
  const recorder = new URL('./record-sockets-main.ts', import.meta.url).href
  return { args: ['--import', recorder], env: { ...process.env, CHIRAL_RECORD: path } }
}
