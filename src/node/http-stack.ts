import { join } from 'node:path'
import type { ContentStore } from '../content/content-store.ts'
import { FILE_HEADER_BYTES } from '../content/file-header.ts'
import { encodeManifest } from '../content/manifest.ts'
import { cleanFileName } from '../discovery/file-name.ts'
import { ChiralError } from '../domain/errors.ts'
import type { FileHash } from '../domain/ids.ts'
import type { Network } from '../network/network.ts'
import type { Gate } from '../public-protocols/gate.ts'
import type { HttpEndpoint } from '../public-protocols/http/endpoint.ts'
import { createSeederMetrics } from '../public-protocols/http/metrics.ts'
import { fingerprintOf } from '../public-protocols/http/self-signed.ts'
import type { ServedFile, ServedFiles } from '../public-protocols/http/served-files.ts'
import { type HttpSeeder, startHttpSeeder } from '../public-protocols/http/server.ts'
import type { PaymentTerms } from '../public-protocols/http/x402.ts'
import type { CounterFactory } from '../system/metrics.ts'
import type { RateLimit } from '../system/rate-limit.ts'
import { announcedUrl, type HttpPlan, planHttp } from './http-listen.ts'
import { mimeTypeOf } from './mime-type.ts'
import type { NodeConfig } from './node-config.ts'
import type { NodeSystem } from './node-system.ts'
import type { RouterPorts } from './router-ports.ts'
import type { StoredShare } from './share-store.ts'
import { tlsIdentity } from './tls-identity.ts'

/** Files over HTTP. */
export interface HttpStack {
  /** As offers name it; `undefined` while files are not served over HTTP, or nobody could reach it. */
  endpoint(): HttpEndpoint | undefined
  urlOf(share: Pick<StoredShare, 'fileHash'>): string | undefined
  /** Stopping twice is fine. */
  stop(): Promise<void>
}

export interface HttpParts {
  readonly system: NodeSystem
  readonly network: Pick<Network, 'addresses'>
  /** Of the router in front of this node; absent: there is none. */
  readonly ports?: RouterPorts | undefined
  readonly content: ContentStore
  readonly gate: Gate
  /** How vouchers that come with requests are made; absent: none are taken. */
  readonly paymentTerms?: PaymentTerms | undefined
  readonly counter: CounterFactory
  readonly rate: RateLimit
  /** A file of this node that is for whoever asks. */
  share(fileHash: FileHash): StoredShare | undefined
}

/** Serves what is shared over HTTP, where the configuration wants that. @throws ChiralError `LISTEN_FAILED`, `TLS_INVALID`, `CONFIG_INVALID` */
export async function openHttp(config: NodeConfig, parts: HttpParts): Promise<HttpStack> {
  const { system, network, ports, gate, paymentTerms } = parts
  const { announceUrl } = config.http ?? {}
  const isWanted = config.uploads?.protocols?.includes('http') ?? true
  const plan = isWanted ? planHttp(config.http ?? {}, config.network.scope, network.addresses()) : undefined
  if (plan === undefined) return { endpoint: () => undefined, urlOf: () => undefined, async stop() {} }
  const tls = plan.tls ? await tlsIdentity(join(config.dataDirectory, 'http-tls.pem'), system) : undefined
  const { clock, log } = system
  const metrics = createSeederMetrics(parts.counter)
  const serving = { files: servedFiles(parts), gate, paymentTerms, announceUrl, clock, log, metrics, rate: parts.rate }
  const seeder = await listen(plan, (port) => startHttpSeeder(serving, { host: plan.host, port, tls }))
  void ports?.map({ port: seeder.port, protocol: 'tcp' }) // it never rejects; who opens everything waits for all ports
  const fingerprint = tls === undefined ? {} : { tlsFingerprint: fingerprintOf(tls.certificate) }
  const endpoint = (): HttpEndpoint | undefined => {
    const url = announceUrl ?? announcedUrl({ ...plan, port: seeder.port }, network.addresses(), ports)
    return url === undefined ? undefined : { url, ...fingerprint }
  }
  return {
    endpoint,
    urlOf({ fileHash }) {
      const url = endpoint()?.url
      return url === undefined ? undefined : `${url}file/${fileHash}`
    },
    stop: () => seeder.stop(),
  }
}

async function listen(plan: HttpPlan, start: (port: number) => Promise<HttpSeeder>): Promise<HttpSeeder> {
  try {
    return await start(plan.port)
  } catch (error) {
    if (!plan.anyPort || !(error instanceof ChiralError) || error.details['taken'] !== true) throw error
    return start(0)
  }
}

function servedFiles({ content, share }: HttpParts): ServedFiles {
  return {
    file(fileHash): ServedFile | undefined {
      const found = share(fileHash)
      if (found === undefined) return undefined
      const { sizeBytes, sha256, pricePerMiB, folder } = found
      const name = cleanFileName(folder === undefined ? found.name : `${found.name}.listing`)
      const mimeType = mimeTypeOf(name)
      return { fileHash, sizeBytes, sha256, name, mimeType, isFree: pricePerMiB === 0n, held: content.have(fileHash) }
    },
    manifest(fileHash) {
      const manifest = content.manifestOf(fileHash)
      if (manifest === undefined) return undefined
      const bytes = encodeManifest(manifest)
      return {
        headerBlock: bytes.subarray(0, FILE_HEADER_BYTES),
        piecesRoot: manifest.piecesRoot,
        chunkHashes: bytes.subarray(FILE_HEADER_BYTES),
      }
    },
    read: (fileHash, chunkIndex) => content.read(fileHash, chunkIndex),
  }
}
