import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { build, ROOT } from '../e2e/support/build.js'

/** The demo in a process of its own, read through a pipe. */
class Demo {
  readonly lines: string[] = []
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>
  errors = ''
  private over = false
  private wake: () => void = () => undefined

  constructor(readonly child: ChildProcess) {
    createInterface({ input: child.stdout! }).on('line', line => {
      this.lines.push(line)
      this.wake()
    })
    child.stderr!.on('data', data => {
      this.errors += data
    })
    this.ended = once(child, 'close').then(([code, signal]) => {
      this.over = true
      this.wake()
      return { code, signal }
    })
  }

  static start(env: Record<string, string>): Demo {
    const { PATH, HOME } = process.env
    const child = spawn(process.execPath, ['dist/simulate/demo.js'], { cwd: ROOT, env: { PATH, HOME, ...env } })
    return new Demo(child)
  }

  async line(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      for (const line of this.lines) {
        const match = pattern.exec(line)
        if (match !== null) return match
      }
      if (this.over) throw new Error(`the demo ended without ${pattern}:\n${this.lines.join('\n')}\n${this.errors}`)
      await new Promise<void>(resolve => {
        this.wake = resolve
      })
    }
  }
}

const isRunning = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

describe('npm run demo', () => {
  let folder: string
  let demo: Demo
  let url: string
  beforeAll(async () => {
    await build()
    folder = await mkdtemp(join(tmpdir(), 'tidemark-demo-test-'))
    demo = Demo.start({ PORT: '0', TMPDIR: folder, DATABASE_URL: 'postgres://nobody@127.0.0.1:1/not-to-be-touched' })
    url = (await demo.line(/GraphQL +(http:\S+)\/graphql/))[1]!
  })
  afterAll(async () => {
    demo.child.kill('SIGKILL')
    await demo.ended
    await rm(folder, { recursive: true, force: true })
  })

  const tokenOf = async (role: string) => (await demo.line(new RegExp(`export ${role}=(\\S+)`)))[1]!
  const ask = async (query: string, role: string) => {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { authorization: `Bearer ${await tokenOf(role)}`, 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
    })
    return (await response.json()) as { data?: Record<string, unknown>; errors?: { extensions: { code: string } }[] }
  }

  test('shows VIPs of the live traffic and how long each took', async () => {
    const [, player] = await demo.line(
      /VIP +(player_\d+) +[\d,.]+ EUR +in \d\d:\d\d-\d\d:\d\d UTC +policy vip, [\d.]+ ms after/,
    )
    const { data } = await ask(
      `{ vipEntries(filter: { playerId: "${player}" }) { nodes { playerId policyId } } }`,
      'CRM',
    )
    expect(data).toMatchObject({
      vipEntries: { nodes: expect.arrayContaining([{ playerId: player, policyId: 'vip' }]) },
    })
  })

  test('shows what triggers campaigns, and how long each took', async () => {
    const [, player, campaignId] = await demo.line(
      /HIT +(player_\d+) +(level-bonus|welcome-back|big-deposit|rough-night) +.*, [\d.]+ ms after the event was sent/,
    )
    const { data } = await ask(
      `{ campaignTriggers(campaignId: "${campaignId}", playerId: "${player}") { nodes { playerId } } }`,
      'CRM',
    )
    expect(data).toMatchObject({ campaignTriggers: { nodes: expect.arrayContaining([{ playerId: player }]) } })
  })

  test('shows rate, lag, streams, and what was caused and sent so far', async () => {
    const [, rate, triggers, items] = await demo.line(
      /(\d+) events\/s +lag [\d.]+ s +streams .*demo.* \d+ VIP entries, (\d+) triggers so far +webhook (\d+) signed items in \d+ requests$/,
    )
    expect(Number(rate)).toBeGreaterThan(50)
    expect(Number(triggers)).toBeGreaterThan(0)
    expect(Number(items)).toBeGreaterThan(0)
  })

  test('holds draws: shows milestones, who won, and where the proof is', async () => {
    const [, id, step] = await demo.line(/DRAW +([\w-]+-1) is open until .* a ticket for each (\d+) EUR staked/)
    await demo.line(new RegExp(`TIX +player_\\d+ +has reached \\d+ tickets? +draw ${id}$`))
    await demo.line(/ events\/s .* [1-9]\d* tickets in the draw /)
    const [, tickets, players, proof] = await demo.line(
      new RegExp(`DRAW +${id} is made of (\\d+) tickets of (\\d+) players, proof (http\\S+)$`),
    )
    await demo.line(new RegExp(`WON +player_\\d+ .* +draw ${id}, position 1, ticket \\d+$`))
    await demo.line(/DRAW +[\w-]+-2 is open until/)
    const { data } = await ask(`{ draw(id: "${id}") { status stakePerTicket ticketsTotal playersTotal } }`, 'PLAYER')
    expect(data).toEqual({
      draw: {
        ...{ status: 'DRAWN', stakePerTicket: `${step}.00` },
        ...{ ticketsTotal: Number(tickets), playersTotal: Number(players) },
      },
    })
    const [header] = (await (await fetch(proof!)).text()).split('\n')
    expect(JSON.parse(header!)).toMatchObject({ drawId: id, seed: expect.stringMatching(/^[0-9a-f]{64}$/) })
  }, 180_000)

  test('has live bets on matches: shows where a game stands, and one that is over', async () => {
    const [, game, open] = await demo.line(
      /PNL +([\w-]+) +turnover [\d,.]+ +GGR -?[\d,.]+ +(\d+) open bets of [\d,.]+, liability [\d,.]+, expected GGR -?[\d,.]+$/,
    )
    expect(Number(open)).toBeGreaterThan(0)
    const asked = `{ gamePnl(games: ["${game}"]) { nodes { gameType } } }`
    expect(await ask(asked, 'ANALYST')).toEqual({ data: { gamePnl: { nodes: [{ gameType: 'sports' }] } } })
    await demo.line(/PNL +[\w-]+ +turnover [\d,.]+ +GGR -?[\d,.]+ +all bets settled$/)
  }, 180_000)

  test('sends nothing of the player that it has suppressed', async () => {
    const [, suppressed] = await demo.line(/^(player_\d+) is suppressed/)
    expect(await ask(`{ player(id: "${suppressed}") { suppressed suppression { reason } } }`, 'CRM')).toEqual({
      data: { player: { suppressed: true, suppression: { reason: 'self-exclusion (demo)' } } },
    })
    expect(demo.lines.filter(line => /^[\d:]{8} +(VIP|HIT|TIX|WON) /.test(line) && line.includes(suppressed!))).toEqual(
      [],
    )
  })

  test('prints a working token for each role, with its sub', async () => {
    expect(await ask('{ feedCursor }', 'ADMIN')).not.toHaveProperty('errors')
    expect(await ask('{ vipPolicies { id } }', 'CRM')).toMatchObject({ data: { vipPolicies: expect.anything() } })
    expect(await ask('{ vipPolicies { id } }', 'ANALYST')).toMatchObject({ data: { vipPolicies: expect.anything() } })
    expect(await ask('{ streamHealth { engine } }', 'INGEST')).toMatchObject({
      data: { streamHealth: expect.anything() },
    })
    const [, sub] = await demo.line(/export PLAYER=\S+ # sub (\S+)/)
    expect(await ask(`{ player(id: "${sub}") { id } }`, 'PLAYER')).not.toHaveProperty('errors')
    const others = await ask('{ player(id: "someone-else") { id } }', 'PLAYER')
    expect(others.errors?.[0]?.extensions.code).toBe('FORBIDDEN')
  })

  test('has the samples, and introspection for the sandbox', async () => {
    const { data } = await ask('{ vipPolicies { id } player(id: "player_001") { id } }', 'CRM')
    expect(data).toEqual({ vipPolicies: [{ id: 'big-depositor' }, { id: 'vip' }], player: { id: 'player_001' } })
    expect(await ask('{ campaigns(enabled: true) { totalCount } }', 'CRM')).toEqual({
      data: { campaigns: { totalCount: 6 } },
    })
    const { data: sample } = await ask('{ campaign(id: "harbor-consolation") { stats { triggers } } }', 'CRM')
    expect(sample).toEqual({ campaign: { stats: { triggers: 3 } } })
    expect(await ask('{ __schema { queryType { name } } }', 'CRM')).not.toHaveProperty('errors')
  })

  test('Ctrl-C that comes twice at once, as npm passes it on, ends all of it with 0 and leaves nothing', async () => {
    const [made] = await readdir(folder)
    const pidFile = await readFile(join(folder, made!, 'postgres/data/postmaster.pid'), 'utf8')
    const postgres = Number(pidFile.split('\n')[0])
    expect(isRunning(postgres)).toBe(true)
    demo.child.kill('SIGINT')
    await demo.line(/^stopping/)
    demo.child.kill('SIGINT')
    expect(await demo.ended).toEqual({ code: 0, signal: null })
    expect(demo.errors).toBe('')
    expect(isRunning(postgres)).toBe(false)
    expect(await readdir(folder)).toEqual([])
    await expect(fetch(url)).rejects.toThrow()
  })
})

describe('npm run demo that cannot start', () => {
  beforeAll(() => build())

  test('on a port that is taken names it', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const demo = Demo.start({ PORT: String(port) })
    expect((await demo.ended).code).toBe(1)
    expect(demo.errors).toBe(
      `PORT ${port} on 127.0.0.1 is taken: stop what listens there, or choose another: PORT=${port + 1} npm run demo\n`,
    )
    server.close()
  })

  test('with a wrong setting names it', async () => {
    const demo = Demo.start({ PORT: 'four thousand' })
    expect((await demo.ended).code).toBe(1)
    expect(demo.errors).toMatch(/^PORT: .*four thousand/)
  })
})
