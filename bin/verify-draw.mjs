#!/usr/bin/env node
// Computes a draw again from its proof (GET /draws/{id}/proof), and compares every award:   verify-draw FILE
//
// A proof is a file of lines, each a JSON object: the header, then {"entryId","tickets"} by entryId, then
// {"position","entryId","ticket":{"number","value"},"outcome","prize"} by position. Ticket n of an entry has as its value
// the first 16 bytes of HMAC-SHA256 under the seed, of `drawId\nentropy\nentryId\nn`. Each entry's `winsPerPlayer` highest
// tickets are drawn, from the highest value down; a ticket's position is its rank among them. As long as there are prizes
// each ticket wins the next one. Then the first ticket of each entry without a prize gets the default prize, or none.
//
// Needs node alone, and holds 20 bytes an entry and at most 5,000,000 drawn tickets in memory. Exit codes: 0 the draw is
// as computed, 1 it is not, 2 the file cannot be read.
import { createHash, createHmac, createSecretKey } from 'node:crypto'
import { createReadStream } from 'node:fs'

const ALGORITHM = 'hmac-sha256/highest-ticket/1'
const HELD_MAX = 5_000_000
const [LINE_MAX, TICKETS_MAX] = [1_000_000, 1_000_000]
const HASH = /^[0-9a-f]{64}$/
const ENTRY = /^\{"entryId":"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})","tickets":([1-9]\d{0,6})\}$/

class Difference extends Error {
  constructor(line, expected, found) {
    const text = String(found).replace(/\p{Cc}/gu, '?')
    super(`line ${line}\n  expected ${expected}\n  found    ${text.slice(0, 500)}${text.length > 500 ? '...' : ''}`)
  }
}

const sha256 = data => createHash('sha256').update(data).digest('hex')
const isCount = (value, max) => Number.isInteger(value) && value >= 1 && value <= max

async function* linesOf(stream) {
  let [rest, number] = ['', 0]
  for await (const chunk of stream.setEncoding('utf8')) {
    const texts = (rest + chunk).split('\n')
    rest = texts.pop()
    for (const text of texts) yield { number: ++number, text }
    if (rest.length > LINE_MAX) throw new Difference(number + 1, `at most ${LINE_MAX} characters`, rest)
  }
  if (rest !== '') yield { number: number + 1, text: rest }
}

function readHeader(text) {
  const expect = (holds, expected, found) => {
    if (!holds) throw new Difference(1, expected, found)
  }
  let header = null
  try {
    header = JSON.parse(text)
  } catch {}
  expect(header !== null && typeof header.drawId === 'string', 'the header, a JSON object with a drawId', text)
  const { algorithm, seed, seedHash, entropyLabel, entropy, winsPerPlayer, prizes, defaultPrize } = header
  expect(algorithm === ALGORITHM, `algorithm ${ALGORITHM}`, algorithm)
  expect(HASH.test(seed), 'seed, 32 bytes in hex', seed)
  const hashOfSeed = sha256(Buffer.from(seed, 'hex'))
  expect(seedHash === hashOfSeed, `seedHash ${hashOfSeed}, which the seed has`, seedHash)
  expect((entropyLabel === null) === (entropy === null), 'entropy where there is an entropyLabel', entropy)
  expect(isCount(winsPerPlayer, 100), 'winsPerPlayer from 1 to 100', winsPerPlayer)
  expect(Array.isArray(prizes) && prizes.length <= 100, 'at most 100 prizes', prizes)
  prizes.forEach((prize, at) => {
    expect(prize?.rank === at + 1, `prizes[${at}].rank ${at + 1}`, prize?.rank)
    expect(isCount(prize.quantity, 100_000), `prizes[${at}].quantity of 1 or more`, prize.quantity)
  })
  const last = defaultPrize?.rank ?? null
  expect(defaultPrize === null || last === prizes.length + 1, `defaultPrize.rank ${prizes.length + 1}`, last)
  const hashOfHeader = sha256(text.replace(/,"headerHash":"[^"]*"\}$/, '}'))
  expect(header.headerHash === hashOfHeader, `headerHash ${hashOfHeader}, which the rest has`, header.headerHash)
  return header
}

class Entries {
  size = 0
  tickets = 0
  #records = Buffer.alloc(20 * 1_024)
  #hash = createHash('sha256')
  #last = ''

  add(line, id, count) {
    if (id <= this.#last) throw new Difference(line, `an entryId after ${this.#last}`, id)
    if (count > TICKETS_MAX) throw new Difference(line, `at most ${TICKETS_MAX} tickets`, count)
    const at = 20 * this.size++
    if (at === this.#records.length) this.#records = Buffer.concat([this.#records, Buffer.alloc(at)])
    this.#records.write(id.replaceAll('-', ''), at, 'hex')
    this.#records.writeUInt32BE(count, at + 16)
    this.#hash.update(`${id} ${count}\n`)
    this.tickets += count
    this.#last = id
  }

  id = entry => uuid(this.#records, 20 * entry)
  count = entry => this.#records.readUInt32BE(20 * entry + 16)
  digest = () => this.#hash.digest('hex')
}

function uuid(bytes, at) {
  const hex = bytes.toString('hex', at, at + 16)
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

// An entry's highest tickets, as [value, n]; a value is 16 bytes, one a character.
function highest(key, prefix, count, most) {
  const best = []
  for (let n = 1; n <= count; n++) {
    const value = createHmac('sha256', key).update(`${prefix}${n}`).digest('latin1').slice(0, 16)
    if (best.length === most && value <= best[most - 1][0]) continue
    let at = best.length
    while (at > 0 && best[at - 1][0] < value) at--
    best.splice(at, 0, [value, n])
    if (best.length > most) best.pop()
  }
  return best
}

// All tickets that are drawn, from the highest value down. Where they are too many to be held at once, one slice of the
// values after the other, and everything is computed anew for each.
function* drawn({ drawId, seed, entropy, winsPerPlayer }, entries) {
  let total = 0
  for (let e = 0; e < entries.size; e++) total += Math.min(entries.count(e), winsPerPlayer)
  const key = createSecretKey(seed, 'hex')
  const slices = Math.max(1, Math.ceil(total / HELD_MAX))
  const room = Math.ceil((total / slices) * 1.25) + 1_000
  const values = Buffer.alloc(16 * room)
  const [owners, numbers, firsts] = [new Uint32Array(room), new Uint32Array(room), new Float64Array(room)]
  for (let slice = slices - 1; slice >= 0; slice--) {
    let held = 0
    for (let e = 0; e < entries.size; e++) {
      const prefix = `${drawId}\n${entropy ?? ''}\n${entries.id(e)}\n`
      for (const [value, n] of highest(key, prefix, entries.count(e), winsPerPlayer)) {
        values.write(value, 16 * held, 'latin1')
        firsts[held] = values.readUIntBE(16 * held, 6)
        owners[held] = e
        numbers[held] = n
        if (Math.floor((firsts[held] / 2 ** 48) * slices) === slice) held++
      }
    }
    // The order in which they were added is by entryId, then by value: it decides ties.
    const compare = (a, b) =>
      firsts[b] - firsts[a] || values.compare(values, 16 * a, 16 * a + 16, 16 * b, 16 * b + 16) || a - b
    for (const at of Uint32Array.from({ length: held }, (_, i) => i).sort(compare)) {
      yield { entry: owners[at], ticket: { number: numbers[at], value: uuid(values, 16 * at) } }
    }
  }
}

function* awardLines(header, entries) {
  const { prizes, defaultPrize } = header
  const ranks = prizes.flatMap(({ rank, quantity }) => Array(quantity).fill(rank))
  const heard = new Uint8Array(entries.size)
  let position = 0
  for (const { entry, ticket } of drawn(header, entries)) {
    const rank = ranks[position++]
    if (rank === undefined && heard[entry] === 1) continue
    heard[entry] = 1
    const outcome = rank !== undefined ? 'PRIZE' : defaultPrize ? 'DEFAULT' : 'NO_PRIZE'
    const prize = rank ?? defaultPrize?.rank ?? null
    yield JSON.stringify({ position, entryId: entries.id(entry), ticket, outcome, prize })
  }
}

async function verify(stream) {
  const lines = linesOf(stream)
  const next = async () => (await lines.next()).value
  let line = await next()
  const [header, entries] = [readHeader(line?.text ?? ''), new Entries()]
  for (line = await next(); ENTRY.test(line?.text); line = await next()) {
    const [, id, count] = ENTRY.exec(line.text)
    entries.add(line.number, id, Number(count))
  }
  const digest = entries.digest()
  if (header.entriesHash !== digest) {
    throw new Difference(1, `entriesHash ${digest}, which the ${entries.size} entries have`, header.entriesHash)
  }
  let [awards, won] = [0, 0]
  for (const expected of awardLines(header, entries)) {
    const found = line?.text ?? 'the end of the file'
    if (found !== expected) throw new Difference(2 + entries.size + awards, expected, found)
    awards++
    if (expected.includes('"outcome":"PRIZE"')) won++
    line = await next()
  }
  if (line !== undefined) throw new Difference(line.number, 'the end of the file', line.text)
  const { drawId, winsPerPlayer, prizes, defaultPrize, excluded, seedHash, entropyLabel, entropy } = header
  const shown = ({ name, kind, value, quantity }) => `${quantity} x ${JSON.stringify(name)} (${kind} ${value})`
  return `Draw ${drawId} is as computed: ${won} prizes to ${entries.size} players with ${entries.tickets} tickets, at most
${winsPerPlayer} a player; ${awards - won} got ${defaultPrize ? `the default prize ${JSON.stringify(defaultPrize.name)}` : 'no prize'}. ${excluded} players were left out as suppressed.
Prizes: ${prizes.map(shown).join(', ')}.
That nobody steered it, you know when these are what was published before it was made:
  seedHash     ${seedHash}
  entriesHash  ${header.entriesHash}
  entropy      ${entropyLabel === null ? 'none' : JSON.stringify(`${entropyLabel}: ${entropy}`)}`
}

const [file, ...more] = process.argv.slice(2)
try {
  if (file === undefined || more.length > 0) throw new Error('usage: verify-draw FILE   (- is the standard input)')
  console.log(await verify(file === '-' ? process.stdin : createReadStream(file)))
} catch (error) {
  process.exitCode = error instanceof Difference ? 1 : 2
  console.error(process.exitCode === 1 ? `This draw is not as computed: ${error.message}` : error.message)
}
