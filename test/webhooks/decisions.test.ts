import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { AppError } from '../../src/kernel/errors.js'
import { afterFailure, type Circuit, CLOSED } from '../../src/webhooks/circuit.js'
import { type Answer, cutParcels, judge } from '../../src/webhooks/delivery.js'
import { checkSecret, makeSecret, sign } from '../../src/webhooks/signature.js'
import type { WebhookTopic } from '../../src/webhooks/webhook.js'
import { verifies } from './standard-webhooks.js'

describe('a signature', () => {
  test('is the one of the example of the specification', () => {
    const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
    const body = '{"test": 2432232314}'
    expect(sign(secret, 'msg_p5jXN8AQM9LWM0D4loKWxJek', 1614265330, body)).toBe(
      'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    )
  })

  test('of a secret is the same with the prefix and without, as the libraries of the specification have it', () => {
    const encoded = randomBytes(32).toString('base64')
    expect(sign(encoded, 'id', 1, '{}')).toBe(sign(`whsec_${encoded}`, 'id', 1, '{}'))
    const hexadecimal = '0123456789abcdef'.repeat(4)
    expect(sign(hexadecimal, 'id', 1, '{}')).toBe(sign(`whsec_${hexadecimal}`, 'id', 1, '{}'))
  })

  test.each([
    'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    'password',
    'a text as long as it must be',
    'no-padding-nor-base64',
    'schlüssel-schlüssel',
  ])('made with %s is verified by a receiver, and by none with another secret', secret => {
    const timestamp = Math.floor(Date.now() / 1000)
    const headers = {
      'webhook-id': 'id-1',
      'webhook-timestamp': String(timestamp),
      'webhook-signature': sign(secret, 'id-1', timestamp, '{}'),
    }
    expect(verifies(secret, { headers, body: '{}' })).toBe(true)
    expect(verifies(secret.replace(/^(whsec_)?/, '$1AAAA'), { headers, body: '{}' })).toBe(false)
    expect(verifies(secret, { headers, body: '{ }' })).toBe(false)
  })

  test('a secret that is made is whsec_ and base64 of 32 bytes', () => {
    const secret = makeSecret(randomBytes)
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
    expect(() => checkSecret(secret)).not.toThrow()
    expect(makeSecret(randomBytes)).not.toBe(secret)
  })

  test.each([
    ['', 'secret must have 8 to 256 characters'],
    ['seven77', 'secret must have 8 to 256 characters'],
    ['x'.repeat(257), 'secret must have 8 to 256 characters'],
    [`${'x'.repeat(16)}\ud800`, 'secret must have 8 to 256 characters'],
    [`${'x'.repeat(16)}\0`, 'secret holds a character that cannot be stored'],
    ['whsec_not base64 at all!', 'secret begins with whsec_, so the rest must be base64 of at least 16 bytes'],
    ['whsec_c2hvcnQtc2hvcnQ=', 'secret begins with whsec_, so the rest must be base64 of at least 16 bytes'],
  ])('a secret such as %j is refused without being shown', (secret, message) => {
    expect(() => checkSecret(secret)).toThrow(new AppError('BAD_USER_INPUT', message, { field: 'secret' }))
  })
})

describe('cutting', () => {
  const topicOf = (topic: string) => ({ vip: 'VIP_ENTERED', prize: 'PRIZE_AWARDED' })[topic] as WebhookTopic | undefined
  const cut = (topics: readonly string[]) => {
    let made = 0
    return cutParcels(
      topics.map((topic, i) => ({ id: i + 1, topic })),
      topicOf,
      () => `d${++made}`,
    )
  }

  test('gives one topic to a delivery and passes over what nobody asked for', () => {
    expect(cut(['vip', 'prize', 'other', 'vip'])).toEqual([
      { id: 'd1', topic: 'VIP_ENTERED', feedIds: [1, 4] },
      { id: 'd2', topic: 'PRIZE_AWARDED', feedIds: [2] },
    ])
    expect(cut(['other'])).toEqual([])
  })

  test('gives at most 100 items to a delivery', () => {
    const parcels = cut(Array(250).fill('vip'))
    expect(parcels.map(({ feedIds }) => feedIds.length)).toEqual([100, 100, 50])
    expect(parcels.flatMap(({ feedIds }) => feedIds)).toEqual(Array.from({ length: 250 }, (_, i) => i + 1))
  })
})

describe('judging', () => {
  const settings = { baseMs: 1_000, maxMs: 3_600_000 }
  const failed: Answer = { ok: false, statusCode: 500, error: 'HTTP 500' }
  const attempt = { tries: 1, retryUntil: 10_000_000, isTest: false }

  test('takes any answer of 2xx as delivered', () => {
    const verdict = { status: 'DELIVERED', nextAttemptAt: null }
    expect(judge({ ok: true, statusCode: 200 }, attempt, 0, settings, 0.5)).toEqual(verdict)
    expect(judge({ ok: true, statusCode: 200 }, { ...attempt, retryUntil: -1 }, 0, settings, 0.5)).toEqual(verdict)
  })

  test.each([
    [1, 0, 0],
    [1, 0.5, 500],
    [1, 0.999, 999],
    [2, 0.5, 1_000],
    [5, 0.5, 8_000],
    [12, 0.5, 1_024_000],
    [13, 0.5, 1_800_000],
    [2_000, 0.5, 1_800_000],
  ])('waits a random part of a bound that doubles: try %i, random %d: %i ms', (tries, random, waitMs) => {
    expect(judge(failed, { ...attempt, tries }, 5_000, settings, random)).toEqual({
      status: 'PENDING',
      nextAttemptAt: 5_000 + waitMs,
    })
  })

  test('gives up at the end of its time, and a test at once', () => {
    const dead = { status: 'DEAD', nextAttemptAt: null }
    expect(judge(failed, attempt, 9_999_999, settings, 0).status).toBe('PENDING')
    expect(judge(failed, attempt, 10_000_000, settings, 0)).toEqual(dead)
    expect(judge(failed, { ...attempt, isTest: true }, 0, settings, 0)).toEqual(dead)
  })
})

describe('a circuit', () => {
  const settings = { failuresToOpen: 5, openMs: 5_000, openMaxMs: 300_000 }
  const failing = (circuit: Circuit, times: number, random = 0.5): Circuit =>
    times === 0 ? circuit : failing(afterFailure(circuit, 1_000, settings, random), times - 1, random)

  test('opens at the fifth failure in a row', () => {
    expect(failing(CLOSED, 4)).toEqual({ state: 'CLOSED', failures: 4, opens: 0, until: null })
    expect(failing(CLOSED, 5)).toEqual({ state: 'OPEN', failures: 5, opens: 1, until: 1_000 + 3_750 })
  })

  test('is not moved by what was on its way when it opened', () => {
    expect(failing(CLOSED, 9)).toEqual(failing(CLOSED, 5))
  })

  test('opens for longer each time a probe fails, with jitter, up to a bound', () => {
    const pauses: number[] = []
    let circuit = failing(CLOSED, 5, 0)
    for (let n = 0; n < 9; n++) {
      pauses.push(circuit.until! - 1_000)
      circuit = afterFailure({ ...circuit, state: 'HALF_OPEN', until: null }, 1_000, settings, 0)
    }
    expect(pauses).toEqual([2_500, 5_000, 10_000, 20_000, 40_000, 80_000, 150_000, 150_000, 150_000])
    expect(failing(CLOSED, 5, 0.9999).until).toBe(1_000 + 5_000)
  })
})
