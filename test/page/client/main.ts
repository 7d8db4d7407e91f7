/** The page of the tests: a buyer that the test tells what to do, and asks what became of it. */

import { PAGE_BYTES } from '../../../src/browser/database/page-image.ts'
import { type BrowserPayer, createBrowserPayer } from '../../../src/browser/payer.ts'
import { openStorage } from '../../../src/browser/storage/storage.ts'
import { createStoredPages } from '../../../src/browser/storage/stored-pages.ts'
import { fromHex, toHex } from '../../../src/domain/bytes.ts'
import { parseAddress } from '../../../src/domain/ids.ts'
import type { InBandProtocol } from '../../../src/domain/in-band-protocol.ts'
import type { TransportName } from '../../../src/network/transports.ts'
import type { DownloadView } from '../../../src/node/types.ts'
import { systemClock } from '../../../src/system/clock.ts'

/** One after the other: a change that may go beside them is stored long before. */
const LONG_CHANGE_PUTS = 1_000

export interface OpenOptions {
  /** Hex. */
  readonly privateKey: string
  readonly rpcUrl: string
  readonly contract: string
  readonly bootstrap: readonly string[]
  readonly transports: readonly TransportName[]
}

/** What a page tells of a download. */
export interface Told {
  readonly downloadId: string
  readonly phase: string
  readonly verifiedChunks: number
  readonly spent: string
  readonly sha256: string | undefined
  readonly protocols: readonly (string | undefined)[]
  readonly error: string | undefined
}

export interface Buyer {
  open(options: OpenOptions): Promise<void>
  /** Resolves when the download has so many chunks, or has ended. */
  buy(reference: string, protocol: InBandProtocol, chunks: number): Promise<Told>
  /** Goes on with what an earlier page began. */
  goOn(): Promise<Told>
  /** SHA-256 of the bytes that the page got, as the browser itself reckons it. */
  sha256Of(downloadId: string): Promise<string>
  stop(): Promise<void>
  /** The database of a wallet as a file, in base64. Nobody may have it open. */
  books(address: string): Promise<string>
  /** The order in which two changes of different stores are stored: "long" began first, and takes long. */
  turns(): Promise<readonly string[]>
}

declare global {
  interface Window {
    /** Not yet while the script of the page loads. */
    buyer: Buyer
  }
}

let payer: BrowserPayer | undefined

function opened(): BrowserPayer {
  if (payer === undefined) throw new Error('the payer was not opened')
  return payer
}

function untilChunks(downloadId: string, chunks: number): Promise<Told> {
  return new Promise((resolve) => {
    const look = (view: DownloadView | undefined): void => {
      if (view?.downloadId !== downloadId) return
      if (view.verifiedChunks < chunks && !['done', 'failed', 'paused', 'cancelled'].includes(view.phase)) return
      unsubscribe()
      resolve(told(view))
    }
    const unsubscribe = opened().subscribe((event) => {
      if (event.kind === 'download') look(event.download)
    })
    look(
      opened()
        .downloads()
        .find((download) => download.downloadId === downloadId),
    )
  })
}

function told({ downloadId, phase, verifiedChunks, spent, sha256, sources, error }: DownloadView): Told {
  return {
    downloadId,
    phase,
    verifiedChunks,
    spent: spent.toString(),
    sha256,
    protocols: sources.map(({ protocol }) => protocol),
    error: error?.message,
  }
}

window.buyer = {
  async open({ privateKey, contract, ...options }) {
    payer = await createBrowserPayer({
      ...options,
      privateKey: fromHex(privateKey),
      contract: parseAddress(contract),
      scope: 'loopback',
    })
  },
  async buy(reference, protocol, chunks) {
    const { downloadId } = await opened().download({ reference, protocol })
    return untilChunks(downloadId, chunks)
  },
  async goOn() {
    const [download] = opened().downloads()
    if (download === undefined) throw new Error('there is nothing to go on with')
    return untilChunks(download.downloadId, Number.POSITIVE_INFINITY)
  },
  async sha256Of(downloadId) {
    const bytes = await (await opened().file(downloadId)).arrayBuffer()
    return toHex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)))
  },
  async stop() {
    await opened().stop()
    payer = undefined
  },
  async books(address) {
    const storage = await openStorage(`chiral/${address}`, systemClock)
    try {
      const { pages, sizeBytes } = await createStoredPages(storage).load()
      const file = new Uint8Array(sizeBytes)
      for (const [page, bytes] of pages) file.set(bytes, page * PAGE_BYTES)
      return btoa(Array.from(file, (byte) => String.fromCharCode(byte)).join(''))
    } finally {
      storage.close()
    }
  },
  async turns() {
    const storage = await openStorage('turns', systemClock)
    const ended: string[] = []
    const long = storage.write(['blocks'], (store) => {
      const putFrom = (key: number): void => {
        if (key < LONG_CHANGE_PUTS) store('blocks').put(key, key).onsuccess = () => putFrom(key + 1)
      }
      putFrom(0)
    })
    const short = storage.write(['pages'], (store) => void store('pages').put(0, 0))
    await Promise.all([long.then(() => ended.push('long')), short.then(() => ended.push('short'))])
    storage.close()
    return ended
  },
}
window.dispatchEvent(new Event('buyer'))
