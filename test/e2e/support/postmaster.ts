import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { connectionFor, DATABASE } from '../../../src/storage/embedded/data-dir-guard.js'
import type { Query } from './books.js'

/** The embedded PostgreSQL of a DATA_DIR, as its own file tells. */
export async function postmasterOf(dataDir: string): Promise<{ pid: number; port: number }> {
  const lines = (await readFile(join(dataDir, 'postgres', 'data', 'postmaster.pid'), 'utf8')).split('\n')
  return { pid: Number(lines[0]), port: Number(lines[3]) }
}

/** Asks the embedded database behind the server's back. */
export async function queryOf(dataDir: string): Promise<Query> {
  const { port } = await postmasterOf(dataDir)
  const password = (await readFile(join(dataDir, 'postgres', 'password'), 'utf8')).trim()
  return async <Row extends object>(text: string, values?: unknown[]) => {
    const client = new pg.Client({ ...connectionFor(port, password, DATABASE), options: '-c timezone=UTC' })
    await client.connect()
    try {
      return (await client.query<Row>(text, values)).rows
    } finally {
      await client.end()
    }
  }
}
