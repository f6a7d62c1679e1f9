import { describe, expect, test } from 'vitest'
import { readSeeds } from '../../src/simulate/seeds.js'
import { tokenOf } from '../support/client.js'
import { ENGINES } from '../support/engines.js'
import { install } from '../support/server.js'
import { readCsv } from './export-world.js'

const POSITIONS = `{ gamePnl(gameType: "sports") { nodes {
  game competition bets turnover payouts ggr openBets openStake liability expectedGgr
} } }`

describe.each(ENGINES)('the sample bets on $name', engine => {
  test('give the positions that one counts by hand, live and as exported', async () => {
    const { node, client, close } = await install(engine)
    try {
      const sent = await client.send(readSeeds().bets.trimEnd().split('\n'))
      expect(sent).toMatchObject({ rejectedCount: 0, duplicates: 1 })
      const { gamePnl } = await client.data<{ gamePnl: { nodes: object[] } }>(POSITIONS, {}, tokenOf('analyst'))
      const settled = { openBets: 0, openStake: '0.00', liability: '0.00', expectedGgr: '0.00' }
      expect(gamePnl.nodes).toEqual([
        {
          game: 'harbour-v-bay',
          competition: 'Harbour League',
          bets: 5,
          turnover: '87.50',
          // 42 + 0 + 0 after its correction + 18.25 + 5.60
          payouts: '65.85',
          ggr: '21.65',
          ...settled,
        },
        {
          game: 'lantern-v-pearl',
          competition: 'Harbour League',
          bets: 3,
          turnover: '47.50',
          payouts: '0.00',
          ggr: '47.50',
          openBets: 3,
          openStake: '47.50',
          // 60 + 35 + 30
          liability: '125.00',
          // 47.5 - 47.5 / (1/1.9 + 1/3.5 + 1/4): home is quoted at 1.9 since the bet that was rolled back.
          expectedGgr: '2.7743',
        },
        {
          game: 'north-v-isle',
          competition: 'Northern Cup',
          bets: 2,
          turnover: '23.00',
          payouts: '23.00',
          ggr: '0.00',
          ...settled,
        },
      ])
      const span = 'from=2025-11-03T00:00:00Z&to=2025-11-04T00:00:00Z&grain=DAY&gameTypes=sports'
      const headers = { authorization: `Bearer ${await tokenOf('analyst')}` }
      const exported = await (await fetch(`${node.url}/export/pnl?${span}`, { headers })).text()
      expect(readCsv(exported).map(row => [row[0], ...row.slice(4, 8)])).toEqual([
        ['game', 'bets', 'turnover', 'payouts', 'ggr'],
        ['harbour-v-bay', '5', '87.50', '65.85', '21.65'],
        ['lantern-v-pearl', '3', '47.50', '0.00', '47.50'],
        ['north-v-isle', '2', '23.00', '23.00', '0.00'],
      ])
    } finally {
      await close()
    }
  })
})
