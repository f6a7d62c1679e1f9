import { type Config, ConfigError, readConfig } from './config.js'
import { type Database, openDatabase } from './storage/database.js'
import { startEmbeddedPostgres } from './storage/embedded/embedded-postgres.js'

/** What a command of one shot does with the database, and its exit code. */
export type Command = (db: Database, config: Config, print: (line: string) => void) => Promise<number>

const POOL_MAX = 4

/** Runs it on the database that `npm start` would use, and ends the process. */
export async function runCommand(command: Command): Promise<void> {
  const print = (line: string) => void process.stdout.write(`${line}\n`)
  try {
    process.exitCode = await onDatabase(command, readConfig(), print)
  } catch (error) {
    const expected = error instanceof ConfigError || (error instanceof Error && error.name.endsWith('Error'))
    process.stderr.write(`${expected ? error.message : String(error)}\n`)
    process.exitCode = 1
  }
}

async function onDatabase(command: Command, config: Config, print: (line: string) => void): Promise<number> {
  const embedded =
    config.databaseUrl === undefined
      ? await startEmbeddedPostgres({ dataDir: config.dataDir, log: () => undefined })
      : null
  try {
    const db = openDatabase({
      connectionString: config.databaseUrl ?? embedded!.connectionString,
      poolMax: POOL_MAX,
      applicationName: 'tidemark command',
      onError: () => undefined,
      // History may be long, and nobody waits behind these statements.
      statementTimeoutMs: 0,
    })
    try {
      return await command(db, config, print)
    } finally {
      await db.close()
    }
  } finally {
    await embedded?.stop()
  }
}
