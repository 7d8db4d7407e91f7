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

/**
 * Shows what a download costs and makes sure that somebody agreed to it before the first voucher.
 * @throws ChiralError `BUDGET_EXCEEDED` | `CONSENT_NEEDED` | `CONSENT_REFUSED`
 */
export async function obtainConsent(app: App, session: Session, plan: Plan, allowance: Allowance): Promise<void> {
  const { output } = app
  for (const line of describePlan(plan, session)) output.notice(line)
  if (plan.totalPrice === 0n) return
  const { maxTotal, maxPrice, yes } = allowance
  const least = leastPrice(plan)
  if (maxTotal !== undefined && least > maxTotal)
    throw new ChiralError(
      'BUDGET_EXCEEDED',
      `The download costs at least ${session.amount(least)}, more than the ${session.amount(maxTotal)} allowed: raise --max-total.`,
    )
  if (yes || maxTotal !== undefined || maxPrice !== undefined) return
  if (!canAsk(app.io))
    throw new ChiralError(
      'CONSENT_NEEDED',
      `The download costs up to ${session.amount(plan.totalPrice)} and nobody is here to agree: give --max-total, --max-price or --yes.`,
    )
  if (
    !(await confirm(
      app.io,
      `Pay up to ${session.amount(plan.totalPrice)}, and up to ${session.amount(plan.gas)} for gas?`,
    ))
  )
    throw new ChiralError('CONSENT_REFUSED', 'Nothing was spent: the question was answered with no.')
}

/** The missing chunks at the cheapest seeder. A seeder's total is for all chunks; rounding up never understates the budget. */
function leastPrice({ cheapest, chunks, chunksHeld, totalPrice }: Plan): bigint {
  if (cheapest === undefined || chunks === 0) return totalPrice
  const missing = (cheapest.totalPrice * BigInt(chunks - chunksHeld)) / BigInt(chunks)
  return missing < totalPrice ? missing : totalPrice
}

function describePlan(plan: Plan, session: Session): string[] {
  const held = plan.chunksHeld === 0 ? '' : `, ${plan.chunksHeld} of ${plan.chunks} chunks already here`
  const lines = [`${plan.name}  ${formatBytes(plan.sizeBytes)}${held}`]
  if (plan.publisher !== undefined) lines.push(`  published by  ${plan.publisher} as ${plan.fileHash}`)
  lines.push(`  total         ${plan.totalPrice === 0n ? 'free' : `at most ${session.amount(plan.totalPrice)}`}`)
  if (plan.totalPrice === 0n) return lines
  const describe = ({ pricePerMiB, payee }: Seeder): string => `${session.amount(pricePerMiB)} per MiB from ${payee}`
  if (plan.cheapest !== undefined) lines.push(`  cheapest      ${describe(plan.cheapest)}`)
  if (plan.dearest !== undefined) lines.push(`  dearest       ${describe(plan.dearest)}`)
  lines.push(
    `  deposit       ${session.amount(plan.deposit)}, what is not spent returns`,
    `  gas           ${session.amount(plan.gas)} at most`,
    `  at risk       ${session.amount(plan.maxLoss)} at most, if seeders cheat`,
    `  wallet        ${session.amount(plan.walletBalance)}`,
  )
  return lines
}
