import { z } from 'zod'

const messageSchema = z.object({
  id: z.int().optional(),
  method: z.string().optional(),
  sessionId: z.string().optional(),
  result: z.unknown().optional(),
  error: z.object({ message: z.string() }).optional(),
})
const targetSchema = z.object({ targetId: z.string() })
const sessionSchema = z.object({ sessionId: z.string() })
const evaluatedSchema = z.object({
  result: z.object({ value: z.unknown().optional() }),
  exceptionDetails: z
    .object({ text: z.string(), exception: z.object({ description: z.string().optional() }).optional() })
    .optional(),
})

interface Call {
  readonly resolve: (result: unknown) => void
  readonly reject: (error: Error) => void
}

/** Speaks to a browser as its developer tools do: https://chromedevtools.github.io/devtools-protocol. */
export class DevTools {
  readonly #socket: WebSocket
  readonly #calls = new Map<number, Call>()
  readonly #events = new Map<string, () => void>()
  #lastId = 0

  private constructor(socket: WebSocket) {
    this.#socket = socket
    socket.addEventListener('message', ({ data }) => this.#onMessage(messageSchema.parse(JSON.parse(String(data)))))
    socket.addEventListener('close', () => {
      for (const { reject } of this.#calls.values()) reject(new Error('the browser is gone'))
      this.#calls.clear()
    })
  }

  static connect(endpoint: string): Promise<DevTools> {
    const socket = new WebSocket(endpoint)
    return new Promise((resolve, reject) => {
      socket.addEventListener('open', () => resolve(new DevTools(socket)))
      socket.addEventListener('error', () => reject(new Error(`${endpoint} does not answer`)))
    })
  }

  close(): void {
    this.#socket.close()
  }

  /** A new tab, which shows nothing yet. */
  async newPage(): Promise<Page> {
    const { targetId } = targetSchema.parse(await this.send('Target.createTarget', { url: 'about:blank' }))
    const { sessionId } = sessionSchema.parse(await this.send('Target.attachToTarget', { targetId, flatten: true }))
    await this.send('Page.enable', {}, sessionId)
    return new Page(this, targetId, sessionId)
  }

  send(method: string, parameters: object, sessionId?: string): Promise<unknown> {
    const id = ++this.#lastId
    return new Promise((resolve, reject) => {
      this.#calls.set(id, { resolve, reject })
      this.#socket.send(JSON.stringify({ id, method, params: parameters, sessionId }))
    })
  }

  /** Resolves when a tab tells of `method`. */
  event(method: string, sessionId: string): Promise<void> {
    return new Promise((resolve) => this.#events.set(`${sessionId} ${method}`, resolve))
  }

  #onMessage({ id, method, sessionId, result, error }: z.infer<typeof messageSchema>): void {
    if (id === undefined) {
      this.#events.get(`${sessionId} ${method}`)?.()
      return
    }
    const call = this.#calls.get(id)
    this.#calls.delete(id)
    if (error === undefined) call?.resolve(result)
    else call?.reject(new Error(error.message))
  }
}

/** One tab. */
export class Page {
  readonly #devTools: DevTools
  readonly #targetId: string
  readonly #sessionId: string

  constructor(devTools: DevTools, targetId: string, sessionId: string) {
    this.#devTools = devTools
    this.#targetId = targetId
    this.#sessionId = sessionId
  }

  async open(url: string): Promise<void> {
    await this.#load('Page.navigate', { url })
  }

  async reload(): Promise<void> {
    await this.#load('Page.reload', {})
  }

  /** Runs a function in the page, which sees its arguments, as JSON, and nothing else of here. Rejects with what it throws. */
  async evaluate<A extends readonly unknown[], T>(run: (...given: A) => T | Promise<T>, ...given: A): Promise<T> {
    const { result, exceptionDetails } = evaluatedSchema.parse(
      await this.#send('Runtime.evaluate', {
        expression: `(${run})(...${JSON.stringify(given)})`,
        awaitPromise: true,
        returnByValue: true,
      }),
    )
    if (exceptionDetails !== undefined)
      throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text)
    return result.value as T // what the function returned, as JSON
  }

  async close(): Promise<void> {
    await this.#devTools.send('Target.closeTarget', { targetId: this.#targetId })
  }

  async #load(method: string, parameters: object): Promise<void> {
    const loaded = this.#devTools.event('Page.loadEventFired', this.#sessionId)
    await this.#send(method, parameters)
    await loaded
  }

  #send(method: string, parameters: object): Promise<unknown> {
    return this.#devTools.send(method, parameters, this.#sessionId)
  }
}
