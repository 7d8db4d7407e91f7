import { type ChildProcess, fork } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { expect } from 'chai'
import type { PeerTarget } from '../../src/network/network.ts'
import { createNodes, NEVER, readAll } from './nodes.ts'

describe('network/webrtc-direct', () => {
  const nodes = createNodes()
  let listener: ChildProcess | undefined

  afterEach(async () => {
    await nodes.stop()
    if (listener?.exitCode !== null) return
    const gone = once(listener, 'exit')
    listener.kill('SIGKILL')
    await gone
  })

  it('carries 1 MiB there and back between two processes, over nothing else', async () => {
    listener = fork(new URL('./webrtc-listener.ts', import.meta.url), {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
    const [target]: PeerTarget[] = await once(listener, 'message')
    if (target === undefined) throw new Error('the listener told no address')
    for (const address of target.addresses) expect(address).to.contain('/webrtc-direct/certhash/')

    const dialer = await nodes.start({ listen: [], transports: ['webrtc-direct'] })
    expect(await dialer.connect(target, NEVER)).to.equal(target.peerId)
    const [connection] = dialer.connections()
    expect(connection?.address).to.contain('/webrtc-direct')
    if (target.peerId === undefined) throw new Error('the listener told no peer id')

    const stream = await dialer.openStream(target.peerId, '/test/echo/1', NEVER)
    const sent = randomBytes(1024 * 1024)
    const received = readAll(stream)
    for (let i = 0; i < sent.byteLength; i += 262_144) await stream.send(sent.subarray(i, i + 262_144))
    await stream.close()
    expect(digest(await received)).to.equal(digest(sent))
  })
})

function digest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
