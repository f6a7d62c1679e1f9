import { createHash, createHmac } from 'node:crypto'
import type { Prize } from '../../src/draws/draw.js'
import { DrawEntries, EntriesHash } from '../../src/draws/draw-entries.js'
import {
  type Award,
  awardOf,
  type Chance,
  type DrawnRules,
  type DrawPace,
  makeDraw,
} from '../../src/draws/make-draw.js'
import { awardLines, entryLines, headerLine, type ProofEntry } from '../../src/draws/proof.js'

export const uuid = (hex: string): string =>
  `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`

/** Any 32 bytes, the same for the same name. */
export const seedOf = (name: string | number): Buffer => createHash('sha256').update(String(name)).digest()

/** By entryId, ascending, with these counts of tickets in some order. */
export function entriesWith(counts: readonly number[]): ProofEntry[] {
  const ids = counts.map((_, n) => uuid(createHash('sha256').update(`entry ${n}`).digest('hex'))).toSorted()
  return counts.map((tickets, n) => ({ entryId: ids[n]!, tickets }))
}

export function gathered(entries: readonly ProofEntry[]): DrawEntries {
  const all = new DrawEntries(1)
  for (const { entryId, tickets } of entries) all.add(entryId, tickets)
  return all
}

export function prizesOf(quantities: readonly number[]): Prize[] {
  return quantities.map((quantity, n) => ({
    rank: n + 1,
    name: `Prize ${n + 1}`,
    kind: 'CASH',
    value: 10_000_000n / BigInt(n + 1),
    quantity,
  }))
}

export function drawRules(quantities: readonly number[], winsPerPlayer: number, hasDefault: boolean): DrawnRules {
  const prizes = prizesOf(quantities)
  const defaultPrize: Prize = {
    rank: prizes.length + 1,
    name: '5 spins',
    kind: 'FREE_SPINS',
    value: 50_000n,
    quantity: 1,
  }
  return { id: 'easter', winsPerPlayer, prizes, defaultPrize: hasDefault ? defaultPrize : null }
}

export const drawnBy = (
  rules: DrawnRules,
  entries: readonly ProofEntry[],
  chance: Chance,
  pace: Partial<DrawPace> = {},
): Award[] => {
  const held = gathered(entries)
  return [...makeDraw(rules, held, chance, pace)].flat().map(award => awardOf(held, award))
}

/** Slowly, as DESIGN.md says it: every ticket there is on one list, drawn from the top. */
export function drawnSlowly(rules: DrawnRules, entries: readonly ProofEntry[], { seed, entropy }: Chance): Award[] {
  const tickets = entries.flatMap(entry =>
    Array.from({ length: entry.tickets }, (_, at) => {
      const message = `${rules.id}\n${entropy}\n${entry.entryId}\n${at + 1}`
      const hmac = createHmac('sha256', seed).update(message, 'utf8').digest('hex')
      return { entryId: entry.entryId, number: at + 1, value: uuid(hmac) }
    }),
  )
  tickets.sort((a, b) => (a.value === b.value ? order(a.entryId, b.entryId) : order(b.value, a.value)))
  const pieces = rules.prizes.flatMap(prize => Array.from({ length: prize.quantity }, () => prize))
  const drawnTimes = new Map<string, number>()
  const heard = new Set<string>()
  const awards: Award[] = []
  let position = 0
  for (const { entryId, number, value } of tickets) {
    const times = drawnTimes.get(entryId) ?? 0
    if (times === rules.winsPerPlayer) continue
    drawnTimes.set(entryId, times + 1)
    position++
    const prize = pieces.shift() ?? null
    if (prize === null && heard.has(entryId)) continue
    heard.add(entryId)
    const outcome = prize !== null ? 'PRIZE' : rules.defaultPrize !== null ? 'DEFAULT' : 'NO_PRIZE'
    awards.push({ position, entryId, ticket: { number, value }, outcome, prize: prize ?? rules.defaultPrize })
  }
  return awards
}

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

export interface Proven {
  readonly entropyLabel: string | null
  readonly entropy: string | null
  readonly excluded: number
}

/** The whole file. */
export function proofOf(
  rules: DrawnRules,
  entries: readonly ProofEntry[],
  seed: Uint8Array,
  { entropyLabel = null, entropy = null, excluded = 0 }: Partial<Proven> = {},
): string {
  const hash = new EntriesHash()
  for (const { entryId, tickets } of entries) hash.add(entryId, tickets)
  const header = headerLine({ ...rules, seed, entropyLabel, entropy, excluded, entriesHash: hash.digest() })
  const awards = drawnBy(rules, entries, { seed, entropy: entropy ?? '' })
  return header + [...entryLines(entries)].join('') + [...awardLines(awards)].join('')
}
