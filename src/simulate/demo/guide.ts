import type { Terminal } from './terminal.js'
import type { DemoToken } from './tokens.js'

export interface Guide {
  readonly url: string
  readonly engine: string
  readonly tokens: readonly DemoToken[]
  /** Whose page the player's link leads to. */
  readonly firstDraw: string
}

/** What a newcomer can do next, ready to be pasted. */
export function printGuide(terminal: Terminal, { url, engine, tokens, firstDraw }: Guide): void {
  const { bold, dim } = terminal
  const socket = url.replace('http', 'ws')
  terminal.line()
  terminal.line(`${bold('Tidemark demo')} on ${engine}`)
  terminal.line(`  console        ${bold(url)}  ${dim('(the links below sign in)')}`)
  terminal.line(`  GraphQL        ${bold(`${url}/graphql`)}  ${dim('(a browser shows the sandbox)')}`)
  terminal.line(`  subscriptions  ${socket}/graphql  ${dim('(graphql-ws)')}`)
  terminal.line(`  events         ${url}/events  ${dim('(POST, NDJSON or a JSON array)')}`)
  terminal.line(`  operations     ${url}/healthz  ${url}/readyz  ${url}/metrics`)
  terminal.line()
  terminal.line("The console, by role; and a player's tickets, as a casino shows them in a frame:")
  for (const { role, token } of tokens) {
    if (role === 'player') terminal.line(`  player   ${url}/ticket.html?draw=${firstDraw}#token=${token}`)
    else if (role !== 'ingest') terminal.line(`  ${role.padEnd(8)} ${url}/#token=${token}`)
  }
  terminal.line()
  terminal.line('A token for each role, for 24 hours. Paste these lines into another terminal:')
  for (const { role, sub, token } of tokens) {
    terminal.line(`  export ${role.toUpperCase()}=${token} ${dim(`# sub ${sub}`)}`)
  }
  terminal.line()
  terminal.line('Then see the newest VIPs, or become one; or be shown to a campaign:')
  terminal.line(`  ${QUERY(url)}`)
  terminal.line(`  ${BET(url)}`)
  terminal.line(`  ${LEVEL(url)}`)
  terminal.line()
}

const QUERY = (url: string): string =>
  `curl -s ${url}/graphql -H "authorization: Bearer $CRM" -H 'content-type: application/json' ` +
  `-d '{"query":"{ vipEntries(first: 3) { nodes { playerId amount windowStart windowEnd } } }"}'`

const BET = (url: string): string =>
  `curl -s ${url}/events -H "authorization: Bearer $INGEST" -H 'content-type: application/x-ndjson' ` +
  `-d '{"player_id":"you","event_type":"bet","amount":1500,"timestamp":"'$(date -u +%Y-%m-%dT%H:%M:%SZ)'"}'`

const LEVEL = (url: string): string =>
  `curl -s ${url}/events -H "authorization: Bearer $INGEST" -H 'content-type: application/x-ndjson' ` +
  `-d '{"player_id":"you","event_type":"progress","event_name":"level_up","game":"tide-of-gold",` +
  `"data":{"level":50},"timestamp":"'$(date -u +%Y-%m-%dT%H:%M:%SZ)'"}'`
