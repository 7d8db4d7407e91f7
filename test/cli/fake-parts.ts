import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { NodeParts } from '../../src/cli/io.ts'
import { ChiralError } from '../../src/domain/errors.ts'
import { verifyReceipts } from '../../src/node/receipts.ts'
import { FakeNode, WALLET } from '../support/fake-node.ts'
import { fakeGeth } from './fake-geth.ts'

const PHRASE = 'test test test test test test test test test test test junk'

/** A node of scripted behaviour for commands that start one. FAKE_START_FAILURE in `env` is a code to fail with. */
export function fakeParts(env: Readonly<Record<string, string | undefined>>): NodeParts {
  return {
    async startNode(config, log) {
      const failure = env['FAKE_START_FAILURE']
      if (failure !== undefined) throw new ChiralError(failure, 'The node cannot start: try again.')
      const warning = env['FAKE_WARNING']
      if (warning !== undefined) log.warn({ code: 'BOOTSTRAP_UNREACHABLE' }, warning)
      writeFileSync(join(config.dataDirectory, 'config-seen.json'), JSON.stringify(config, bigintsAsText))
      return new FakeNode()
    },
    async hashFile(_path, { onProgress }) {
      onProgress?.({ hashedBytes: 5, sizeBytes: 5 })
      return {
        fileHash: 'ab'.repeat(32),
        piecesRoot: 'cd'.repeat(32),
        sha256: 'ef'.repeat(32),
        cid: 'bafkrei',
        sizeBytes: 5,
      }
    },
    createWallet: async ({ phrase, password }) => {
      if (password === 'refused')
        throw new ChiralError('KEYSTORE_EXISTS', 'There is a wallet already: back it up first.')
      return { address: WALLET, phrase: phrase ?? PHRASE }
    },
    async backupWallet({ path, password }) {
      if (password !== 'right') throw new ChiralError('KEYSTORE_PASSWORD', 'The password does not open the wallet.')
      if (existsSync(path)) throw new ChiralError('KEYSTORE_EXISTS', `${path} exists already: choose another name.`)
      writeFileSync(path, '{}')
    },
    auditAccounts: async () => [],
    verifyReceipts: async (text) => verifyReceipts(text),
    async downloadTorrent(reference, { folder, onProgress }) {
      if (reference === 'magnet:?nothing') throw new ChiralError('TORRENT_INVALID', 'That is no torrent: give another.')
      onProgress({ sizeBytes: 5, verifiedBytes: 5, bytesPerSecond: 0, peers: 1 })
      return { infohash: 'ab'.repeat(20), path: join(folder, 'film.mkv'), files: 1, sizeBytes: 5 }
    },
    async runDevChain({ port }) {
      return { rpcUrl: `http://127.0.0.1:${port ?? 8545}`, exited: new Promise(() => {}), stop: async () => {} }
    },
    geth: async () => fakeGeth(env),
    startRpcProxy: async ({ host, port }) => ({ url: `http://${host}:${port}`, stop: async () => {} }),
  }
}

function bigintsAsText(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value
}
