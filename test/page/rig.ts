import { writeFile } from 'node:fs/promises'
import { connectChain } from '../../src/chain/client.ts'
import { fundAccount } from '../../src/chain/faucet.ts'
import { parseCoins } from '../../src/domain/amount.ts'
import { toHex } from '../../src/domain/bytes.ts'
import type { Address } from '../../src/domain/ids.ts'
import type { TransportName } from '../../src/network/transports.ts'
import { systemClock } from '../../src/system/clock.ts'
import { silentLogger } from '../../src/system/logger.ts'
import { systemRandom } from '../../src/system/random.ts'
import { createSigner } from '../../src/system/signer.ts'
import { type Books, readBooks } from '../support/ledger.ts'
import { Market, type RunningSeller } from '../support/market.ts'
import { type Chromium, startChromium } from './chromium.ts'
import type { OpenOptions } from './client/main.ts'
import type { Page } from './devtools.ts'
import { type Site, serveSite } from './site.ts'

const KEY_BYTES = 32

/** A key with test coin, and what a page is told to use it. */
export interface Wallet {
  readonly address: Address
  openOptions(from: RunningSeller, transports: readonly TransportName[]): OpenOptions
}

/** A market whose buyers are pages. */
export class PageRig {
  readonly market: Market
  readonly #site: Site
  #chromium: Chromium

  readonly #stack: AsyncDisposableStack

  private constructor(parts: { market: Market; site: Site; chromium: Chromium; stack: AsyncDisposableStack }) {
    this.market = parts.market
    this.#site = parts.site
    this.#chromium = parts.chromium
    this.#stack = parts.stack
  }

  static async open(): Promise<PageRig> {
    await using stack = new AsyncDisposableStack()
    const market = await Market.open()
    stack.defer(() => market.close())
    const site = await serveSite(market.path('site'))
    stack.defer(() => site.close())
    const chromium = await startChromium(market.processes, market.path('profile'))
    stack.defer(async () => chromium.devTools.close())
    return new PageRig({ market, site, chromium, stack: stack.move() })
  }

  close(): Promise<void> {
    return this.#stack.disposeAsync()
  }

  async wallet(): Promise<Wallet> {
    const { rpcUrl, contract } = this.market
    const key = systemRandom.bytes(KEY_BYTES)
    const { address } = createSigner(key)
    const client = await connectChain({ rpcUrl, clock: systemClock, log: silentLogger })
    try {
      await fundAccount({ client, clock: systemClock }, { to: address, amount: parseCoins('1') })
    } finally {
      client.close()
    }
    return {
      address,
      openOptions: ({ bootstrap }, transports) => ({
        ...{ privateKey: toHex(key), rpcUrl, contract, bootstrap: [bootstrap], transports },
      }),
    }
  }

  /** A tab in which `window.buyer` is ready. */
  async page(): Promise<Page> {
    const page = await this.#chromium.devTools.newPage()
    await page.open(this.#site.url)
    await isReady(page)
    return page
  }

  async reload(page: Page): Promise<void> {
    await page.reload()
    await isReady(page)
  }

  /** As if the power of the browser failed: it gets no chance to store anything. The next one has the same profile. */
  async killBrowser(): Promise<void> {
    this.#chromium.process.signal('SIGKILL')
    await this.#chromium.process.finished
    this.#chromium = await startChromium(this.market.processes, this.market.path('profile'))
  }

  /** What of a wallet's money the browser has stored. No payer of the wallet may be open. */
  async books(page: Page, { address }: Wallet): Promise<Books> {
    const path = this.market.path(`${address}.db`)
    const file = await page.evaluate((given: string) => window.buyer.books(given), address)
    if (file === '') throw new Error(`The browser has stored nothing for ${address}:\n${this.#chromium.process.stderr}`)
    await writeFile(path, Buffer.from(file, 'base64'))
    return readBooks(path)
  }
}

/** The page's script loads WebAssembly, and is not through with it when the page is loaded. */
async function isReady(page: Page): Promise<void> {
  await page.evaluate(
    () =>
      new Promise<boolean>((resolve) => {
        if (window.buyer !== undefined) resolve(true)
        window.addEventListener('buyer', () => resolve(true))
      }),
  )
}
