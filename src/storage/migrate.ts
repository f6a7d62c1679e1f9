import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Database, Session } from './database.js'
import type { EngineChoice } from './engine.js'

export interface Migration {
  readonly number: number
  readonly name: string
  readonly text: string
  readonly checksum: string
}

export class MigrationError extends Error {}

const ENGINE_FOLDER = { timescaledb: 'timescale', postgresql: 'postgres' } as const
const FILE_NAME = /^(\d{4})_([a-z0-9_]+)\.sql$/
/** Any number of nodes may start together: one migrates, the others wait here. */
const MIGRATION_LOCK = 7_420_001

export const migrationsRoot = (): string => join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'migrations')

/** The files of common/ and of the engine, by number. A number stands in common or in the engine's folder, once. */
export async function readMigrations(engine: EngineChoice['name'], root = migrationsRoot()): Promise<Migration[]> {
  const found = new Map<number, Migration>()
  for (const folder of ['common', ENGINE_FOLDER[engine]]) {
    for (const file of await readdir(join(root, folder))) {
      const match = FILE_NAME.exec(file)
      if (match === null) throw new MigrationError(`migrations/${folder}/${file}: not named like 0001_words.sql`)
      const number = Number(match[1])
      const twin = found.get(number)
      if (twin !== undefined) throw new MigrationError(`migrations: number ${number} is ${twin.name} and ${file}`)
      const text = await readFile(join(root, folder, file), 'utf8')
      const checksum = createHash('sha256').update(text).digest('hex')
      found.set(number, { number, name: file, text, checksum })
    }
  }
  return [...found.values()].sort((a, b) => a.number - b.number)
}

/** Applies what is missing, each file in a transaction of its own. Returns the names of those it applied. */
export function migrate(db: Database, engine: EngineChoice, root = migrationsRoot()): Promise<string[]> {
  return db.withSession(async session => {
    await session.rows('SET statement_timeout = 0')
    await session.rows('/* migrationLock */ SELECT pg_advisory_lock($1)', [MIGRATION_LOCK])
    try {
      return await applyMissing(session, engine, await readMigrations(engine.name, root))
    } finally {
      await session.rows('SELECT pg_advisory_unlock($1)', [MIGRATION_LOCK])
      await session.rows('RESET statement_timeout')
    }
  })
}

async function applyMissing(session: Session, engine: EngineChoice, migrations: Migration[]): Promise<string[]> {
  await session.rows(`CREATE TABLE IF NOT EXISTS schema_migration (
    number integer PRIMARY KEY,
    name text NOT NULL,
    checksum text NOT NULL,
    engine text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()
  )`)
  const applied = await session.rows<{ number: number; name: string; checksum: string; engine: string }>(
    '/* appliedMigrations */ SELECT number, name, checksum, engine FROM schema_migration ORDER BY number',
  )
  const known = new Map(migrations.map(m => [m.number, m]))
  for (const row of applied) {
    if (row.engine !== engine.name) {
      throw new MigrationError(
        `this database was set up for ${row.engine}, and the server now offers ${engine.name}: ${engine.description}`,
      )
    }
    const file = known.get(row.number)
    if (file === undefined) {
      throw new MigrationError(`migration ${row.name} is applied here and unknown to this version: is it an older one?`)
    }
    if (file.checksum !== row.checksum) {
      throw new MigrationError(`migration ${file.name} was changed after it had been applied: add a new file instead`)
    }
  }
  const done = new Set(applied.map(row => row.number))
  const missing = migrations.filter(m => !done.has(m.number))
  for (const migration of missing) await apply(session, engine, migration)
  return missing.map(m => m.name)
}

async function apply(session: Session, engine: EngineChoice, migration: Migration): Promise<void> {
  await session.rows('BEGIN')
  try {
    await session.rows(migration.text)
    await session.rows('INSERT INTO schema_migration (number, name, checksum, engine) VALUES ($1, $2, $3, $4)', [
      migration.number,
      migration.name,
      migration.checksum,
      engine.name,
    ])
    await session.rows('COMMIT')
  } catch (error) {
    await session.rows('ROLLBACK').catch(() => undefined)
    throw new MigrationError(`migration ${migration.name} failed: ${(error as Error).message}`, { cause: error })
  }
}
