import { messageOf } from '../../src/domain/errors.ts'
import { type Actor, pathOf, purchasesOf, requestCloses, signerOf } from './actor.ts'
import { checkAfterRestart, checkBooks, checkCredit, checkRisk } from './audit.ts'
import { Chance } from './chance.ts'
import { type SoldFile, soldFiles } from './files.ts'
import { lieToSeller } from './lying-buyers.ts'
import { SELLER_LIES } from './lying-sellers.ts'
import { Machine, type MachineParts, type Surroundings } from './machine.ts'
import { type NodeOptions, type SimulatedNode, startNode } from './node.ts'
import { offersOf, victimOf } from './offers.ts'
import type { BuyerPlan, Fault, Purchase, Scenario, SellerPlan } from './scenario.ts'
import { Scheduler } from './scheduler.ts'
import { SimulatedChain } from './simulated-chain.ts'
import { SimulatedNetwork } from './simulated-network.ts'
import { isStuck } from './stuck.ts'
import { Witness } from './witness.ts'

/** What every wallet begins with. */
const FUNDS = 10n ** 20n
/** How long all that is honest may take to finish once faults have ended: several windows, many retries. */
const FINISH_MS = 60 * 60_000
/** How long a user waits, once faults have ended, before giving up what cannot go on. */
const PATIENCE_MS = 5 * 60_000
/** How often a user looks at a download, and starts it again when it failed. */
const USER_LOOKS_MS = 3_000
/** How often somebody asks for the end of channels, once all is done. */
const CLOSER_LOOKS_MS = 10_000
/** Blocks beyond the confirmations after which everybody has seen that no end is in doubt. */
const FINAL_BLOCKS = 3

/** Something that must not happen did. */
class Violation extends Error {
  override readonly name = 'Violation'
}

/** One run: machines, network and chain of a scenario, and what is true of them whatever happens. */
export class World {
  readonly scheduler = new Scheduler()
  readonly scenario: Scenario
  readonly chain: SimulatedChain
  readonly witness: Witness
  readonly actors: Actor[] = []
  /** Files that could not be bought any more. */
  readonly givenUp = new Set<string>()
  readonly #files: readonly SoldFile[]
  readonly #chance: Chance
  readonly #network: SimulatedNetwork
  readonly #surroundings: Surroundings
  readonly #done = new Set<string>()
  #violation: Violation | undefined
  #faultsEnded = false
  #chainAwayUntil = 0
  #closing = false
  /** Lives in which a liar has tried all that it wanted. */
  readonly #liedOut = new Set<MachineParts>()

  private constructor(scenario: Scenario, files: readonly SoldFile[]) {
    this.scenario = scenario
    this.#files = files
    this.#chance = new Chance(`${scenario.seed}/world`)
    this.witness = new Witness(files)
    const plans = [...scenario.sellers, ...scenario.buyers]
    const accounts = plans.map((_, index) => signerOf(index).address)
    const { scheduler } = this
    this.chain = new SimulatedChain(scenario.chain, {
      scheduler,
      chance: this.#chance.child('chain'),
      balances: new Map(accounts.map((account) => [account, FUNDS])),
    })
    this.#network = new SimulatedNetwork({ scheduler, chance: this.#chance.child('network'), quality: scenario.line })
    const delays = this.#chance.child('delays')
    this.#surroundings = {
      scheduler,
      chain: this.chain,
      network: this.#network,
      rpcMs: () => (this.scheduler.elapsed < this.#chainAwayUntil ? undefined : delays.between(0.1, scenario.rpcMs)),
      headMs: () => (!this.#faultsEnded && delays.happens(scenario.lostHeads) ? undefined : delays.between(0, 2_000)),
      violated: (what) => this.violated(what),
    }
    for (const [index, plan] of plans.entries()) this.actors.push(this.#createActor(plan, index))
  }

  static async create(scenario: Scenario): Promise<World> {
    return new World(scenario, await soldFiles())
  }

  /** @throws Violation at the first thing that must not happen */
  async run(): Promise<void> {
    const { scenario, scheduler } = this
    try {
      this.chain.start()
      for (const { machine } of this.actors) scheduler.after(this.#chance.between(0, 500), () => machine.boot())
      for (const { atMs, fault } of scenario.faults) scheduler.after(atMs, () => this.#befall(fault))
      scheduler.after(scenario.faultsEndMs, () => this.#endFaults())
      await this.#until(() => this.#faultsEnded && this.#isFinished(), scenario.faultsEndMs + FINISH_MS, 'finish')
      this.#closeAll()
      await this.#until(() => this.#isClosed(), scheduler.elapsed + FINISH_MS, 'close every channel')
      const final = this.chain.head.number + FINAL_BLOCKS + scenario.confirmations
      await this.#until(() => this.chain.head.number >= final, scheduler.elapsed + FINISH_MS, 'see the chain go on')
      await this.#until(() => false, scheduler.elapsed + CLOSER_LOOKS_MS, undefined)
      checkBooks(this)
      this.#throwIfViolated()
    } finally {
      for (const { machine } of this.actors) machine.dispose()
    }
  }

  violated(what: string): void {
    this.#violation ??= new Violation(
      `seed ${this.scenario.seed}, after ${this.scheduler.elapsed.toFixed(0)} ms: ${what}`,
    )
    this.scheduler.note(`VIOLATED ${what}`)
  }

  /** Nobody sells for nothing. */
  get isPriced(): boolean {
    return this.actors.every(({ shares }) => shares.every(({ pricePerMiB }) => pricePerMiB > 0n))
  }

  fileOf(number: number): SoldFile {
    const file = this.#files[number]
    if (file === undefined) throw new Error(`there is no file ${number}`)
    return file
  }

  async #until(isOver: () => boolean, untilMs: number, what: string | undefined): Promise<void> {
    const inTime = await this.scheduler.run(() => this.#violation !== undefined || isOver(), untilMs)
    this.#throwIfViolated()
    if (inTime || what === undefined) return
    const unfinished = this.actors.flatMap((actor) => this.#unfinished(actor))
    throw new Violation(`seed ${this.scenario.seed}: they do not ${what} in time: ${unfinished.join('; ')}`)
  }

  #throwIfViolated(): void {
    if (this.#violation !== undefined) throw this.#violation
  }

  #createActor(plan: SellerPlan | BuyerPlan, index: number): Actor {
    const files = 'files' in plan ? plan.files : plan.purchases.map(({ file }) => file)
    const pricePerMiB = 'files' in plan ? plan.pricePerMiB : plan.resells
    const machine: Machine = new Machine(this.#surroundings, {
      name: plan.name,
      signer: signerOf(index),
      chance: this.#chance.child(plan.name),
      honest: plan.lie === undefined,
      program: (parts) => this.#program(actor, parts),
    })
    const shares =
      pricePerMiB === undefined
        ? []
        : files.map((file) => ({
            fileHash: this.fileOf(file).hashed.fileHash,
            path: pathOf(plan.name, file),
            pricePerMiB,
          }))
    if ('files' in plan)
      for (const share of shares) machine.files.put(share.path, this.witness.fileOf(share.fileHash).bytes)
    machine.crashPoints = plan.crashPoints
    const actor: Actor = { machine, plan, shares, node: undefined }
    return actor
  }

  async #program(actor: Actor, parts: MachineParts): Promise<void> {
    const { machine, plan, shares } = actor
    const { confirmations, creditCapTotal, redeemThreshold } = this.scenario
    const lies = 'files' in plan && plan.lie !== undefined ? SELLER_LIES[plan.lie.kind](plan.lie.after) : undefined
    const options: NodeOptions = {
      network: this.#network,
      witness: this.witness,
      confirmations,
      creditCapTotal,
      redeemThreshold,
      shares,
      ...(lies === undefined ? {} : { lies }),
      search: (fileHash) => offersOf(this, fileHash, machine),
      onVoucher: (payee) => {
        if (machine.honest && parts.life.alive) checkRisk(this, node, payee)
      },
      onCommit: (payer) => {
        if (machine.honest && parts.life.alive) checkCredit(this, node, payer)
      },
    }
    const node = await startNode(machine, parts, options)
    actor.node = node
    if (machine.honest) checkAfterRestart(this, actor, node)
    if ('files' in plan) return
    if (plan.lie !== undefined) void this.#lieAsPlanned(node, plan.lie)
    else {
      node.downloads.resumeAll()
      this.#look(actor, node, plan)
    }
  }

  /** A user: starts what is not done, starts again what failed. */
  #look(actor: Actor, node: SimulatedNode, plan: BuyerPlan): void {
    if (this.#closing) return
    // The node says so of a channel that it finds on chain and does not remember.
    if (actor.machine.isAmnesiac) requestCloses(node, (phase) => phase === 'closing')
    for (const purchase of plan.purchases) this.#pursue(actor, node, purchase)
    node.parts.life.after(USER_LOOKS_MS, () => this.#look(actor, node, plan))
  }

  #pursue({ machine }: Actor, node: SimulatedNode, purchase: Purchase): void {
    const out = pathOf(machine.name, purchase.file)
    if (this.#done.has(out)) return
    const { fileHash } = this.fileOf(purchase.file).hashed
    const view = node.downloads.list().find((download) => download.out === out)
    if (view?.phase === 'done') {
      this.scheduler.note(`${machine.name}: has file ${purchase.file}`)
      this.#done.add(out)
      return
    }
    const isPatient = this.scheduler.elapsed < this.scenario.faultsEndMs + PATIENCE_MS
    if (view !== undefined && !isPatient && isStuck(this, node, fileHash)) {
      this.scheduler.note(`${machine.name}: gives file ${purchase.file} up`)
      this.givenUp.add(out)
      this.#done.add(out)
      node.downloads.cancel(view.downloadId).catch((error: unknown) => this.violated(messageOf(error)))
      return
    }
    if (view !== undefined && view.phase !== 'failed') return
    const { closeChannels, window, maxSources } = purchase
    node.downloads
      .start({ reference: fileHash, out, closeChannels, window, maxSources }, new AbortController().signal)
      .catch((error: unknown) => this.scheduler.note(`${machine.name}: cannot start yet: ${messageOf(error)}`))
  }

  async #lieAsPlanned(node: SimulatedNode, { kind, after }: NonNullable<BuyerPlan['lie']>): Promise<void> {
    await lieToSeller(node, kind, { ...victimOf(this, node.machine), after })
    this.#liedOut.add(node.parts)
  }

  #befall(fault: Fault): void {
    const machineAt = (index: number): Machine | undefined => this.actors[index]?.machine
    switch (fault.kind) {
      case 'cut':
        this.#network.cutOne()
        return
      case 'hold': {
        const [a, b] = fault.machines.map(machineAt)
        if (a !== undefined && b !== undefined) this.#network.hold(a.peerId, b.peerId, fault.forMs)
        return
      }
      case 'reorganise':
        this.chain.reorganise(fault.depth)
        return
      case 'chainAway':
        this.scheduler.note(`chain: away for ${Math.round(fault.forMs)} ms`)
        this.#chainAwayUntil = this.scheduler.elapsed + fault.forMs
        return
      case 'crash':
        machineAt(fault.machine)?.crash(fault.downMs)
        return
      case 'loseDisk':
        machineAt(fault.machine)?.loseDisk(fault.downMs)
    }
  }

  #endFaults(): void {
    this.scheduler.note('faults end')
    this.#faultsEnded = true
    this.#chainAwayUntil = 0
    this.chain.endFaults()
    for (const { machine } of this.actors) machine.crashPoints = []
  }

  #isFinished(): boolean {
    return this.actors.every((actor) => {
      const { machine, plan, node } = actor
      if (!machine.running || node?.parts.life.alive !== true) return false
      if ('purchases' in plan && plan.lie !== undefined) return this.#liedOut.has(node.parts)
      return purchasesOf(actor).every((path) => this.#done.has(path))
    })
  }

  #isClosed(): boolean {
    if (this.chain.channels.size > 0) return false
    return this.actors.every(({ machine, node }) => machine.running && node?.parts.wallet.unmined().length === 0)
  }

  #unfinished(actor: Actor): string[] {
    return purchasesOf(actor)
      .filter((path) => !this.#done.has(path))
      .map((path) => {
        const view = actor.node?.downloads.list().find(({ out }) => out === path)
        return `${view?.verifiedChunks ?? 0} chunks of ${path}: ${view?.phase}, ${view?.error?.message}`
      })
  }

  /** All is done: everybody presents what it holds, and asks for the end of what it opened. */
  #closeAll(): void {
    this.#closing = true
    for (const { node } of this.actors) {
      if (node === undefined || !node.parts.life.alive) continue
      void node.payee.redeemDue({ all: true })
      requestCloses(node, (phase) => phase === 'open' || phase === 'closing')
    }
    this.scheduler.after(CLOSER_LOOKS_MS, () => this.#closeAll())
  }
}
