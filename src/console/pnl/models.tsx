import { useState } from 'preact/hooks'
import { request } from '../api/request'
import { useAction } from '../api/use-action'
import { useQuery } from '../api/use-query'
import { Badge } from '../parts/badge'
import { Confirm } from '../parts/dialog'
import { notify } from '../parts/notices'
import { countText } from '../parts/numbers'
import { Empty, Failed, Loading } from '../parts/states'
import { type Column, Table } from '../parts/table'
import { Time } from '../parts/time'
import { useCan } from '../session/session'
import { type OutcomeModelLineFragment, OutcomeModelsDocument, TrainOutcomeModelDocument } from './pnl.generated'

const ROWS_MAX = 8

/** What expected GGR is computed with. */
export function Models() {
  const { data, problem, reload } = useQuery(OutcomeModelsDocument, {})
  const mayTrain = useCan('admin')
  const [isAsking, setAsking] = useState(false)
  const models = data?.outcomeModels ?? []
  const active = models.find(model => model.active)
  return (
    <section class="card stack tight" aria-labelledby="models-title">
      <div class="row between">
        <h2 id="models-title">Outcome models</h2>
        {mayTrain && (
          <button type="button" onClick={() => setAsking(true)}>
            Train a model
          </button>
        )}
      </div>
      {problem !== null && data === null && (
        <Failed what="The models cannot be shown." problem={problem} retry={reload} />
      )}
      {data === null && problem === null && <Loading what="Loading the models" />}
      {data !== null && (
        <p class="muted">
          {active === undefined
            ? 'Expected GGR is computed from the odds alone: no model forecasts better than they do.'
            : 'Expected GGR is computed with the active model: on later markets its forecasts were better than the odds.'}
        </p>
      )}
      {data !== null && models.length === 0 && (
        <Empty title="No model has been trained yet">
          A model learns from settled markets how likely each selection is to win.
        </Empty>
      )}
      {models.length > 0 && (
        <Table
          caption="Outcome models, newest first"
          columns={COLUMNS}
          rows={shownOf(models)}
          keyOf={row => row.id}
          minWidth="52rem"
        />
      )}
      {isAsking && <Train onClose={() => setAsking(false)} onTrained={reload} />}
    </section>
  )
}

/** The newest, and the active one wherever it is. */
const shownOf = (models: readonly OutcomeModelLineFragment[]) =>
  models.filter((model, i) => i < ROWS_MAX || model.active)

const score = (value: number): string => value.toFixed(4)

const COLUMNS: Column<OutcomeModelLineFragment>[] = [
  { title: 'Trained', width: '11rem', cell: model => <Time at={model.trainedAt} /> },
  { title: 'Kind', cell: model => model.kind },
  { title: 'Learned from', width: '8rem', numeric: true, cell: model => `${countText(model.trainedOn)} markets` },
  { title: 'Judged by', width: '8rem', numeric: true, cell: model => `${countText(model.evaluatedOn)} markets` },
  { title: 'Log loss', width: '5.5rem', numeric: true, cell: model => score(model.logLoss) },
  { title: 'of the odds', width: '6rem', numeric: true, cell: model => score(model.baselineLogLoss) },
  { title: 'Brier', width: '5.5rem', numeric: true, cell: model => score(model.brier) },
  { title: 'of the odds ', width: '6rem', numeric: true, cell: model => score(model.baselineBrier) },
  {
    title: 'State',
    width: '7rem',
    cell: model => (model.active ? <Badge tone="good">active</Badge> : <Badge>not used</Badge>),
  },
]

interface TrainProps {
  readonly onClose: () => void
  readonly onTrained: () => void
}

function Train({ onClose, onTrained }: TrainProps) {
  const action = useAction(async () => {
    const { trainOutcomeModel: model } = await request(TrainOutcomeModelDocument, {})
    notify(
      model.active
        ? 'A model has been trained. Expected GGR is computed with it from now on.'
        : 'A model has been trained. It forecasts no better than the odds, so it is not used.',
    )
    onTrained()
  })
  return (
    <Confirm
      title="Train a model?"
      verb={action.busy ? 'Training ...' : 'Train'}
      danger={false}
      action={action}
      onClose={onClose}
    >
      <p>It learns from the newest settled markets, which may take up to two minutes.</p>
      <p>
        If it forecasts later markets better than the odds do, it becomes the active one at once, and the expected GGR
        of every game with open bets changes. Otherwise it is kept and not used.
      </p>
    </Confirm>
  )
}
