/**
 * How a download pays: vouchers on payment channels, a coin transfer a chunk, afterwards, many seeders in one transaction, or receipts of coin that it
 * locked first for all seeders.
 */
export const PAY_BY = ['channel', 'transfer', 'batch', 'escrow'] as const

export type PayBy = (typeof PAY_BY)[number]

/** What a user may ask for. `auto`: afterwards where all that is missing may be had on credit, else from an escrow or by channels, whichever takes less gas. */
export const PAY_BY_CHOICES = [...PAY_BY, 'auto'] as const

/** How several files are paid for at once. */
export const BATCH_PAY_BY = ['channel', 'escrow'] as const satisfies readonly PayBy[]

export type BatchPayBy = (typeof BATCH_PAY_BY)[number]

export type PayByChoice = (typeof PAY_BY_CHOICES)[number]
