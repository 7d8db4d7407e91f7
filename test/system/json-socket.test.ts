import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { ChiralError, codeOf } from '../../src/domain/errors.ts'
import { systemClock } from '../../src/system/clock.ts'
import { askSocket, type SocketServer, serveSocket } from '../../src/system/json-socket.ts'

const OPTIONS = { clock: systemClock, timeoutMs: 5_000 }

describe('system/json-socket', () => {
  let folder = ''
  let server: SocketServer | undefined
  const path = (): string => join(folder, 'test.sock')

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'chiral-socket-'))
  })

  afterEach(async () => {
    await server?.close()
    server = undefined
    await rm(folder, { recursive: true, force: true })
  })

  async function codeWhenAsking(method: string, timeoutMs = OPTIONS.timeoutMs): Promise<string | undefined> {
    return askSocket(path(), { method }, { clock: systemClock, timeoutMs }).then(() => undefined, codeOf)
  }

  it('answers, refuses what it does not know, and passes codes on', async () => {
    server = await serveSocket(path(), {
      add: async () => ({ sum: 3 }),
      nothing: async () => undefined,
      fail: async () => {
        throw new ChiralError('GETH_BUSY', 'Another geth is there.')
      },
    })
    expect(await askSocket(path(), { method: 'add' }, OPTIONS)).to.deep.equal({ sum: 3 })
    expect(await askSocket(path(), { method: 'nothing' }, OPTIONS)).to.equal(null)
    expect(await codeWhenAsking('fail')).to.equal('GETH_BUSY')
    expect(await codeWhenAsking('toString')).to.equal('SOCKET_REFUSED')
  })

  it('says that nobody listens, and that nobody answers', async () => {
    expect(await codeWhenAsking('add')).to.equal('SOCKET_UNREACHABLE')
    const never = Promise.withResolvers<void>()
    server = await serveSocket(path(), { never: () => never.promise })
    expect(await codeWhenAsking('never', 50)).to.equal('SOCKET_UNREACHABLE')
    never.resolve()
  })

  it('answers what was asked before it closes', async () => {
    const asked = Promise.withResolvers<void>()
    const released = Promise.withResolvers<void>()
    const closing = await serveSocket(path(), {
      async slow() {
        asked.resolve()
        await released.promise
        return 'done'
      },
    })
    const answer = askSocket(path(), { method: 'slow' }, OPTIONS)
    await asked.promise
    const closed = closing.close()
    released.resolve()
    expect(await answer).to.equal('done')
    await closed
    expect(await codeWhenAsking('slow')).to.equal('SOCKET_UNREACHABLE')
  })
})
