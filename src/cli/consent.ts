import type { Plan, Seeder } from '../api/schema.ts'
import type { Wei } from '../domain/amount.ts'
import { ChiralError } from '../domain/errors.ts'
import type { App } from './app.ts'
import { formatBytes } from './format.ts'
import { canAsk, confirm } from './prompt.ts'
import type { Session } from './session.ts'

export interface Allowance {
  readonly maxTotal?: Wei | undefined
  readonly maxPrice?: Wei | undefined
  readonly yes: boolean
}

/** What is shown before the question, and what it is about. */
export interface Question {
  readonly lines: readonly string[]
  readonly total: bigint
  /** At the cheapest seeders. */
  readonly least: bigint
  readonly gas: bigint
}

export function questionOf(plan: Plan, session: Session): Question {
  return { lines: describePlan(plan, session), total: plan.totalPrice, least: leastPrice(plan), gas: plan.gas }
}

/**
 * Shows what a download costs and makes sure that somebody agreed to it before the first voucher.
 * @throws ChiralError `BUDGET_EXCEEDED` | `CONSENT_NEEDED` | `CONSENT_REFUSED`
 */
export async function obtainConsent(
  app: App,
  session: Session,
  { lines, total, least, gas }: Question,
  allowance: Allowance,
): Promise<void> {
  for (const line of lines) app.output.notice(line)
  if (total === 0n) return
  const { maxTotal, maxPrice, yes } = allowance
  if (maxTotal !== undefined && least > maxTotal)
    throw new ChiralError(
      'BUDGET_EXCEEDED',
      `The download costs at least ${session.amount(least)}, more than the ${session.amount(maxTotal)} allowed: raise --max-total.`,
    )
  if (yes || maxTotal !== undefined || maxPrice !== undefined) return
  if (!canAsk(app.io))
    throw new ChiralError(
      'CONSENT_NEEDED',
      `The download costs up to ${session.amount(total)} and nobody is here to agree: give --max-total, --max-price or --yes.`,
    )
  if (!(await confirm(app.io, `Pay up to ${session.amount(total)}, and up to ${session.amount(gas)} for gas?`)))
    throw new ChiralError('CONSENT_REFUSED', 'Nothing was spent: the question was answered with no.')
}

/** The missing chunks at the cheapest seeder. A seeder's total is for all chunks; rounding up never understates the budget. */
function leastPrice({ cheapest, chunks, chunksHeld, totalPrice }: Plan): bigint {
  if (cheapest === undefined || chunks === 0) return totalPrice
  const missing = (cheapest.totalPrice * BigInt(chunks - chunksHeld)) / BigInt(chunks)
  return missing < totalPrice ? missing : totalPrice
}

/** The most that can be lost, with what was lost already: who says yes again risks more (docs/specs/01-voucher.md §5.1). */
export function riskLine({ maxLoss, lostBefore }: Pick<Plan, 'maxLoss' | 'lostBefore'>, session: Session): string {
  const before =
    lostBefore === 0n ? '' : `, ${session.amount(lostBefore)} of it with seeders that delivered nothing before`
  return `  at risk       ${session.amount(maxLoss)} at most, if seeders cheat${before}`
}

/** How the seeders are paid, and when. */
function wayLines({ payBy, deposit }: Plan, session: Session): string[] {
  switch (payBy) {
    case 'channel':
      return [
        '  paid by       vouchers on a channel to each seeder',
        `  deposit       ${session.amount(deposit)}, what is not spent returns`,
      ]
    case 'transfer':
      return ['  paid by       a coin transfer for each chunk, ahead']
    case 'batch':
      return ['  paid by       one transaction for all seeders, after their chunks verified']
    case 'escrow':
      return [
        '  paid by       receipts of coin that is locked once for all seeders',
        `  locked        ${session.amount(deposit)}, what is not spent returns`,
      ]
  }
}

function describePlan(plan: Plan, session: Session): string[] {
  const held = plan.chunksHeld === 0 ? '' : `, ${plan.chunksHeld} of ${plan.chunks} chunks already here`
  const lines = [`${plan.name}  ${formatBytes(plan.sizeBytes)}${held}`]
  if (plan.publisher !== undefined) lines.push(`  published by  ${plan.publisher} as ${plan.fileHash}`)
  lines.push(`  total         ${plan.totalPrice === 0n ? 'free' : `at most ${session.amount(plan.totalPrice)}`}`)
  if (plan.totalPrice === 0n) return lines
  const describe = ({ pricePerMiB, payee }: Seeder): string => `${session.amount(pricePerMiB)} per MiB from ${payee}`
  if (plan.bidPrice !== undefined)
    lines.push(`  with the bid  ${session.amount(plan.bidPrice)}, if the cheapest takes it`)
  if (plan.cheapest !== undefined) lines.push(`  cheapest      ${describe(plan.cheapest)}`)
  if (plan.dearest !== undefined) lines.push(`  dearest       ${describe(plan.dearest)}`)
  lines.push(
    ...wayLines(plan, session),
    `  gas           ${session.amount(plan.gas)} at most`,
    riskLine(plan, session),
    `  wallet        ${session.amount(plan.walletBalance)}`,
  )
  return lines
}
