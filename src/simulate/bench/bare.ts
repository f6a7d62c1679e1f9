import { readConfig } from '../../config.js'
import { SECOND_MS } from '../../kernel/time.js'
import { type Database, openDatabase } from '../../storage/database.js'
import { openEngine } from '../../storage/open-engine.js'
import { textArray } from '../../storage/sql-text.js'
import { BenchLoad } from '../bench-load.js'
import { makeDatabase } from './database-server.js'
import type { Bench } from './installation.js'

export interface Bare {
  /** Rows a second. */
  readonly copy: number
  readonly insert: number
  readonly engine: string
  readonly how: string
}

const COLUMNS = [
  'player_id',
  'occurred_at',
  'event_id',
  'event_type',
  'amount',
  'turnover',
  'payouts',
  'currency',
  'ingested_at',
  'stream',
  'game',
  'game_type',
  'market',
  'session_id',
  'round_id',
] as const
const TYPES = [
  'text',
  'timestamptz',
  'text',
  'text',
  'numeric',
  'numeric',
  'numeric',
  'text',
  'timestamptz',
  'text',
  'text',
  'text',
  'text',
  'text',
  'text',
] as const
type Cells = readonly (string | null)[]

/**
 * What the database alone takes: the rows that the server would store, into the same table with the same key, in as many
 * connections and as large batches as the server's lanes, each batch committed durably. Rows are prepared off the clock.
 */
export async function measureBare(bench: Bench, prefix: string): Promise<Bare> {
  const config = readConfig()
  const { lanes, batchEventsMax } = config.ingest
  const database = await makeDatabase(bench.databaseServerUrl, bench.cleanup)
  const db = openDatabase({
    connectionString: database.url,
    poolMax: lanes,
    applicationName: 'tidemark bench',
    onError: () => undefined,
    statementTimeoutMs: 0,
  })
  try {
    const { engine } = await openEngine(db, { ...config.storage, latenessMs: 0 }, Date.now)
    const batches = (name: string) => makeBatches(bench, `${prefix}-${name}`, batchEventsMax)
    const copied = batches('c').map(rows =>
      rows.map(cells => `${cells.map(cell => cell ?? '\\N').join('\t')}\n`).join(''),
    )
    const copy = await drain(bench, db, lanes, copied, insertCopy)
    const unnested = batches('i').map(rows => COLUMNS.map((_, column) => textArray(rows.map(cells => cells[column]!))))
    const insert = await drain(bench, db, lanes, unnested, insertUnnest)
    return { copy, insert, engine: engine.description, how: `${lanes} connections, batches of ${batchEventsMax}` }
  } finally {
    await db.close()
    await database.drop()
  }
}

const insertCopy = (db: Database, rows: string) =>
  db.withSession(session => session.copy(`COPY player_event (${COLUMNS.join(', ')}) FROM STDIN`, rows))

const unnest = TYPES.map((type, at) => `$${at + 1}::${type}[]`).join(', ')

const insertUnnest = (db: Database, arrays: readonly string[]) =>
  db.rows(
    `INSERT INTO player_event (${COLUMNS.join(', ')}) SELECT * FROM unnest(${unnest}) ON CONFLICT DO NOTHING`,
    arrays,
  )

async function drain<T>(
  { options, signal }: Bench,
  db: Database,
  lanes: number,
  batches: readonly T[],
  insert: (db: Database, batch: T) => Promise<unknown>,
): Promise<number> {
  let next = 0
  const startedAt = performance.now()
  const lane = async () => {
    while (next < batches.length && !signal.aborted) await insert(db, batches[next++]!)
  }
  await Promise.all(Array.from({ length: lanes }, lane))
  signal.throwIfAborted()
  return (options.bareRows * SECOND_MS) / (performance.now() - startedAt)
}

function makeBatches({ options }: Bench, prefix: string, size: number): Cells[][] {
  const load = new BenchLoad({ seed: prefix, prefix, players: options.players })
  const batches: Cells[][] = []
  for (let left = options.bareRows; left > 0; left -= size) {
    const lines = load.body(Math.min(size, left), Date.now()).toString('latin1').trimEnd().split('\n')
    const rows = lines.map(line => cellsOf(JSON.parse(line)))
    batches.push(rows.sort((a, b) => (a[0]! < b[0]! ? -1 : a[0]! > b[0]! ? 1 : 0)))
  }
  return batches
}

function cellsOf(e: Readonly<Record<string, string | number | undefined>>): Cells {
  const text = (name: string): string | null => (e[name] === undefined ? null : String(e[name]))
  const amount = text('amount') ?? '0'
  const type = text('event_type')
  const [turnover, payouts] = [type === 'bet' ? amount : '0', type === 'win' ? amount : '0']
  return [
    text('player_id'),
    text('timestamp'),
    text('event_id'),
    type,
    amount,
    turnover,
    payouts,
    text('currency'),
    text('timestamp'),
    'http',
    text('game'),
    text('game_type'),
    text('market'),
    text('session_id'),
    text('round_id'),
  ]
}
