import type { Wei } from '../../src/domain/amount.ts'
import { messageOf } from '../../src/domain/errors.ts'
import type { DownloadView } from '../../src/node/types.ts'
import { type Actor, pathOf, requestCloses } from './actor.ts'
import type { Chance } from './chance.ts'
import type { SimulatedNode } from './node.ts'
import type { BuyerPlan, Purchase } from './scenario.ts'
import { isStuck } from './stuck.ts'
import type { World } from './world.ts'

/** How often a user looks at its downloads. */
const LOOKS_MS = 3_000
/** Longest time after which a user comes again to start what failed. */
const COMES_AGAIN_MS = 60_000
/** How long a user waits, once faults have ended, before giving up what cannot go on. */
const PATIENCE_MS = 5 * 60_000

/** Whoever sits before a buyer: starts what is not done, comes again for what failed, and gives up what nobody may sell any more. */
export class User {
  readonly #world: World
  readonly #actor: Actor
  readonly #chance: Chance
  /** When it comes again for what failed, by file. */
  readonly #comesAt = new Map<string, number>()

  constructor(world: World, actor: Actor, chance: Chance) {
    this.#world = world
    this.#actor = actor
    this.#chance = chance
  }

  look(node: SimulatedNode, plan: BuyerPlan): void {
    if (this.#world.isClosing) return
    // The node says so of a channel that it finds on chain and does not remember.
    if (this.#actor.machine.isAmnesiac) requestCloses(node, (phase) => phase === 'closing')
    for (const purchase of plan.purchases) this.#pursue(node, purchase, plan.bid)
    node.parts.life.after(LOOKS_MS, () => this.look(node, plan))
  }

  #pursue(node: SimulatedNode, purchase: Purchase, bid: Wei | undefined): void {
    const { scheduler, scenario, done, givenUp } = this.#world
    const { name } = this.#actor.machine
    const out = pathOf(name, purchase.file)
    if (done.has(out)) return
    const { fileHash } = this.#world.fileOf(purchase.file).hashed
    const view = node.downloads.list().find((download) => download.out === out)
    if (view?.phase === 'done') {
      scheduler.note(`${name}: has file ${purchase.file}`)
      done.add(out)
      return
    }
    const isPatient = scheduler.elapsed < scenario.faultsEndMs + PATIENCE_MS
    if (view !== undefined && !isPatient && isStuck(this.#world, node, fileHash)) {
      scheduler.note(`${name}: gives file ${purchase.file} up`)
      givenUp.add(out)
      done.add(out)
      node.downloads.cancel(view.downloadId).catch((error: unknown) => this.#world.violated(messageOf(error)))
      return
    }
    if (view !== undefined && (view.phase !== 'failed' || !this.#comesAgain(out))) return
    this.#start(node, { ...purchase, bid }, view)
  }

  #comesAgain(out: string): boolean {
    const { elapsed } = this.#world.scheduler
    const at = this.#comesAt.get(out) ?? elapsed + this.#chance.between(0, COMES_AGAIN_MS)
    this.#comesAt.set(out, at)
    if (elapsed < at) return false
    this.#comesAt.delete(out)
    return true
  }

  /** The user's word: it allows four strangers more to be prepaid. One that was not taken allows nothing. */
  #start(node: SimulatedNode, purchase: Purchase & { readonly bid: Wei | undefined }, failed?: DownloadView): void {
    const { file, closeChannels, window, maxSources, bid } = purchase
    const { name } = this.#actor.machine
    this.#count(1)
    const refused = (error: unknown): void => {
      this.#count(-1)
      this.#world.scheduler.note(`${name}: cannot start yet: ${messageOf(error)}`)
    }
    if (failed !== undefined && this.#chance.happens(0.3)) {
      node.downloads.resume(failed.downloadId).catch(refused)
      return
    }
    const { fileHash } = this.#world.fileOf(file).hashed
    const request = { reference: fileHash, out: pathOf(name, file), closeChannels, window, maxSources, bid }
    node.downloads.start(request, new AbortController().signal).catch(refused)
  }

  #count(by: number): void {
    const { name } = this.#actor.machine
    this.#world.starts.set(name, (this.#world.starts.get(name) ?? 0) + by)
  }
}
