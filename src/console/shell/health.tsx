import { type ComponentChildren, createContext } from 'preact'
import { useContext } from 'preact/hooks'
import { useConnection } from '../api/socket'
import { type QueryState, useQuery } from '../api/use-query'
import { seconds } from '../parts/numbers'
import { StreamHealthDocument, type StreamHealthQuery } from './health.generated'
import './health.css'

const EVERY_MS = 2_000

export type Health = QueryState<StreamHealthQuery>

/** Only staff may ask. */
export const useHealthQuery = (isStaff: boolean): Health =>
  useQuery(StreamHealthDocument, {}, { everyMs: EVERY_MS, skip: !isStaff })

/** Asked for once, for all that show it. */
export const HealthContext = createContext<Health>({ data: null, problem: null, loading: true, reload: () => {} })
const useHealth = (): Health => useContext(HealthContext)

/** In the head of every page: whether events come in, and how fast. */
export function HealthPill() {
  const { data, problem } = useHealth()
  const connection = useConnection()
  const health = data?.streamHealth ?? null
  const lost = problem !== null || connection === 'lost'
  const state = lost ? 'lost' : health?.lagging ? 'lagging' : 'live'
  const words = lost ? 'Reconnecting' : health === null ? 'Connecting' : health.lagging ? 'Lagging' : 'Live'
  return (
    <span class={`health-pill ${health === null && !lost ? 'waiting' : state}`} data-state={state}>
      <span class="health-dot" aria-hidden="true" />
      <span>{words}</span>
      {health !== null && !lost && (
        <span class="health-rate number">{Math.round(health.eventsPerSecond).toLocaleString('en')} events/s</span>
      )}
    </span>
  )
}

/** Over every page, where nobody can miss it; said once, while its figures go on. */
export function HealthAlarm() {
  const { data, problem } = useHealth()
  const health = data?.streamHealth
  if (problem !== null) return <Alarm says="Not live.">{problem.message} It is asked again until it answers.</Alarm>
  if (!health?.lagging) return null
  const behind = health.streams.filter(stream => stream.lagSeconds > 0).map(stream => stream.stream)
  return (
    <Alarm says="Events are waiting.">
      The oldest was received {seconds(health.lagSeconds)} ago and is not committed
      {behind.length > 0 && ` (${behind.slice(0, 5).join(', ')})`}: entries, triggers and tickets come later by so much.
    </Alarm>
  )
}

function Alarm({ says, children }: { readonly says: string; readonly children: ComponentChildren }) {
  return (
    <div class="alarm">
      <strong role="alert">{says}</strong> <span>{children}</span>
    </div>
  )
}
