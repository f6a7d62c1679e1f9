import { type LookupAddress, promises } from 'node:dns'
import { readFile } from 'node:fs/promises'
import { SECOND_MS } from '../kernel/time.js'
import { isLocalName } from './target.js'

/** All addresses of a name. It may go on behind an abort for as long as it takes, but waits for nobody's answer. */
export type Resolve = (host: string, signal: AbortSignal) => Promise<LookupAddress[]>

const HOSTS_FILE = '/etc/hosts'
/** A server has said that it knows no such name, or there is none to ask: the system may still know one of its own. */
const UNKNOWN = new Set(['ENOTFOUND', 'ENODATA', 'EREFUSED', 'ECONNREFUSED'])

const newResolver = () => new promises.Resolver({ timeout: SECOND_MS, tries: 2 })

/**
 * Asks name servers itself. The system's look-up keeps one of the process's few threads for as long as a server does not
 * answer, so a name of somebody's would delay all others; it is asked for what it answers by itself alone: this machine's
 * names, those of the hosts file, and names that no server has (of a search domain, for one).
 */
export const makeResolve =
  (openResolver = newResolver): Resolve =>
  async (host, signal) => {
    if (isLocalName(host) || (await isInHostsFile(host))) return promises.lookup(host, { all: true })
    const resolver = openResolver()
    const cancel = () => resolver.cancel()
    signal.addEventListener('abort', cancel, { once: true })
    const found = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)])
    signal.removeEventListener('abort', cancel)
    const addresses = found.flatMap((answer, i) =>
      answer.status === 'rejected' ? [] : answer.value.map(address => ({ address, family: i === 0 ? 4 : 6 })),
    )
    if (addresses.length > 0) return addresses
    for (const answer of found) {
      if (answer.status === 'rejected' && !UNKNOWN.has(answer.reason.code)) throw answer.reason
    }
    return promises.lookup(host, { all: true })
  }

/** Read anew each time, as the system does; where there is none, no name is in it. */
async function isInHostsFile(host: string): Promise<boolean> {
  const text = await readFile(HOSTS_FILE, 'utf8').catch(() => '')
  return text.split('\n').some(line => {
    const [, ...names] = line.replace(/#.*/, '').trim().toLowerCase().split(/\s+/)
    return names.includes(host)
  })
}
