import { badInput } from '../kernel/errors.js'
import { type Millis, parseInstant } from '../kernel/time.js'
import { type PnlAsked, type PnlGrain, wholeBuckets } from '../pnl/pnl-bucket.js'

export type Query = Readonly<Record<string, string | readonly string[] | undefined>>

export const EXPORT_FORMATS = ['csv', 'parquet'] as const
export type ExportFormat = (typeof EXPORT_FORMATS)[number]

const GRAINS: readonly PnlGrain[] = ['MINUTE', 'HOUR', 'DAY']
const PARAMETERS = ['from', 'to', 'grain', 'games', 'gameTypes', 'competitions', 'perGame', 'format']
const TEXTS_MAX = 1_000

/** Checked as a whole; throws what names the parameter and what came. */
export function readExport(query: Query): PnlAsked {
  const unknown = Object.keys(query).find(name => !PARAMETERS.includes(name))
  if (unknown !== undefined) {
    throw badInput(unknown, `is no parameter here, they are ${PARAMETERS.join(', ')}`, query[unknown])
  }
  const grain = oneOf(query, 'grain', GRAINS, text => text.toUpperCase()) ?? 'MINUTE'
  return {
    games: texts(query, 'games'),
    gameTypes: texts(query, 'gameTypes'),
    competitions: texts(query, 'competitions'),
    ...wholeBuckets(instant(query, 'from'), instant(query, 'to'), grain),
    grain,
    perGame: oneOf(query, 'perGame', ['true', 'false'], text => text.toLowerCase()) !== 'false',
  }
}

const PARQUET_TYPES = ['application/vnd.apache.parquet', 'application/parquet', 'application/x-parquet']

/** The parameter, else the first type of Accept that is one of ours, else CSV. */
export function readFormat(query: Query, accept: string | undefined): ExportFormat {
  const given = oneOf(query, 'format', EXPORT_FORMATS, text => text.toLowerCase())
  if (given !== null) return given
  const types = (accept ?? '').split(',').map(type => type.split(';')[0]!.trim().toLowerCase())
  const known = types.find(type => type === 'text/csv' || PARQUET_TYPES.includes(type))
  return known !== undefined && known !== 'text/csv' ? 'parquet' : 'csv'
}

function single(query: Query, name: string): string | null {
  const value = query[name]
  if (value === undefined) return null
  if (typeof value !== 'string') throw badInput(name, 'must be given once', value)
  return value
}

function oneOf<T extends string>(
  query: Query,
  name: string,
  values: readonly T[],
  normal: (text: string) => string,
): T | null {
  const given = single(query, name)
  if (given === null) return null
  const value = values.find(known => known === normal(given))
  if (value === undefined) throw badInput(name, `must be one of ${values.join(', ')}`, given)
  return value
}

function instant(query: Query, name: string): Millis {
  const given = single(query, name)
  const wanted = 'an ISO 8601 instant with an offset, e.g. 2026-11-20T14:30:00Z'
  if (given === null) throw badInput(name, `is needed: ${wanted}`)
  const at = parseInstant(given)
  if (at === null) throw badInput(name, `must be ${wanted} ("+" is %2B in an address)`, given)
  return at
}

function texts(query: Query, name: string): readonly string[] | null {
  const value = query[name]
  if (value === undefined) return null
  const given = typeof value === 'string' ? [value] : value
  if (given.length > TEXTS_MAX) throw badInput(name, `may be given ${TEXTS_MAX} times`, given.length)
  const wrong = given.find(text => text === '' || text.includes('\0'))
  if (wrong !== undefined) throw badInput(name, 'must not be empty, and without NUL', wrong)
  return given
}

/** Of the span that is exported, e.g. pnl-hour-20261120T1400Z-20261120T1500Z.csv. */
export const fileName = ({ from, to, grain }: PnlAsked, format: ExportFormat): string =>
  `pnl-${grain.toLowerCase()}-${stamp(from)}-${stamp(to)}.${format}`

const stamp = (at: Millis): string => `${new Date(at).toISOString().replace(/[-:]/g, '').slice(0, -7)}Z`
