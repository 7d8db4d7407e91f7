/** What a buyer may prefer in those who sell; it orders them and leaves nobody out. */
export const PREFERENCES = ['balanced', 'cheapest', 'fastest'] as const

export type Preference = (typeof PREFERENCES)[number]
