/**
 * Clients that are not ours and take slots of a seeder, in a process of their own: it runs in the name space it is started in. Prints a line when each
 * has one; they keep them, and ask for nothing. One gives its slot back with SIGUSR2; ends with SIGTERM.
 */
import { dial } from '../../../src/public-protocols/ed2k/dial.ts'
import { userHashOf } from '../../../src/public-protocols/ed2k/hello.ts'
import { HELLO_TIMEOUT_MS, IDLE_TIMEOUT_MS, MAX_ANSWER_FRAME_BYTES } from '../../../src/public-protocols/ed2k/limits.ts'
import { parseEd2kLink } from '../../../src/public-protocols/ed2k/link.ts'
import { Wire } from '../../../src/public-protocols/ed2k/wire.ts'
import { systemClock } from '../../../src/system/clock.ts'
import { systemRandom } from '../../../src/system/random.ts'
import { SEEDER_PORTS } from './seeder.ts'

/** The seeder lets go of who is silent for {@link IDLE_TIMEOUT_MS}. */
const SIGN_OF_LIFE_MS = IDLE_TIMEOUT_MS / 4

const [link = '', host = '', count = ''] = process.argv.slice(2)
const { hash } = parseEd2kLink(link)

async function takeSlot(): Promise<Wire> {
  const socket = await dial({ host, port: SEEDER_PORTS.tcp }, { clock: systemClock })
  const wire = new Wire(socket, {
    clock: systemClock,
    maxFrameBytes: MAX_ANSWER_FRAME_BYTES,
    firstMs: HELLO_TIMEOUT_MS,
    idleMs: IDLE_TIMEOUT_MS,
  })
  const got = Promise.withResolvers<void>()
  wire.listen(({ kind }) => {
    if (kind === 'hello-answer') wire.send({ kind: 'ask-slot', hash })
    if (kind === 'slot') got.resolve()
  })
  void wire.ended.then(got.reject)
  const userHash = userHashOf(systemRandom.bytes(16))
  wire.send({ kind: 'hello', hello: { userHash, port: 0, name: 'crowd', unpacks: false, largeFiles: true } })
  await got.promise
  return wire
}

const wires = await Promise.all(Array.from({ length: Number(count) }, takeSlot))
setInterval(() => {
  for (const wire of wires) wire.send({ kind: 'ask-name', hash })
}, SIGN_OF_LIFE_MS)
process.once('SIGUSR2', () => wires.pop()?.send({ kind: 'cancel' }))
process.stdout.write('all have a slot\n')
process.once('SIGTERM', () => process.exit())
