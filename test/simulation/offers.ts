import { chunkCount } from '../../src/domain/chunk.ts'
import { confirmationRuleOf } from '../../src/domain/confirmation-rule.ts'
import type { FileHash } from '../../src/domain/ids.ts'
import type { SourceTerms } from '../../src/node/download/source-host.ts'
import type { Actor } from './actor.ts'
import type { Machine } from './machine.ts'
import type { Share } from './node.ts'
import type { World } from './world.ts'

/** What a search by `searcher` finds: everybody else who is up and has something of the file. */
export function offersOf(world: World, fileHash: FileHash, searcher: Machine): SourceTerms[] {
  return world.actors.flatMap((actor) => {
    const { machine, plan, shares, node } = actor
    const share = shares.find((candidate) => candidate.fileHash === fileHash)
    if (share === undefined || machine === searcher || !machine.running) return []
    const isHeld = 'files' in plan || (node?.content.have(fileHash).count ?? 0) > 0
    return isHeld ? [termsOf(world, actor, share)] : []
  })
}

/** An honest seller for a lying buyer, and a file of it. */
export function victimOf(world: World, liar: Machine): { fileHash: FileHash; sizeBytes: number; seller: SourceTerms } {
  const victim = liar.chance.pick(world.actors.filter(({ machine, plan }) => 'files' in plan && machine.honest))
  const share = liar.chance.pick(victim.shares)
  const { fileHash } = share
  return { fileHash, sizeBytes: world.witness.fileOf(fileHash).bytes.byteLength, seller: termsOf(world, victim, share) }
}

/** What an actor's signed offer would say. */
function termsOf(world: World, { machine, plan }: Actor, { pricePerMiB, fileHash }: Share): SourceTerms {
  const { minDeposit } = world.scenario
  return {
    peerId: machine.peerId,
    addresses: [],
    payee: machine.signer.address,
    pricePerMiB,
    minDeposit,
    ...confirmationRuleOf(world.scenario),
    protocols: ['chiral-private'],
    inBand: plan.protocols,
    // The carrier of the simulation is found by the peer's name.
    publicly: plan.carries === true ? { http: { url: machine.peerId } } : {},
    chunksHeld: chunkCount(world.witness.fileOf(fileHash).bytes.byteLength),
  }
}
