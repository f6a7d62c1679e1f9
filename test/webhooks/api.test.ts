import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Role } from '../../src/graphql/access.js'
import { tokenOf } from '../support/client.js'
import { ENGINES } from '../support/engines.js'
import { install, type TestInstallation } from '../support/server.js'
import { Receiver } from './receiver.js'
import { verifies } from './standard-webhooks.js'
import { eventually, someSecret } from './workshop.js'

const WEBHOOK = 'id url topics enabled circuit pending deadLetters createdAt'
const DELIVERY = 'id webhookId topic status attempts lastStatusCode lastError nextAttemptAt createdAt deliveredAt'
const SAVE = `mutation ($input: WebhookInput!) { saveWebhook(input: $input) { webhook { ${WEBHOOK} } secret } }`
const TEST = `mutation ($id: ID!) { testWebhook(id: $id) { ${DELIVERY} } }`
const DELETE = 'mutation ($id: ID!) { deleteWebhook(id: $id) }'
const LIST = `{ webhooks { ${WEBHOOK} } }`
const REDELIVER = `mutation ($id: ID!) { redeliver(deliveryId: $id) { ${DELIVERY} } }`
const DELIVERIES = `query ($id: ID!, $status: DeliveryStatus, $first: Int, $after: String) {
  webhookDeliveries(webhookId: $id, status: $status, first: $first, after: $after) {
    nodes { ${DELIVERY} } pageInfo { hasNextPage endCursor } totalCount
  } }`
const ENTRY = `id policyId policyVersion playerId windowStart windowEnd amount eventCount sessionCount firstEventAt
  lastEventAt crossingEventId enteredAt suppressed feedCursor`

interface Delivery {
  id: string
  status: string
  attempts: number
}
interface Page {
  webhookDeliveries: {
    nodes: Delivery[]
    pageInfo: { hasNextPage: boolean; endCursor: string | null }
    totalCount: number
  }
}
interface Saved {
  saveWebhook: { webhook: Record<string, unknown>; secret: string | null }
}

const bet = (player: string, amount: number, id: string) => ({
  event_id: id,
  player_id: player,
  event_type: 'bet',
  amount,
  timestamp: '2026-03-01T12:45:00Z',
  game_type: 'slots',
  session_id: 's1',
})

describe.each(ENGINES)('the API of webhooks on $name', engine => {
  let installation: TestInstallation
  let receiver: Receiver
  beforeAll(async () => {
    installation = await install(engine, { WEBHOOK_ALLOW_PRIVATE: 'true' })
    await installation.client.data(
      'mutation { saveVipPolicy(input: { id: "vip", name: "VIP", threshold: "100", slide: "PT1H" }) { version } }',
    )
  })
  afterAll(() => installation.close())
  beforeEach(async () => {
    receiver = await Receiver.open()
  })
  afterEach(async () => {
    for (const { id } of (await installation.client.data<{ webhooks: { id: string }[] }>(LIST)).webhooks) {
      await installation.client.data(DELETE, { id })
    }
    await receiver.close()
  })

  const data = <T>(query: string, variables: Record<string, unknown> = {}) =>
    installation.client.data<T>(query, variables, tokenOf('crm'))
  const save = async (input: Record<string, unknown> = {}) =>
    (await data<Saved>(SAVE, { input: { id: 'crm', url: receiver.url, topics: ['VIP_ENTERED'], ...input } }))
      .saveWebhook
  const refusal = async (query: string, variables: Record<string, unknown>, role: Role = 'crm') => {
    const { errors } = await installation.client.graphql(query, variables, tokenOf(role))
    return errors === undefined ? 'none' : { code: errors[0]!.extensions.code, message: errors[0]!.message }
  }

  test('a webhook is made, shown, changed and deleted; its secret is shown once', async () => {
    const made = await save()
    expect(made.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
    expect(made.webhook).toEqual({
      id: 'crm',
      url: receiver.url,
      topics: ['VIP_ENTERED'],
      enabled: true,
      circuit: 'CLOSED',
      pending: 0,
      deadLetters: 0,
      createdAt: expect.stringMatching(/^20.*Z$/),
    })
    expect(await data(LIST)).toEqual({ webhooks: [made.webhook] })
    const changed = await save({ topics: ['PRIZE_AWARDED', 'VIP_ENTERED', 'PRIZE_AWARDED'], enabled: false })
    expect(changed).toEqual({
      webhook: { ...made.webhook, topics: ['PRIZE_AWARDED', 'VIP_ENTERED'], enabled: false },
      secret: null,
    })
    expect((await save({ id: 'given', secret: someSecret() })).secret).toBe(null)
    expect((await data<{ webhooks: { id: string }[] }>(LIST)).webhooks.map(({ id }) => id)).toEqual(['crm', 'given'])
    expect(await data(DELETE, { id: 'crm' })).toEqual({ deleteWebhook: true })
    expect(await data(DELETE, { id: 'crm' })).toEqual({ deleteWebhook: false })
    const again = await save()
    expect(again.secret).toMatch(/^whsec_/)
    expect(again.secret).not.toBe(made.secret)
  })

  test('a VIP entry arrives as the API shows it', async () => {
    const { secret } = await save()
    await installation.client.send([bet('ada', 250.5, 'b1')])
    await receiver.until(({ requests }) => requests.length === 1)
    const { vipEntries } = await data<{ vipEntries: { nodes: { id: string; feedCursor: string }[] } }>(
      `{ vipEntries(filter: { playerId: "ada" }) { nodes { ${ENTRY} } } }`,
    )
    const [entry] = vipEntries.nodes
    const [request] = receiver.requests
    expect(request!.json).toEqual({
      id: request!.headers['webhook-id'],
      topic: 'VIP_ENTERED',
      items: [{ key: entry!.feedCursor, feedCursor: entry!.feedCursor, payload: entry }],
    })
    expect(verifies(secret!, request!)).toBe(true)
  })

  test('entries of suppressed players are not delivered', async () => {
    await save()
    await data('mutation { suppressPlayer(playerId: "excluded", reason: "self-excluded") { id } }')
    await installation.client.send([bet('excluded', 500, 'x1'), bet('bob', 500, 'x2')])
    await receiver.until(({ requests }) => requests.length === 1)
    await installation.client.send([bet('excluded', 500, 'x3'), bet('cid', 500, 'x4')])
    await receiver.until(({ requests }) => requests.length === 2)
    const players = receiver.requests.flatMap(({ json }) =>
      json.items.map(item => (item.payload as { playerId: string }).playerId),
    )
    expect(players).toEqual(['bob', 'cid'])
  })

  test('an entry that waited through a suppression is not delivered after it', async () => {
    await save({ enabled: false })
    await installation.client.send([bet('dora', 500, 'y1')])
    await data('mutation { suppressPlayer(playerId: "dora", reason: "self-excluded") { id } }')
    await data('mutation { liftSuppression(playerId: "dora", reason: "a mistake") { id } }')
    await installation.client.send([
      bet('eve', 500, 'y2'),
      { ...bet('dora', 500, 'y3'), timestamp: '2026-03-02T12:45:00Z' },
    ])
    await save()
    await eventually(
      () => data<Page>(DELIVERIES, { id: 'crm', status: 'DELIVERED' }),
      ({ webhookDeliveries }) => webhookDeliveries.totalCount === 1,
    )
    const told = receiver.requests.flatMap(({ json }) =>
      json.items.map(item => {
        const { playerId, crossingEventId } = item.payload as { playerId: string; crossingEventId: string }
        return `${playerId} ${crossingEventId}`
      }),
    )
    expect(told.toSorted()).toEqual(['dora y3', 'eve y2'])
  })

  test('a test answers with what came of it', async () => {
    await save()
    const { testWebhook: sent } = await data<{ testWebhook: Record<string, unknown> }>(TEST, { id: 'crm' })
    expect(sent).toEqual({
      id: receiver.requests[0]!.headers['webhook-id'],
      webhookId: 'crm',
      topic: 'VIP_ENTERED',
      status: 'DELIVERED',
      attempts: 1,
      lastStatusCode: 204,
      lastError: null,
      nextAttemptAt: null,
      createdAt: expect.any(String),
      deliveredAt: expect.any(String),
    })
    receiver.behaviour = () => 500
    const { testWebhook: failed } = await data<{ testWebhook: Record<string, unknown> }>(TEST, { id: 'crm' })
    expect(failed).toMatchObject({ status: 'DEAD', lastStatusCode: 500, lastError: 'HTTP 500', deliveredAt: null })
  })

  test('deliveries are paged, by status, and delivered again', async () => {
    await save()
    const ids: string[] = []
    for (let n = 0; n < 5; n++) {
      receiver.behaviour = () => (n === 3 ? 410 : 204)
      ids.unshift((await data<{ testWebhook: Delivery }>(TEST, { id: 'crm' })).testWebhook.id)
    }
    const page = async (variables: Record<string, unknown>) =>
      (await data<Page>(DELIVERIES, { id: 'crm', ...variables })).webhookDeliveries
    const first = await page({ first: 2 })
    expect(first.nodes.map(({ id }) => id)).toEqual(ids.slice(0, 2))
    expect(first).toMatchObject({ pageInfo: { hasNextPage: true }, totalCount: 5 })
    const rest = await page({ first: 3, after: first.pageInfo.endCursor })
    expect(rest.nodes.map(({ id }) => id)).toEqual(ids.slice(2))
    expect(rest.pageInfo.hasNextPage).toBe(false)
    const dead = await page({ status: 'DEAD' })
    expect(dead).toMatchObject({ nodes: [{ id: ids[1], status: 'DEAD' }], totalCount: 1 })
    await expect(page({ id: 'nobody' })).rejects.toThrow('there is no webhook of this id')
    expect((await data<{ webhooks: object[] }>(LIST)).webhooks).toMatchObject([{ pending: 0, deadLetters: 1 }])

    receiver.behaviour = () => 204
    const { redeliver } = await data<{ redeliver: Delivery }>(REDELIVER, { id: ids[1] })
    expect(redeliver).toMatchObject({ id: ids[1], status: 'PENDING', attempts: 1 })
    await eventually(
      () => page({ status: 'DELIVERED' }),
      ({ totalCount }) => totalCount === 5,
    )
    expect((await data<{ webhooks: object[] }>(LIST)).webhooks).toMatchObject([{ pending: 0, deadLetters: 0 }])
  })

  test.each([
    ['an id with other characters', { id: 'a b' }, 'id must be 1 to 100 of A-Z a-z 0-9 _ . : -, got "a b"'],
    ['an empty id', { id: '' }, 'id must be 1 to 100 of A-Z a-z 0-9 _ . : -, got ""'],
    ['no topic', { topics: [] }, 'topics must name at least one topic, got []'],
    ['another protocol', { url: 'ftp://crm.example/' }, 'url must be https or http, got "ftp://crm.example/"'],
    ['no URL', { url: 'crm' }, 'url must be a URL such as https://crm.example/hook, got "crm"'],
    [
      'a URL with a password',
      { url: 'https://me:hunter2@crm.example/' },
      'url must not hold a user name or a password, got "https://***@crm.example"',
    ],
    ['a short secret', { secret: 'hunter2' }, 'secret must have 8 to 256 characters'],
    [
      'a secret that is not base64',
      { secret: 'whsec_hunter2hunter2!' },
      'secret begins with whsec_, so the rest must be base64 of at least 16 bytes',
    ],
  ])('%s is refused', async (_name, input, message) => {
    const sent = { id: 'crm', url: receiver.url, topics: ['VIP_ENTERED'], ...input }
    expect(await refusal(SAVE, { input: sent })).toEqual({ code: 'BAD_USER_INPUT', message })
    expect(await data(LIST)).toEqual({ webhooks: [] })
  })

  test('what is not there is not found', async () => {
    expect(await refusal(TEST, { id: 'nobody' })).toEqual({
      code: 'NOT_FOUND',
      message: 'there is no webhook of this id',
    })
    expect(await refusal(REDELIVER, { id: 'nothing' })).toEqual({
      code: 'NOT_FOUND',
      message: 'there is no delivery of this id',
    })
    const cursor = 'after must be a cursor that this API has given, got "x"'
    expect(await refusal(DELIVERIES, { id: 'crm', after: 'x' })).toEqual({ code: 'BAD_USER_INPUT', message: cursor })
    const first = 'first must be from 1 to 500, got 501'
    expect(await refusal(DELIVERIES, { id: 'crm', first: 501 })).toEqual({ code: 'BAD_USER_INPUT', message: first })
  })

  test('there are at most 100 webhooks', async () => {
    for (let n = 0; n < 100; n++) await save({ id: `w-${n}`, enabled: false })
    const input = { id: 'one-more', url: receiver.url, topics: ['VIP_ENTERED'] }
    const message = 'id is new, and there are 100 webhooks already, got "one-more"'
    expect(await refusal(SAVE, { input })).toEqual({ code: 'BAD_USER_INPUT', message })
    expect((await save({ id: 'w-7', enabled: false })).webhook.id).toBe('w-7')
  })

  test('only crm and admin may', async () => {
    const input = { id: 'crm', url: receiver.url, topics: ['VIP_ENTERED'] }
    const operations: [string, Record<string, unknown>][] = [
      [SAVE, { input }],
      [LIST, {}],
      [DELIVERIES, { id: 'crm' }],
      [TEST, { id: 'crm' }],
      [REDELIVER, { id: 'nothing' }],
      [DELETE, { id: 'crm' }],
    ]
    for (const [query, variables] of operations) {
      for (const role of ['ingest', 'analyst', 'player'] as const) {
        expect(await refusal(query, variables, role)).toMatchObject({ code: 'FORBIDDEN' })
      }
      for (const role of ['crm', 'admin'] as const) {
        expect(await refusal(query, variables, role)).not.toMatchObject({ code: 'FORBIDDEN' })
      }
    }
  })

  test('what is sent is counted', async () => {
    await save()
    await data(TEST, { id: 'crm' })
    const metrics = async () => (await fetch(`${installation.node.url}/metrics`)).text()
    const text = await eventually(metrics, shown => shown.includes('tidemark_webhook_circuit{webhook="crm"} 0'))
    expect(text).toMatch(/tidemark_webhook_deliveries_total\{outcome="delivered"\} [1-9]/)
    expect(text).toMatch(/tidemark_webhook_items_total\{outcome="sent"\} [1-9]/)
    expect(text).toMatch(/tidemark_webhook_post_seconds_count [1-9]/)
    await data(DELETE, { id: 'crm' })
    await eventually(metrics, shown => !shown.includes('tidemark_webhook_circuit{'))
  })
})

describe.each(ENGINES)('private addresses on $name', engine => {
  let installation: TestInstallation
  beforeAll(async () => {
    installation = await install(engine)
  })
  afterAll(() => installation.close())

  test('are refused unless the operator allows them', async () => {
    const receiver = await Receiver.open()
    for (const url of [receiver.url, receiver.url.replace('127.0.0.1', 'localhost')]) {
      const { errors } = await installation.client.graphql(SAVE, {
        input: { id: 'crm', url, topics: ['VIP_ENTERED'] },
      })
      expect(errors).toMatchObject([
        {
          message: `url must lead to a public address, not to a loopback one, got "${url}"`,
          extensions: { code: 'BAD_USER_INPUT', field: 'url' },
        },
      ])
    }
    // Saved by somebody who was allowed to.
    await installation.database.query(
      `INSERT INTO webhook (id, url, topics, secret, enabled, created_at, saved_at, saved_by, position)
       VALUES ('crm', $1, '{VIP_ENTERED}', 'a secret of some length', true, now(), now(), 'x', 0)`,
      [receiver.url],
    )
    const { testWebhook } = await installation.client.data<{ testWebhook: object }>(TEST, { id: 'crm' })
    expect(testWebhook).toMatchObject({
      status: 'DEAD',
      lastStatusCode: null,
      lastError: 'refused: the host leads to a loopback address',
    })
    expect(receiver.requests).toEqual([])
    await receiver.close()
  })
})
