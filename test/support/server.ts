import { type Config, readConfig } from '../../src/config.js'
import { makeLog } from '../../src/http/log.js'
import type { Clock } from '../../src/kernel/time.js'
import { type RunningServer, startServer } from '../../src/server.js'
import { ApiClient, DRAW_KEY, SECRET } from './client.js'
import type { EngineUnderTest } from './databases.js'
import { makeDatabase, type TestDatabase } from './engines.js'

export interface TestNode extends RunningServer {
  readonly client: ApiClient
}

/** A node in this process. `env` as a user would set it; `clock` where a test turns it. */
export async function startNode(
  databaseUrl: string,
  env: Record<string, string> = {},
  clock?: Clock,
): Promise<TestNode> {
  const config: Config = readConfig({
    PORT: '0',
    JWT_SECRET: SECRET,
    DRAW_KEY,
    LOG_LEVEL: 'silent',
    INTROSPECTION: 'true',
    // Tests send little, and lanes beside each other are where things go wrong.
    INGEST_SPREAD_FROM_EVENTS: '0',
    ...env,
  })
  const server = await startServer({
    config,
    databaseUrl,
    drawKey: config.drawKey!,
    log: makeLog(config.logLevel),
    clock,
  })
  return { ...server, client: new ApiClient(server.url) }
}

export interface TestInstallation {
  readonly database: TestDatabase
  readonly node: TestNode
  readonly client: ApiClient
  close(): Promise<void>
}

/** An empty database and one node on it. */
export async function install(
  engine: EngineUnderTest,
  env: Record<string, string> = {},
  clock?: Clock,
): Promise<TestInstallation> {
  const database = await makeDatabase(engine)
  const node = await startNode(database.url, env, clock)
  return {
    database,
    node,
    client: node.client,
    close: async () => {
      await node.stop()
      await database.drop()
    },
  }
}
