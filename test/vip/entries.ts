import { formatMoney, type Money, parseMoney } from '../../src/kernel/money.js'
import { formatInstant } from '../../src/kernel/time.js'
import type { ApiClient } from '../support/client.js'
import type { OracleEntry } from './oracle.js'

/** An entry as the API gives it. */
export interface ApiEntry {
  policyId: string
  policyVersion: number
  playerId: string
  windowStart: string
  windowEnd: string
  amount: string
  eventCount: number
  sessionCount: number
  firstEventAt: string
  lastEventAt: string
  crossingEventId: string | null
}

const FIELDS = `policyId policyVersion playerId windowStart windowEnd amount eventCount sessionCount firstEventAt
  lastEventAt crossingEventId`

interface EntriesPage {
  vipEntries: { nodes: ApiEntry[]; pageInfo: { hasNextPage: boolean; endCursor: string | null }; totalCount: number }
}

/** Every entry that matches, newest first, page by page as a client reads them. */
export async function allEntries(client: ApiClient, filter: Record<string, unknown> = {}): Promise<ApiEntry[]> {
  const entries: ApiEntry[] = []
  let after: string | null = null
  for (;;) {
    const { vipEntries }: EntriesPage = await client.data<EntriesPage>(
      `query ($filter: VipEntryFilter, $after: String) { vipEntries(filter: $filter, first: 500, after: $after) {
         nodes { ${FIELDS} } pageInfo { hasNextPage endCursor } totalCount } }`,
      { filter, after },
    )
    entries.push(...vipEntries.nodes)
    if (!vipEntries.pageInfo.hasNextPage) {
      if (entries.length !== vipEntries.totalCount) {
        throw new Error(`the pages hold ${entries.length} entries, totalCount is ${vipEntries.totalCount}`)
      }
      return entries
    }
    after = vipEntries.pageInfo.endCursor
  }
}

export async function entriesOf(client: ApiClient, players: readonly string[]): Promise<ApiEntry[]> {
  const asked = players.map(
    (id, i) => `p${i}: player(id: ${JSON.stringify(id)}) { vipEntries(first: 500) { ${FIELDS} } }`,
  )
  const data = await client.data<Record<string, { vipEntries: ApiEntry[] } | null>>(`{ ${asked.join('\n')} }`)
  return Object.values(data).flatMap(player => player?.vipEntries ?? [])
}

interface Told {
  readonly crossing: boolean
}

/** One line an entry, so that sets of entries compare as sets of text. */
export const lineOf = (entry: ApiEntry, { crossing }: Told): string =>
  [
    entry.policyId,
    entry.playerId,
    entry.windowStart,
    entry.windowEnd,
    formatMoney(parseMoney(entry.amount) as Money),
    entry.eventCount,
    entry.sessionCount,
    entry.firstEventAt,
    entry.lastEventAt,
    ...(crossing ? [entry.crossingEventId] : []),
  ].join(' | ')

export const oracleLineOf = (entry: OracleEntry, { crossing }: Told): string =>
  [
    entry.policyId,
    entry.playerId,
    formatInstant(entry.windowStart),
    formatInstant(entry.windowEnd),
    formatMoney(entry.amount),
    entry.eventCount,
    entry.sessionCount,
    formatInstant(entry.firstEventAt),
    formatInstant(entry.lastEventAt),
    ...(crossing ? [entry.crossingEventId] : []),
  ].join(' | ')

/** What one side has and the other has not; doubles count. The first few of each, so that a failure can be read. */
export function difference(
  found: readonly string[],
  expected: readonly string[],
): { missing: string[]; extra: string[] } {
  const left = new Map<string, number>()
  for (const line of expected) left.set(line, (left.get(line) ?? 0) + 1)
  const extra: string[] = []
  for (const line of found) {
    const n = left.get(line) ?? 0
    if (n === 0) extra.push(line)
    else left.set(line, n - 1)
  }
  const missing = [...left].filter(([, n]) => n > 0).map(([line]) => line)
  return { missing: missing.slice(0, 5), extra: extra.slice(0, 5) }
}

export const SAME = { missing: [], extra: [] }
