import { readBenchDatabaseUrl } from '../config.js'
import { openDatabase } from '../storage/database.js'
import { chooseEngine } from '../storage/engine.js'
import { makeDatabase, openDatabaseServer } from './bench/database-server.js'
import type { Bench } from './bench/installation.js'
import { readOptions, USAGE, UsageError } from './bench/options.js'
import { type Figure, formatTable, machineLine } from './bench/report.js'
import { runSections } from './bench/run.js'
import { Cleanup } from './cleanup.js'
import { stopOnSignals } from './stop-signals.js'

/** `npm run bench`: what this machine does, in one table. Ends by itself, and leaves nothing behind, also on Ctrl-C. */
async function main(): Promise<void> {
  if (process.argv.includes('--help')) return say(USAGE)
  const options = readOptions(process.argv.slice(2))
  const signal = stopOnSignals(() => {
    process.exitCode = 130
    say('stopping; once more to leave at once')
  })
  const cleanup = new Cleanup()
  const figures: Figure[] = []
  let engine = ''
  try {
    const databaseServerUrl = await openDatabaseServer(readBenchDatabaseUrl(), cleanup)
    engine = await engineOf(databaseServerUrl, cleanup)
    const bench: Bench = { options, databaseServerUrl, cleanup, signal, say }
    say(machineLine(engine))
    await runSections(bench, figures)
  } catch (error) {
    if (!signal.aborted) throw error
    say('stopped before its end')
  } finally {
    await cleanup.run()
    if (figures.length > 0) process.stdout.write(`\n${formatTable(figures)}\n\n${machineLine(engine)}\n`)
  }
}

async function engineOf(databaseServerUrl: string, cleanup: Cleanup): Promise<string> {
  const database = await makeDatabase(databaseServerUrl, cleanup)
  const db = openDatabase({
    connectionString: database.url,
    poolMax: 1,
    applicationName: 'tidemark bench',
    onError: () => undefined,
    statementTimeoutMs: 0,
  })
  try {
    return (await chooseEngine(db)).description
  } finally {
    await db.close()
    await database.drop()
  }
}

function say(line: string): void {
  process.stderr.write(`${line}\n`)
}

main()
  .catch(error => {
    say(error instanceof UsageError ? `${error.message}\n${USAGE}` : ((error as Error)?.stack ?? String(error)))
    process.exitCode = 1
  })
  .finally(() => process.exit())
