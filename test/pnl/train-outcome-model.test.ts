import pg from 'pg'
import { afterEach, describe, expect, test } from 'vitest'
import { competitionKey, type OutcomeModel } from '../../src/pnl/outcome-model.js'
import { type ApiClient, tokenOf } from '../support/client.js'
import { ENGINES } from '../support/engines.js'
import { install, startNode, type TestInstallation } from '../support/server.js'
import { betsOn, book, type Line, linesOf, settlementsOf } from './made-book.js'

const FIGURES = 'id kind trainedAt trainedOn evaluatedOn logLoss brier baselineLogLoss baselineBrier active'
const TRAIN = `mutation { trainOutcomeModel { ${FIGURES} } }`
const LIST = `{ outcomeModels { ${FIGURES} } }`
const WAIT_MS = 60_000

interface Model {
  id: string
  kind: string
  trainedAt: string
  trainedOn: number
  evaluatedOn: number
  logLoss: number
  brier: number
  baselineLogLoss: number
  baselineBrier: number
  active: boolean
}

const train = async (client: ApiClient) => (await client.data<{ trainOutcomeModel: Model }>(TRAIN)).trainOutcomeModel
const list = async (client: ApiClient) => (await client.data<{ outcomeModels: Model[] }>(LIST)).outcomeModels

async function until<T>(look: () => Promise<T>, enough: (seen: T) => boolean): Promise<T> {
  const deadline = Date.now() + WAIT_MS
  for (;;) {
    const seen = await look()
    if (enough(seen)) return seen
    if (Date.now() > deadline) throw new Error(`not within ${WAIT_MS} ms: ${JSON.stringify(seen)}`)
    await new Promise(resolve => setTimeout(resolve, 20))
  }
}

const wrong = (count: number, favouriteWinsOfTen = 9) =>
  book({ count, prefix: 'wrong', competition: 'slam', favouriteWinsOfTen })

describe.each(ENGINES)('outcome models on $name', engine => {
  let installation: TestInstallation | undefined
  const start = async (env: Record<string, string> = {}) => {
    installation = await install(engine, env)
    return installation
  }
  const modelOf = async (id: string): Promise<OutcomeModel> => {
    const [row] = await installation!.database.query<{ model: OutcomeModel }>(
      'SELECT model FROM outcome_model WHERE id = $1',
      [id],
    )
    return row!.model
  }
  afterEach(async () => {
    await installation?.close()
    installation = undefined
  })

  test('a book that says too little of its favourites: the model is active, with the figures of a count', async () => {
    const { client } = await start()
    const markets = wrong(400)
    await client.send(markets.flatMap(linesOf))
    const model = await train(client)
    expect(model).toMatchObject({ kind: 'logistic', trainedOn: 320, evaluatedOn: 80, active: true })
    // The latest 80: in whole tens, 9 of 10 favourites won, which were put at (1/1.6) / (1/1.6 + 1/2.4) = 0.6.
    expect(model.baselineLogLoss).toBeCloseTo(-(0.9 * Math.log(0.6) + 0.1 * Math.log(0.4)), 12)
    expect(model.baselineBrier).toBeCloseTo(0.9 * 2 * 0.4 ** 2 + 0.1 * 2 * 0.6 ** 2, 12)
    // All markets are alike, so that all its chances are one p; what it lacks to 0.9 is the pull towards the odds.
    const p = favouriteChance(await modelOf(model.id), 'tennis', 'slam')
    expect(p).toBeGreaterThan(0.85)
    expect(p).toBeLessThan(0.9)
    expect(model.logLoss).toBeCloseTo(-(0.9 * Math.log(p) + 0.1 * Math.log(1 - p)), 10)
    expect(model.brier).toBeCloseTo(0.9 * 2 * (1 - p) ** 2 + 0.1 * 2 * p ** 2, 10)
    expect(await list(client)).toEqual([model])
    const metrics = await (await fetch(`${client.url}/metrics`)).text()
    expect(metrics).toContain(`tidemark_outcome_model_log_loss{of="model"} ${model.logLoss}`)
    expect(metrics).toContain(`tidemark_outcome_model_log_loss{of="baseline"} ${model.baselineLogLoss}`)
    expect(metrics).toContain('tidemark_outcome_model_trainings_total{outcome="active"} 1')
  })

  test('a book whose odds hold: the model is shown, and stays inactive', async () => {
    const { client } = await start()
    await client.send(book({ count: 300, prefix: 'fair', competition: 'slam', favouriteWinsOfTen: 6 }).flatMap(linesOf))
    const model = await train(client)
    // The implied chances are the best that there are here: what it differs by is rounding.
    expect(model.logLoss).toBeCloseTo(model.baselineLogLoss, 12)
    expect(model.active).toBe(false)
    expect(await list(client)).toEqual([model])
    expect(await (await fetch(`${client.url}/metrics`)).text()).not.toContain('tidemark_outcome_model_log_loss{')
  })

  test('it learns from earlier markets than those it is judged by', async () => {
    const { client } = await start()
    const earlier = wrong(240)
    const later = book({ count: 60, prefix: 'later', competition: 'slam', firstMinute: 240, favouriteWinsOfTen: 2 })
    // Later ones first: it is their time that counts.
    await client.send(later.flatMap(linesOf))
    await client.send(earlier.flatMap(linesOf))
    const model = await train(client)
    expect(model).toMatchObject({ trainedOn: 240, evaluatedOn: 60, active: false })
    expect(model.baselineLogLoss).toBeCloseTo(-(0.2 * Math.log(0.6) + 0.8 * Math.log(0.4)), 12)
    expect(favouriteChance(await modelOf(model.id), 'tennis', 'slam')).toBeGreaterThan(0.85)
  })

  test('competitions and sports have effects of their own', async () => {
    const { client } = await start()
    const tastes = [
      { prefix: 'a', competition: 'slam', favouriteWinsOfTen: 9 },
      { prefix: 'b', competition: 'tour', favouriteWinsOfTen: 6 },
      { prefix: 'c', competition: 'cup', gameType: 'darts', favouriteWinsOfTen: 3 },
    ]
    await client.send(tastes.flatMap(taste => book({ count: 300, ...taste })).flatMap(linesOf))
    const stored = await train(client)
    const model = await modelOf(stored.id)
    expect(stored).toMatchObject({ trainedOn: 720, evaluatedOn: 180, active: true })
    const chances = [
      favouriteChance(model, 'tennis', 'slam'),
      favouriteChance(model, 'tennis', 'tour'),
      favouriteChance(model, 'darts', 'cup'),
    ]
    // 0.9, 0.6 and 0.3 in the end: so few are drawn to the odds, which say 0.6 of all of them.
    expect(chances[0]).toBeGreaterThan(0.7)
    expect(chances[1]).toBeGreaterThan(0.55)
    expect(chances[1]).toBeLessThan(0.65)
    expect(chances[2]).toBeLessThan(0.45)
  })

  test('what tells no outcome is left out: open, void and unquoted, and the newest quote and result count', async () => {
    const { client } = await start()
    const markets = wrong(300)
    await client.send(markets.flatMap(linesOf))
    const before = await train(client)
    const [open, voided] = book({ count: 2, prefix: 'other', competition: 'cup', favouriteWinsOfTen: 9 })
    await client.send(betsOn(open!))
    await client.send(linesOf(voided!).map(line => (line.result === 'lost' ? { ...line, result: 'void' } : line)))
    expect(await train(client)).toMatchObject({ trainedOn: 240, evaluatedOn: 60, logLoss: before.logLoss })
    // In the last market a bet at a later and longer price: it is implied at less, whatever lane it was written by.
    const last = markets.at(-1)!
    const longer: Line = { ...betsOn({ ...last, minute: last.minute + 1 })[0]!, odds: '1.7', player_id: 'other' }
    await client.send([{ ...longer, event_id: 'longer', bet_id: 'longer' }])
    const quoted = await train(client)
    const p = 1 / 1.7 / (1 / 1.7 + 1 / 2.4)
    expect(last.winner).toBe(0)
    expect(quoted.baselineLogLoss).toBeCloseTo(before.baselineLogLoss + (Math.log(0.6) - Math.log(p)) / 60, 12)
    // And a corrected result turns it round.
    const corrected = settlementsOf({ ...last, winner: 1, minute: last.minute + 5 })
    await client.send(
      corrected.map(line => ({
        ...line,
        event_id: `${line.event_id}-corrected`,
        player_id: linesOf(last)[0]!.player_id!,
      })),
    )
    const turned = await train(client)
    expect(turned.baselineLogLoss).toBeCloseTo(quoted.baselineLogLoss + (Math.log(p) - Math.log(1 - p)) / 60, 12)
  })

  test('a newer active model takes over; one that is not leaves it active', async () => {
    const { client, database } = await start()
    await client.send(wrong(300).flatMap(linesOf))
    const first = await train(client)
    const second = await train(client)
    expect((await list(client)).map(({ id, active }) => [id, active])).toEqual([
      [second.id, true],
      [first.id, false],
    ])
    const turned = book({ count: 80, prefix: 'turned', competition: 'slam', firstMinute: 400, favouriteWinsOfTen: 1 })
    await client.send(turned.flatMap(linesOf))
    const third = await train(client)
    expect(third.active).toBe(false)
    expect((await list(client)).map(({ id, active }) => [id, active])).toEqual([
      [third.id, false],
      [second.id, true],
      [first.id, false],
    ])
    const activations = await database.query('SELECT id, activation FROM outcome_model ORDER BY id')
    expect(activations).toEqual([
      { id: Number(first.id), activation: 1 },
      { id: Number(second.id), activation: 2 },
      { id: Number(third.id), activation: null },
    ])
    const { auditLog } = await client.data<{ auditLog: { nodes: Record<string, unknown>[] } }>(
      '{ auditLog(actor: "admin-1") { nodes { action subject before after } } }',
    )
    const action = 'trainOutcomeModel'
    expect(auditLog.nodes).toEqual([
      { action, subject: `outcomeModel:${third.id}`, before: null, after: third },
      { action, subject: `outcomeModel:${second.id}`, before: null, after: second },
      { action, subject: `outcomeModel:${first.id}`, before: { active: true }, after: { active: false } },
      { action, subject: `outcomeModel:${first.id}`, before: null, after: first },
    ])
  })

  test('too few markets, and whoever may not, are refused', async () => {
    const { client } = await start()
    const refused = async (token?: Promise<string>, query = TRAIN) => {
      const { errors } = await client.graphql(query, {}, token)
      return [errors?.[0]?.extensions.code, errors?.[0]?.message]
    }
    await client.send(wrong(245).flatMap(linesOf))
    expect(await refused()).toEqual([
      'BAD_USER_INPUT',
      'a model learns from at least 50 settled markets, and is judged by 50 later ones, the latest fifth: there are 245 in all',
    ])
    expect(await list(client)).toEqual([])
    for (const role of ['crm', 'ingest', 'player'] as const) {
      expect((await refused(tokenOf(role)))[0]).toBe('FORBIDDEN')
      expect((await refused(tokenOf(role), LIST))[0]).toBe('FORBIDDEN')
    }
    expect((await refused(tokenOf('analyst')))[0]).toBe('FORBIDDEN')
    expect(await client.data(LIST, {}, tokenOf('analyst'))).toEqual({ outcomeModels: [] })
  })

  test('one training at a time over all nodes', async () => {
    const { client, database } = await start()
    await client.send(wrong(300).flatMap(linesOf))
    const other = await startNode(database.url)
    try {
      const claim = new pg.Client({ connectionString: database.url })
      await claim.connect()
      await claim.query('SELECT pg_advisory_lock(7420011)')
      const { errors } = await client.graphql(TRAIN)
      expect(errors?.[0]).toMatchObject({ extensions: { code: 'CONFLICT' }, message: /is being trained/ })
      // As of a node that is killed.
      await claim.end()
      await until(
        () => client.graphql<{ trainOutcomeModel: Model }>(TRAIN),
        answer => answer.data?.trainOutcomeModel.active === true,
      )
      const answers = await Promise.all(
        Array.from({ length: 6 }, (_, i) =>
          (i % 2 === 0 ? client : other.client).graphql<{ trainOutcomeModel: Model }>(TRAIN),
        ),
      )
      const trained = answers.filter(({ errors: refusal }) => refusal === undefined)
      const codes = answers.flatMap(({ errors: refusal }) => refusal?.map(({ extensions }) => extensions.code) ?? [])
      expect(trained.length).toBeGreaterThan(0)
      expect(new Set(codes)).toEqual(new Set(['CONFLICT']))
      const models = await list(other.client)
      expect(models.length).toBe(1 + trained.length)
      expect(models.map(({ active }) => active)).toEqual(models.map((_, i) => i === 0))
    } finally {
      await other.stop()
    }
  })

  test('the job trains when its time has come, and again only when markets were settled since', async () => {
    const { client } = await start({ OUTCOME_MODEL_EVERY_SECONDS: '1' })
    const trainings = async (outcome: string) => {
      const text = await (await fetch(`${client.url}/metrics`)).text()
      return Number(new RegExp(`trainings_total\\{outcome="${outcome}"\\} (\\d+)`).exec(text)![1])
    }
    await until(
      () => trainings('refused'),
      count => count > 0,
    )
    await client.send(wrong(300).flatMap(linesOf))
    const [first] = await until(
      () => list(client),
      models => models.length > 0,
    )
    const seen = await trainings('unchanged')
    await until(
      () => trainings('unchanged'),
      count => count > seen + 1,
    )
    expect(await list(client)).toEqual([first])
    const more = book({ count: 10, prefix: 'more', competition: 'slam', firstMinute: 300, favouriteWinsOfTen: 9 })
    await client.send(more.flatMap(linesOf))
    const models = await until(
      () => list(client),
      list => list[0]!.trainedOn + list[0]!.evaluatedOn === 310,
    )
    expect(models[0]!.active).toBe(true)
    const { auditLog } = await client.data<{ auditLog: { nodes: { subject: string }[] } }>(
      '{ auditLog(actor: "system") { nodes { subject } } }',
    )
    expect(auditLog.nodes.map(({ subject }) => subject)).toContain(`outcomeModel:${first!.id}`)
  })
})

/** What the model makes of 0.6, by its formula. */
function favouriteChance(model: OutcomeModel, gameType: string, competition: string): number {
  const effects = [
    model.general,
    model.sports[gameType]!,
    model.competitions[competitionKey({ gameType, competition })]!,
  ]
  const intercept = effects.reduce((sum, effect) => sum + effect.intercept, 0)
  const slope = effects.reduce((sum, effect) => sum + effect.slope, 1)
  const chance = (p: number) => 1 / (1 + Math.exp(-(intercept + slope * Math.log(p / (1 - p)))))
  return chance(0.6) / (chance(0.6) + chance(0.4))
}
