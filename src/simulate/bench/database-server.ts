import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { startEmbeddedPostgres } from '../../storage/embedded/embedded-postgres.js'
import type { Cleanup } from '../cleanup.js'

export interface BenchDatabase {
  readonly url: string
  query<Row extends object>(text: string, values?: readonly unknown[]): Promise<Row[]>
  /** CPU time of its open connections in microseconds; null where it can't be seen from here. */
  cpuMicros(): Promise<number | null>
  drop(): Promise<void>
}

/** The server whose databases the bench makes and drops: the given one, else one that lives as long as the bench. */
export async function openDatabaseServer(givenUrl: string | undefined, cleanup: Cleanup): Promise<string> {
  if (givenUrl !== undefined) return givenUrl
  const dataDir = await mkdtemp(join(tmpdir(), 'tidemark-bench-'))
  cleanup.add(() => rm(dataDir, { recursive: true, force: true }))
  const embedded = await startEmbeddedPostgres({ dataDir, log: () => undefined, throwAway: true })
  cleanup.add(() => embedded.stop())
  return embedded.connectionString
}

export async function makeDatabase(serverUrl: string, cleanup: Cleanup): Promise<BenchDatabase> {
  const name = `tidemark_bench_${randomBytes(6).toString('hex')}`
  await run(serverUrl, `CREATE DATABASE ${name}`)
  const drop = cleanup.add(async () => {
    await run(serverUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
  })
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  return {
    url: url.href,
    query: (text, values) => run(url.href, text, values),
    cpuMicros: () => cpuOf(serverUrl, name),
    drop,
  }
}

async function run<Row extends object>(connectionString: string, text: string, values?: readonly unknown[]) {
  const client = new pg.Client({ connectionString, options: '-c timezone=UTC -c statement_timeout=0' })
  await client.connect()
  try {
    return (await client.query<Row>(text, values as unknown[] | undefined)).rows
  } finally {
    await client.end()
  }
}

const TICK_MICROS = 10_000

/** From Linux' /proc, where the database runs on this machine. */
async function cpuOf(serverUrl: string, database: string): Promise<number | null> {
  if (!/^(127\.0\.0\.1|localhost|\[::1\])$/.test(new URL(serverUrl).hostname)) return null
  const backends = await run<{ pid: number }>(serverUrl, 'SELECT pid FROM pg_stat_activity WHERE datname = $1', [
    database,
  ])
  const ticks = await Promise.all(
    backends.map(async ({ pid }) => {
      const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => null)
      const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')
      return fields === undefined ? null : Number(fields[11]) + Number(fields[12])
    }),
  )
  const known = ticks.filter(value => value !== null)
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) * TICK_MICROS
}
