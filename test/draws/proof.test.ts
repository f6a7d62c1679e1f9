import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { drawRules, entriesWith, proofOf, seedOf } from './drawn.js'
import { run, verifyDraw } from './verify-draw.js'

const rules = drawRules([1, 2, 3], 2, true)
const entries = entriesWith([5, 1, 12, 3, 1, 40, 7])
const proven = { entropyLabel: 'drand quicknet round 1', entropy: '8f3a', excluded: 2 }
const proof = proofOf(rules, entries, seedOf('proof'), proven)
const lines = proof.trimEnd().split('\n')

describe('the proof', () => {
  test('has a header, the entries, the awards, a line each', () => {
    expect(JSON.parse(lines[0]!)).toEqual({
      drawId: 'easter',
      algorithm: 'hmac-sha256/highest-ticket/1',
      seedHash: createHash('sha256').update(seedOf('proof')).digest('hex'),
      seed: seedOf('proof').toString('hex'),
      ...proven,
      winsPerPlayer: 2,
      prizes: [
        { rank: 1, name: 'Prize 1', kind: 'CASH', value: '1000.00', quantity: 1 },
        { rank: 2, name: 'Prize 2', kind: 'CASH', value: '500.00', quantity: 2 },
        { rank: 3, name: 'Prize 3', kind: 'CASH', value: '333.3333', quantity: 3 },
      ],
      defaultPrize: { rank: 4, name: '5 spins', kind: 'FREE_SPINS', value: '5.00', quantity: 1 },
      entriesHash: createHash('sha256')
        .update(entries.map(({ entryId, tickets }) => `${entryId} ${tickets}\n`).join(''))
        .digest('hex'),
      headerHash: expect.stringMatching(/^[0-9a-f]{64}$/),
    })
    expect(lines.slice(1, 8).map(line => JSON.parse(line))).toEqual(entries)
    const awards = lines.slice(8).map(line => JSON.parse(line))
    expect(awards.length).toBeGreaterThan(6)
    expect(awards[0]).toEqual({
      position: 1,
      entryId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      ticket: { number: expect.any(Number), value: expect.stringMatching(/^[0-9a-f-]{36}$/) },
      outcome: 'PRIZE',
      prize: 1,
    })
    expect(awards.map(({ prize }) => prize).slice(0, 7)).toEqual([1, 2, 2, 3, 3, 3, 4])
  })

  test('has the bytes of JSON', () => {
    for (const line of lines) expect(JSON.stringify(JSON.parse(line))).toBe(line)
    expect(proof.endsWith('}\n')).toBe(true)
  })

  test('has null for what a draw does not have', () => {
    const plain = proofOf(drawRules([1], 1, false), entries, seedOf('plain')).split('\n')
    expect(JSON.parse(plain[0]!)).toMatchObject({ entropyLabel: null, entropy: null, defaultPrize: null, excluded: 0 })
    expect(JSON.parse(plain.at(-2)!)).toMatchObject({ outcome: 'NO_PRIZE', prize: null })
  })
})

describe('the verifier', () => {
  test('says in words what it has computed', () => {
    const { code, told, refused } = verifyDraw(proof)
    expect({ code, refused }).toEqual({ code: 0, refused: '' })
    expect(told).toContain('Draw easter is as computed: 7 players with 69 tickets won 6 prizes, at most 2 each.\n')
    expect(told).toContain('Prizes: 1 x "Prize 1" (CASH 1000.00), 2 x "Prize 2" (CASH 500.00), 3 x')
    expect(told).toMatch(
      /^\d got the default prize: 1 x "5 spins" \(FREE_SPINS 5\.00\)\. 2 were left out as suppressed\.$/m,
    )
    expect(told).toContain(`seedHash     ${JSON.parse(lines[0]!).seedHash}\n`)
    expect(told).toContain(`entriesHash  ${JSON.parse(lines[0]!).entriesHash}\n`)
    expect(told).toContain('entropy      "drand quicknet round 1: 8f3a"')
  })

  test('finds every draw of the server as computed, however much of it is held at once', () => {
    const anyDraw = fc.record({
      counts: fc.array(fc.integer({ min: 1, max: 200 }), { maxLength: 60 }),
      quantities: fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 5 }),
      winsPerPlayer: fc.integer({ min: 1, max: 10 }),
      hasDefault: fc.boolean(),
      name: fc.nat(),
      entropy: fc.option(fc.constantFrom('8f3a', 'Ziehung 6 aus 49: 3, 8, … é')),
      held: fc.constantFrom('1', '20', '5000000'),
    })
    fc.assert(
      fc.property(anyDraw, ({ counts, quantities, winsPerPlayer, hasDefault, name, entropy, held }) => {
        const drawn = drawRules(quantities, winsPerPlayer, hasDefault)
        const label = entropy === null ? null : 'lottery'
        const file = proofOf(drawn, entriesWith(counts), seedOf(name), { entropyLabel: label, entropy })
        expect(verifyDraw(file, held)).toMatchObject({ code: 0, refused: '' })
      }),
      { numRuns: 25, seed: 8 },
    )
  })

  test('reads a file, and says when it cannot', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tidemark-proof-'))
    await writeFile(join(folder, 'proof.ndjson'), proof)
    expect(run([join(folder, 'proof.ndjson')]).code).toBe(0)
    expect(run([join(folder, 'none.ndjson')])).toMatchObject({ code: 2, refused: expect.stringContaining('ENOENT') })
    for (const args of [[], ['-', '0'], ['-', '1', '2']]) {
      expect(run(args)).toEqual({ code: 2, told: '', refused: 'usage: verify-draw FILE [HELD]\n' })
    }
    await rm(folder, { recursive: true })
  })

  test('has under 200 lines, and needs node alone', () => {
    const source = readFileSync(new URL('../../bin/verify-draw.mjs', import.meta.url), 'utf8')
    expect(source.trimEnd().split('\n').length).toBeLessThan(200)
    expect([...source.matchAll(/from '([^']+)'|import\(/g)].map(([, from]) => from)).toEqual(['node:crypto', 'node:fs'])
  })
})

type Json = Record<string, unknown>
/** The file with one line changed; null takes it out. */
const changed = (line: number, change: (text: string) => string | null): string =>
  lines
    .map((text, at) => (at === line - 1 ? change(text) : text))
    .filter(text => text !== null)
    .map(text => `${text}\n`)
    .join('')
const member = (change: (json: Json) => Json) => (text: string) => JSON.stringify(change(JSON.parse(text)))

/** As somebody does who knows how the hash of the header is made. */
const resealed = (change: (json: Json) => Json) => (text: string) => {
  const { headerHash: _, ...header } = change(JSON.parse(text))
  const headerHash = createHash('sha256').update(JSON.stringify(header)).digest('hex')
  return JSON.stringify({ ...header, headerHash })
}

function expectRefused(file: string, line: number, expected: string): void {
  const { code, told, refused } = verifyDraw(file)
  expect({ code, told }).toEqual({ code: 1, told: '' })
  expect(refused).toMatch(new RegExp(`^This draw is not as computed: line ${line}\\n {2}expected .*\\n {2}found {4}`))
  expect(refused).toContain(expected)
}

const FIRST_AWARD = 2 + entries.length
const header = JSON.parse(lines[0]!)
const other = 'ab'.repeat(32)
const withPrize = (at: number, change: Json) => (json: Json) => ({
  ...json,
  prizes: (json.prizes as Json[]).map((prize, index) => (index === at ? { ...prize, ...change } : prize)),
})

describe('a tampered header', () => {
  const changes: [string, (json: Json) => Json, string][] = [
    ['drawId', json => ({ ...json, drawId: 'xmas' }), 'headerHash'],
    ['algorithm', json => ({ ...json, algorithm: 'best' }), 'algorithm hmac-sha256/highest-ticket/1'],
    ['seedHash', json => ({ ...json, seedHash: other }), `expected seedHash ${header.seedHash}`],
    ['seed', json => ({ ...json, seed: other }), `found    ${header.seedHash}`],
    ['no seed', json => ({ ...json, seed: null }), 'seed, 32 bytes in hex'],
    ['entropyLabel', json => ({ ...json, entropyLabel: 'dice' }), 'headerHash'],
    ['entropy', json => ({ ...json, entropy: '8f3b' }), 'headerHash'],
    ['no entropy', json => ({ ...json, entropy: null }), 'entropy where there is an entropyLabel'],
    ['winsPerPlayer', json => ({ ...json, winsPerPlayer: 1 }), 'headerHash'],
    ['winsPerPlayer 0', json => ({ ...json, winsPerPlayer: 0 }), 'winsPerPlayer from 1 to 100'],
    ['prize rank', withPrize(1, { rank: 1 }), 'prizes[1].rank 2'],
    ['prize name', withPrize(0, { name: 'A sticker' }), 'headerHash'],
    ['prize kind', withPrize(0, { kind: 'BONUS' }), 'headerHash'],
    ['prize value', withPrize(0, { value: '1.00' }), 'headerHash'],
    ['prize quantity', withPrize(1, { quantity: 3 }), 'headerHash'],
    ['prize quantity 0', withPrize(1, { quantity: 0 }), 'prizes[1].quantity of 1 or more'],
    ['defaultPrize', json => ({ ...json, defaultPrize: null }), 'headerHash'],
    ['defaultPrize rank', json => ({ ...json, defaultPrize: { rank: 1 } }), 'defaultPrize.rank 4'],
    ['entriesHash', json => ({ ...json, entriesHash: other }), 'headerHash'],
    ['excluded', json => ({ ...json, excluded: 1 }), 'headerHash'],
    ['headerHash', json => ({ ...json, headerHash: other }), `expected headerHash ${header.headerHash}`],
    ['a member more', json => ({ note: 'x', ...json }), 'headerHash'],
  ]

  test.each(changes)('is found: %s', (_, change, expected) => {
    expectRefused(changed(1, member(change)), 1, expected)
  })

  test.each<[string, (json: Json) => Json, number, string]>([
    ['drawId', json => ({ ...json, drawId: 'xmas' }), FIRST_AWARD, '"position":1'],
    ['seed and its hash', resealSeed, FIRST_AWARD, '"position":1'],
    ['entropy', json => ({ ...json, entropy: '8f3b' }), FIRST_AWARD, '"position":1'],
    ['a prize fewer', withPrize(2, { quantity: 2 }), FIRST_AWARD + 5, '"outcome":"DEFAULT","prize":4'],
    ['a prize more', withPrize(2, { quantity: 4 }), FIRST_AWARD + 6, '"outcome":"PRIZE","prize":3'],
    [
      'no default prize',
      json => ({ ...json, defaultPrize: null }),
      FIRST_AWARD + 6,
      '"outcome":"NO_PRIZE","prize":null',
    ],
    ['entriesHash', json => ({ ...json, entriesHash: other }), 1, `expected entriesHash ${header.entriesHash}`],
  ])('is found in the awards where its hash was made anew: %s', (_, change, line, expected) => {
    expectRefused(changed(1, resealed(change)), line, expected)
  })

  test('is found where it is no header', () => {
    for (const text of ['', '[]', 'null', '{"drawId":"easter"', '{}']) {
      expectRefused(
        changed(1, () => text),
        1,
        'the header, a JSON object with a drawId',
      )
    }
    expectRefused('', 1, 'the header')
  })
})

function resealSeed(json: Json): Json {
  const seedHash = createHash('sha256').update(Buffer.from(other, 'hex')).digest('hex')
  return { ...json, seed: other, seedHash }
}

describe('tampered entries are found', () => {
  const hashed = `found    ${header.entriesHash}`
  test.each<[string, string, number, string]>([
    [
      'a ticket more',
      changed(
        3,
        member(json => ({ ...json, tickets: (json.tickets as number) + 1 })),
      ),
      1,
      hashed,
    ],
    ['one fewer', changed(3, () => null), 1, hashed],
    ['one twice', changed(3, text => `${text}\n${text}`), 4, 'an entryId after'],
    [
      'another order',
      changed(3, () => lines[3]!).replace(`${lines[3]}\n${lines[3]}`, `${lines[3]}\n${lines[2]}`),
      4,
      'after',
    ],
    ['another id', changed(2, text => text.replace(/"entryId":"....../, '"entryId":"000000')), 1, hashed],
    [
      'no ticket',
      changed(
        4,
        member(json => ({ ...json, tickets: 0 })),
      ),
      1,
      hashed,
    ],
    [
      'too many tickets',
      changed(
        4,
        member(json => ({ ...json, tickets: 1_000_001 })),
      ),
      1,
      hashed,
    ],
    ['white space', changed(5, text => text.replace(':', ': ')), 1, hashed],
  ])('%s', (_, file, line, expected) => {
    expectRefused(file, line, expected)
  })
})

describe('tampered awards are found', () => {
  const at = FIRST_AWARD + 3
  const expected = lines[at - 1]!
  const inTicket = (change: Json) => member(json => ({ ...json, ticket: { ...(json.ticket as Json), ...change } }))

  test.each<[string, (text: string) => string | null]>([
    ['position', member(json => ({ ...json, position: 5 }))],
    [
      'entryId',
      member(json => ({ ...json, entryId: entries.find(({ entryId }) => entryId !== json.entryId)!.entryId })),
    ],
    ['ticket number', inTicket({ number: 99 })],
    ['ticket value', text => text.replace(/"value":"./, '"value":"g')],
    ['outcome', member(json => ({ ...json, outcome: 'NO_PRIZE' }))],
    ['prize', member(json => ({ ...json, prize: 1 }))],
    ['a member more', member(json => ({ ...json, note: 'x' }))],
    ['a line between', text => `{}\n${text}`],
    ['no award', () => null],
  ])('%s', (_, change) => {
    expectRefused(changed(at, change), at, `expected ${expected}\n`)
  })

  test('at the end', () => {
    const cut = lines.slice(0, -1).map(line => `${line}\n`)
    expectRefused(cut.join(''), lines.length, 'found    the end of the file')
    expectRefused(`${proof}{}\n`, lines.length + 1, 'expected the end of the file')
    expectRefused(`${proof}\n`, lines.length + 1, 'expected the end of the file')
    expectRefused(lines.slice(0, 8).join('\n'), 9, 'found    the end of the file')
  })

  test('without printing what would steer a terminal, or endless lines', () => {
    const { refused } = verifyDraw(changed(at, () => `\u001b[2J${'x'.repeat(5_000)}`))
    expect(refused).toContain(`found    ?[2J${'x'.repeat(496)}...`)
    expectRefused(`${proof}${'x'.repeat(2_000_000)}`, lines.length + 1, 'at most 1000000 characters')
  })
})
