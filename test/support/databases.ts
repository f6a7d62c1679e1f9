import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import type { TestProject } from 'vitest/node'
import { startEmbeddedPostgres } from '../../src/storage/embedded/embedded-postgres.js'

/** A database server that every suite runs on. */
export interface EngineUnderTest {
  readonly name: 'postgresql' | 'timescaledb'
  readonly adminUrl: string
}

declare module 'vitest' {
  export interface ProvidedContext {
    engines: EngineUnderTest[]
  }
}

/** The embedded PostgreSQL always, and the server at TEST_DATABASE_URL where it has TimescaleDB Community. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dataDir = await mkdtemp(join(tmpdir(), 'tidemark-test-'))
  const embedded = await startEmbeddedPostgres({ dataDir, log: () => undefined, throwAway: true })
  const engines: EngineUnderTest[] = [{ name: 'postgresql', adminUrl: embedded.connectionString }]
  const url = process.env.TEST_DATABASE_URL
  if (url === undefined) console.log('TEST_DATABASE_URL is not set: the suites run on the embedded PostgreSQL only')
  else if (await hasTimescale(url)) engines.push({ name: 'timescaledb', adminUrl: url })
  else throw new Error('TEST_DATABASE_URL names a server without TimescaleDB Community')
  project.provide('engines', engines)
  return async () => {
    await embedded.stop()
    await rm(dataDir, { recursive: true, force: true })
  }
}

async function hasTimescale(connectionString: string): Promise<boolean> {
  const client = new pg.Client({ connectionString })
  await client.connect()
  const { rows } = await client.query("SELECT 1 FROM pg_available_extensions WHERE name = 'timescaledb'")
  await client.end()
  return rows.length > 0
}
