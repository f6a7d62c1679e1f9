import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { inject } from 'vitest'
import type { EngineUnderTest } from './databases.js'

export const ENGINES: readonly EngineUnderTest[] = inject('engines')
/** For suites whose subject is not the database. */
export const EMBEDDED: EngineUnderTest = ENGINES[0]!

export interface TestDatabase {
  readonly url: string
  /** One statement on a connection of its own. */
  query<Row extends object>(text: string, values?: unknown[]): Promise<Row[]>
  drop(): Promise<void>
}

/** An empty database of its own, on this engine's server. */
export async function makeDatabase(engine: EngineUnderTest): Promise<TestDatabase> {
  const name = `tidemark_${randomBytes(6).toString('hex')}`
  await run(engine.adminUrl, `CREATE DATABASE ${name}`)
  const url = new URL(engine.adminUrl)
  url.pathname = `/${name}`
  return {
    url: url.href,
    query: (text, values) => run(url.href, text, values),
    drop: async () => void (await run(engine.adminUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)),
  }
}

async function run<Row extends object>(connectionString: string, text: string, values?: unknown[]): Promise<Row[]> {
  const client = new pg.Client({ connectionString, options: '-c timezone=UTC' })
  await client.connect()
  try {
    return (await client.query<Row>(text, values)).rows
  } finally {
    await client.end()
  }
}
