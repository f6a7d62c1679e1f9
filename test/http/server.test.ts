import type { AddressInfo } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { registerHealth } from '../../src/http/health.js'
import { makeMetrics, registerMetrics } from '../../src/http/metrics.js'
import { buildHttp, closeHttp } from '../../src/http/server.js'
import { AppError } from '../../src/kernel/errors.js'

let app: FastifyInstance
let url: string
let logged: Record<string, unknown>[]
let ready: () => Promise<string[]>
const metrics = makeMetrics()

beforeEach(() => {
  logged = []
  ready = async () => []
  app = buildHttp({ log: pino({ level: 'info' }, { write: line => logged.push(JSON.parse(line)) }) })
  registerHealth(app, { engine: () => 'postgres', version: '1.2.3', ready: () => ready() })
  registerMetrics(app, metrics)
})
afterEach(() => closeHttp(app, 1_000))

async function listen(): Promise<void> {
  await app.listen({ port: 0, host: '127.0.0.1' })
  url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`
}

const answer = async (path: string, init?: RequestInit) => {
  const response = await fetch(url + path, init)
  return { status: response.status, headers: response.headers, body: (await response.json()) as unknown }
}

describe('health', () => {
  it('lives and is ready, or says why not', async () => {
    await listen()
    expect(await answer('/healthz')).toMatchObject({
      status: 200,
      body: { status: 'ok', engine: 'postgres', version: '1.2.3' },
    })
    expect(await answer('/readyz')).toMatchObject({ status: 200, body: { status: 'ready', reasons: [] } })
    ready = async () => ['draining']
    expect(await answer('/readyz')).toMatchObject({ status: 503, body: { status: 'not ready', reasons: ['draining'] } })
    ready = () => Promise.reject(new Error('connect ECONNREFUSED 10.0.0.5'))
    expect(await answer('/readyz')).toMatchObject({ status: 503, body: { reasons: ['checks failed'] } })
    ready = () => new Promise(() => undefined)
    expect(await answer('/readyz')).toMatchObject({
      status: 503,
      body: { reasons: ['checks took longer than 3000 ms'] },
    })
  })
})

describe('metrics', () => {
  it('are Prometheus text', async () => {
    metrics.countEvents('accepted', 500)
    metrics.countEvents('duplicate', 2)
    metrics.observeBatch(502, 12)
    metrics.setQueueDepth(7)
    metrics.setLag(1_500)
    metrics.setSubscribers(3)
    metrics.setFeedPosition(42n)
    metrics.countEffects('vip_entered', 4)
    metrics.countSlowConsumer()
    metrics.countBusy()
    await listen()
    const response = await fetch(`${url}/metrics`)
    expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0.0.4/)
    const lines = (await response.text()).split('\n')
    expect(lines).toEqual(
      expect.arrayContaining([
        'tidemark_events_total{outcome="accepted"} 500',
        'tidemark_events_total{outcome="duplicate"} 2',
        'tidemark_events_total{outcome="rejected"} 0',
        'tidemark_batches_total 1',
        'tidemark_batch_events_bucket{le="1000"} 1',
        'tidemark_transaction_seconds_bucket{le="0.02"} 1',
        'tidemark_queue_events 7',
        'tidemark_lag_seconds 1.5',
        'tidemark_subscribers 3',
        'tidemark_feed_position 42',
        'tidemark_effects_total{kind="vip_entered"} 4',
        'tidemark_slow_consumers_total 1',
        'tidemark_ingest_busy_total 1',
      ]),
    )
    expect(lines.some(line => line.startsWith('process_resident_memory_bytes'))).toBe(true)
  })
})

describe('errors', () => {
  it('have one form on all routes', async () => {
    app.get('/busy', () => {
      throw new AppError('INGEST_BUSY', 'the queue is full', { retryAfterMs: 1_200 })
    })
    app.get('/defect', () => {
      throw new Error('SELECT secret')
    })
    app.post('/echo', async request => request.body)
    await listen()
    const busy = await answer('/busy')
    expect(busy).toMatchObject({
      status: 429,
      body: { error: { code: 'INGEST_BUSY', message: 'the queue is full', retryAfterMs: 1_200 } },
    })
    expect(busy.headers.get('retry-after')).toBe('2')
    expect(busy.headers.get('x-content-type-options')).toBe('nosniff')

    const defect = await answer('/defect')
    expect(defect).toMatchObject({ status: 500, body: { error: { code: 'INTERNAL_SERVER_ERROR' } } })
    expect(JSON.stringify(defect.body)).not.toContain('SELECT')
    const errors = logged.filter(({ level }) => Number(level) >= 50)
    expect(errors).toHaveLength(1)
    expect(JSON.stringify(defect.body)).toContain(String(errors[0]?.errorId))

    const post = (body: string, type = 'application/json') =>
      answer('/echo', { method: 'POST', body, headers: { 'content-type': type } })
    expect(await post('{')).toMatchObject({ status: 400, body: { error: { code: 'BAD_USER_INPUT' } } })
    expect(await post('{}', 'image/png')).toMatchObject({ status: 415, body: { error: { code: 'BAD_USER_INPUT' } } })
    expect(await post(`"${'x'.repeat(70_000)}"`)).toMatchObject({
      status: 413,
      body: { error: { code: 'BAD_USER_INPUT', message: 'body is larger than the limit, send it in parts' } },
    })
    expect(await answer('/../etc/passwd')).toMatchObject({ status: 404, body: { error: { code: 'NOT_FOUND' } } })
  })
})

describe('closing', () => {
  it('lets a request finish', async () => {
    let finish: (value: string) => void = () => undefined
    const entered = new Promise<void>(resolve => {
      app.get('/slow', () => {
        resolve()
        return new Promise(done => {
          finish = value => done({ value })
        })
      })
    })
    await listen()
    const slow = answer('/slow')
    await entered
    const closed = closeHttp(app, 5_000)
    finish('done')
    expect((await slow).body).toEqual({ value: 'done' })
    await closed
  })

  it('cuts off what takes longer than the grace', async () => {
    const entered = new Promise<void>(resolve => {
      app.get('/never', () => {
        resolve()
        return new Promise(() => undefined)
      })
    })
    await listen()
    const never = answer('/never').catch(error => error)
    await entered
    await closeHttp(app, 100)
    expect(await never).toBeInstanceOf(TypeError)
  })
})
