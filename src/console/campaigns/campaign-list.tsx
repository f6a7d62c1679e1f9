import { useState } from 'preact/hooks'
import { usePages } from '../api/use-pages'
import { SelectField, TextField } from '../parts/field'
import { More } from '../parts/more'
import { Empty, Failed, Loading } from '../parts/states'
import { useSettled } from '../parts/use-settled'
import { useCan } from '../session/session'
import { href } from '../shell/route'
import { CampaignTable } from './campaign-table'
import { CampaignsDocument } from './campaigns.generated'
import { NEW } from './draft'
import { ImportDialog } from './import-dialog'
import { Triggers } from './triggers'
import { useStandings } from './use-standings'

const FIRST = 25
const TRIGGERS = 12

const STATES = [
  ['all', 'On and off'],
  ['on', 'On'],
  ['off', 'Off'],
] as const

type State = (typeof STATES)[number][0]

export function CampaignList() {
  const [isImporting, setImporting] = useState(false)
  const [state, setState] = useState<State>('all')
  const [game, setGame] = useState('')
  const maySave = useCan('crm')
  const filter = { enabled: state === 'all' ? null : state === 'on', game: useSettled(game.trim()) || null }
  const pages = usePages(CampaignsDocument, { ...filter, first: FIRST }, data => data.campaigns)
  const standings = useStandings(pages.nodes, filter)
  const isFiltered = state !== 'all' || filter.game !== null
  return (
    <div class="stack">
      <div class="row between">
        <h1>Campaigns</h1>
        {maySave && (
          <div class="row">
            <button type="button" onClick={() => setImporting(true)}>
              Import
            </button>
            <a class="button primary" href={href('campaigns', NEW)}>
              New campaign
            </a>
          </div>
        )}
      </div>
      <section class="card stack tight" aria-label="All campaigns">
        <div class="campaign-filters">
          <SelectField label="State" value={state} options={STATES} onChange={setState} />
          <TextField label="Game" value={game} onChange={setGame} input={{ type: 'search', placeholder: 'Any game' }} />
          <p class="small" role="status">
            {standings.isOutdated && !pages.loading && (
              <>
                Campaigns were saved since.{' '}
                <button type="button" class="link" onClick={pages.reload}>
                  Show the list as it is now
                </button>
              </>
            )}
          </p>
        </div>
        {pages.problem !== null && (
          <Failed what="Campaigns cannot be shown." problem={pages.problem} retry={pages.reload} />
        )}
        {pages.loading && pages.nodes.length === 0 && <Loading what="Loading campaigns" />}
        {!pages.loading && pages.problem === null && pages.nodes.length === 0 && (
          <NoCampaigns isFiltered={isFiltered} maySave={maySave} />
        )}
        {pages.nodes.length > 0 && (
          <>
            <CampaignTable campaigns={pages.nodes.map(standings.now)} onSwitched={standings.reload} maySave={maySave} />
            <More pages={pages} what="campaigns" />
          </>
        )}
      </section>
      <Triggers campaignId={null} size={TRIGGERS} nameOf={standings.nameOf} />
      {isImporting && <ImportDialog onImported={pages.reload} onClose={() => setImporting(false)} />}
    </div>
  )
}

function NoCampaigns({ isFiltered, maySave }: { readonly isFiltered: boolean; readonly maySave: boolean }) {
  if (isFiltered) {
    return (
      <Empty title="No campaign fits">The game has to be the same to the letter, and the state may be another.</Empty>
    )
  }
  return (
    <Empty title="There are no campaigns yet">
      {maySave ? (
        <>
          <a href={href('campaigns', NEW)}>Write the first one</a>: which events of a game bring which offer.
        </>
      ) : (
        'They appear here as soon as somebody with the role crm has saved one.'
      )}
    </Empty>
  )
}
