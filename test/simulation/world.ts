import { confirmationRuleOf } from '../../src/domain/confirmation-rule.ts'
import { type Actor, pathOf, purchasesOf, requestCloses, signerOf } from './actor.ts'
import { checkAfterRestart, checkBooks, checkCredit, checkRisk, checkTransfer } from './audit.ts'
import { Chance } from './chance.ts'
import { heldIn, type ModelEscrow } from './escrow-contract-model.ts'
import { lieOf } from './faults.ts'
import { type SoldFile, soldFiles } from './files.ts'
import { lieToSeller } from './lying-buyers.ts'
import { SELLER_LIES } from './lying-sellers.ts'
import { Machine, type MachineParts, type Surroundings } from './machine.ts'
import { type NodeOptions, type SimulatedNode, startNode } from './node.ts'
import { offersOf, victimOf } from './offers.ts'
import type { BuyerPlan, Fault, Scenario, SellerPlan } from './scenario.ts'
import { Scheduler } from './scheduler.ts'
import { SimulatedChain } from './simulated-chain.ts'
import { SimulatedNetwork } from './simulated-network.ts'
import { User } from './user.ts'
import { Violation } from './violation.ts'
import { Witness } from './witness.ts'

/** What every wallet begins with. */
const FUNDS = 10n ** 20n
/** How long all that is honest may take to finish once faults have ended: several windows, many retries. */
const FINISH_MS = 60 * 60_000
/** How often somebody asks for the end of channels, once all is done. */
const CLOSER_LOOKS_MS = 10_000
/** Blocks beyond the confirmations after which everybody has seen that no end is in doubt. */
const FINAL_BLOCKS = 3
/** So many blocks nobody sends anything, and then nobody will before time has passed. */
const QUIET_BLOCKS = 4

/** One run: machines, network and chain of a scenario, and what is true of them whatever happens. */
export class World {
  readonly scheduler = new Scheduler()
  readonly scenario: Scenario
  readonly chain: SimulatedChain
  readonly witness: Witness
  readonly actors: Actor[] = []
  /** Files that could not be bought any more. */
  readonly givenUp = new Set<string>()
  /** How often users started the downloads of a machine. */
  readonly starts = new Map<string, number>()
  readonly #files: readonly SoldFile[]
  readonly #chance: Chance
  readonly #network: SimulatedNetwork
  readonly #surroundings: Surroundings
  /** Files that users have, or gave up. */
  readonly done = new Set<string>()
  readonly #users = new Map<string, User>()
  #violation: Violation | undefined
  #faultsEnded = false
  #chainAwayUntil = 0
  #closing = false
  /** The last block with which something was under way. */
  #quietSince = 0
  /** Lives in which a liar has tried all that it wanted. */
  readonly #liedOut = new Set<MachineParts>()

  private constructor(scenario: Scenario, files: readonly SoldFile[]) {
    this.scenario = scenario
    this.#files = files
    this.#chance = new Chance(`${scenario.seed}/world`)
    this.witness = new Witness(files, this.scheduler.faults)
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
      rpcMs: () => {
        if (this.scheduler.elapsed >= this.#chainAwayUntil) return delays.between(0.1, scenario.rpcMs)
        scheduler.faults.count('the chain did not answer')
        return undefined
      },
      headMs: () => {
        if (this.#faultsEnded || !delays.happens(scenario.lostHeads)) return delays.between(0, 2_000)
        scheduler.faults.count('a node did not hear of a block')
        return undefined
      },
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

  violated(what: string): false {
    this.#violation ??= new Violation(
      `seed ${this.scenario.seed}, after ${this.scheduler.elapsed.toFixed(0)} ms: ${what}`,
    )
    this.scheduler.note(`VIOLATED ${what}`)
    return false
  }

  /** All is done: users do no more, and channels are closed. */
  get isClosing(): boolean {
    return this.#closing
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
            lowestPricePerMiB: 'files' in plan ? plan.lowestPricePerMiB : undefined,
          }))
    if ('files' in plan)
      for (const share of shares) machine.files.put(share.path, this.witness.fileOf(share.fileHash).bytes)
    machine.crashPoints = plan.crashPoints
    if (plan.lie !== undefined) this.scheduler.faults.count(lieOf(plan.lie.kind))
    const actor: Actor = { machine, plan, shares, node: undefined }
    return actor
  }

  async #program(actor: Actor, parts: MachineParts): Promise<void> {
    const { machine, plan, shares } = actor
    const { creditCapTotal, redeemThreshold } = this.scenario
    const lies = 'files' in plan && plan.lie !== undefined ? SELLER_LIES[plan.lie.kind](plan.lie.after) : undefined
    const options: NodeOptions = {
      network: this.#network,
      witness: this.witness,
      ...confirmationRuleOf(this.scenario),
      creditCapTotal,
      redeemThreshold,
      shares,
      plan,
      ...(lies === undefined ? {} : { lies }),
      search: (fileHash) => offersOf(this, fileHash, machine),
      onVoucher: (payee) => {
        if (machine.honest && parts.life.alive) checkRisk(this, node, payee)
      },
      onTransfer: (transfer) => {
        if (machine.honest && parts.life.alive) checkTransfer(this, node, transfer)
      },
      onCommit: (payer, isServed) => {
        if (machine.honest && parts.life.alive) checkCredit(this, node, { payer, isServed })
      },
      onRush: () => this.violated(`${machine.name} asks for chunks without end`),
    }
    const node = await startNode(machine, parts, options)
    actor.node = node
    if (machine.honest) checkAfterRestart(this, actor, node)
    if ('files' in plan) return
    if (plan.lie !== undefined) void this.#lieAsPlanned(node, plan.lie, plan.payBy === 'escrow')
    else {
      node.downloads.resumeAll()
      const user = this.#users.get(machine.name) ?? new User(this, actor, this.#chance.child(`user ${machine.name}`))
      this.#users.set(machine.name, user)
      user.look(node, plan)
    }
  }

  async #lieAsPlanned(
    node: SimulatedNode,
    { kind, after }: NonNullable<BuyerPlan['lie']>,
    byEscrow: boolean,
  ): Promise<void> {
    await lieToSeller(node, kind, { ...victimOf(this, node.machine), after, byEscrow })
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
      case 'lose': {
        const [from, to] = fault.machines.map(machineAt)
        if (from !== undefined && to !== undefined) this.#network.lose(from.peerId, to.peerId, fault.chunks)
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
    this.#network.endFaults()
    for (const { machine } of this.actors) machine.crashPoints = []
  }

  #isFinished(): boolean {
    return this.actors.every((actor) => {
      const { machine, plan, node } = actor
      if (!machine.running || node?.parts.life.alive !== true) return false
      if ('purchases' in plan && plan.lie !== undefined) return this.#liedOut.has(node.parts)
      return purchasesOf(actor).every((path) => this.done.has(path))
    })
  }

  #isClosed(): boolean {
    if (!this.#isQuiet()) return false
    // What comes back is asked for with a block that shows that the time is over.
    const locked = this.#locked()
    if (locked.length === 0) return true
    const isDue = locked.every(({ graceBlock }) => this.chain.head.number > graceBlock + QUIET_BLOCKS)
    return isDue && this.#nextDeadline() === undefined && this.#isLongQuiet()
  }

  /** No channel is open, and nothing is on its way to the chain. */
  #isQuiet(): boolean {
    if (this.chain.channels.size > 0) return false
    return this.actors.every(({ machine, node }) => machine.running && node?.parts.wallet.unmined().length === 0)
  }

  #isLongQuiet(): boolean {
    return this.chain.head.number >= this.#quietSince + QUIET_BLOCKS
  }

  /** Escrows that hold coin. */
  #locked(): ModelEscrow[] {
    return [...this.chain.escrowsAt(undefined).values()].filter((escrow) => heldIn(escrow) > 0n)
  }

  /** When coin that is still locked may come back, if any is that was not left where it is. */
  #nextDeadline(): number | undefined {
    const { timestamp } = this.chain.head
    const times = this.#locked().map(({ deadline, graceAt }) => (graceAt === 0 ? deadline : graceAt))
    return times
      .filter((at) => at >= timestamp)
      .reduce<number | undefined>((first, at) => (first === undefined || at < first ? at : first), undefined)
  }

  /** An escrow lasts a day: once all have presented what they hold, no block comes until the next of them ends. */
  #skipToDeadline(): void {
    const { head } = this.chain
    if (!this.#isQuiet()) this.#quietSince = head.number
    const at = this.#nextDeadline()
    if (at === undefined || !this.#isLongQuiet()) return
    this.scheduler.note(`chain: no block until the next escrow ends`)
    this.chain.skip(at - head.timestamp + 1)
    this.#quietSince = head.number
  }

  #unfinished(actor: Actor): string[] {
    return purchasesOf(actor)
      .filter((path) => !this.done.has(path))
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
    this.#skipToDeadline()
    this.scheduler.after(CLOSER_LOOKS_MS, () => this.#closeAll())
  }
}
