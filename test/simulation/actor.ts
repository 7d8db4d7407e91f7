import { createSigner, type Signer } from '../../src/system/signer.ts'
import { Chance } from './chance.ts'
import type { Machine } from './machine.ts'
import type { Share, SimulatedNode } from './node.ts'
import type { BuyerPlan, SellerPlan } from './scenario.ts'

/** One machine with what it is for. */
export interface Actor {
  readonly machine: Machine
  readonly plan: SellerPlan | BuyerPlan
  readonly shares: readonly Share[]
  node: SimulatedNode | undefined
}

/** Asks for the end of every channel in such a phase whose end was not asked for yet. */
export function requestCloses({ payer, parts }: SimulatedNode, isMeant: (phase: string) => boolean): void {
  for (const { channelId, phase, closeAt } of payer.list())
    if (isMeant(phase) && closeAt === 0)
      payer.requestClose(channelId).catch((error: unknown) => parts.log.info({ err: error }, 'not closed yet'))
}

export function pathOf(machine: string, file: number): string {
  return `/${machine}/file${file}`
}

/** Where an honest buyer's files are to be. */
export function purchasesOf({ machine, plan }: Actor): string[] {
  if ('files' in plan || plan.lie !== undefined) return []
  return plan.purchases.map(({ file }) => pathOf(machine.name, file))
}

const signers = new Map<number, Signer>()

/** The same wallets in every run: making one costs more than most of what a run does. */
export function signerOf(index: number): Signer {
  const known = signers.get(index)
  if (known !== undefined) return known
  const signer = createSigner(new Chance(`wallet ${index}`).bytes(32))
  signers.set(index, signer)
  return signer
}
