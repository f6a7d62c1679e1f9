import { buildSchema, type OperationDefinitionNode, parse, validate } from 'graphql'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkSource, checkWeight, LIMITS } from '../../src/graphql/limits.js'
import { weigh } from '../../src/graphql/weight.js'
import { run, startServer, type TestServer } from './support.js'

const schema = buildSchema(`
  type PageInfo { hasNextPage: Boolean!, endCursor: String }
  type VipEntry { ${Array.from({ length: 16 }, (_, i) => `s${i}: String`).join(' ')} }
  type VipEntries { nodes: [VipEntry!]!, pageInfo: PageInfo!, totalCount: Int! }
  type Activity { a: Int b: Int c: Int d: Int e: Int }
  type Player { id: ID! activity: Activity! vipEntries(first: Int! = 20): [VipEntry!]! friends: [Player!]! }
  type Players { nodes: [Player!]!, pageInfo: PageInfo! }
  type Query { vipEntries(first: Int! = 50): VipEntries! players(first: Int! = 50): Players! me: Player }
`)
const scalars = Array.from({ length: 16 }, (_, i) => `s${i}`).join(' ')

function weightOf(query: string, variables: Record<string, unknown> = {}) {
  const document = parse(query)
  expect(validate(schema, document)).toEqual([])
  const operation = document.definitions[0] as OperationDefinitionNode
  return {
    ...weigh(schema, document, operation, variables),
    check: () => checkWeight(schema, document, operation, variables),
  }
}

describe('weight', () => {
  it('counts the values that an answer may hold', () => {
    expect(weightOf('{ me { id } }')).toMatchObject({ depth: 2, cost: 2 })
    expect(weightOf('{ players { nodes { id } } }')).toMatchObject({ depth: 3, cost: 1 + 1 + 50 })
    expect(weightOf('{ players(first: 3) { nodes { id } } }').cost).toBe(1 + 1 + 3)
    expect(weightOf('query ($n: Int!) { players(first: $n) { nodes { id } } }', { n: 7 }).cost).toBe(1 + 1 + 7)
    expect(weightOf('query ($n: Int! = 8) { players(first: $n) { nodes { id } } }').cost).toBe(1 + 1 + 8)
    expect(weightOf('query ($n: Int! = 8) { players(first: $n) { nodes { id } } }', { n: 'x' }).cost).toBe(502)
    expect(weightOf('{ me { friends { id } } }').cost).toBe(1 + 1 + 10)
    expect(weightOf('{ me { vipEntries { s0 } } }').cost).toBe(1 + 1 + 20)
    expect(weightOf('{ me { vipEntries(first: 2) { s0 __typename } } }').cost).toBe(1 + 1 + 4)
  })

  it('lets a page of 500 with all its scalars pass', () => {
    const page = weightOf(
      `{ vipEntries(first: 500) { nodes { ${scalars} } pageInfo { hasNextPage endCursor } totalCount } }`,
    )
    expect(page.check).not.toThrow()
    expect(page.cost).toBe(1 + 1 + 500 * 16 + 3 + 1)
    expect(weightOf('{ players(first: 500) { nodes { id activity { a b c d e } } } }').check).not.toThrow()
  })

  it('refuses lists within lists, also through fragments and variables', () => {
    const nested = `query ($n: Int!) { players(first: $n) { ...P } } fragment P on Players { nodes { ...Q } }
      fragment Q on Player { vipEntries(first: $n) { ${scalars} } }`
    expect(weightOf(nested, { n: 500 }).check).toThrow(
      'query cost must be at most 50000, got 4000502: ask for smaller pages or fewer lists within lists',
    )
    expect(weightOf(nested, { n: 20 }).check).not.toThrow()
  })

  it('refuses depth, also through fragments', () => {
    const deep = (levels: number) => `{ me { ${'friends { '.repeat(levels)} id ${'} '.repeat(levels)} } }`
    expect(weightOf(deep(2))).toMatchObject({ depth: 4 })
    expect(weightOf(deep(9)).check).toThrow('query depth must be at most 10, got 11')
    const split = `{ me { ...A } } fragment A on Player { friends { friends { friends { friends { ...B } } } } }
      fragment B on Player { friends { friends { friends { friends { friends { id } } } } } }`
    expect(weightOf(split).check).toThrow(/depth must be at most 10, got 11/)
  })

  it('weighs fragments that double with each level at once', () => {
    const doubling = Array.from(
      { length: 120 },
      (_, i) => `fragment F${i} on Player { ...F${i + 1} ... on Player { ...F${i + 1} } }`,
    )
    const query = `{ me { ...F0 } } ${doubling.join(' ')} fragment F120 on Player { id }`
    checkSource(query)
    expect(weightOf(query).check).toThrow(/query cost/)
  })
})

const events = (n: number) =>
  Array.from(
    { length: n },
    (_, i) => `{playerId: "p${i}", eventType: "bet", amount: 12.5, occurredAt: "2026-11-20T14:30:00Z", data: {a: [1]}}`,
  ).join(' ')

const REFUSED: [string, string, RegExp][] = [
  ['tokens', `mutation { ingest(events: [${events(800)}]) }`, /^query tokens must be at most 15000, got 15001/],
  [
    'nesting',
    `{ echo(data: ${'['.repeat(70)}${']'.repeat(70)}) { data } }`,
    /^query nesting must be at most 64, got 65/,
  ],
  ['nesting far beyond', '{a'.repeat(5_000), /^query nesting/],
  ['names', `{ ${'whoami '.repeat(1_001)} }`, /^query names must be at most 1000/],
  [
    'aliases',
    `{ ${Array.from({ length: 31 }, (_, i) => `a${i}: whoami`).join(' ')} }`,
    /^query aliases must be at most 30/,
  ],
  ['directives', `{ whoami ${'@x '.repeat(51)} }`, /^query directives must be at most 50/],
  [
    'depth',
    `{ items(first: 1) { nodes { ${'items(first: 1) { '.repeat(8)} id ${'} '.repeat(8)} } } }`,
    /^query depth must be at most 10, got 11/,
  ],
  [
    'cost',
    '{ items(first: 500) { nodes { items(first: 500) { id name amount } } } }',
    /^query cost must be at most 50000, got 750502/,
  ],
]

describe('on both transports', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startServer()
  })
  afterAll(() => server.close())

  it.each(REFUSED)('%s', async (_limit, query, message) => {
    const refused = {
      message: expect.stringMatching(message),
      extensions: expect.objectContaining({ code: 'BAD_USER_INPUT' }),
    }
    const http = await server.query(query)
    expect(http).toEqual({ status: 400, errors: [refused] })
    const ws = await run(server.client(), query)
    expect(ws).toEqual({ results: [], error: [refused] })
    expect(ws.error).toEqual(http.errors)
  })

  it('weighs each request of a document by its own variables', async () => {
    const query = 'query ($n: Int!) { items(first: $n) { nodes { items(first: $n) { id } } } }'
    expect((await server.query(query, { n: 2 })).status).toBe(200)
    expect((await server.query(query, { n: 500 })).errors?.[0]?.extensions).toEqual({
      code: 'BAD_USER_INPUT',
      limit: 'cost',
      max: LIMITS.cost,
      received: 250_502,
    })
  })

  it('takes a few hundred events in literals', async () => {
    const query = `mutation { ingest(events: [${events(500)}]) }`
    expect((await server.query(query)).data).toEqual({ ingest: 500 })
    expect((await run(server.client(), query)).results).toEqual([{ data: { ingest: 500 } }])
  })

  it('validates what is just within the limits quickly', async () => {
    const started = performance.now()
    await server.query(`{ ${'whoami '.repeat(999)} }`)
    const spreads = Array.from({ length: 240 }, (_, i) => `fragment F${i} on Query { whoami ...F${i + 1} }`).join(' ')
    await server.query(`{ ...F0 } ${spreads} fragment F240 on Query { whoami }`)
    expect(performance.now() - started).toBeLessThan(5_000)
  })
})
