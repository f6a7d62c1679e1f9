import { getIntrospectionQuery } from 'graphql'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startServer, type TestServer, token } from './support.js'

let server: TestServer
let crm: Record<string, string>

beforeAll(async () => {
  server = await startServer()
  crm = { authorization: `Bearer ${await token('ann', ['crm'])}` }
})
afterAll(() => server.close())

const first = async (response: Response) => ((await response.json()) as { errors: unknown[] }).errors[0]

describe('authentication', () => {
  it('comes before the body', async () => {
    for (const body of ['{"query": "{ whoa', 'x'.repeat(9 * 1024 * 1024), { query: '{ whoami }' }]) {
      const response = await server.post(body)
      expect(response.status).toBe(401)
      expect(response.headers.get('www-authenticate')).toBe('Bearer')
      expect(await first(response)).toMatchObject({
        message: 'authorization is missing, send "Bearer <token>"',
        extensions: { code: 'UNAUTHENTICATED' },
      })
    }
  })

  it('also of GET, and of one that prefers HTML', async () => {
    for (const accept of ['application/json', 'text/html']) {
      const url = `${server.url}?query=${encodeURIComponent('{ whoami }')}`
      const response = await fetch(url, { headers: { accept, 'apollo-require-preflight': 'yes' } })
      expect(response.status).toBe(401)
    }
  })

  it('gives resolvers the actor and the idempotency key', async () => {
    const ask = (headers: object) => server.post({ query: '{ whoami }' }, { ...crm, ...headers })
    expect(await (await ask({})).json()).toEqual({ data: { whoami: 'ann null' } })
    expect(await (await ask({ 'idempotency-key': 'k-1' })).json()).toEqual({ data: { whoami: 'ann k-1' } })
    const tooLong = await ask({ 'idempotency-key': 'k'.repeat(256) })
    expect(tooLong.status).toBe(400)
    expect(await first(tooLong)).toMatchObject({ message: expect.stringMatching(/^Idempotency-Key must be/) })
  })

  it('checks the roles of @Authorized', async () => {
    const forbidden = await server.query('{ staffOnly }', {}, await token('p1', ['player']))
    expect(forbidden.errors?.[0]).toMatchObject({
      message: 'this needs one of the roles crm, analyst; the token has player',
      path: ['staffOnly'],
      extensions: { code: 'FORBIDDEN' },
    })
    for (const role of ['crm', 'analyst', 'admin'] as const) {
      expect((await server.query('{ staffOnly }', {}, await token('x', [role]))).data).toEqual({ staffOnly: 'ok' })
    }
  })
})

describe('requests', () => {
  it('blocks what a foreign page could send', async () => {
    const query = encodeURIComponent('{ whoami }')
    const plain = await fetch(`${server.url}?query=${query}`, { headers: crm })
    expect(plain.status).toBe(400)
    expect(await first(plain)).toMatchObject({ message: expect.stringMatching(/Cross-Site Request Forgery/) })
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data']) {
      const response = await server.post({ query: '{ whoami }' }, { ...crm, 'content-type': type })
      expect(response.status).toBe(415)
      expect(await first(response)).toMatchObject({ extensions: { code: 'BAD_USER_INPUT' } })
    }
    const asked = await fetch(`${server.url}?query=${query}`, {
      headers: { ...crm, 'apollo-require-preflight': 'yes' },
    })
    expect(await asked.json()).toEqual({ data: { whoami: 'ann null' } })
  })

  it('answers bodies that are no request', async () => {
    const broken = await server.post('{"query":', crm)
    expect(broken.status).toBe(400)
    expect(await first(broken)).toMatchObject({
      message: expect.stringMatching(/^body is not JSON/),
      extensions: { code: 'BAD_USER_INPUT' },
    })
    for (const body of ['[]', '{}', '""', 'null', '[{"query":"{ whoami }"}]', '{"query":5}']) {
      expect((await server.post(body, crm)).status).toBe(400)
    }
  })

  it('refuses a body over the limit', async () => {
    const response = await server.post({ query: '{ whoami }', variables: { x: 'x'.repeat(8 * 1024 * 1024) } }, crm)
    expect(response.status).toBe(413)
    expect(await first(response)).toMatchObject({
      message: `body is larger than the limit of ${8 * 1024 * 1024} bytes, send it in parts`,
      extensions: { code: 'BAD_USER_INPUT' },
    })
  })

  it('keeps a field called __proto__ what it is', async () => {
    const query = 'query ($d: JSON) { echo(data: $d) { data } }'
    const response = await server.post(
      `{"query":${JSON.stringify(query)},"variables":{"d":{"__proto__":{"x":1}}}}`,
      crm,
    )
    expect(await response.text()).toBe('{"data":{"echo":{"data":{"__proto__":{"x":1}}}}}\n')
  })

  it('sends subscriptions to the WebSocket', async () => {
    const answer = await server.query('subscription { flood }')
    expect(answer.status).toBe(400)
    expect(answer.errors?.[0]?.message).toMatch(/over WebSocket .* at \/graphql/)
    expect(server.probe.pulled).toBe(0)
  })

  it('answers unknown routes in JSON', async () => {
    const response = await fetch(server.url.replace('/graphql', '/nowhere?token=x'))
    expect(response.status).toBe(404)
    expect(await response.json()).toEqual({ error: { code: 'NOT_FOUND', message: 'there is no GET /nowhere' } })
  })
})

describe('errors', () => {
  it.each([
    ['busy', 'INGEST_BUSY', 'the queue is full'],
    ['canceled', 'TIMEOUT', 'the query took too long, narrow it: a shorter time range, fewer rows or a filter'],
    ['shutdown', 'UNAVAILABLE', 'the database cannot be reached at the moment, try again'],
    ['refused', 'UNAVAILABLE', 'the database cannot be reached at the moment, try again'],
    ['terminated', 'UNAVAILABLE', 'the database cannot be reached at the moment, try again'],
  ])('%s is %s', async (how, code, message) => {
    const { errors } = await server.query('query ($how: String!) { fails(how: $how) }', { how })
    expect(errors).toMatchObject([{ message, path: ['fails'], extensions: { code } }])
  })

  it('carries details', async () => {
    const { errors } = await server.query('{ fails(how: "busy") }')
    expect(errors?.[0]?.extensions).toEqual({ code: 'INGEST_BUSY', retryAfterMs: 250 })
  })

  it('tells nothing of a defect but the id under which it is logged', async () => {
    for (const [how, secret] of [
      ['defect', 'SELECT'],
      ['thrown', 'secrets'],
    ] as const) {
      server.logged.length = 0
      const answer = await server.query(`{ fails(how: "${how}") }`)
      expect(JSON.stringify(answer)).not.toContain(secret)
      expect(answer.errors).toMatchObject([{ extensions: { code: 'INTERNAL_SERVER_ERROR' } }])
      const errorId = /^Internal server error \(id ([0-9a-f-]{36})\)$/.exec(answer.errors?.[0]?.message ?? '')?.[1]
      expect(server.logged).toMatchObject([{ errorId, msg: 'unexpected error' }])
      expect(JSON.stringify(server.logged)).toContain(secret)
    }
  })

  it('names codes of GraphQL itself', async () => {
    server.logged.length = 0
    const cases: [string, Record<string, unknown>, string][] = [
      ['{ whoami', {}, 'GRAPHQL_PARSE_FAILED'],
      ['{ nothing }', {}, 'GRAPHQL_VALIDATION_FAILED'],
      ['{ echo(at: "yesterday") { at } }', {}, 'GRAPHQL_VALIDATION_FAILED'],
      ['query ($at: DateTime) { echo(at: $at) { at } }', { at: 'yesterday' }, 'BAD_USER_INPUT'],
      ['query ($n: Int!) { items(first: $n) { totalCount } }', {}, 'BAD_USER_INPUT'],
      ['query ($n: Int = 5) { items(first: $n) { totalCount } }', { n: null }, 'BAD_USER_INPUT'],
      ['query A { whoami } query B { whoami }', {}, 'OPERATION_RESOLUTION_FAILURE'],
    ]
    for (const [query, variables, code] of cases) {
      const answer = await server.query(query, variables)
      expect(answer.errors?.[0]?.extensions, query).toMatchObject({ code })
    }
    expect(server.logged).toEqual([])
  })

  it('names the variable and what came, cut short', async () => {
    const query = 'query ($at: DateTime, $money: Decimal) { echo(at: $at, amount: $money) { at } }'
    const answer = await server.query(query, { at: 'yesterday', money: 1.23456 })
    expect(answer.status).toBe(400)
    expect(answer.errors?.map(({ message }) => message)).toEqual([
      expect.stringMatching(/"\$at" got invalid value "yesterday"; .*DateTime must be an ISO 8601 instant/),
      expect.stringMatching(/"\$money" got invalid value 1.23456; .*more than 4 decimals/),
    ])
    const long = await server.query(query, { at: 'x'.repeat(1_000_000) })
    expect(long.errors?.[0]?.message.length).toBeLessThan(700)
  })
})

describe('introspection', () => {
  it('is off, suggestions too', async () => {
    const { errors } = await server.query(getIntrospectionQuery())
    expect(errors?.[0]).toMatchObject({
      message: expect.stringMatching(/introspection has been disabled/),
      extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
    })
    const mistyped = await server.query('{ whoamy }')
    expect(mistyped.errors?.[0]?.message).toBe('Cannot query field "whoamy" on type "Query".')
    const page = await fetch(server.url, { headers: { ...crm, accept: 'text/html' } })
    expect(page.headers.get('content-type')).not.toContain('html')
  })

  it('is on where it is set, with a page that needs no token', async () => {
    const open = await startServer({ INTROSPECTION: 'true' })
    try {
      expect((await open.query(getIntrospectionQuery())).data).toHaveProperty('__schema')
      expect((await open.query('{ whoamy }')).errors?.[0]?.message).toMatch(/Did you mean "whoami"\?$/)
      const page = await fetch(open.url, { headers: { accept: 'text/html' } })
      expect(page.status).toBe(200)
      expect(page.headers.get('content-type')).toBe('text/html')
      for (const accept of ['application/json, text/html', 'text/html;q=0.1, application/json', 'text/htmlx']) {
        const url = `${open.url}?query=${encodeURIComponent('{ items { totalCount } }')}`
        const sneaked = await fetch(url, { headers: { accept, 'apollo-require-preflight': '1' } })
        expect(sneaked.status).toBe(401)
        expect(await first(sneaked)).toMatchObject({ extensions: { code: 'UNAUTHENTICATED' } })
      }
      const posted = await fetch(open.url, {
        method: 'POST',
        headers: { accept: 'text/html', 'content-type': 'application/json' },
        body: '{"query":"{ items { totalCount } }"}',
      })
      expect(posted.status).toBe(401)
    } finally {
      await open.close()
    }
  })
})
