import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect } from 'chai'
import { anvilBinary } from '../../src/chain/anvil-binary.ts'
import { startDevChain } from '../../src/chain/dev-chain.ts'
import { codeOf } from '../../src/domain/errors.ts'
import { parseAddress } from '../../src/domain/ids.ts'
import { type Clock, systemClock } from '../../src/system/clock.ts'
import { silentLogger } from '../../src/system/logger.ts'
import { systemProcessTable } from '../../src/system/process-table.ts'
import { FakeClock } from '../support/fake-clock.ts'
import { connectTo, mine, startTestChain, temporaryFolder } from './support/test-chain.ts'

const SOMEBODY = parseAddress('0x00000000000000000000000000000000000000aa')

describe('chain/dev-chain', () => {
  const folders: string[] = []
  const log = silentLogger

  async function folder(): Promise<string> {
    const path = await temporaryFolder()
    folders.push(path)
    return path
  }

  after(async () => {
    for (const path of folders) await rm(path, { recursive: true, force: true })
  })

  it('keeps its first block, its state and its port over a restart, and follows the time on the wall', async () => {
    const directory = await folder()
    const first = await startDevChain({ directory, log })
    let client = await connectTo(first.rpcUrl)
    await client.request('anvil_setBalance', [SOMEBODY, '0x2a'])
    await mine(client, 3)
    client.close()
    await first.stop()
    const second = await startDevChain({ directory, log })
    client = await connectTo(second.rpcUrl)
    expect(second.genesisHash).to.equal(first.genesisHash)
    expect(second.rpcUrl).to.equal(first.rpcUrl)
    expect(await client.balance(SOMEBODY)).to.equal(42n)
    expect((await client.head()).number).to.equal(3)
    await mine(client, 1)
    expect((await client.head()).timestamp).to.be.closeTo(Date.now() / 1000, 30)
    expect((await client.block('latest'))?.gasLimit).to.equal(4_700_000n)
    client.close()
    await second.stop()
  })

  it('gives each directory a first block of its own', async () => {
    const [one, two] = await Promise.all([startTestChain(), startTestChain()])
    expect(one.chain.genesisHash).to.not.equal(two.chain.genesisHash)
    expect(one.chain.rpcUrl).to.not.equal(two.chain.rpcUrl)
    await Promise.all([one.stop(), two.stop()])
  })

  it('attaches to the chain that runs, and leaves it running when it stops', async () => {
    const { chain, directory, stop } = await startTestChain()
    const second = await startDevChain({ directory, log })
    expect({ owned: second.owned, rpcUrl: second.rpcUrl, pid: second.pid }).to.deep.equal({
      owned: false,
      rpcUrl: chain.rpcUrl,
      pid: chain.pid,
    })
    await second.stop()
    expect(systemProcessTable.isRunning(chain.pid)).to.equal(true)
    await stop()
    expect(systemProcessTable.isRunning(chain.pid)).to.equal(false)
  })

  it('comes back on the same port after anvil was killed', async () => {
    const { chain, client, stop } = await startTestChain()
    const killed = chain.pid
    process.kill(killed, 'SIGKILL')
    for (let pid = killed; pid === killed; pid = chain.pid) await client.head().catch(() => {})
    expect((await client.block(0))?.hash).to.equal(chain.genesisHash)
    await stop()
  })

  it('leaves no anvil behind when its owner is killed, and starts again with what was mined', async () => {
    const directory = await folder()
    const program = `
      import { startDevChain } from ${JSON.stringify(join(import.meta.dirname, '../../src/chain/dev-chain.ts'))}
      import { silentLogger as log } from ${JSON.stringify(join(import.meta.dirname, '../../src/system/logger.ts'))}
      const chain = await startDevChain({ directory: ${JSON.stringify(directory)}, log })
      console.log(JSON.stringify({ pid: chain.pid, rpcUrl: chain.rpcUrl, genesisHash: chain.genesisHash }))`
    const owner = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [line] = await once(createInterface({ input: owner.stdout }), 'line')
    const left: { pid: number; rpcUrl: string; genesisHash: string } = JSON.parse(line)
    const client = await connectTo(left.rpcUrl)
    await mine(client, 5)
    client.close()
    owner.kill('SIGKILL')
    await once(owner, 'exit')
    const next = await startDevChain({ directory, log })
    expect(next.owned).to.equal(true)
    expect(next.genesisHash).to.equal(left.genesisHash)
    expect(systemProcessTable.isRunning(left.pid)).to.equal(false)
    const again = await connectTo(next.rpcUrl)
    expect((await again.head()).number).to.equal(5)
    again.close()
    await next.stop()
  })

  it('takes the last whole copy of its state when a kill left half a file', async () => {
    const directory = await folder()
    const first = await startDevChain({ directory, log })
    const client = await connectTo(first.rpcUrl)
    await mine(client, 2)
    client.close()
    await first.stop()
    const state = await readFile(join(directory, 'state.json'))
    await writeFile(join(directory, 'state.last.json'), state)
    await writeFile(join(directory, 'state.json'), state.subarray(0, state.byteLength / 2))
    const second = await startDevChain({ directory, log })
    const again = await connectTo(second.rpcUrl)
    expect((await again.head()).number).to.equal(2)
    again.close()
    await second.stop()
  })

  it('runs once when several processes start it at the same time', async () => {
    const directory = await folder()
    const program = `
      import { startDevChain } from ${JSON.stringify(join(import.meta.dirname, '../../src/chain/dev-chain.ts'))}
      import { silentLogger as log } from ${JSON.stringify(join(import.meta.dirname, '../../src/system/logger.ts'))}
      const chain = await startDevChain({ directory: ${JSON.stringify(directory)}, log })
      console.log(chain.owned, chain.genesisHash)
      process.stdin.on('end', () => chain.stop()).resume()`
    const children = Array.from({ length: 3 }, () =>
      spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['pipe', 'pipe', 'inherit'] }),
    )
    const lines = await Promise.all(
      children.map(async (child) =>
        String((await once(createInterface({ input: child.stdout }), 'line'))[0]).split(' '),
      ),
    )
    expect(lines.filter(([owned]) => owned === 'true')).to.have.length(1)
    expect(new Set(lines.map(([, genesisHash]) => genesisHash)).size).to.equal(1)
    const exits = children.map((child) => once(child, 'exit'))
    for (const child of children) child.stdin.end()
    expect((await Promise.all(exits)).map(([code]) => code)).to.deep.equal([0, 0, 0])
  })

  it('writes nothing outside its folder, however many blocks it makes', async () => {
    const home = process.env['HOME']
    const elsewhere = await folder()
    process.env['HOME'] = elsewhere
    const { client, stop } = await startTestChain().finally(() => {
      process.env['HOME'] = home
    })
    await mine(client, 1_000).finally(stop)
    expect(await readdir(elsewhere)).to.deep.equal([])
  })

  it('stops when its folder is taken away', async () => {
    const directory = await folder()
    const clock = new FakeClock()
    // Only the copying goes by this clock; the start needs one that runs.
    const schedule: Clock['schedule'] = (ms, fn) =>
      ms === 5_000 ? clock.schedule(ms, fn) : systemClock.schedule(ms, fn)
    const chain = await startDevChain({ directory, log, clock: { ...systemClock, schedule } })
    await rm(directory, { recursive: true })
    await clock.advance(5_000)
    await chain.exited
    expect(systemProcessTable.isRunning(chain.pid)).to.equal(false)
    await chain.stop()
  })

  it('refuses a port that is taken', async () => {
    const { chain, stop } = await startTestChain()
    const port = Number(new URL(chain.rpcUrl).port)
    const refused = await startDevChain({ directory: await folder(), log, port }).catch(codeOf)
    expect(refused).to.equal('DEV_CHAIN_PORT')
    await stop()
  })

  it('names a system that anvil does not run on', () => {
    expect(() => anvilBinary('sunos sparc'))
      .to.throw()
      .with.property('code', 'DEV_CHAIN_UNSUPPORTED')
  })
})
