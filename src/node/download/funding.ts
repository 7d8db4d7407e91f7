import { ChiralError } from '../../domain/errors.ts'
import type { ChannelId } from '../../domain/ids.ts'
import type { Source } from './source.ts'
import type { SourceHost } from './source-host.ts'

/** The money of one source on its way: a channel, a deposit that grows, or coin without either. */
export class Funding {
  readonly #source: Source
  readonly #host: Pick<SourceHost, 'openChannel' | 'changed'>
  #channelId: ChannelId | undefined
  #blocksLeft: number | undefined
  #toppingUp: Promise<void> | undefined

  constructor(source: Source, host: Pick<SourceHost, 'openChannel' | 'changed'>) {
    this.#source = source
    this.#host = host
  }

  get channelId(): ChannelId | undefined {
    return this.#channelId
  }

  /** What the last transaction still waits for. */
  get blocksLeft(): number | undefined {
    return this.#blocksLeft
  }

  /** Resolves when no top-up is under way: what it adds may be owed already. */
  async still(): Promise<void> {
    await this.#toppingUp
  }

  confirming(blocksLeft: number): void {
    this.#blocksLeft = blocksLeft
    this.#host.changed()
  }

  /** Opens its channel, or with `more` has more paid in; or sends coin without one. */
  async fund(options: { more: boolean; signal: AbortSignal }): Promise<void> {
    const channel = await this.#host.openChannel(this.#source, options)
    this.#channelId = channel.channelId
    await channel.confirmed
    this.#blocksLeft = undefined
  }

  /** Has more paid in; `done` hears why the books have to be read again. */
  topUp(done: (error: unknown) => void): void {
    if (this.#toppingUp !== undefined) return
    const grown = new ChiralError('RECONNECT', 'The deposit grew: the books are read again.')
    const ended = (error: unknown): void => {
      this.#toppingUp = undefined
      done(error)
    }
    // Not ended with this source: the seeder may see the deposit first and serve against it, and is to be paid for that.
    const signal = new AbortController().signal
    this.#toppingUp = this.#source.fund({ more: true, signal }).then(() => ended(grown), ended)
  }
}
