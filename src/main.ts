import { ConfigError, readConfig } from './config.js'
import { makeLog } from './http/log.js'
import { loadOrCreateSecret } from './secret-file.js'
import { startServer } from './server.js'
import { startEmbeddedPostgres } from './storage/embedded/embedded-postgres.js'

/** `npm start`: one node, until SIGTERM or SIGINT. */
async function main(): Promise<void> {
  const config = readConfig()
  const log = makeLog(config.logLevel)
  const embedded =
    config.databaseUrl === undefined
      ? await startEmbeddedPostgres({ dataDir: config.dataDir, log: line => log.info(line) })
      : null
  const databaseUrl = config.databaseUrl ?? embedded!.connectionString
  const tokens = config.jwt.secret !== undefined || config.jwt.jwksUrl !== undefined
  const jwt = tokens ? config.jwt : { ...config.jwt, secret: await loadOrCreateSecret(config.dataDir, 'jwt-secret') }
  const drawKey = config.drawKey ?? Buffer.from(await loadOrCreateSecret(config.dataDir, 'draw-key'), 'hex')
  const server = await startServer({ config: { ...config, jwt }, databaseUrl, drawKey, log }).catch(async error => {
    await embedded?.stop()
    throw error
  })
  let stopping = false
  const stop = async (signal: string) => {
    if (stopping) return
    stopping = true
    log.info({ signal }, 'stopping')
    await server.stop()
    await embedded?.stop()
    process.exit(0)
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
  void embedded?.exited.then(reason => {
    if (stopping) return
    log.fatal({ reason }, 'the embedded PostgreSQL is gone')
    process.exit(1)
  })
}

main().catch(error => {
  const expected = error instanceof ConfigError || (error instanceof Error && error.name.endsWith('Error'))
  process.stderr.write(`${expected ? error.message : (error?.stack ?? error)}\n`)
  process.exit(1)
})
