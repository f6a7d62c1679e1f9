import type { PnlGrain } from '../api/schema.generated'
import { useAction } from '../api/use-action'
import { Refusal } from '../parts/states'
import { type ExportFormat, exportPnl } from './export-pnl'
import type { Bounds } from './spans'

interface DownloadProps {
  readonly bounds: Bounds
  readonly grain: PnlGrain
  readonly game: string | null
}

/** What the chart shows, by game, as a file. */
export function Download({ bounds, grain, game }: DownloadProps) {
  const action = useAction((format: ExportFormat) => exportPnl({ ...bounds, grain, game }, format))
  const button = (format: ExportFormat, text: string) => (
    <button
      type="button"
      disabled={action.busy}
      title={game === null ? 'The time shown, game by game' : 'The time shown'}
      onClick={() => action.run(format)}
    >
      <span class="unseen">Download as</span>
      {text}
    </button>
  )
  return (
    <div class="row pnl-download">
      {button('csv', 'CSV')}
      {button('parquet', 'Parquet')}
      <Refusal problem={action.problem} />
    </div>
  )
}
