import { resolve } from 'node:path'
import { z } from 'zod'
import { parseDrawKey } from './draws/draw-key.js'
import { DAY_MS, HOUR_MS, SECOND_MS } from './kernel/time.js'

/** The only reader of process.env. Every mistake is reported at once, each in a line that names the variable. */

const int = (min: number, max: number, fallback: number) =>
  z.coerce.number<string>().int().min(min).max(max).default(fallback)
const flag = (fallback: boolean) =>
  z
    .enum(['true', 'false', '1', '0', 'on', 'off'], { error: 'must be true or false' })
    .transform(v => v === 'true' || v === '1' || v === 'on')
    .default(fallback)
const url = (protocols: readonly string[]) =>
  z.string().refine(v => URL.canParse(v) && protocols.includes(new URL(v).protocol), {
    error: `must be a URL with one of ${protocols.join(', ')}`,
  })

const isOrigin = (v: string): boolean => URL.canParse(v) && /^https?:/.test(v) && new URL(v).origin === v
const origins = z
  .string()
  .default('')
  .transform(v => v.split(/[\s,]+/).filter(part => part !== ''))
  .refine(list => list.every(isOrigin), {
    error: 'must be origins, e.g. https://casino.example, with commas between them',
  })

const MIB = 1024 * 1024

const Environment = z.object({
  PORT: int(0, 65_535, 4000),
  HOST: z.string().min(1).default('127.0.0.1'),
  DATABASE_URL: url(['postgres:', 'postgresql:']).optional(),
  DATA_DIR: z.string().min(1).default('./data'),
  JWT_SECRET: z.string().min(8, 'must have at least 8 characters').optional(),
  JWKS_URL: url(['https:', 'http:']).optional(),
  JWT_ISSUER: z.string().min(1).optional(),
  JWT_AUDIENCE: z.string().min(1).optional(),
  DRAW_KEY: z
    .string()
    .refine(v => parseDrawKey(v) !== null, { error: 'must be 32 bytes in hex or base64' })
    .transform(v => parseDrawKey(v)!)
    .optional(),
  BASE_CURRENCY: z
    .string()
    .regex(/^[A-Z]{3}$/, 'must be a code of three capital letters, e.g. EUR')
    .default('EUR'),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  INTROSPECTION: flag(false),
  CHUNK_DAYS: int(1, 366, 30),
  RETENTION_DAYS: int(0, 36_500, 0),
  BET_RETENTION_DAYS: int(1, 36_500, 30),
  HORIZON_QUIET_SECONDS: int(0, 366 * 86_400, 26 * 3600),
  EVENT_AHEAD_SECONDS: int(0, 86_400, 300),
  EVENT_BYTES_MAX: int(1024, 16 * MIB, 256 * 1024),
  EVENTS_BODY_BYTES_MAX: int(1024, 1024 * 1024 * MIB, 4096 * MIB),
  EVENTS_ARRAY_BYTES_MAX: int(1024, 1024 * MIB, 16 * MIB),
  GRAPHQL_BODY_BYTES_MAX: int(1024, 256 * MIB, 8 * MIB),
  INGEST_QUEUE_EVENTS_MAX: int(100, 10_000_000, 50_000),
  INGEST_BATCH_EVENTS_MAX: int(1, 20_000, 3_000),
  INGEST_BATCH_WAIT_MS: int(0, 1_000, 1),
  INGEST_LANES: int(1, 16, 3),
  INGEST_SPREAD_FROM_EVENTS: int(0, 1_000_000, 3_000),
  LATENESS_SECONDS: int(0, 30 * 86_400, 0),
  IDLE_SECONDS: int(1, 86_400, 60),
  TRIGGER_LATENESS_SECONDS: int(0, 30 * 86_400, 600),
  LAGGING_SECONDS: int(1, 86_400, 300),
  DB_POOL_MAX: int(2, 500, 10),
  QUERY_TIMEOUT_SECONDS: int(1, 600, 15),
  SUBSCRIBER_QUEUE_MAX: int(1, 1_000_000, 10_000),
  SUBSCRIPTIONS_MAX: int(1, 1_000_000, 20_000),
  WALLET_EVERY_MS: int(10, 60_000, 100),
  GAME_PNL_EVERY_MS: int(10, 60_000, 50),
  OUTCOME_MODEL_EVERY_SECONDS: int(0, 366 * 86_400, 86_400),
  EMBED_ORIGINS: origins,
  WEBHOOK_ALLOW_PRIVATE: flag(false),
  WEBHOOK_TIMEOUT_SECONDS: int(1, 10, 5),
  WEBHOOK_RETRY_HOURS: int(1, 30 * 24, 26),
})

export interface Config {
  readonly port: number
  readonly host: string
  readonly databaseUrl: string | undefined
  readonly dataDir: string
  readonly jwt: {
    readonly secret: string | undefined
    readonly jwksUrl: string | undefined
    readonly issuer: string | undefined
    readonly audience: string | undefined
  }
  /** Seals the secrets of prize draws; the same on every node of a database. */
  readonly drawKey: Uint8Array | undefined
  readonly baseCurrency: string
  readonly logLevel: string
  readonly introspection: boolean
  readonly storage: {
    readonly chunkMs: number
    /** 0: nothing is deleted or refused for its age. */
    readonly retentionMs: number
    readonly horizonQuietMs: number
    readonly poolMax: number
    readonly queryTimeoutMs: number
  }
  readonly ingest: {
    readonly aheadMs: number
    readonly eventBytesMax: number
    readonly bodyBytesMax: number
    readonly arrayBytesMax: number
    readonly queueEventsMax: number
    readonly batchEventsMax: number
    readonly batchWaitMs: number
    readonly lanes: number
    readonly spreadFromEvents: number
  }
  readonly streams: { readonly latenessMs: number; readonly idleMs: number; readonly laggingMs: number }
  /** How far behind its stream's watermark an event may be and still trigger campaigns. */
  readonly campaigns: { readonly triggerLatenessMs: number }
  readonly graphql: { readonly bodyBytesMax: number; readonly subscriptionsMax: number }
  readonly feed: { readonly subscriberQueueMax: number }
  /** How often watched wallets are read, at most. */
  readonly draws: { readonly walletEveryMs: number }
  readonly pnl: {
    /** 0: outcome models are trained by hand alone. */
    readonly outcomeModelEveryMs: number
    /** From one frame of a game that is followed to its next one, at least. */
    readonly gameEveryMs: number
    /** Of bets that are over. */
    readonly betRetentionMs: number
  }
  readonly console: { readonly embedOrigins: readonly string[] }
  readonly webhooks: { readonly allowPrivate: boolean; readonly timeoutMs: number; readonly retryForMs: number }
}

/** Events are aggregated, and windows of up to a day closed, well before retention drops them. */
const RETENTION_MARGIN_MS = 7 * DAY_MS

export class ConfigError extends Error {}

export function readConfig(env: Readonly<Record<string, string | undefined>> = process.env): Config {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''))
  const parsed = Environment.safeParse(given)
  if (!parsed.success) {
    const lines = parsed.error.issues.map(issue => {
      const name = String(issue.path[0])
      const received = /SECRET|KEY|DATABASE_URL/.test(name) ? '' : `, got ${JSON.stringify(given[name])}`
      return `${name}: ${issue.message}${received}`
    })
    throw new ConfigError(lines.join('\n'))
  }
  const e = parsed.data
  if (e.JWT_SECRET !== undefined && e.JWKS_URL !== undefined) {
    throw new ConfigError('JWT_SECRET: give either JWT_SECRET or JWKS_URL, not both')
  }
  if (e.RETENTION_DAYS > 0 && e.RETENTION_DAYS * DAY_MS < e.HORIZON_QUIET_SECONDS * SECOND_MS + RETENTION_MARGIN_MS) {
    throw new ConfigError(
      'RETENTION_DAYS: must be 0 (off), or longer than HORIZON_QUIET_SECONDS by a week: aggregates are made before events go',
    )
  }
  return Object.freeze({
    port: e.PORT,
    host: e.HOST,
    databaseUrl: e.DATABASE_URL,
    dataDir: resolve(e.DATA_DIR),
    jwt: { secret: e.JWT_SECRET, jwksUrl: e.JWKS_URL, issuer: e.JWT_ISSUER, audience: e.JWT_AUDIENCE },
    drawKey: e.DRAW_KEY,
    baseCurrency: e.BASE_CURRENCY,
    logLevel: e.LOG_LEVEL,
    introspection: e.INTROSPECTION,
    storage: {
      chunkMs: e.CHUNK_DAYS * DAY_MS,
      retentionMs: e.RETENTION_DAYS * DAY_MS,
      horizonQuietMs: e.HORIZON_QUIET_SECONDS * SECOND_MS,
      poolMax: e.DB_POOL_MAX,
      queryTimeoutMs: e.QUERY_TIMEOUT_SECONDS * SECOND_MS,
    },
    ingest: {
      aheadMs: e.EVENT_AHEAD_SECONDS * SECOND_MS,
      eventBytesMax: e.EVENT_BYTES_MAX,
      bodyBytesMax: e.EVENTS_BODY_BYTES_MAX,
      arrayBytesMax: e.EVENTS_ARRAY_BYTES_MAX,
      queueEventsMax: e.INGEST_QUEUE_EVENTS_MAX,
      batchEventsMax: e.INGEST_BATCH_EVENTS_MAX,
      batchWaitMs: e.INGEST_BATCH_WAIT_MS,
      lanes: e.INGEST_LANES,
      spreadFromEvents: e.INGEST_SPREAD_FROM_EVENTS,
    },
    streams: {
      latenessMs: e.LATENESS_SECONDS * SECOND_MS,
      idleMs: e.IDLE_SECONDS * SECOND_MS,
      laggingMs: e.LAGGING_SECONDS * SECOND_MS,
    },
    campaigns: { triggerLatenessMs: e.TRIGGER_LATENESS_SECONDS * SECOND_MS },
    graphql: { bodyBytesMax: e.GRAPHQL_BODY_BYTES_MAX, subscriptionsMax: e.SUBSCRIPTIONS_MAX },
    feed: { subscriberQueueMax: e.SUBSCRIBER_QUEUE_MAX },
    draws: { walletEveryMs: e.WALLET_EVERY_MS },
    pnl: {
      outcomeModelEveryMs: e.OUTCOME_MODEL_EVERY_SECONDS * SECOND_MS,
      gameEveryMs: e.GAME_PNL_EVERY_MS,
      betRetentionMs: e.BET_RETENTION_DAYS * DAY_MS,
    },
    console: { embedOrigins: e.EMBED_ORIGINS },
    webhooks: {
      allowPrivate: e.WEBHOOK_ALLOW_PRIVATE,
      timeoutMs: e.WEBHOOK_TIMEOUT_SECONDS * SECOND_MS,
      retryForMs: e.WEBHOOK_RETRY_HOURS * HOUR_MS,
    },
  })
}

/** The server that `npm run bench` makes its databases on; absent: an embedded one. */
export const readBenchDatabaseUrl = (
  env: Readonly<Record<string, string | undefined>> = process.env,
): string | undefined => env.BENCH_DATABASE_URL || readConfig(env).databaseUrl

/** For a child process: this one's environment with some settings changed. */
export const environmentWith = (settings: Readonly<Record<string, string>>) => ({ ...process.env, ...settings })
