import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { AuditTrail } from '../../src/audit/audit-trail.js'
import type { Role } from '../../src/graphql/access.js'
import { tokenOf } from '../support/client.js'
import { ENGINES } from '../support/engines.js'
import { install, type TestInstallation } from '../support/server.js'
import { expectedHashes, LOG, type Page, rowsOf } from './audit-log.js'

const START = Date.UTC(2026, 0, 1)
/** 60 changes of three subjects by two actors. */
const DRAFTS = Array.from({ length: 60 }, (_, n) => ({
  actor: n % 2 === 0 ? 'anna' : 'b,{"}\\ \n',
  action: 'test',
  subject: `test:${n % 3}`,
  before: n === 0 ? null : { n: n - 1 },
  after: { n, text: 'ü "\\\u0000\ud800' },
}))

describe.each(ENGINES)('auditLog on $name', engine => {
  let installation: TestInstallation
  beforeAll(async () => {
    installation = await install(engine)
    for (const [n, draft] of DRAFTS.entries()) {
      await installation.node.db.transaction(session => new AuditTrail(() => START + n).record(session, [draft]))
    }
  })
  afterAll(() => installation.close())

  const page = async (variables: Record<string, unknown> = {}) =>
    (await installation.client.data<Page>(LOG, variables)).auditLog
  const refusal = async (variables: Record<string, unknown>, role: Role = 'admin') =>
    (await installation.client.graphql(LOG, variables, tokenOf(role))).errors?.[0]

  async function walk(variables: Record<string, unknown>) {
    const ids: number[] = []
    for (let after: string | null = null; ; ) {
      const { nodes, pageInfo, totalCount } = await page({ ...variables, first: 7, after })
      ids.push(...nodes.map(node => Number(node.id)))
      if (!pageInfo.hasNextPage) return { ids, totalCount, last: pageInfo.endCursor }
      after = pageInfo.endCursor
    }
  }
  const idsWhere = (matches: (draft: (typeof DRAFTS)[number]) => boolean) =>
    DRAFTS.flatMap((draft, i) => (matches(draft) ? i + 1 : [])).toReversed()

  test('shows entries newest first, as they were made', async () => {
    const { nodes, pageInfo, totalCount } = await page()
    expect(totalCount).toBe(60)
    expect(pageInfo).toEqual({ hasNextPage: true, endCursor: '11' })
    const hashes = expectedHashes(await rowsOf(installation.database))
    expect(nodes).toEqual(
      Array.from({ length: 50 }, (_, i) => 59 - i).map(n => ({
        ...DRAFTS[n],
        id: String(n + 1),
        at: new Date(START + n).toISOString(),
        hash: hashes[n],
      })),
    )
  })

  test('is paged, by subject and by actor', async () => {
    expect(await walk({})).toEqual({ ids: idsWhere(() => true), totalCount: 60, last: '1' })
    for (const subject of ['test:0', 'test:1', 'test:2']) {
      expect(await walk({ subject })).toMatchObject({ ids: idsWhere(d => d.subject === subject), totalCount: 20 })
    }
    const actor = DRAFTS[1]!.actor
    expect(await walk({ actor })).toMatchObject({ ids: idsWhere(d => d.actor === actor), totalCount: 30 })
    const both = { subject: 'test:1', actor }
    expect(await walk(both)).toMatchObject({
      ids: idsWhere(d => d.actor === actor && d.subject === 'test:1'),
      totalCount: 10,
    })
    expect(await page({ subject: 'test' })).toEqual({
      nodes: [],
      pageInfo: { hasNextPage: false, endCursor: null },
      totalCount: 0,
    })
  })

  test('a page stays where it is while entries are added', async () => {
    const before = await page({ first: 5, after: '40' })
    await installation.node.db.transaction(session =>
      new AuditTrail(() => START).record(session, [{ ...DRAFTS[0]!, subject: 'later', actor: 'later' }]),
    )
    expect((await page({ first: 5, after: '40' })).nodes).toEqual(before.nodes)
    expect(before.nodes.map(({ id }) => id)).toEqual(['39', '38', '37', '36', '35'])
  })

  test('is for admins alone', async () => {
    for (const role of ['crm', 'analyst', 'player', 'ingest'] as const) {
      const error = await refusal({}, role)
      expect(error?.extensions.code).toBe('FORBIDDEN')
      expect(error?.message).toBe(`this needs one of the roles admin; the token has ${role}`)
    }
    expect((await installation.client.graphql(LOG, {}, 'x')).errors![0]!.extensions.code).toBe('UNAUTHENTICATED')
  })

  test('says what is wrong with a question', async () => {
    expect(await refusal({ first: 0 })).toMatchObject({ message: 'first must be from 1 to 500, got 0' })
    expect(await refusal({ first: 501 })).toMatchObject({ extensions: { code: 'BAD_USER_INPUT', field: 'first' } })
    expect(await refusal({ after: 'x' })).toMatchObject({
      message: 'after must be a cursor that this API has given, got "x"',
      extensions: { code: 'BAD_USER_INPUT', field: 'after' },
    })
  })
})
