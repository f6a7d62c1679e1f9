import { randomBytes } from 'node:crypto'
import { mintToken } from '../../graphql/token.js'
import { Api } from '../api.js'
import type { Cleanup } from '../cleanup.js'
import { type BenchDatabase, makeDatabase } from './database-server.js'
import type { BenchOptions } from './options.js'
import { type ServerProcess, startServerProcess } from './server-process.js'

/** What every section is given. */
export interface Bench {
  readonly options: BenchOptions
  readonly databaseServerUrl: string
  readonly cleanup: Cleanup
  readonly signal: AbortSignal
  /** A line on what is under way. */
  readonly say: (line: string) => void
}

export interface Installation {
  readonly database: BenchDatabase
  readonly server: ServerProcess
  readonly api: Api
  close(): Promise<void>
}

const TOKEN_SECONDS = 24 * 3600

/** Three policies: the usual one, one whose window holds 24 times more panes, one of another event type. */
export const POLICIES = [
  { id: 'vip', name: 'VIP', threshold: '1000', window: 'PT1H', slide: 'PT30M', eventTypes: ['bet'] },
  { id: 'day', name: 'VIP of the day', threshold: '10000', window: 'P1D', slide: 'PT1H', eventTypes: ['bet'] },
  { id: 'depositor', name: 'Depositor', threshold: '5000', window: 'PT2H', slide: 'PT1H', eventTypes: ['deposit'] },
] as const

/** A database, a server process on it and a client: each section has its own, so that none stands on another's rows. */
export async function install(
  { databaseServerUrl, cleanup, signal }: Bench,
  connections: number,
  settings: Readonly<Record<string, string>> = {},
): Promise<Installation> {
  const database = await makeDatabase(databaseServerUrl, cleanup)
  const secret = randomBytes(32).toString('hex')
  const server = await startServerProcess({ ...settings, DATABASE_URL: database.url, JWT_SECRET: secret })
  const stop = cleanup.add(() => server.stop())
  const token = await mintToken(secret, { sub: 'bench', roles: ['admin'], expiresInSeconds: TOKEN_SECONDS })
  const api = new Api(server.url, `Bearer ${token}`, connections, signal)
  for (const input of POLICIES) {
    await api.graphql('mutation ($input: VipPolicyInput!) { saveVipPolicy(input: $input) { version } }', { input })
  }
  const close = async () => {
    api.close()
    await stop()
    await database.drop()
  }
  return { database, server, api, close }
}

/** Runs the work on an installation that is gone afterwards. */
export async function withInstallation<T>(
  bench: Bench,
  connections: number,
  work: (installation: Installation) => Promise<T>,
  settings: Readonly<Record<string, string>> = {},
): Promise<T> {
  const installation = await install(bench, connections, settings)
  try {
    return await work(installation)
  } finally {
    await installation.close()
  }
}
