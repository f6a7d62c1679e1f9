import { startEmbeddedPostgres } from '../../src/storage/embedded/embedded-postgres.js'

/** A node that embeds a database: says in JSON lines on stdout what happens to it, stops when its input ends. */
const say = (line: Record<string, unknown>) => process.stdout.write(`${JSON.stringify(line)}\n`)
const [dataDir, mode] = process.argv.slice(2)
const log: string[] = []

process.on('SIGINT', () => say({ event: 'interrupted' }))
try {
  const server = await startEmbeddedPostgres({
    dataDir: dataDir!,
    throwAway: mode === 'throw-away',
    log: line => log.push(line),
  })
  const { connectionString, takenOver, version } = server
  say({ event: 'ready', connectionString, takenOver, version, log })
  void server.exited.then(reason => say({ event: 'exited', reason }))
  process.stdin.resume().on('end', async () => {
    await server.stop()
    say({ event: 'stopped' })
    process.exit(0)
  })
} catch (error) {
  say({ event: 'failed', message: error instanceof Error ? error.message : String(error) })
  process.exit(1)
}
