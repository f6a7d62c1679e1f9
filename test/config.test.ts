import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ConfigError, readConfig } from '../src/config.js'

describe('configuration', () => {
  test('has a default for everything', () => {
    const config = readConfig({})
    expect(config).toMatchObject({
      port: 4000,
      host: '127.0.0.1',
      databaseUrl: undefined,
      dataDir: resolve('./data'),
      jwt: { secret: undefined, jwksUrl: undefined },
      drawKey: undefined,
      baseCurrency: 'EUR',
      logLevel: 'info',
      introspection: false,
      storage: { chunkMs: 30 * 86_400_000, retentionMs: 0, horizonQuietMs: 26 * 3_600_000 },
      ingest: { aheadMs: 300_000 },
      streams: { latenessMs: 0, idleMs: 60_000, laggingMs: 300_000 },
      feed: { subscriberQueueMax: 10_000 },
      draws: { walletEveryMs: 100 },
      pnl: { gameEveryMs: 50 },
      webhooks: { allowPrivate: false, timeoutMs: 5_000, retryForMs: 26 * 3_600_000 },
    })
    expect(Object.isFrozen(config)).toBe(true)
  })

  test('takes an empty variable as absent, as compose files write it', () => {
    expect(readConfig({ PORT: '', DATABASE_URL: '', JWT_SECRET: '', BASE_CURRENCY: '' })).toEqual(readConfig({}))
  })

  test('reads what is set', () => {
    const config = readConfig({
      PORT: '0',
      HOST: '0.0.0.0',
      DATABASE_URL: 'postgres://u:p@db:5432/tidemark',
      DATA_DIR: '/var/lib/tidemark',
      JWT_SECRET: 'long enough',
      BASE_CURRENCY: 'USD',
      DRAW_KEY: '07'.repeat(32),
      INTROSPECTION: 'on',
      CHUNK_DAYS: '7',
      RETENTION_DAYS: '365',
      EVENT_AHEAD_SECONDS: '0',
      UNKNOWN_VARIABLE: 'x',
    })
    expect(config).toMatchObject({
      port: 0,
      host: '0.0.0.0',
      databaseUrl: 'postgres://u:p@db:5432/tidemark',
      dataDir: '/var/lib/tidemark',
      jwt: { secret: 'long enough' },
      drawKey: Buffer.alloc(32, 7),
      baseCurrency: 'USD',
      introspection: true,
      storage: { chunkMs: 7 * 86_400_000, retentionMs: 365 * 86_400_000 },
      ingest: { aheadMs: 0 },
    })
  })

  test.each([
    ['PORT', 'http', /^PORT: .*, got "http"$/],
    ['PORT', '65536', /^PORT: .*, got "65536"$/],
    ['PORT', '80.5', /^PORT: .*, got "80.5"$/],
    ['BASE_CURRENCY', 'eur', /^BASE_CURRENCY: must be a code of three capital letters, e\.g\. EUR, got "eur"$/],
    ['LOG_LEVEL', 'loud', /^LOG_LEVEL: .*, got "loud"$/],
    ['INTROSPECTION', 'yes', /^INTROSPECTION: must be true or false, got "yes"$/],
    ['JWKS_URL', 'keys.json', /^JWKS_URL: must be a URL with one of https:, http:, got "keys.json"$/],
    ['RETENTION_DAYS', '-1', /^RETENTION_DAYS: .*, got "-1"$/],
    ['RETENTION_DAYS', '1', /^RETENTION_DAYS: must be .*HORIZON_QUIET_SECONDS/],
    ['DRAW_KEY', 'c2hvcnQ=', /^DRAW_KEY: must be 32 bytes in hex or base64$/],
    ['INGEST_LANES', '0', /^INGEST_LANES: .*, got "0"$/],
    [
      'EMBED_ORIGINS',
      'casino.example',
      /^EMBED_ORIGINS: must be origins, e.g. https:\/\/casino.example.*"casino.example"$/,
    ],
    ['WEBHOOK_ALLOW_PRIVATE', 'maybe', /^WEBHOOK_ALLOW_PRIVATE: must be true or false, got "maybe"$/],
    ['WEBHOOK_TIMEOUT_SECONDS', '11', /^WEBHOOK_TIMEOUT_SECONDS: .*, got "11"$/],
    ['WEBHOOK_RETRY_HOURS', '0', /^WEBHOOK_RETRY_HOURS: .*, got "0"$/],
    ['OUTCOME_MODEL_EVERY_SECONDS', 'daily', /^OUTCOME_MODEL_EVERY_SECONDS: .*, got "daily"$/],
  ])('%s=%j is named in one line', (name, value, message) => {
    const error = failureOf({ [name]: value })
    expect(error).toBeInstanceOf(ConfigError)
    expect(error.message).toMatch(message)
    expect(error.message.split('\n')).toHaveLength(1)
  })

  test('tells all mistakes at once, and never a secret', () => {
    const error = failureOf({
      PORT: 'x',
      CHUNK_DAYS: '0',
      JWT_SECRET: 'hunter2',
      DRAW_KEY: 'hunter4',
      DATABASE_URL: 'mysql://root:hunter3@db',
    })
    expect(
      error.message
        .split('\n')
        .map(line => line.split(':')[0])
        .toSorted(),
    ).toEqual(['CHUNK_DAYS', 'DATABASE_URL', 'DRAW_KEY', 'JWT_SECRET', 'PORT'])
    expect(error.message).not.toMatch(/hunter/)
  })

  test('takes one way of checking tokens', () => {
    expect(failureOf({ JWT_SECRET: 'long enough', JWKS_URL: 'https://id.example/keys' }).message).toBe(
      'JWT_SECRET: give either JWT_SECRET or JWKS_URL, not both',
    )
  })
})

function failureOf(env: Record<string, string>): Error {
  try {
    readConfig(env)
  } catch (error) {
    return error as Error
  }
  throw new Error(`taken: ${JSON.stringify(env)}`)
}
