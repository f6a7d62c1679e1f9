import { useState } from 'preact/hooks'
import type { AwardOutcome } from '../api/schema.generated'
import { usePages } from '../api/use-pages'
import { Badge, type Tone } from '../parts/badge'
import { SelectField, TextField } from '../parts/field'
import { More } from '../parts/more'
import { countText } from '../parts/numbers'
import { Empty, Failed, Loading } from '../parts/states'
import { type Column, Table } from '../parts/table'
import { href } from '../shell/route'
import { OUTCOME_WORDS } from './draw-words'
import { type DrawAwardFragment, DrawAwardsDocument } from './draws.generated'

const PAGE = 25

const OUTCOMES = [
  ['ALL', 'All'],
  ['PRIZE', 'Prizes'],
  ['DEFAULT', 'Default prize'],
  ['NO_PRIZE', 'No prize'],
] as const

const TONES: Readonly<Record<AwardOutcome, Tone>> = { PRIZE: 'good', DEFAULT: 'accent', NO_PRIZE: 'plain' }

/** Who won what, by position. */
export function DrawResults({ drawId }: { readonly drawId: string }) {
  const [outcome, setOutcome] = useState<AwardOutcome | 'ALL'>('ALL')
  const [typed, setTyped] = useState('')
  const [playerId, setPlayerId] = useState('')
  const pages = usePages(
    DrawAwardsDocument,
    { drawId, outcome: outcome === 'ALL' ? null : outcome, playerId: playerId === '' ? null : playerId, first: PAGE },
    data => data.prizeAwards,
  )
  const look = (event: SubmitEvent) => {
    event.preventDefault()
    setPlayerId(typed.trim())
  }
  const { nodes, problem, loading } = pages
  return (
    <section class="card stack tight" aria-labelledby="draw-results">
      <div class="row between">
        <h2 id="draw-results">Results</h2>
        <form class="row draw-look-up" onSubmit={look}>
          <SelectField label="Outcome" value={outcome} options={OUTCOMES} onChange={setOutcome} />
          <TextField label="Player id" value={typed} onChange={setTyped} input={{ type: 'search', maxLength: 200 }} />
          <button type="submit">Filter</button>
        </form>
      </div>
      {problem !== null && <Failed what="The results cannot be shown." problem={problem} retry={pages.reload} />}
      {nodes.length === 0 && loading && <Loading what="Loading the results" />}
      {nodes.length === 0 && !loading && problem === null && (
        <Empty title="Nothing to show">
          {outcome === 'ALL' && playerId === '' ? 'Nobody had a ticket.' : 'No result fits both filters.'}
        </Empty>
      )}
      {nodes.length > 0 && (
        <>
          <Table
            caption="Results by position"
            columns={COLUMNS}
            rows={nodes}
            keyOf={award => award.id}
            minWidth="62rem"
          />
          <More pages={pages} what="results" />
        </>
      )}
    </section>
  )
}

const COLUMNS: Column<DrawAwardFragment>[] = [
  { title: 'Position', width: '5.5rem', numeric: true, cell: award => countText(award.position) },
  { title: 'Player', width: '11rem', cell: award => <a href={href('players', award.playerId)}>{award.playerId}</a> },
  {
    title: 'Outcome',
    width: '8.5rem',
    cell: award => <Badge tone={TONES[award.outcome]}>{OUTCOME_WORDS[award.outcome]}</Badge>,
  },
  { title: 'What the player is told', cell: award => <span title={award.message}>{award.message}</span> },
  { title: 'Ticket', width: '5.5rem', numeric: true, cell: award => countText(award.ticket.number) },
  {
    title: 'Value of the ticket',
    width: '11rem',
    cell: award => (
      <span class="mono" title={award.ticket.value}>
        {award.ticket.value}
      </span>
    ),
  },
  {
    title: 'Name in the proof',
    width: '11rem',
    cell: award => (
      <span class="mono" title={award.entryId}>
        {award.entryId}
      </span>
    ),
  },
]
