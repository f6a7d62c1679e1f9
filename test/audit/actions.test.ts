import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { tokenOf } from '../support/client.js'
import { ENGINES } from '../support/engines.js'
import { install, type TestInstallation } from '../support/server.js'
import { Receiver } from '../webhooks/receiver.js'
import { eventually, someSecret } from '../webhooks/workshop.js'
import { type ApiEntry, expectedHashes, HASHES_IN_SQL, LOG, type Page, rowsOf } from './audit-log.js'

const SAVE_CAMPAIGN = 'mutation ($input: CampaignInput!) { saveCampaign(input: $input) { version } }'
const ENABLE = 'mutation ($id: ID!, $enabled: Boolean!) { setCampaignEnabled(id: $id, enabled: $enabled) { version } }'
const IMPORT = 'mutation ($lines: String!) { importCampaigns(lines: $lines) { saved refused } }'
const SAVE_POLICY = 'mutation ($input: VipPolicyInput!) { saveVipPolicy(input: $input) { version } }'
const SUPPRESS = `mutation ($id: ID!, $reason: String!, $until: DateTime) {
  suppressPlayer(playerId: $id, reason: $reason, until: $until) { id } }`
const LIFT = 'mutation ($id: ID!, $reason: String!) { liftSuppression(playerId: $id, reason: $reason) { id } }'
const SAVE_WEBHOOK = 'mutation ($input: WebhookInput!) { saveWebhook(input: $input) { secret } }'
const DELETE_WEBHOOK = 'mutation ($id: ID!) { deleteWebhook(id: $id) }'
const TEST_WEBHOOK = 'mutation ($id: ID!) { testWebhook(id: $id) { id } }'
const REDELIVER = 'mutation ($id: ID!) { redeliver(deliveryId: $id) { id } }'

const NOW = Date.UTC(2026, 4, 1, 12, 30, 15, 123)
const AT = '2026-05-01T12:30:15.123Z'
const CAMPAIGN = {
  id: '4711',
  name: 'Überraschung {"x"}',
  game: 'foe',
  eventName: 'fight',
  startsAt: '2020-01-01T00:00:00Z',
  endsAt: '2030-01-01T00:00:00+02:00',
  filter: 'event => event.data.result === "loss"',
  offer: { bonus: 'A,"B"\n\\ \u0001' },
  cooldown: 'PT90M',
}
const SAVED = {
  ...CAMPAIGN,
  version: 1,
  enabled: true,
  disabledReason: null,
  startsAt: '2020-01-01T00:00:00.000Z',
  endsAt: '2029-12-31T22:00:00.000Z',
  maxTriggersPerPlayer: null,
  cooldown: 'PT1H30M',
  updatedAt: AT,
  updatedBy: 'carla',
}
const importLine = (campaign_id: string, filter = 'event => true') =>
  JSON.stringify({
    campaign_id,
    enabled: true,
    game: 'foe',
    event_name: 'fight',
    start_date: '2026-01-01T00:00:00.00Z',
    end_date: '2026-12-31T00:00:00.00Z',
    filter,
  })

describe.each(ENGINES)('what admins do is audited on $name', engine => {
  let installation: TestInstallation
  let receiver: Receiver
  let seen = 0
  beforeAll(async () => {
    installation = await install(engine, { WEBHOOK_ALLOW_PRIVATE: 'true' }, () => NOW)
    receiver = await Receiver.open()
  })
  afterAll(async () => {
    await installation.close()
    await receiver.close()
  })
  beforeEach(async () => {
    seen = (await rowsOf(installation.database)).length
  })
  afterEach(async () => {
    const rows = await rowsOf(installation.database)
    expect(rows.map(row => Number(row.id))).toEqual(rows.map((_, i) => i + 1))
    expect(rows.map(row => row.hash)).toEqual(expectedHashes(rows))
    expect(await installation.database.query(HASHES_IN_SQL)).toEqual([])
  })

  const carla = () => tokenOf('admin', 'carla')
  const act = <T>(query: string, variables: Record<string, unknown>) =>
    installation.client.data<T>(query, variables, carla())
  const refused = async (query: string, variables: Record<string, unknown>) => {
    const { errors } = await installation.client.graphql(query, variables, carla())
    return errors![0]!.extensions.code
  }
  /** What has been added since the test began, oldest first. */
  const added = async (): Promise<Omit<ApiEntry, 'id' | 'at' | 'hash'>[]> => {
    const { auditLog } = await installation.client.data<Page>(LOG, { first: 500 })
    const nodes = auditLog.nodes.toReversed().slice(seen)
    return nodes.map(({ id: _id, at, hash: _hash, ...entry }) => {
      expect(at).toBe(AT)
      return entry
    })
  }
  const nothingFor = async (query: string, variables: Record<string, unknown>, code: string) => {
    expect(await refused(query, variables)).toBe(code)
    expect(await added()).toEqual([])
  }

  test('a campaign is made, changed, switched off and on', async () => {
    await act(SAVE_CAMPAIGN, { input: CAMPAIGN })
    await act(SAVE_CAMPAIGN, { input: { ...CAMPAIGN, name: 'second', maxTriggersPerPlayer: 3 } })
    await act(ENABLE, { id: '4711', enabled: false })
    await act(ENABLE, { id: '4711', enabled: false })
    const second = { ...SAVED, version: 2, name: 'second', maxTriggersPerPlayer: 3 }
    const of = { actor: 'carla', subject: 'campaign:4711' }
    expect(await added()).toEqual([
      { ...of, action: 'saveCampaign', before: null, after: SAVED },
      { ...of, action: 'saveCampaign', before: SAVED, after: second },
      { ...of, action: 'setCampaignEnabled', before: second, after: { ...second, version: 3, enabled: false } },
    ])
  })

  test('a campaign that is refused leaves nothing', async () => {
    await nothingFor(SAVE_CAMPAIGN, { input: { ...CAMPAIGN, filter: 'event =>' } }, 'BAD_USER_INPUT')
    await nothingFor(SAVE_CAMPAIGN, { input: { ...CAMPAIGN, expectedVersion: 1 } }, 'CONFLICT')
    await nothingFor(ENABLE, { id: 'nothing', enabled: true }, 'NOT_FOUND')
  })

  test('an import leaves one entry for each campaign that it saved', async () => {
    await act(SAVE_CAMPAIGN, { input: { ...CAMPAIGN, id: 'i2' } })
    const lines = [importLine('i1'), importLine('i2'), importLine('i3', 'event =>'), importLine('i1', 'event => false')]
    expect(await act(IMPORT, { lines: lines.join('\n') })).toEqual({ importCampaigns: { saved: 2, refused: 1 } })
    const [, ...entries] = await added()
    expect(entries).toMatchObject([
      { action: 'importCampaigns', actor: 'carla', subject: 'campaign:i2', before: { ...SAVED, id: 'i2' } },
      { action: 'importCampaigns', actor: 'carla', subject: 'campaign:i1', before: null },
    ])
    expect(entries.map(({ after }) => after)).toMatchObject([
      { version: 2, name: 'Campaign i2', filter: 'event => true', offer: null },
      { version: 1, filter: 'event => false' },
    ])
    expect(await act(IMPORT, { lines: 'nothing' })).toEqual({ importCampaigns: { saved: 0, refused: 1 } })
    expect(await added()).toHaveLength(3)
  })

  test("the system's switch-off is the system's", async () => {
    await act(SAVE_CAMPAIGN, { input: { ...CAMPAIGN, id: 'bad', game: 'bad', filter: 'event => event.data.x.y' } })
    const event = { player_id: 'p1', event_type: 'bet', event_name: 'fight', game: 'bad', data: {} }
    await installation.client.send(
      Array.from({ length: 150 }, (_, i) => ({ ...event, event_id: `bad-${i}`, timestamp: '2026-05-01T12:00:00Z' })),
    )
    const [, switchOff] = await eventually(added, entries => entries.length > 1)
    expect(switchOff).toMatchObject({
      actor: 'system',
      action: 'switchOffCampaign',
      subject: 'campaign:bad',
      before: { version: 1, enabled: true, disabledReason: null },
      after: { version: 2, enabled: false, disabledReason: expect.stringMatching(/^its filter failed/) },
    })
  })

  test('a policy is made and changed; one that is refused leaves nothing', async () => {
    const input = { id: 'whales', name: 'Whales', threshold: '1000.5' }
    await act(SAVE_POLICY, { input })
    await act(SAVE_POLICY, { input: { ...input, threshold: 2000, enabled: false } })
    expect(await refused(SAVE_POLICY, { input: { ...input, threshold: '-1' } })).toBe('BAD_USER_INPUT')
    expect(await refused(SAVE_POLICY, { input: { ...input, expectedVersion: 7 } })).toBe('CONFLICT')
    const whales = { ...input, threshold: '1000.50', window: 'PT1H', slide: 'PT30M', eventTypes: ['bet'] }
    const first = { ...whales, enabled: true, version: 1 }
    const of = { actor: 'carla', action: 'saveVipPolicy', subject: 'policy:whales' }
    expect(await added()).toEqual([
      { ...of, before: null, after: first },
      { ...of, before: first, after: { ...first, threshold: '2000.00', enabled: false, version: 2 } },
    ])
  })

  test('a player is suppressed, suppressed again, and let go', async () => {
    await act(SUPPRESS, { id: 'p7', reason: 'self-excluded' })
    await act(SUPPRESS, { id: 'p7', reason: 'for a month', until: '2026-06-01T00:00:00Z' })
    await act(LIFT, { id: 'p7', reason: 'came back' })
    const none = { suppressed: false, suppression: null }
    const first = { reason: 'self-excluded', since: AT, until: null, by: 'carla' }
    const second = { ...first, reason: 'for a month', until: '2026-06-01T00:00:00.000Z' }
    const of = { actor: 'carla', subject: 'player:p7' }
    const [suppressed, again] = [first, second].map(suppression => ({ suppressed: true, suppression }))
    expect(await added()).toEqual([
      { ...of, action: 'suppressPlayer', before: none, after: suppressed },
      { ...of, action: 'suppressPlayer', before: suppressed, after: again },
      { ...of, action: 'liftSuppression', before: again, after: { ...none, reason: 'came back' } },
    ])
  })

  test('a suppression or a lift that is refused leaves nothing', async () => {
    await nothingFor(SUPPRESS, { id: 'p8', reason: ' ' }, 'BAD_USER_INPUT')
    await nothingFor(SUPPRESS, { id: 'p8', reason: 'x', until: '2020-01-01T00:00:00Z' }, 'BAD_USER_INPUT')
    await nothingFor(LIFT, { id: 'p8', reason: 'x' }, 'NOT_FOUND')
    await nothingFor(LIFT, { id: 'p7', reason: 'x' }, 'CONFLICT')
  })

  test('a webhook is made, changed, tested and deleted; no secret is told', async () => {
    const input = { id: 'crm', url: receiver.url, topics: ['VIP_ENTERED'] }
    const [made, given, other] = [await act<{ saveWebhook: { secret: string } }>(SAVE_WEBHOOK, { input }), someSecret()]
      .map(value => (typeof value === 'string' ? value : value.saveWebhook.secret))
      .concat(someSecret()) as [string, string, string]
    await act(SAVE_WEBHOOK, { input: { ...input, enabled: false } })
    await act(SAVE_WEBHOOK, { input: { ...input, secret: given } })
    await act(SAVE_WEBHOOK, { input: { ...input, secret: given } })
    await act(SAVE_WEBHOOK, { input: { ...input, secret: other } })
    const { testWebhook: sent } = await act<{ testWebhook: { id: string } }>(TEST_WEBHOOK, { id: 'crm' })
    await act(REDELIVER, { id: sent.id })
    await act(DELETE_WEBHOOK, { id: 'crm' })
    expect(await act(DELETE_WEBHOOK, { id: 'crm' })).toEqual({ deleteWebhook: false })
    const crm = { ...input, enabled: true, createdAt: AT }
    const off = { ...crm, enabled: false }
    const of = { actor: 'carla', subject: 'webhook:crm' }
    const tested = { deliveryId: sent.id, topic: 'VIP_ENTERED', lastError: null }
    const taken = { ...tested, status: 'DELIVERED', attempts: 1, lastStatusCode: 204, nextAttemptAt: null }
    expect(await added()).toEqual([
      { ...of, action: 'saveWebhook', before: null, after: { ...crm, secretChanged: true } },
      { ...of, action: 'saveWebhook', before: crm, after: { ...off, secretChanged: false } },
      { ...of, action: 'saveWebhook', before: off, after: { ...crm, secretChanged: true } },
      { ...of, action: 'saveWebhook', before: crm, after: { ...crm, secretChanged: false } },
      { ...of, action: 'saveWebhook', before: crm, after: { ...crm, secretChanged: true } },
      { ...of, action: 'testWebhook', before: null, after: taken },
      { ...of, action: 'redeliver', before: taken, after: { ...taken, status: 'PENDING', nextAttemptAt: AT } },
      { ...of, action: 'deleteWebhook', before: crm, after: null },
    ])
    const everything = JSON.stringify(await rowsOf(installation.database))
    for (const secret of [made, given, other]) {
      expect(secret.length).toBeGreaterThan(20)
      expect(everything).not.toContain(secret.replace('whsec_', ''))
    }
  })

  test('a webhook, a test or a delivery that is refused leaves nothing', async () => {
    await nothingFor(SAVE_WEBHOOK, { input: { id: 'x', url: 'ftp://a', topics: ['VIP_ENTERED'] } }, 'BAD_USER_INPUT')
    await nothingFor(TEST_WEBHOOK, { id: 'nothing' }, 'NOT_FOUND')
    await nothingFor(REDELIVER, { id: 'nothing' }, 'NOT_FOUND')
  })

  test('a change whose entry cannot be written is not made', async () => {
    const { database } = installation
    await database.query('ALTER TABLE audit_log ADD CONSTRAINT full_up CHECK (id < 0) NOT VALID')
    try {
      expect(await refused(SAVE_CAMPAIGN, { input: { ...CAMPAIGN, id: 'lost' } })).toBe('INTERNAL_SERVER_ERROR')
      expect(await refused(SUPPRESS, { id: 'lost', reason: 'x' })).toBe('INTERNAL_SERVER_ERROR')
      expect(await refused(SAVE_POLICY, { input: { id: 'lost', name: 'x', threshold: 1 } })).toBe(
        'INTERNAL_SERVER_ERROR',
      )
    } finally {
      await database.query('ALTER TABLE audit_log DROP CONSTRAINT full_up')
    }
    expect(await database.query("SELECT FROM campaign WHERE id = 'lost'")).toEqual([])
    expect(await database.query("SELECT FROM player WHERE player_id = 'lost'")).toEqual([])
    expect(await database.query("SELECT FROM vip_policy WHERE id = 'lost'")).toEqual([])
    expect(await added()).toEqual([])
  })
})
