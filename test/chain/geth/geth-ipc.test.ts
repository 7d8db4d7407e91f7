import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { createGethIpc } from '../../../src/chain/geth/geth-ipc.ts'
import { ChiralError, codeOf } from '../../../src/domain/errors.ts'
import { systemClock } from '../../../src/system/clock.ts'
import { type SocketServer, serveSocket } from '../../../src/system/json-socket.ts'

describe('chain/geth/geth-ipc', () => {
  let folder: string
  let server: SocketServer | undefined

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'chiral-ipc-'))
  })

  afterEach(async () => {
    await server?.close()
    server = undefined
    await rm(folder, { recursive: true })
  })

  /** What a geth that answers so tells of its hash rate. */
  async function hashRateOf(answer: () => Promise<unknown>): Promise<unknown> {
    const path = join(folder, 'geth.ipc')
    server = await serveSocket(path, { ethash_getHashrate: answer })
    return createGethIpc({ clock: systemClock }, path).hashRate().catch(codeOf)
  }

  it('tells the hash rate', async () => {
    expect(await hashRateOf(async () => 180_000)).to.equal(180_000)
  })

  it('takes an engine without work, on which geth fails at the question, for one without hashes', async () => {
    const crash = async (): Promise<never> => {
      throw new ChiralError('SOCKET_REFUSED', 'method handler crashed')
    }
    expect(await hashRateOf(crash)).to.equal(0)
  })

  it('takes neither nonsense nor silence for one', async () => {
    expect(await hashRateOf(async () => 'many')).to.equal('DECODE_FAILED')
    await server?.close()
    expect(await createGethIpc({ clock: systemClock }, join(folder, 'nobody')).hashRate().catch(codeOf)).to.equal(
      'GETH_SILENT',
    )
  })
})
