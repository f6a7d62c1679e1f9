#!/usr/bin/env node
// Computes a draw again from its proof (GET /draws/{id}/proof), and compares every award:   verify-draw FILE [HELD]
//
// FILE (- is the standard input) has lines, each a JSON object: the header, then {"entryId","tickets"} by entryId, then
// {"position","entryId","ticket":{"number","value"},"outcome","prize"} by position. Ticket n of an entry has the value
// HMAC-SHA256(seed, `drawId\nentropy\nentryId\nn`), its first 16 bytes. Each entry's `winsPerPlayer` highest are drawn, from
// the highest value down, ties by entryId; a position is a rank among them. As long as there are prizes, each wins the
// next one. Then the first of each entry without a prize gets the default prize, or none. Needs node alone. In memory
// are 20 bytes an entry, and 36 a ticket that is drawn, of at most HELD (5,000,000) at a time.
// Exit codes: 0 the draw is as computed, 1 it is not, 2 it could not be computed.
import { createHash, createHmac, createSecretKey } from 'node:crypto'
import { createReadStream } from 'node:fs'

const ALGORITHM = 'hmac-sha256/highest-ticket/1'
const LINE_MAX = 1_000_000
const ENTRY = /^\{"entryId":"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})","tickets":([1-9]\d{0,5}|1000000)\}$/

class Difference extends Error {
  constructor(line, expected, found) {
    const text = String(found).replace(/\p{Cc}/gu, '?')
    super(`line ${line}\n  expected ${expected}\n  found    ${text.slice(0, 500)}${text.length > 500 ? '...' : ''}`)
  }
}

const sha256 = data => createHash('sha256').update(data).digest('hex')
const isCount = (value, max) => Number.isInteger(value) && value > 0 && value <= max

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
  expect(/^[0-9a-f]{64}$/.test(seed), 'seed, 32 bytes in hex', seed)
  const hashOfSeed = sha256(Buffer.from(seed, 'hex'))
  expect(seedHash === hashOfSeed, `seedHash ${hashOfSeed}, which the seed has`, seedHash)
  expect((entropyLabel === null) === (entropy === null), 'entropy where there is an entropyLabel', entropy)
  expect(isCount(winsPerPlayer, 100), 'winsPerPlayer from 1 to 100', winsPerPlayer)
  expect(Array.isArray(prizes) && prizes.length <= 100, 'at most 100 prizes', prizes)
  prizes.forEach((prize, at) => {
    expect(prize?.rank === at + 1, `prizes[${at}].rank ${at + 1}`, prize?.rank)
    expect(isCount(prize.quantity, 100_000), `prizes[${at}].quantity of 1 or more`, prize.quantity)
  })
  const last = prizes.length + 1
  expect((defaultPrize?.rank ?? last) === last, `defaultPrize.rank ${last}`, defaultPrize?.rank)
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

const uuid = (bytes, at) => bytes.toString('hex', at, at + 16).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')

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

function* highestOfEach({ drawId, seed, entropy, winsPerPlayer }, entries) {
  const key = createSecretKey(seed, 'hex')
  for (let entry = 0; entry < entries.size; entry++) {
    const prefix = `${drawId}\n${entropy ?? ''}\n${entries.id(entry)}\n`
    for (const [value, n] of highest(key, prefix, entries.count(entry), winsPerPlayer)) {
      yield { entry, value, n, bin: 256 * value.charCodeAt(0) + value.charCodeAt(1) }
    }
  }
}

// All tickets that are drawn, from the highest value down. Where they are too many to be held at once, they are counted
// by the first two bytes of their values, cut into pieces, and computed anew for each piece.
function* drawn(header, entries, heldMax) {
  let total = 0
  for (let e = 0; e < entries.size; e++) total += Math.min(entries.count(e), header.winsPerPlayer)
  const bins = new Uint32Array(65_536)
  if (total <= heldMax) bins[0] = total
  else for (const { bin } of highestOfEach(header, entries)) bins[bin]++
  for (let [to, from] = [bins.length, 0]; to > 0; to = from) {
    let [room, held] = [0, 0]
    for (from = to; from > 0 && (room === 0 || room + bins[from - 1] <= heldMax); from--) room += bins[from - 1]
    const [values, owners, numbers] = [Buffer.alloc(16 * room), new Uint32Array(room), new Uint32Array(room)]
    for (const { entry, value, n, bin } of highestOfEach(header, entries)) {
      if (bin < from || bin >= to) continue
      values.write(value, 16 * held, 'latin1')
      owners[held] = entry
      numbers[held++] = n
    }
    const firsts = Float64Array.from({ length: held }, (_, at) => values.readUIntBE(16 * at, 6))
    // The order in which they were added is by entryId, then by value: it decides ties.
    const compare = (a, b) =>
      firsts[b] - firsts[a] || values.compare(values, 16 * a, 16 * a + 16, 16 * b, 16 * b + 16) || a - b
    for (const at of Uint32Array.from({ length: held }, (_, place) => place).sort(compare)) {
      yield { entry: owners[at], ticket: { number: numbers[at], value: uuid(values, 16 * at) } }
    }
  }
}

function* awardLines(header, entries, heldMax) {
  const { prizes, defaultPrize } = header
  const ranks = prizes.flatMap(({ rank, quantity }) => Array(quantity).fill(rank))
  const heard = new Uint8Array(entries.size)
  let position = 0
  for (const { entry, ticket } of drawn(header, entries, heldMax)) {
    const rank = ranks[position++]
    if (rank === undefined && heard[entry] === 1) continue
    heard[entry] = 1
    const outcome = rank !== undefined ? 'PRIZE' : defaultPrize ? 'DEFAULT' : 'NO_PRIZE'
    const prize = rank ?? defaultPrize?.rank ?? null
    yield JSON.stringify({ position, entryId: entries.id(entry), ticket, outcome, prize })
  }
}

async function verify(stream, heldMax) {
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
  for (const expected of awardLines(header, entries, heldMax)) {
    const found = line?.text ?? 'the end of the file'
    if (found !== expected) throw new Difference(2 + entries.size + awards, expected, found)
    awards++
    if (expected.includes('"outcome":"PRIZE"')) won++
    line = await next()
  }
  if (line !== undefined) throw new Difference(line.number, 'the end of the file', line.text)
  const { drawId, winsPerPlayer, prizes, defaultPrize, excluded, seedHash, entropyLabel, entropy } = header
  const shown = ({ name, kind, value, quantity }) => `${quantity} x ${JSON.stringify(name)} (${kind} ${value})`
  return `Draw ${drawId} is as computed: ${entries.size} players with ${entries.tickets} tickets won ${won} prizes, at most ${winsPerPlayer} each.
Prizes: ${prizes.map(shown).join(', ')}.
${awards - won} got ${defaultPrize === null ? 'none' : `the default prize: ${shown(defaultPrize)}`}. ${excluded} were left out as suppressed.
Compare these with what was published before it was made:
  seedHash     ${seedHash}
  entriesHash  ${header.entriesHash}
  entropy      ${entropyLabel === null ? 'none' : JSON.stringify(`${entropyLabel}: ${entropy}`)}`
}

const [file, heldMax = '5000000', ...more] = process.argv.slice(2)
try {
  if (!file || !/^[1-9]\d{0,8}$/.test(heldMax) || more.length > 0) throw new Error('usage: verify-draw FILE [HELD]')
  console.log(await verify(file === '-' ? process.stdin : createReadStream(file), Number(heldMax)))
} catch (error) {
  process.exitCode = error instanceof Difference ? 1 : 2
  console.error(process.exitCode === 1 ? `This draw is not as computed: ${error.message}` : error.message)
}
