import { spawn } from 'node:child_process'
import pg from 'pg'
import { describe, expect, test } from 'vitest'
import { ROOT } from '../e2e/support/build.js'
import { environment, NodeProcess } from '../e2e/support/process.js'
import { ENGINES, makeDatabase } from '../support/engines.js'

const RULES_LOCK = 7_420_003

const bets = (count: number) =>
  Array.from({ length: count }, (_, i) => ({
    player_id: `p${i % 40}`,
    event_id: `e${i}`,
    event_type: 'bet',
    amount: 1,
    timestamp: '2026-01-01T12:00:00Z',
  }))

describe.each(ENGINES)('a server that is told to stop, on $name', engine => {
  const ways = [
    { how: 'SIGTERM to the process', signal: 'SIGTERM', npm: false, group: false },
    { how: 'SIGINT to the process', signal: 'SIGINT', npm: false, group: false },
    { how: 'SIGTERM to npm start', signal: 'SIGTERM', npm: true, group: false },
    { how: 'SIGINT to the process group of npm start, as Ctrl-C', signal: 'SIGINT', npm: true, group: true },
    { how: 'SIGTERM to the process group of npm start', signal: 'SIGTERM', npm: true, group: true },
  ] as const

  test.each(ways)('by $how commits what it has taken, answers and ends with 0', async ({ signal, npm, group }) => {
    const database = await makeDatabase(engine)
    const env = environment({ DATABASE_URL: database.url })
    const node = npm
      ? new NodeProcess(spawn('npm', ['start'], { cwd: ROOT, env, detached: true }))
      : new NodeProcess(spawn(process.execPath, ['dist/main.js'], { cwd: ROOT, env, detached: true }))
    await node.listening()
    const holder = new pg.Client(database.url)
    await holder.connect()
    await holder.query('SELECT pg_advisory_lock($1)', [RULES_LOCK])
    const answer = node.client.send(bets(3_000))
    const waiting =
      "SELECT FROM pg_stat_activity WHERE application_name = 'tidemark writer' AND wait_event = 'advisory'"
    while ((await holder.query(waiting)).rowCount === 0) await new Promise(resolve => setTimeout(resolve, 10))
    process.kill(group ? -node.child.pid! : node.child.pid!, signal)
    await new Promise<void>(resolve => {
      const look = setInterval(() => {
        if (!node.lines.some(line => line.includes('"msg":"draining"'))) return
        clearInterval(look)
        resolve()
      }, 10)
    })
    await expect(fetch(`${node.url}/healthz`)).rejects.toThrow()
    await holder.query('SELECT pg_advisory_unlock($1)', [RULES_LOCK])
    expect(await answer).toMatchObject({ accepted: 3_000, duplicates: 0, rejectedCount: 0 })
    const ended = await node.ended
    await holder.end()
    expect(await database.query('SELECT count(*)::int AS n FROM player_event')).toEqual([{ n: 3_000 }])
    expect((await node.lastLine()).includes('"msg":"stopped"')).toBe(true)
    expect(ended).toEqual({ code: 0, signal: null })
    await database.drop()
  })
})
