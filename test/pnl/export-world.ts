import type { TestDatabase } from '../support/engines.js'

/** RFC 4180, read by the letter; an unquoted empty cell is null. */
export function readCsv(text: string): string[][] {
  const rows: string[][] = []
  let row: string[] = []
  for (let at = 0; at < text.length; ) {
    let cell = ''
    if (text[at] === '"') {
      for (at++; ; at++) {
        if (text[at] !== '"') cell += text[at]
        else if (text[at + 1] === '"') cell += text[at++]
        else break
      }
      at++
    } else {
      while (at < text.length && text[at] !== ',' && text[at] !== '\r') cell += text[at++]
    }
    row.push(cell)
    if (text[at] === ',') at++
    else if (text.startsWith('\r\n', at)) {
      at += 2
      rows.push(row)
      row = []
    } else throw new Error(`no end of a cell at ${at}: ${text.slice(at, at + 40)}`)
  }
  return rows
}

/** Long, so that an export is larger than what sockets hold. */
export const gameName = (n: number): string => `game-${String(n).padStart(4, '0')}-${'x'.repeat(600)}`

/** Minutes of many games at once: what is exported, not how it is counted, is tested with these. */
export const fillPanes = async (
  database: TestDatabase,
  from: string,
  minutes: number,
  games: number,
): Promise<void> => {
  await database.query(
    `INSERT INTO game_pane (game, pane_start, lane, bets, turnover, payouts)
     SELECT 'game-' || lpad(g::text, 4, '0') || '-' || repeat('x', 600), $1::timestamptz + m * interval '1 minute', lane, 1 + g, 1.5 + m, 0.25
     FROM generate_series(0, $2::int - 1) m, generate_series(0, $3::int - 1) g, generate_series(0, 1) lane`,
    [from, minutes, games],
  )
  await database.query(
    `INSERT INTO game_hour_pane (game, pane_start, lane, bets, turnover, payouts)
     SELECT game, date_trunc('hour', pane_start), lane, sum(bets), sum(turnover), sum(payouts)
     FROM game_pane GROUP BY 1, 2, 3`,
  )
}
